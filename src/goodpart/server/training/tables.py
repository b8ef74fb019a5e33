"""Training runs."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, UtcDateTime, text_enum
from goodpart.server.training.model import RunState


class TrainingRunRow(Base):
    __tablename__ = "training_runs"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    dataset: Mapped[str] = mapped_column(ForeignKey("datasets.id"))
    state: Mapped[RunState] = mapped_column(text_enum(RunState))
    stage: Mapped[str] = mapped_column(Text)
    done: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    remaining_s: Mapped[float | None] = mapped_column(Float)
    detail: Mapped[str] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(ForeignKey("models.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Text)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
