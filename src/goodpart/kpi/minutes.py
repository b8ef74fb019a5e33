"""Station-minutes: what the server stores per station, minute, part number and shift, and adds up for every figure.

They are derived: whenever an event touches a minute, all its rows are computed again from the events and replaced.

    touched = affected_minutes(report_times, part_times)
    for minute in touched:
        window = whole_minute(minute)
        reports in evidence_window(window), parts in window  →  recompute_minute(…)  →  replace the minute's rows

What is made of ideal cycle times is not stored: rows are rated when they are read (`rated`), so that a new ideal cycle
time holds for all minutes at once.

A figure over any window is the sum of its rows plus `measure` of the window's `edges`, with `with_unlogged` for minutes
that no event ever touched: in a shift those are planned busy time in an unknown state, not time that does not exist.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from goodpart.kpi.calendar import Calendar, PlannedSpan
from goodpart.kpi.shifts import PlanKind
from goodpart.kpi.states import BELIEVED_FOR, StateReport, resolve_states, touched_by_report
from goodpart.kpi.sums import Sums
from goodpart.kpi.window import MINUTE, Window, minute_of, whole_minute, whole_ms
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict

SUM_OF_STATE = {state: f"{state.value}_ms" for state in MachineState}


@dataclass(frozen=True, slots=True)
class InspectedPart:
    """One part that passed the station, once: an inspection with the latest word on it."""

    at: datetime
    """When it was triggered."""
    part_number: str
    mode: Mode
    verdict: Verdict
    """After review, where there was one."""
    rejected: bool = False
    """The station told the line to eject it."""


@dataclass(frozen=True, slots=True)
class StationMinute:
    """One row: ``station``, ``minute``, ``part_number`` and ``shift`` are its key; ``sums`` adds."""

    station: str
    minute: datetime
    part_number: str
    """Empty for time in which it is not known what the machine was set up for."""
    shift: str
    """Empty outside shifts."""
    sums: Sums


def affected_minutes(
    reports: Iterable[datetime] = (), parts: Iterable[datetime] = (), believed_for: timedelta = BELIEVED_FOR
) -> tuple[datetime, ...]:
    """The minutes, in order, whose rows may change when events at these times are added, corrected or reviewed.

    ``reports`` are the times of state reports, ``parts`` those of inspected parts (for a review: of its part).
    """
    touched = {minute_of(at) for at in parts}
    for at in reports:
        touched.update(minute_of(cut.start) for cut in touched_by_report(at, believed_for).minutes())
    return tuple(sorted(touched))


def recompute_minute(
    station: str,
    minute: datetime,
    reports: Iterable[StateReport],
    parts: Iterable[InspectedPart],
    calendar: Calendar,
    ideal_cycle_ms: Mapping[str, int],
    believed_for: timedelta = BELIEVED_FOR,
) -> tuple[StationMinute, ...]:
    """All rows of one station and minute; they replace those stored before, including part numbers no longer named."""
    return measure(station, whole_minute(minute), reports, parts, calendar, ideal_cycle_ms, believed_for)


def measure(
    station: str,
    window: Window,
    reports: Iterable[StateReport],
    parts: Iterable[InspectedPart],
    calendar: Calendar,
    ideal_cycle_ms: Mapping[str, int],
    believed_for: timedelta = BELIEVED_FOR,
) -> tuple[StationMinute, ...]:
    """The rows of ``window``, one per minute and part number, edges holding the part of their minute that is in it.

    ``reports`` and ``parts`` are those of this station, in any order; what lies outside is ignored, so more may be
    given. ``ideal_cycle_ms`` is by part number; absent or 0 means not known.
    """
    counters: dict[tuple[datetime, str], Counter[str]] = defaultdict(Counter)
    minutes = list(window.minutes())
    plans = _plan_of_minutes(minutes, calendar)
    for span in resolve_states(reports, window, believed_for):
        for cut in span.window.minutes():
            minute = minute_of(cut.start)
            counter = counters[minute, span.part_number]
            _count_time(counter, cut.length_ms, span.state, plans[minute], enters_oee=span.enters_oee)
    for part in parts:
        if part.mode.enters_oee and whole_ms(part.at) in window:
            minute = minute_of(part.at)
            _count_part(counters[minute, part.part_number], part, plans[minute], ideal_cycle_ms)
    return tuple(
        StationMinute(station, minute, part_number, plan.shift if (plan := plans[minute]) else "", Sums(**counter))
        for (minute, part_number), counter in sorted(counters.items(), key=lambda item: item[0])
    )


def rated(sums: Sums, ideal_cycle_ms: int) -> Sums:
    """``sums`` of one part number with what `measure` makes of its ideal cycle time; 0 means not known."""
    ideal = max(ideal_cycle_ms, 0)
    return replace(sums, busy_ideal_ms=sums.busy_produced * ideal, busy_unrated=sums.busy_produced if ideal == 0 else 0)


def with_unlogged(
    rows: Iterable[StationMinute], station: str, window: Window, calendar: Calendar
) -> tuple[StationMinute, ...]:
    """``rows`` of one station, and for every minute of ``window`` that has none a row of unknown time."""
    known = list(rows)
    logged = {row.minute for row in known}
    minutes = [cut for cut in window.minutes() if minute_of(cut.start) not in logged]
    plans = _plan_of_minutes(minutes, calendar)
    alike: dict[tuple[int, PlanKind | None], Sums] = {}
    for cut in minutes:
        minute = minute_of(cut.start)
        plan = plans[minute]
        of = cut.length_ms, plan.kind if plan else None
        if of not in alike:
            counter: Counter[str] = Counter()
            _count_time(counter, cut.length_ms, MachineState.UNKNOWN, plan, enters_oee=True)
            alike[of] = Sums(**counter)
        known.append(StationMinute(station, minute, "", plan.shift if plan else "", alike[of]))
    return tuple(sorted(known, key=lambda row: (row.minute, row.part_number)))


def _count_time(
    counter: Counter[str], length_ms: int, state: MachineState, plan: PlannedSpan | None, *, enters_oee: bool
) -> None:
    counter[SUM_OF_STATE[state]] += length_ms
    if plan is None:
        return
    if plan.kind is PlanKind.BREAK or state is MachineState.PLANNED_STOP:
        counter["planned_down_ms"] += length_ms
        return
    if not enters_oee:
        return
    counter["busy_ms"] += length_ms
    if state is MachineState.RUNNING:
        counter["busy_running_ms"] += length_ms
    elif state is MachineState.UNKNOWN:
        counter["busy_unknown_ms"] += length_ms


def _count_part(
    counter: Counter[str], part: InspectedPart, plan: PlannedSpan | None, ideal_cycle_ms: Mapping[str, int]
) -> None:
    counter["produced"] += 1
    counter[part.verdict.value] += 1
    counter["rejected"] += part.rejected
    if plan is None or plan.kind is PlanKind.BREAK:
        return
    ideal = max(ideal_cycle_ms.get(part.part_number, 0), 0)
    counter["busy_produced"] += 1
    counter["busy_good"] += part.verdict is Verdict.GOOD
    counter["busy_ideal_ms"] += ideal
    counter["busy_unrated"] += ideal == 0


def _plan_of_minutes(minutes: list[Window], calendar: Calendar) -> dict[datetime, PlannedSpan | None]:
    """The plan that each minute lies in: wholly, because calendars know whole minutes only."""
    plans: dict[datetime, PlannedSpan | None] = {minute_of(cut.start): None for cut in minutes}
    if not minutes:
        return plans
    whole = Window(minute_of(minutes[0].start), whole_minute(minutes[-1].start).end)
    for span in calendar.plan(whole):
        minute = span.window.start
        while minute < span.window.end:
            if minute in plans:
                plans[minute] = span
            minute += MINUTE
    return plans
