"""Who looks at a station, and what its gateway sends because of that."""

from collections.abc import Mapping
from datetime import datetime

from goodpart.server.gateways import service as gateways
from goodpart.server.gateways.model import Gateway
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Work
from goodpart.server.places import service as places
from goodpart.server.places.model import PlaceKind
from goodpart.server.previews.board import PreviewBoard
from goodpart.server.previews.errors import StationNotWatchedError
from goodpart.server.previews.model import LEASE, Posted, check_preview
from goodpart.server.previews.schemas import LivePartOut, LivePictureOut
from goodpart.wire.commands import WATCH, Commands, WatchStation
from goodpart.wire.previews import StationPreview

COMMANDED = "gateway_commanded"
"""Topic of an internal signal with the ``gateway`` whose question for commands is to be answered."""


async def look(work: Work, board: PreviewBoard, station: str) -> LivePictureOut:
    """The newest picture of a station; whoever asks keeps it watched for `LEASE`.

    Raises `PlaceNotFoundError`, also for a station out of reach.
    """
    place = await places.get_of_kind(work, station, PlaceKind.STATION)
    gateway = await gateways.of_station(work, place.id)
    supported = gateway is not None and can_send(gateway)
    if gateway is not None and supported and await board.watch(station, work.now):
        work.after_commit(Signal(COMMANDED, {"gateway": gateway.id}, public=False))
    posted = await board.newest(station, work.now)
    return LivePictureOut(
        station=station,
        supported=supported,
        lease_s=LEASE.total_seconds(),
        part=LivePartOut.of(posted) if posted is not None else None,
    )


def can_send(gateway: Gateway) -> bool:
    """Whether its software follows the command."""
    return gateway.revoked_at is None and gateway.reported is not None and WATCH in gateway.reported.commands


async def commands_of(work: Work, board: PreviewBoard, gateway: str) -> Commands:
    """What a gateway is to do now. The cursor grows whenever somebody begins to look, or goes on looking."""
    stations = {wiring.station for wiring in await gateways.wirings_of(work, gateway)}
    leases = await board.leases(stations, work.now)
    return as_commands(leases, work.now)


def as_commands(leases: Mapping[str, datetime], now: datetime) -> Commands:
    """Pure. Without a lease the cursor is 0."""
    return Commands(
        cursor=max((round(until.timestamp() * 1000) for until in leases.values()), default=0),
        watch=tuple(
            WatchStation(station=station, lease_s=round((until - now).total_seconds(), 3))
            for station, until in sorted(leases.items())
        ),
    )


async def receive(work: Work, board: PreviewBoard, gateway: str, station: str, preview: StationPreview) -> None:
    """A gateway sends the newest part of a station.

    Raises `PreviewUnusableError`, `UnusableInspectionError`, and `StationNotWatchedError` where nobody looks, or
    where another gateway serves the station now.
    """
    wiring = await gateways.wiring_of_station(work, station)
    serves = wiring is not None and wiring.gateway == gateway
    if not serves or not await board.leases({station}, work.now):
        raise StationNotWatchedError(f"Nobody looks at the station {station!r} of this gateway.", "Stop sending.")
    check_preview(preview)
    await board.post(station, Posted(preview, work.now))
