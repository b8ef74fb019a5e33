"""Models. Packages are in the object store, by their SHA-256."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, Json, UtcDateTime, text_enum
from goodpart.server.models.model import ModelState


class ModelRow(Base):
    __tablename__ = "models"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    part_number: Mapped[str] = mapped_column(Text)
    state: Mapped[ModelState] = mapped_column(text_enum(ModelState))
    candidate_sha256: Mapped[str] = mapped_column(String(64))
    package_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    training_run: Mapped[str] = mapped_column(String(36), unique=True)
    """One run makes at most one model, however often its last step is repeated."""
    dataset: Mapped[str] = mapped_column(ForeignKey("datasets.id"))
    proof: Mapped[dict[str, Any]] = mapped_column(Json)
    good_below: Mapped[float] = mapped_column(Float)
    bad_above: Mapped[float] = mapped_column(Float)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
