"""The table of alarms."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.alarms.model import Severity
from goodpart.server.kit.database import Base, UtcDateTime, text_enum


class AlarmRow(Base):
    """One coming and going of a condition. At most one row per code and subject is open."""

    __tablename__ = "alarms"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    severity: Mapped[Severity] = mapped_column(text_enum(Severity))
    detail: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_alarms_raised_at", "raised_at", "id"),
        Index(
            "uq_alarms_open",
            "code",
            "subject",
            unique=True,
            sqlite_where=text("cleared_at IS NULL"),
            postgresql_where=text("cleared_at IS NULL"),
        ),
    )
