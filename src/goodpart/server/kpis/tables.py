"""Machine-state reports as they came, and the station-minutes derived from them and from inspections."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.kpi.sums import COUNTED
from goodpart.server.kit.database import Base, UtcDateTime, text_enum
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode


class StateReportRow(Base):
    """A machine said at ``at`` what it is doing, in the event ``number`` of the journal epoch ``epoch``."""

    __tablename__ = "machine_state_reports"

    station: Mapped[str] = mapped_column(ForeignKey("places.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    epoch: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[MachineState] = mapped_column(text_enum(MachineState))
    part_number: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    mode: Mapped[Mode | None] = mapped_column(text_enum(Mode))
    """NULL where the gateway did not say it."""


station_minutes = Table(
    "station_minutes",
    Base.metadata,
    Column("station", ForeignKey("places.id"), primary_key=True),
    Column("minute", UtcDateTime, primary_key=True),
    Column("part_number", Text, primary_key=True, index=True),
    Column("shift", Text, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in COUNTED),
)
"""One column per sum of `goodpart.kpi.sums.Sums` that is counted: integers that add, never ratios. Those made of ideal
cycle times are added when they are read."""
