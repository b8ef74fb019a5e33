"""What the line page shows of a place: losses, states, the control chart, causes. Durations are seconds."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from goodpart.kpi.control_chart import ControlChart, Signal
from goodpart.kpi.losses import losses_of
from goodpart.kpi.pareto import ParetoBar
from goodpart.kpi.states import StateSpan
from goodpart.server.inspections.model import NotGood
from goodpart.server.kpis.model import Figures
from goodpart.server.kpis.schemas import KpisOut, LiveShift, NamedPlace
from goodpart.server.places.model import Place
from goodpart.wire.machine import MachineState
from goodpart.wire.verdicts import NoReadCause, Verdict


class LossesOut(BaseModel):
    """Stops, unknown, speed, quality and valuable time make up the planned time; valuable / planned is OEE."""

    planned: float
    """Planned busy time of all stations together."""
    stops: float
    unknown: float
    """In which nobody knows what the machine did."""
    running: float
    speed: float | None
    """Negative where an ideal cycle time is too long; null, as the next two, while one is not known."""
    quality: float | None
    valuable: float | None
    """What the good parts take at their ideal cycle time."""
    as_of: datetime

    @classmethod
    def of(cls, figures: Figures) -> "LossesOut":
        found = losses_of(figures.sums)
        return cls(
            planned=found.planned_ms / 1000,
            stops=found.stops_ms / 1000,
            unknown=found.unknown_ms / 1000,
            running=found.running_ms / 1000,
            speed=_seconds(found.speed_ms),
            quality=_seconds(found.quality_ms),
            valuable=_seconds(found.valuable_ms),
            as_of=figures.as_of,
        )


class StateSpanOut(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    start: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    state: MachineState
    reason: str


class StationStates(BaseModel):
    station: NamedPlace
    spans: list[StateSpanOut]
    """In order, without gap or overlap; empty where the station was not heard of yet."""

    @classmethod
    def of(cls, station: Place, spans: Iterable[StateSpan]) -> "StationStates":
        """Spans that differ in their part number alone are one."""
        joined: list[StateSpanOut] = []
        for span in spans:
            if joined and (joined[-1].state, joined[-1].reason) == (span.state, span.reason):
                joined[-1].end = span.window.end
            else:
                window = span.window
                joined.append(StateSpanOut(start=window.start, end=window.end, state=span.state, reason=span.reason))
        return cls(station=NamedPlace(id=station.id, name=station.name), spans=joined)


class ChartPointOut(BaseModel):
    at: datetime
    judged: int
    bad: int
    share: float
    lower: float
    upper: float
    approximate: bool
    """Too few parts for limits that can be relied on."""
    signals: list[Signal]


class ControlChartOut(BaseModel):
    """A p-chart; the limits are three sigma around the mean of this window."""

    mean: float | None
    points: list[ChartPointOut]

    @classmethod
    def of(cls, chart: ControlChart) -> "ControlChartOut":
        points = [
            ChartPointOut(
                at=point.at,
                judged=point.judged,
                bad=point.bad,
                share=point.share,
                lower=point.lower,
                upper=point.upper,
                approximate=point.approximate,
                signals=list(point.signals),
            )
            for point in chart.points
        ]
        return cls(mean=chart.mean, points=points)


class ParetoBarOut(BaseModel):
    verdict: Verdict
    kind: str
    """Of the worst region of bad parts; empty where the model names none."""
    cause: NoReadCause | None
    """Of parts that were not read."""
    count: int
    share: float
    cumulative: float

    @classmethod
    def of(cls, bar: ParetoBar[NotGood]) -> "ParetoBarOut":
        why = bar.cause
        return cls(
            verdict=why.verdict,
            kind=why.kind,
            cause=why.cause,
            count=bar.count,
            share=bar.share,
            cumulative=bar.cumulative,
        )


class LiveLine(BaseModel):
    """One tile of the overview: a line, or a station that belongs to none, over its running shift."""

    line: NamedPlace
    stations: list[str]
    """Their ids; what each of them does is under `/live/stations` and on the stream."""
    shift: LiveShift
    kpis: KpisOut
    """Of all its stations together."""


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000
