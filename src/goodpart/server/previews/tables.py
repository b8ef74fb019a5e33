"""What several replicas know together of who looks at what. On SQLite, which has one server, it stays empty."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, UtcDateTime


class StationPreviewRow(Base):
    """One watched station. The row goes soon after the lease has ended, and its picture with it."""

    __tablename__ = "station_previews"

    station: Mapped[str] = mapped_column(ForeignKey("places.id"), primary_key=True)
    watched_until: Mapped[datetime] = mapped_column(UtcDateTime)
    preview: Mapped[bytes | None] = mapped_column(LargeBinary)
    """A `StationPreview` as JSON; None until one has come."""
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
