"""Machine states in, station-minutes kept up to date, the live stream told. The arithmetic is all in `goodpart.kpi`."""

from collections.abc import Iterable
from datetime import datetime

from goodpart.kpi.minutes import affected_minutes
from goodpart.kpi.window import EPOCH, MINUTE, Window, whole_minute
from goodpart.server.gateways import service as gateways
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Work
from goodpart.server.kpis import repository
from goodpart.server.kpis.figures import Scope, measured, scope_of, shift_figures
from goodpart.server.kpis.model import StateNow, believed_until, report_of
from goodpart.server.kpis.schemas import KpisOut, StationState
from goodpart.server.places import service as places
from goodpart.wire.events import MachineStateChanged
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode

_LONGEST_READ = 60 * MINUTE
"""Of events at a time: what memory a recompute after a long outage takes."""


async def apply_machine_state(
    work: Work, *, station: str, epoch: str, number: int, event: MachineStateChanged
) -> tuple[datetime, ...]:
    """Keep what a machine said in the event ``number`` of a journal; the minutes that it changes, for `recompute`.

    None where it was known. Raises `UnusableStateError` before anything is written.
    """
    report = report_of(event, number)
    if not await repository.add_report(work.session, station, epoch, report):
        return ()
    return affected_minutes(reports=[report.at])


async def recompute(work: Work, station: str, minutes: Iterable[datetime]) -> None:
    """Replace the station's rows of these minutes by what its events and reviews say now.

    Call it last in a transaction: others that touch this station wait for its end. Tells the live stream.
    """
    scope = await scope_of(work, station)
    await repository.lock_station(work.session, station)
    for window in _joined(minutes):
        rows = await measured(work, scope, window)
        await repository.replace_minutes(work.session, station, window, rows)
    await _announce(work, scope)


async def recompute_all(work: Work, place: str, since: datetime | None = None) -> None:
    """As `recompute`, for all stored minutes of all stations at or below ``place``, from ``since`` on if it is given.

    For a site whose clock or calendar has changed. Raises `PlaceNotFoundError`.
    """
    window = Window(since or EPOCH, work.now + MINUTE)
    for station in await places.stations_under(work, place):
        await recompute(work, station.id, await repository.logged_minutes(work.session, station.id, window))


async def announce(work: Work, station: str) -> None:
    """Tell the live stream, after the commit, what the station does and how its shift runs."""
    await _announce(work, await scope_of(work, station))


async def mode_now(work: Work, station: str) -> Mode | None:
    """What the station's gateway said last; None before it said anything."""
    gateway = await gateways.of_station(work, station)
    reported = gateway.reported if gateway else None
    return next((one.mode for one in reported.stations if one.station == station), None) if reported else None


async def state_now(work: Work, station: str) -> StateNow:
    """Unknown once the last report is too old to be believed."""
    report = await repository.latest_report(work.session, station, work.now)
    if report is None:
        return StateNow(MachineState.UNKNOWN, "", None)
    if believed_until(report.at) <= work.now:
        return StateNow(MachineState.UNKNOWN, "", believed_until(report.at))
    return StateNow(report.state, report.reason, await repository.state_since(work.session, station, report))


async def _announce(work: Work, scope: Scope) -> None:
    station = scope.station
    state = StationState.of(station, await mode_now(work, station), await state_now(work, station))
    work.after_commit(Signal("station", state.model_dump(mode="json"), places=(station,)))
    kpis = KpisOut.of(await shift_figures(work, scope)).model_dump(mode="json", by_alias=True)
    work.after_commit(Signal("kpis", {"station": station, "kpis": kpis}, places=(station,)))


def _joined(minutes: Iterable[datetime]) -> list[Window]:
    """Minutes next to each other become one window, so that a batch after an outage is not read minute by minute."""
    windows: list[Window] = []
    for minute in sorted(set(minutes)):
        here = whole_minute(minute)
        if windows and windows[-1].end == here.start and windows[-1].end - windows[-1].start < _LONGEST_READ:
            here = Window(windows.pop().start, here.end)
        windows.append(here)
    return windows
