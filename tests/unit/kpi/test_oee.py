"""Availability, effectiveness, quality and OEE against figures worked out by hand."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from goodpart.kpi.calendar import Calendar
from goodpart.kpi.minutes import InspectedPart, StationMinute, measure
from goodpart.kpi.oee import oee_of
from goodpart.kpi.series import by_hour, by_minute
from goodpart.kpi.shifts import Break, Shift
from goodpart.kpi.states import StateReport
from goodpart.kpi.sums import Sums, total
from goodpart.kpi.window import Window
from goodpart.wire.machine import STATE_REPEATED_EVERY_S, MachineState
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict

SIX = datetime(2026, 11, 4, 6, tzinfo=UTC)


def minute(count: float) -> datetime:
    return SIX + timedelta(minutes=count)


def reported(state: MachineState, first: int, last: int) -> list[StateReport]:
    """What a gateway sends while a machine is in one state from minute ``first`` to ``last``."""
    seconds = range(first * 60, last * 60, STATE_REPEATED_EVERY_S)
    return [StateReport(SIX + timedelta(seconds=s), state, "A") for s in seconds]


def parts(verdict: Verdict, count: int, first: int) -> list[InspectedPart]:
    return [
        InspectedPart(minute(first) + timedelta(seconds=20 * n), "A", Mode.PRODUCTION, verdict) for n in range(count)
    ]


def test_one_shift_worked_out_by_hand() -> None:
    """480 min shift, 30 min break, 20 min planned stop, 43 min fault, 2 min blocked, 5 min gateway off.

    PBT = 480 - 30 - 20 = 430 min. Running: 480 - 30 - 20 - 43 - 2 - 5 = 380 min, but after the last report before the
    gateway went off the machine is believed for 90 s from it: 1 min of the 5. APT = 381 min, unknown 4 min.
    PQ = 900 at 24 s: 21,600 s. GQ = 880.
    """
    calendar = Calendar("UTC", (Shift("early", time(6), time(14), breaks=(Break(time(10), time(10, 30)),)),))
    reports = [
        *reported(MachineState.RUNNING, 0, 60),
        *reported(MachineState.FAULT, 60, 103),
        *reported(MachineState.BLOCKED, 103, 105),
        *reported(MachineState.RUNNING, 105, 240),
        *reported(MachineState.RUNNING, 270, 300),
        *reported(MachineState.PLANNED_STOP, 300, 320),
        *reported(MachineState.RUNNING, 320, 400),  # and nothing from minute 400 to 405
        *reported(MachineState.RUNNING, 405, 480),
    ]
    made = [
        *parts(Verdict.GOOD, 180, 0),
        *parts(Verdict.GOOD, 405, 105),
        *parts(Verdict.GOOD, 240, 320),
        *parts(Verdict.GOOD, 55, 405),
        *parts(Verdict.BAD, 12, 425),
        *parts(Verdict.UNSURE, 5, 430),
        *parts(Verdict.NO_READ, 3, 435),
    ]
    rows = measure("s1", Window(minute(0), minute(480)), reports, made, calendar, {"A": 24_000})
    sums = total(row.sums for row in rows)
    figures = oee_of(sums)

    assert sums.busy_ms == 430 * 60_000
    assert sums.busy_running_ms == 381 * 60_000
    assert (sums.busy_produced, sums.busy_good) == (900, 880)
    assert figures.availability == pytest.approx(381 / 430)
    assert figures.effectiveness == pytest.approx(21_600 / (381 * 60))
    assert figures.quality == pytest.approx(880 / 900)
    # PRI x GQ / PBT, what the three multiply to: 24 s x 880 / 25,800 s
    assert figures.oee == pytest.approx(0.81860, abs=1e-5)
    assert (figures.unknown_ms, figures.unsure, figures.no_read) == (4 * 60_000, 5, 3)


def test_nothing_planned_nothing_made_is_no_figure_rather_than_zero_or_all() -> None:
    figures = oee_of(Sums())
    assert (figures.availability, figures.effectiveness, figures.quality, figures.oee) == (None, None, None, None)


def test_a_machine_that_stood_all_shift_is_zero_available_and_has_no_other_figure() -> None:
    figures = oee_of(Sums(busy_ms=1000, fault_ms=1000))
    assert (figures.availability, figures.effectiveness, figures.quality, figures.oee) == (0.0, None, None, None)


def test_without_an_ideal_cycle_time_there_is_no_effectiveness_but_the_rest_stands() -> None:
    figures = oee_of(Sums(busy_ms=10, busy_running_ms=5, busy_produced=2, busy_good=1, busy_ideal_ms=3, busy_unrated=1))
    assert (figures.availability, figures.effectiveness, figures.quality, figures.oee) == (0.5, None, 0.5, None)


def test_a_line_faster_than_its_ideal_cycle_time_is_shown_as_it_is() -> None:
    figures = oee_of(Sums(busy_ms=10, busy_running_ms=10, busy_produced=2, busy_good=2, busy_ideal_ms=15))
    assert (figures.effectiveness, figures.oee) == (1.5, 1.5)


def test_hours_of_a_chart_follow_the_clock_on_the_wall_and_an_hour_that_comes_twice_is_two_bars() -> None:
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # Berlin: 02:30 summer time, and an hour later 02:30 again
    rows = [StationMinute("s1", night + timedelta(minutes=m), "A", "", Sums(good=1)) for m in (0, 10, 60)]
    assert [(start.hour, sums.good) for start, sums in by_hour(rows, ZoneInfo("Europe/Berlin")).items()] == [
        (0, 2),
        (1, 1),
    ]
    assert [start.minute for start in by_hour(rows, ZoneInfo("Asia/Kolkata"))] == [30, 30]


def test_the_part_numbers_of_a_minute_are_one_bar() -> None:
    rows = [StationMinute("s1", SIX, number, "", Sums(good=2, bad=1)) for number in ("A", "B")]
    assert by_minute(rows) == {SIX: Sums(good=4, bad=2)}
