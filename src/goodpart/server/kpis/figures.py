"""Figures out of station-minutes and, at the edges of a window, out of the events themselves.

Time to come is left out of every figure, and so is the time before a station was first heard of: nobody planned on it
then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from goodpart.kpi.calendar import Calendar
from goodpart.kpi.minutes import StationMinute, measure, rated, with_unlogged
from goodpart.kpi.oee import oee_of
from goodpart.kpi.pareto import ParetoBar, pareto
from goodpart.kpi.states import StateSpan, evidence_window, resolve_states
from goodpart.kpi.sums import Sums, total
from goodpart.kpi.window import MINUTE, Window
from goodpart.server.calendars import service as calendars
from goodpart.server.inspections import service as inspections
from goodpart.server.inspections.model import InspectionFilter, NotGood
from goodpart.server.kit.work import Work
from goodpart.server.kpis import repository
from goodpart.server.kpis.model import SHOWN_WITHOUT_SHIFT, Figures, ShiftNow
from goodpart.server.places import cycles
from goodpart.server.places import service as places
from goodpart.wire.modes import Mode


@dataclass(frozen=True)
class Scope:
    """One station, and when it was meant to produce."""

    station: str
    calendar: Calendar


async def scope_of(work: Work, station: str) -> Scope:
    """Raises `PlaceNotFoundError`."""
    return Scope(station, await calendars.of_place(work, station))


async def figures(work: Work, place: str, window: Window) -> Figures:
    """Of all stations at or below ``place``. Raises `PlaceNotFoundError`."""
    sums = total(
        [
            await _sums(work, await scope_of(work, station.id), window)
            for station in await places.stations_under(work, place)
        ]
    )
    return await _figures(work, place, window, sums)


async def shift_figures(work: Work, scope: Scope) -> Figures:
    """Of a station's running shift, or of the last hours."""
    window = shift_now(work, scope).window
    return await _figures(work, scope.station, window, await _sums(work, scope, window))


def shift_now(work: Work, scope: Scope) -> ShiftNow:
    """What a live figure covers: the running shift, or the last hours."""
    run = scope.calendar.shift_at(work.now)
    if run is None:
        return ShiftNow("", Window(work.now - SHOWN_WITHOUT_SHIFT, work.now))
    return ShiftNow(run.shift, run.window)


async def station_rows(work: Work, place: str, window: Window) -> list[StationMinute]:
    """The station-minutes of all stations at or below ``place``, for a chart. Raises `PlaceNotFoundError`."""
    return [
        row
        for station in await places.stations_under(work, place)
        for row in await _rows(work, await scope_of(work, station.id), window)
    ]


async def states_of(work: Work, station: str, window: Window) -> tuple[StateSpan, ...]:
    """What a machine was doing at every moment of ``window``, from when it was first heard of up to now."""
    heard = await _heard(work, station, window)
    if heard is None:
        return ()
    reports = await repository.reports_within(work.session, station, evidence_window(heard))
    return resolve_states(reports, heard)


async def parts_not_good(work: Work, place: str, window: Window) -> tuple[ParetoBar[NotGood], ...]:
    """Why parts of production were not good, the most frequent cause first. Raises `PlaceNotFoundError`."""
    stations = tuple(station.id for station in await places.stations_under(work, place))
    wanted = InspectionFilter(stations=stations, mode=Mode.PRODUCTION, start=window.start, end=window.end)
    return pareto(await inspections.not_good(work, wanted))


async def measured(work: Work, scope: Scope, window: Window) -> tuple[StationMinute, ...]:
    """What the station's events and reviews say of ``window``, by the ideal cycle times of now."""
    reports = await repository.reports_within(work.session, scope.station, evidence_window(window))
    parts = await inspections.parts_between(work, scope.station, window.start, window.end)
    ideal = await cycles.ideal_cycles(work, scope.station, {part.part_number for part in parts})
    return measure(scope.station, window, reports, parts, scope.calendar, ideal)


async def _figures(work: Work, place: str, window: Window, sums: Sums) -> Figures:
    return Figures(place, window, sums, oee_of(sums), work.now, await cycles.oee_target(work, place))


async def heard_since(work: Work, station: str) -> datetime | None:
    """When the station was first heard of; None if it never was."""
    known = (await repository.first_report(work.session, station), await inspections.first_trigger(work, station))
    return min((at for at in known if at is not None), default=None)


async def _sums(work: Work, scope: Scope, window: Window) -> Sums:
    """As `_rows` added up, without reading each of them."""
    heard = await _heard(work, scope.station, window)
    if heard is None:
        return Sums()
    found = [row.sums for edge in heard.edges() for row in await measured(work, scope, edge)]
    if whole := heard.whole_minutes():
        stored = await repository.sums_within(work.session, scope.station, whole)
        ideal = await cycles.ideal_cycles(work, scope.station, stored)
        found += [rated(sums, ideal.get(number, 0)) for number, sums in stored.items()]
        logged = await repository.count_logged(work.session, scope.station, whole)
        if logged < (whole.end - whole.start) // MINUTE:
            known = await repository.logged_minutes(work.session, scope.station, whole)
            counted = [StationMinute(scope.station, minute, "", "", Sums()) for minute in known]
            found += [row.sums for row in with_unlogged(counted, scope.station, whole, scope.calendar)]
    return total(found)


async def _rows(work: Work, scope: Scope, window: Window) -> Sequence[StationMinute]:
    """Of whole minutes the stored rows, of silent ones unknown time, of a window's edges what the events say."""
    heard = await _heard(work, scope.station, window)
    if heard is None:
        return ()
    rows: list[StationMinute] = []
    if whole := heard.whole_minutes():
        stored = await repository.minutes_within(work.session, scope.station, whole)
        ideal = await cycles.ideal_cycles(work, scope.station, {row.part_number for row in stored})
        known = [replace(row, sums=rated(row.sums, ideal.get(row.part_number, 0))) for row in stored]
        rows += with_unlogged(known, scope.station, whole, scope.calendar)
    for edge in heard.edges():
        rows += await measured(work, scope, edge)
    return rows


async def _heard(work: Work, station: str, window: Window) -> Window | None:
    """The part of ``window`` from when the station was first heard of up to now."""
    since = await heard_since(work, station)
    start, end = max(window.start, since or work.now), min(window.end, work.now)
    return Window(start, end) if start < end else None
