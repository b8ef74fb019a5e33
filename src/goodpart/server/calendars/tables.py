"""Every revision of every site's calendar."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, UtcDateTime


class CalendarRevisionRow(Base):
    """Never changed: the newest one holds."""

    __tablename__ = "calendar_revisions"

    site: Mapped[str] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    plan: Mapped[str] = mapped_column(Text)
    """JSON: ``{"weeks": [{"first", "shifts"}], "days": [{"first", "last", "name", "shifts"}]}``, a shift being
    ``{"name", "weekdays", "start", "end", "breaks": [{"start", "end"}]}`` with times as ``06:00`` and ISO weekdays."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(Text)
