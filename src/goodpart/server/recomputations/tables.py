"""What has been asked for and is not done."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, Json, UtcDateTime


class RecomputationRow(Base):
    """Gone once it is done."""

    __tablename__ = "recomputations"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    station: Mapped[str] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"), index=True)
    windows: Mapped[list[list[str]]] = mapped_column(Json)
    """``[from, to]`` each, in ISO 8601."""
    reached: Mapped[datetime] = mapped_column(UtcDateTime)
