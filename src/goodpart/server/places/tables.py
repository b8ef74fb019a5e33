"""Places, part numbers and their ideal cycle times."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, UtcDateTime, text_enum
from goodpart.server.places.model import PlaceKind


class PlaceRow(Base):
    __tablename__ = "places"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[PlaceKind] = mapped_column(text_enum(PlaceKind))
    name: Mapped[str] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(ForeignKey("places.id"), index=True)
    timezone: Mapped[str | None] = mapped_column(Text)
    oee_target: Mapped[float | None] = mapped_column(Float)
    """1.0 is 100 %; NULL: that of the nearest place above that has one."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PartNumberRow(Base):
    __tablename__ = "part_numbers"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    ideal_cycle_ms: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """NULL: in use."""


class IdealCycleRow(Base):
    """What a part takes at best at a place and all below it, where that is not what its part number says."""

    __tablename__ = "ideal_cycles"

    place: Mapped[str] = mapped_column(ForeignKey("places.id"), primary_key=True)
    part: Mapped[str] = mapped_column(ForeignKey("part_numbers.id"), primary_key=True)
    ideal_cycle_ms: Mapped[int] = mapped_column(Integer)
