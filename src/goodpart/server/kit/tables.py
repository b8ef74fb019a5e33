"""The tables of the kit."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, UtcDateTime


class JobExecutorRow(Base):
    """A process that runs jobs, and when it was last alive."""

    __tablename__ = "job_executors"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CreationRow(Base):
    """How a request that made something was answered, for as often as its sender repeats it."""

    __tablename__ = "creations"

    user: Mapped[str] = mapped_column(String(36), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was asked."""
    status: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_creations_user_made_at", "user", "made_at"),)
