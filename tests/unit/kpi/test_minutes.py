"""Station-minutes: the same events give the same sums, whenever and in whatever pieces they arrive."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from goodpart.kpi.calendar import Calendar
from goodpart.kpi.minutes import (
    InspectedPart,
    StationMinute,
    affected_minutes,
    measure,
    recompute_minute,
    with_unlogged,
)
from goodpart.kpi.oee import oee_of
from goodpart.kpi.shifts import Break, Shift
from goodpart.kpi.states import StateReport, evidence_window
from goodpart.kpi.sums import SUM_NAMES, Sums, total
from goodpart.kpi.window import Window, whole_minute
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict

T0 = datetime(2026, 11, 4, 8, tzinfo=UTC)
# The window of the properties, 08:00 to 08:10, crosses the end of a shift and a break.
CALENDAR = Calendar("UTC", (Shift("early", time(6), time(8, 7), breaks=(Break(time(8, 3), time(8, 5)),)),))
WITHOUT_OEE = [mode for mode in Mode if not mode.enters_oee]
IDEAL = {"A": 2000, "B": 3500}
WINDOW = Window(T0, T0 + timedelta(minutes=10))


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


moments = st.integers(-150_000, 700_000).map(lambda ms: at(ms / 1000))
state_reports = st.lists(
    st.builds(
        StateReport,
        at=moments,
        state=st.sampled_from(MachineState),
        part_number=st.sampled_from(["", "A", "B"]),
        number=st.integers(0, 9),
        mode=st.none() | st.sampled_from(Mode),
    ),
    max_size=20,
)
inspected = st.lists(
    st.builds(
        InspectedPart,
        at=moments,
        part_number=st.sampled_from(["A", "B", "C"]),
        mode=st.sampled_from(Mode),
        verdict=st.sampled_from(Verdict),
        rejected=st.booleans(),
    ),
    max_size=30,
)


def measured(reports: list[StateReport], parts: list[InspectedPart], window: Window = WINDOW) -> Sums:
    return total(row.sums for row in measure("s1", window, reports, parts, CALENDAR, IDEAL))


def good_part(seconds: float, number: str = "A", mode: Mode = Mode.PRODUCTION) -> InspectedPart:
    return InspectedPart(at(seconds), number, mode, Verdict.GOOD)


@given(state_reports, inspected, st.randoms(use_true_random=False))
def test_the_order_in_which_events_arrive_does_not_matter(
    reports: list[StateReport], parts: list[InspectedPart], random: Random
) -> None:
    before = measure("s1", WINDOW, reports, parts, CALENDAR, IDEAL)
    mixed_reports, mixed_parts = list(reports), list(parts)
    for mixed in (mixed_reports, mixed_parts):
        random.shuffle(mixed)
    assert measure("s1", WINDOW, mixed_reports, mixed_parts, CALENDAR, IDEAL) == before


@given(state_reports, inspected, st.integers(0, 600_000))
def test_the_two_halves_of_a_window_add_up_to_the_whole(
    reports: list[StateReport], parts: list[InspectedPart], cut_ms: int
) -> None:
    cut = at(cut_ms / 1000)
    halves = (Window(WINDOW.start, cut), Window(cut, WINDOW.end))
    assert total(measured(reports, parts, half) for half in halves) == measured(reports, parts)


@given(state_reports, inspected)
def test_sums_are_never_negative_and_every_moment_and_part_is_counted_once(
    reports: list[StateReport], parts: list[InspectedPart]
) -> None:
    sums = measured(reports, parts)
    assert all(getattr(sums, name) >= 0 for name in SUM_NAMES)
    assert sums.length_ms == WINDOW.length_ms
    assert sums.busy_ms + sums.planned_down_ms <= 7 * 60_000
    assert sums.produced == sums.good + sums.bad + sums.unsure + sums.no_read
    assert sums.busy_running_ms + sums.busy_unknown_ms <= sums.busy_ms
    assert sums.busy_good <= sums.busy_produced <= sums.produced


@given(state_reports)
def test_the_mode_changes_only_what_enters_oee(reports: list[StateReport]) -> None:
    told = measured(reports, [])
    as_production = measured([replace(report, mode=Mode.PRODUCTION) for report in reports], [])
    not_said = measured([replace(report, mode=None) for report in reports], [])
    assert not_said == as_production
    assert as_production.busy_ms + as_production.planned_down_ms == 7 * 60_000
    for name in SUM_NAMES:
        if name.startswith("busy_"):
            assert getattr(told, name) <= getattr(as_production, name)
        else:
            assert getattr(told, name) == getattr(as_production, name)


@given(
    st.lists(st.tuples(st.sampled_from(MachineState), st.sampled_from(WITHOUT_OEE)), min_size=21, max_size=21),
    inspected,
)
def test_a_window_without_production_has_no_planned_busy_time_and_no_oee(
    said: list[tuple[MachineState, Mode]], parts: list[InspectedPart]
) -> None:
    reports = [StateReport(at(30 * n), state, "A", mode=mode) for n, (state, mode) in enumerate(said)]
    sums = measured(reports, parts)
    assert sums.length_ms == WINDOW.length_ms
    assert (sums.busy_ms, sums.busy_running_ms, sums.busy_unknown_ms) == (0, 0, 0)
    assert (oee_of(sums).availability, oee_of(sums).effectiveness, oee_of(sums).oee) == (None, None, None)


@given(st.integers(0, 60_000), st.sampled_from(WITHOUT_OEE), st.booleans())
def test_a_change_of_mode_within_a_minute_splits_it_to_the_millisecond(cut_ms: int, mode: Mode, promoted: bool) -> None:
    first, second = (mode, Mode.PRODUCTION) if promoted else (Mode.PRODUCTION, mode)
    reports = [
        StateReport(at(0), MachineState.RUNNING, "A", number=1, mode=first),
        StateReport(at(cut_ms / 1000), MachineState.RUNNING, "A", number=2, mode=second),
    ]
    (row,) = recompute_minute("s1", T0, reports, [], CALENDAR, IDEAL)
    counted = 60_000 - cut_ms if promoted else cut_ms
    assert row.sums == Sums(running_ms=60_000, busy_ms=counted, busy_running_ms=counted)


@given(state_reports, inspected, st.data())
def test_recomputing_only_what_each_batch_touches_ends_where_measuring_everything_at_once_does(
    reports: list[StateReport], parts: list[InspectedPart], data: st.DataObject
) -> None:
    """What a server does: batches of any size in any order, each replacing the minutes that it touches."""
    events: list[StateReport | InspectedPart] = data.draw(st.permutations([*reports, *parts]))
    stored: dict[datetime, tuple[StationMinute, ...]] = {}
    seen_reports: list[StateReport] = []
    seen_parts: list[InspectedPart] = []
    while events:
        size = data.draw(st.integers(1, len(events)))
        batch, events = events[:size], events[size:]
        new_reports = [event for event in batch if isinstance(event, StateReport)]
        new_parts = [event for event in batch if isinstance(event, InspectedPart)]
        seen_reports += new_reports
        seen_parts += new_parts
        for minute in affected_minutes((r.at for r in new_reports), (p.at for p in new_parts)):
            window = whole_minute(minute)
            evidence = evidence_window(window)
            stored[minute] = recompute_minute(
                "s1",
                minute,
                [r for r in seen_reports if r.at in evidence],
                [p for p in seen_parts if p.at in window],
                CALENDAR,
                IDEAL,
            )
    rows = [row for minute, found in stored.items() if minute in WINDOW for row in found]
    assert with_unlogged(rows, "s1", WINDOW, CALENDAR) == measure("s1", WINDOW, reports, parts, CALENDAR, IDEAL)


def test_late_events_change_the_minute_they_belong_to() -> None:
    reports = [StateReport(at(0), MachineState.RUNNING, "A")]
    before = measure("s1", WINDOW, reports, [], CALENDAR, IDEAL)
    late = good_part(61)
    after = measure("s1", WINDOW, reports, [late], CALENDAR, IDEAL)
    assert affected_minutes(parts=[late.at]) == (at(60),)
    changed = set(after) - set(before)
    assert [(row.minute, row.part_number, row.sums.produced) for row in changed] == [(at(60), "A", 1)]


def test_a_state_report_touches_every_minute_in_which_it_may_be_believed() -> None:
    assert affected_minutes(reports=[at(50)]) == (at(0), at(60), at(120))
    assert affected_minutes(reports=[at(0)], parts=[at(301)]) == (at(0), at(60), at(300))


def test_time_and_parts_are_counted_for_the_part_number_they_belong_to() -> None:
    reports = [StateReport(at(0), MachineState.RUNNING, "A"), StateReport(at(40), MachineState.RUNNING, "B")]
    parts = [good_part(10), good_part(39), good_part(45, "B")]
    rows = recompute_minute("s1", T0, reports, parts, CALENDAR, IDEAL)
    assert [(row.part_number, row.shift) for row in rows] == [("A", "early"), ("B", "early")]
    assert [(row.sums.running_ms, row.sums.produced, row.sums.busy_ideal_ms) for row in rows] == [
        (40_000, 2, 4000),
        (20_000, 1, 3500),
    ]


def test_only_parts_of_the_production_mode_count() -> None:
    for mode in set(Mode) - {Mode.PRODUCTION}:
        assert measured([], [good_part(1, mode=mode)]).produced == 0
    assert measured([], [good_part(1)]).produced == 1


def test_parts_made_in_a_break_or_after_the_shift_are_shown_but_stay_out_of_oee() -> None:
    running = [StateReport(at(s), MachineState.RUNNING, "A") for s in range(0, 600, 30)]
    sums = measured(running, [good_part(10), good_part(190), good_part(500)])
    assert (sums.produced, sums.busy_produced) == (3, 1)
    assert (sums.running_ms, sums.busy_running_ms) == (600_000, 5 * 60_000)


def test_a_planned_stop_in_a_shift_is_planned_downtime_and_outside_it_is_nothing() -> None:
    sums = measured([StateReport(at(0), MachineState.PLANNED_STOP)], [], Window(at(0), at(60)))
    assert (sums.busy_ms, sums.planned_down_ms) == (0, 60_000)
    sums = measured([StateReport(at(540), MachineState.PLANNED_STOP)], [], Window(at(540), at(600)))
    assert (sums.busy_ms, sums.planned_down_ms, sums.planned_stop_ms) == (0, 0, 60_000)


def test_time_in_a_shift_that_nobody_logged_is_planned_busy_and_unknown_never_production() -> None:
    (row, *_) = with_unlogged([], "s1", WINDOW, CALENDAR)
    assert row.sums == Sums(unknown_ms=60_000, busy_ms=60_000, busy_unknown_ms=60_000)
    assert total(r.sums for r in with_unlogged([], "s1", WINDOW, CALENDAR)).busy_running_ms == 0


def test_a_planned_stop_and_a_break_are_planned_downtime_in_every_mode() -> None:
    stopped = [StateReport(at(0), MachineState.PLANNED_STOP, mode=Mode.OBSERVE)]
    assert measured(stopped, [], Window(at(0), at(60))).planned_down_ms == 60_000
    in_break = [StateReport(at(180), MachineState.RUNNING, mode=Mode.OBSERVE)]
    assert measured(in_break, [], Window(at(180), at(240))).planned_down_ms == 60_000


def test_a_part_without_an_ideal_cycle_time_is_counted_as_such() -> None:
    sums = measured([], [good_part(1, "C")])
    assert (sums.busy_produced, sums.busy_unrated, sums.busy_ideal_ms) == (1, 1, 0)


def test_a_window_splits_into_whole_minutes_and_edges() -> None:
    window = Window(at(30), at(150))
    whole = window.whole_minutes()
    assert whole == Window(at(60), at(120))
    assert window.edges() == (Window(at(30), at(60)), Window(at(120), at(150)))
    assert Window(at(10), at(50)).whole_minutes() is None
    assert Window(at(10), at(50)).edges() == (Window(at(10), at(50)),)
    assert Window(at(0), at(60)).edges() == ()
