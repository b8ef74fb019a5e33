"""Key figures of any place and time, and the live page."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from goodpart.kpi.control_chart import Subgroup, p_chart
from goodpart.kpi.series import by_hour, by_minute, by_quarter
from goodpart.kpi.sums import Sums
from goodpart.kpi.window import EPOCH, Window
from goodpart.server.calendars import service as calendars
from goodpart.server.gateways.endpoints import PresenceDep
from goodpart.server.gateways.model import Gateway, GatewayStatus
from goodpart.server.kit.pages import Listing
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import WorkDep
from goodpart.server.kit.work import Work
from goodpart.server.kpis import live
from goodpart.server.kpis.errors import WindowError
from goodpart.server.kpis.figures import figures, parts_not_good, states_of, station_rows
from goodpart.server.kpis.line import ControlChartOut, LiveLine, LossesOut, ParetoBarOut, StationStates
from goodpart.server.kpis.schemas import KpisOut, LiveShift, LiveStation, SeriesPoint
from goodpart.server.places import service as places

router = APIRouter(tags=["kpis"], dependencies=[permit(Permission.VIEW)])

_LONGEST = timedelta(days=366)
_LONGEST_BY_MINUTE = timedelta(days=7)
_BEFORE_NOW = timedelta(hours=8)


class Step(StrEnum):
    MINUTE = "minute"
    QUARTER = "quarter"
    """Of an hour."""
    HOUR = "hour"

    @property
    def longest(self) -> timedelta:
        return _LONGEST if self is Step.HOUR else _LONGEST_BY_MINUTE


Start = Annotated[AwareDatetime | None, Query(alias="from", description="8 hours before `to` by default")]
End = Annotated[AwareDatetime | None, Query(alias="to", description="Now by default")]


@router.get("/kpis")
async def get_kpis(work: WorkDep, place: str, start: Start = None, end: End = None) -> KpisOut:
    """OEE and its factors of all stations at or below a place, with the sums they are made of."""
    return KpisOut.of(await figures(work, place, _window(work, start, end, _LONGEST)))


@router.get("/kpis/series")
async def get_series(
    work: WorkDep, place: str, start: Start = None, end: End = None, step: Step = Step.MINUTE
) -> Listing[SeriesPoint]:
    """Bars in order of time; where nothing was to be counted there is none. Hours are those of the site's clock."""
    bars = await _bars(work, place, _window(work, start, end, step.longest), step)
    return Listing(items=[SeriesPoint.of(at, sums) for at, sums in bars.items()])


@router.get("/kpis/losses")
async def get_losses(work: WorkDep, place: str, start: Start = None, end: End = None) -> LossesOut:
    """Where planned busy time went, from what was planned down to the time that made good parts."""
    return LossesOut.of(await figures(work, place, _window(work, start, end, _LONGEST)))


@router.get("/kpis/states")
async def get_states(work: WorkDep, place: str, start: Start = None, end: End = None) -> Listing[StationStates]:
    """What every machine at or below a place was doing, without gaps: what nobody told is ``unknown``."""
    window = _window(work, start, end, _LONGEST_BY_MINUTE)
    return Listing(
        items=[
            StationStates.of(station, await states_of(work, station.id, window))
            for station in await places.stations_under(work, place)
        ]
    )


@router.get("/kpis/control-chart")
async def get_control_chart(
    work: WorkDep, place: str, start: Start = None, end: End = None, step: Step = Step.HOUR
) -> ControlChartOut:
    """The share of bad parts over time with the limits of chance around its mean, and the points that call for a cause.

    Parts are those judged good or bad in production, after review.
    """
    bars = await _bars(work, place, _window(work, start, end, step.longest), step)
    return ControlChartOut.of(p_chart([Subgroup(at, sums.good + sums.bad, sums.bad) for at, sums in bars.items()]))


@router.get("/kpis/pareto")
async def get_pareto(work: WorkDep, place: str, start: Start = None, end: End = None) -> Listing[ParetoBarOut]:
    """Why parts of production were not good, the most frequent cause first."""
    bars = await parts_not_good(work, place, _window(work, start, end, _LONGEST))
    return Listing(items=[ParetoBarOut.of(bar) for bar in bars])


@router.get("/kpis/shifts")
async def get_shifts_of(work: WorkDep, place: str, start: Start = None, end: End = None) -> Listing[LiveShift]:
    """The shifts, whole, that any part of the time asked for lies in, in order; none where the site sets no shifts."""
    window = _window(work, start, end, _LONGEST_BY_MINUTE)
    runs = (await calendars.of_place(work, place)).runs(window)
    return Listing(items=[LiveShift(name=run.shift, start=run.window.start, end=run.window.end) for run in runs])


@router.get("/live/lines")
async def list_live_lines(work: WorkDep) -> Listing[LiveLine]:
    """Every line over its running shift."""
    return Listing(items=await live.live_lines(work))


@router.get("/live/stations")
async def list_live_stations(work: WorkDep, presence: PresenceDep) -> Listing[LiveStation]:
    """Each station within reach: its newest parts, its figures of the present shift, what is wrong."""

    def online(gateway: Gateway) -> bool:
        return presence.status(gateway, work.now) is GatewayStatus.ONLINE

    return Listing(items=await live.live_stations(work, online))


async def _bars(work: Work, place: str, window: Window, step: Step) -> dict[datetime, Sums]:
    rows = await station_rows(work, place, window)
    match step:
        case Step.MINUTE:
            return by_minute(rows)
        case Step.QUARTER:
            return by_quarter(rows)
        case Step.HOUR:
            return by_hour(rows, ZoneInfo((await calendars.of_place(work, place)).zone))


def _window(work: Work, start: AwareDatetime | None, end: AwareDatetime | None, longest: timedelta) -> Window:
    """Raises `WindowError`."""
    until = min(end or work.now, work.now)
    since = start or until - _BEFORE_NOW
    if since > until or since < EPOCH:
        raise WindowError("The time asked for ends before it starts.", "Give a `from` that is not after `to` and now.")
    if until - since > longest:
        raise WindowError(
            f"The time asked for is longer than {longest.days} days.", "Ask for less, or in steps of an hour."
        )
    return Window(since, until)
