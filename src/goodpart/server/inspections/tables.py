"""Inspections, the images that belong to them, and which of those images have arrived."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Float, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, Json, UtcDateTime, text_enum
from goodpart.wire.events import Action, ImageRole, OutputOutcome
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import NoReadCause, Verdict


class InspectionRow(Base):
    """What the gateway said stays as it said it; a review adds ``reviewed_verdict``, an output its outcome."""

    __tablename__ = "inspections"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    gateway: Mapped[str] = mapped_column(ForeignKey("gateways.id"))
    station: Mapped[str] = mapped_column(ForeignKey("places.id"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    repeats: Mapped[str | None] = mapped_column(ForeignKey("inspections.id"))
    """The first inspection of this station with the same part sequence, where there is one."""
    part_number: Mapped[str] = mapped_column(Text)
    serial: Mapped[str] = mapped_column(Text)
    verdict: Mapped[Verdict] = mapped_column(text_enum(Verdict))
    reviewed_verdict: Mapped[Verdict | None] = mapped_column(text_enum(Verdict))
    cause: Mapped[NoReadCause | None] = mapped_column(text_enum(NoReadCause))
    detail: Mapped[str] = mapped_column(Text)
    mode: Mapped[Mode] = mapped_column(text_enum(Mode))
    triggered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    score: Mapped[float | None] = mapped_column(Float)
    good_below: Mapped[float | None] = mapped_column(Float)
    bad_above: Mapped[float | None] = mapped_column(Float)
    latency: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """``{"stage", "ms"}`` each, in order."""
    defects: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """``{"x", "y", "width", "height", "score", "kind"}`` each, in pixels of the frame."""
    optics: Mapped[list[dict[str, Any]]] = mapped_column(Json, server_default="[]")
    """``{"code", "sentence"}`` each: how the picture differed from the training pictures."""
    recipe: Mapped[str] = mapped_column(Text)
    recipe_revision: Mapped[int] = mapped_column(BigInteger)
    package: Mapped[str] = mapped_column(Text)
    action: Mapped[Action | None] = mapped_column(text_enum(Action))
    """What the line was to do with the part; None where the station had no output for it."""
    suppressed: Mapped[bool] = mapped_column(Boolean)
    outcome: Mapped[OutputOutcome | None] = mapped_column(text_enum(OutputOutcome))
    trigger_to_output_ms: Mapped[float | None] = mapped_column(Float)
    reconciled: Mapped[bool] = mapped_column(Boolean)
    ejected: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (
        Index("ix_inspections_triggered_at", "triggered_at", "id"),
        Index("ix_inspections_station_triggered_at", "station", "triggered_at", "id"),
        Index("ix_inspections_part_number", "part_number", "triggered_at", "id"),
        Index("ix_inspections_recipe", "recipe", "package"),
        Index(
            "uq_inspections_station_sequence",
            "station",
            "sequence",
            unique=True,
            sqlite_where=text("repeats IS NULL"),
            postgresql_where=text("repeats IS NULL"),
        ),
    )


class InspectionImageRow(Base):
    """An image that a gateway keeps of an inspection."""

    __tablename__ = "inspection_images"

    inspection: Mapped[str] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    role: Mapped[ImageRole] = mapped_column(text_enum(ImageRole), primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, index=True)
    media_type: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)


class ArrivedImageRow(Base):
    """An image of an inspection that is in the object store, by its content."""

    __tablename__ = "arrived_images"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    gateway: Mapped[str] = mapped_column(ForeignKey("gateways.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
