"""Key figures of any place and time, and the live page."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from goodpart.kpi.series import by_hour, by_minute
from goodpart.kpi.window import EPOCH, Window
from goodpart.server.gateways.endpoints import PresenceDep
from goodpart.server.gateways.model import Gateway, is_online
from goodpart.server.kit.pages import Listing
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import WorkDep
from goodpart.server.kit.work import Work
from goodpart.server.kpis import live
from goodpart.server.kpis.errors import WindowError
from goodpart.server.kpis.figures import figures, station_rows
from goodpart.server.kpis.schemas import KpisOut, LiveStation, SeriesPoint
from goodpart.server.places import service as places

router = APIRouter(tags=["kpis"], dependencies=[permit(Permission.VIEW)])

_LONGEST = timedelta(days=366)
_LONGEST_BY_MINUTE = timedelta(days=7)
_BEFORE_NOW = timedelta(hours=8)


class Step(StrEnum):
    MINUTE = "minute"
    HOUR = "hour"


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
    longest = _LONGEST_BY_MINUTE if step is Step.MINUTE else _LONGEST
    rows = await station_rows(work, place, _window(work, start, end, longest))
    zone = ZoneInfo((await places.calendar(work, place)).zone)
    bars = by_minute(rows) if step is Step.MINUTE else by_hour(rows, zone)
    return Listing(items=[SeriesPoint.of(at, sums) for at, sums in bars.items()])


@router.get("/live/stations")
async def list_live_stations(work: WorkDep, presence: PresenceDep) -> Listing[LiveStation]:
    def online(gateway: Gateway) -> bool:
        return is_online(
            connected=presence.is_connected(gateway.id),
            disconnected_at=presence.left_at(gateway.id),
            last_seen_at=gateway.last_seen_at,
            now=work.now,
        )

    return Listing(items=await live.live_stations(work, online))


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
