"""Key figures as the browser sees them. Ratios are 1.0 for 100 %, durations seconds."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from goodpart.kpi.oee import oee_of
from goodpart.kpi.sums import Sums
from goodpart.server.inspections.schemas import InspectionOut
from goodpart.server.kpis.model import Figures, StateNow
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode


class PartCounts(BaseModel):
    """Of production parts, by verdict after review."""

    produced: int
    good: int
    bad: int
    unsure: int
    no_read: int
    rejected: int


class StateSeconds(BaseModel):
    planned_busy: float
    """Time in shifts without breaks and planned stops, in mode ``production``."""
    running: float
    blocked: float
    starved: float
    fault: float
    planned_stop: float
    unknown: float


class KpisOut(BaseModel):
    """ISO 22400-2 figures; null where there is nothing to divide by."""

    model_config = ConfigDict(populate_by_name=True)

    place: str
    start: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    oee: float | None
    availability: float | None
    effectiveness: float | None
    quality: float | None
    oee_target: float | None
    """What the plant has set for the place or one above it; null where it has set nothing."""
    counts: PartCounts
    seconds: StateSeconds
    provisional: bool
    """True where corrections may still be missing: never on the server."""
    as_of: datetime

    @classmethod
    def of(cls, figures: Figures) -> "KpisOut":
        sums = figures.sums
        return cls(
            place=figures.place,
            start=figures.window.start,
            end=figures.window.end,
            oee=figures.oee.oee,
            availability=figures.oee.availability,
            effectiveness=figures.oee.effectiveness,
            quality=figures.oee.quality,
            oee_target=figures.oee_target,
            counts=PartCounts(
                produced=sums.produced,
                good=sums.good,
                bad=sums.bad,
                unsure=sums.unsure,
                no_read=sums.no_read,
                rejected=sums.rejected,
            ),
            seconds=StateSeconds(
                planned_busy=sums.busy_ms / 1000,
                running=sums.running_ms / 1000,
                blocked=sums.blocked_ms / 1000,
                starved=sums.starved_ms / 1000,
                fault=sums.fault_ms / 1000,
                planned_stop=sums.planned_stop_ms / 1000,
                unknown=sums.unknown_ms / 1000,
            ),
            provisional=False,
            as_of=figures.as_of,
        )


class SeriesPoint(BaseModel):
    """One bar of a chart."""

    at: datetime
    good: int
    bad: int
    unsure: int
    no_read: int
    oee: float | None

    @classmethod
    def of(cls, at: datetime, sums: Sums) -> "SeriesPoint":
        return cls(at=at, good=sums.good, bad=sums.bad, unsure=sums.unsure, no_read=sums.no_read, oee=oee_of(sums).oee)


class NamedPlace(BaseModel):
    id: str
    name: str


class LiveGateway(BaseModel):
    id: str
    name: str
    online: bool


class LiveShift(BaseModel):
    """The running shift; ``name`` is empty where none runs and the last hours are shown."""

    model_config = ConfigDict(populate_by_name=True)

    name: str
    start: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")


class StationState(BaseModel):
    """What the live stream sends as ``station``."""

    station: str
    mode: Mode | None
    machine_state: MachineState
    machine_reason: str
    machine_since: datetime | None

    @classmethod
    def of(cls, station: str, mode: Mode | None, state: StateNow) -> "StationState":
        return cls(
            station=station,
            mode=mode,
            machine_state=state.state,
            machine_reason=state.reason,
            machine_since=state.since,
        )


class LiveStation(BaseModel):
    """One tile of the live page."""

    station: NamedPlace
    line: NamedPlace | None
    gateway: LiveGateway | None
    mode: Mode | None
    machine_state: MachineState
    machine_reason: str
    machine_since: datetime | None
    part_number: str | None
    last_inspection: InspectionOut | None
    last_bad: InspectionOut | None
    shift: LiveShift
    kpis: KpisOut
    recent: list[InspectionOut]
    """Newest first."""
    as_of: datetime
