"""Reviews. They are only ever added; the latest one counts."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, UtcDateTime, text_enum
from goodpart.wire.verdicts import Verdict


class ReviewRow(Base):
    __tablename__ = "reviews"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection: Mapped[str] = mapped_column(ForeignKey("inspections.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(text_enum(Verdict))
    note: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
