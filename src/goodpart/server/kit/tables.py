"""The one table of the kit."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, UtcDateTime


class JobExecutorRow(Base):
    """A process that runs jobs, and when it was last alive."""

    __tablename__ = "job_executors"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
