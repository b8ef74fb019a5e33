"""When a site means to produce, in UTC, over weekends, holidays and changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.kpi.calendar import Break, Calendar, CalendarError, ExceptionalDay, PlanKind, Shift
from goodpart.kpi.window import MINUTE, Window

BERLIN = ZoneInfo("Europe/Berlin")
WORKDAYS = frozenset({1, 2, 3, 4, 5})
THREE_SHIFTS = (
    Shift("early", time(6), time(14), WORKDAYS, (Break(time(10), time(10, 30)),)),
    Shift("late", time(14), time(22), WORKDAYS, (Break(time(18), time(18, 30)),)),
    Shift("night", time(22), time(6), WORKDAYS, (Break(time(1, 45), time(2, 15)),)),
)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


WEDNESDAY = Window(local(2026, 11, 4, 6), local(2026, 11, 5, 6))


def busy_hours(calendar: Calendar, window: Window) -> float:
    return sum(cut.length_ms for cut in calendar.busy(window)) / 3_600_000


def test_a_working_day_of_three_shifts_is_busy_but_for_its_breaks() -> None:
    calendar = Calendar("Europe/Berlin", THREE_SHIFTS)
    plan = calendar.plan(WEDNESDAY)
    assert [(span.shift, span.kind) for span in plan] == [
        (shift, kind) for shift in ("early", "late", "night") for kind in (PlanKind.BUSY, PlanKind.BREAK, PlanKind.BUSY)
    ]
    assert busy_hours(calendar, WEDNESDAY) == 22.5
    assert plan[1].window == Window(local(2026, 11, 4, 10), local(2026, 11, 4, 10, 30))


def test_the_friday_night_shift_reaches_into_saturday_and_nothing_follows_it() -> None:
    calendar = Calendar("Europe/Berlin", THREE_SHIFTS)
    weekend = Window(local(2026, 11, 7), local(2026, 11, 9))
    assert [(span.shift, span.day) for span in calendar.plan(weekend)] == [("night", date(2026, 11, 6))] * 3
    assert busy_hours(calendar, weekend) == 5.5


def test_a_night_shift_is_an_hour_short_when_the_clocks_go_forward_and_an_hour_long_when_they_go_back() -> None:
    nights = Calendar("Europe/Berlin", (Shift("night", time(22), time(6)),))
    spring, autumn = nights.shift_at(local(2026, 3, 29, 1)), nights.shift_at(local(2026, 10, 25, 1))
    assert spring is not None
    assert autumn is not None
    assert (spring.window.length_ms, autumn.window.length_ms) == (7 * 3_600_000, 9 * 3_600_000)


def test_a_break_that_the_clocks_jump_over_ends_with_the_jump() -> None:
    # In Berlin 02:00 to 03:00 does not exist on 2026-03-29; the jump is at 01:00 UTC.
    nights = Calendar("Europe/Berlin", (Shift("night", time(22), time(6), breaks=THREE_SHIFTS[2].breaks),))
    window = Window(local(2026, 3, 28, 22), local(2026, 3, 29, 6))
    pause = next(span.window for span in nights.plan(window) if span.kind is PlanKind.BREAK)
    assert pause == Window(datetime(2026, 3, 29, 0, 45, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC))
    assert busy_hours(nights, window) == 6.75


def test_a_break_in_the_hour_that_comes_twice_is_taken_once() -> None:
    night = Calendar("Europe/Berlin", (Shift("night", time(22), time(6), breaks=(Break(time(2, 15), time(2, 45)),)),))
    window = Window(local(2026, 10, 24, 22), local(2026, 10, 25, 6))
    assert window.length_ms == 9 * 3_600_000
    assert busy_hours(night, window) == 8.5


def test_shifts_that_change_in_the_missing_hour_meet_at_the_jump() -> None:
    calendar = Calendar("Europe/Berlin", (Shift("a", time(18, 30), time(2, 30)), Shift("b", time(2, 30), time(10))))
    runs = calendar.runs(Window(local(2026, 3, 29, 0), local(2026, 3, 29, 5)))
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert [(run.shift, run.window.start == jump, run.window.end == jump) for run in runs] == [
        ("a", False, True),
        ("b", True, False),
    ]


def test_a_holiday_has_no_shifts_and_a_special_day_has_its_own() -> None:
    short = Shift("short", time(7), time(11))
    calendar = Calendar(
        "Europe/Berlin",
        THREE_SHIFTS,
        (
            ExceptionalDay(date(2026, 12, 24), "Christmas Eve", (short,)),
            ExceptionalDay(date(2026, 12, 25), "Christmas"),
        ),
    )
    spans = calendar.plan(Window(local(2026, 12, 24), local(2026, 12, 26)))
    assert [span.shift for span in spans] == ["night", "night", "night", "short"]
    assert spans[0].day == date(2026, 12, 23)
    assert calendar.shift_at(local(2026, 12, 25, 12)) is None


def test_where_a_special_shift_starts_before_the_night_shift_ends_the_later_start_wins() -> None:
    calendar = Calendar(
        "Europe/Berlin",
        THREE_SHIFTS,
        (ExceptionalDay(date(2026, 11, 5), "inventory", (Shift("inventory", time(4), time(12)),)),),
    )
    runs = calendar.runs(Window(local(2026, 11, 5, 3), local(2026, 11, 5, 5)))
    assert [(run.shift, run.window.end) for run in runs] == [
        ("night", local(2026, 11, 5, 4)),
        ("inventory", local(2026, 11, 5, 12)),
    ]


def test_around_the_clock_leaves_no_time_out() -> None:
    for zone in ("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati"):
        window = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
        assert busy_hours(Calendar.around_the_clock(zone), window) == 365 * 24


@given(
    start=st.integers(0, 365 * 24 * 60 * 60).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s)),
    minutes=st.integers(1, 4 * 24 * 60),
    cut_after=st.integers(0, 4 * 24 * 60),
    zone=st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
)
def test_the_plan_is_in_order_without_overlap_and_the_same_however_it_is_cut(
    start: datetime, minutes: int, cut_after: int, zone: str
) -> None:
    calendar = Calendar(zone, THREE_SHIFTS)
    window = Window(start, start + minutes * MINUTE)
    spans = calendar.plan(window)
    assert all(one.window.end <= two.window.start for one, two in pairwise(spans))
    cut = min(window.start + cut_after * MINUTE, window.end)
    halves = calendar.busy(Window(window.start, cut)) + calendar.busy(Window(cut, window.end))
    assert sum(w.length_ms for w in halves) == sum(w.length_ms for w in calendar.busy(window))
    assert all(s.window.start in (window.start, s.window.start.replace(second=0, microsecond=0)) for s in spans)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Calendar("Mars/Olympus"), "Mars/Olympus"),
        (lambda: Calendar("../etc/passwd"), "time zone"),
        (lambda: Shift("", time(6), time(14)), "no name"),
        (lambda: Shift("early", time(6), time(14), frozenset({0, 8})), "weekdays"),
        (lambda: Shift("early", time(6, 0, 30), time(14)), "06:00:30"),
        (lambda: Shift("early", time(6), time(14), breaks=(Break(time(13), time(15)),)), "breaks"),
        (
            lambda: Shift("early", time(6), time(14), breaks=(Break(time(9), time(10)), Break(time(8), time(9)))),
            "breaks",
        ),
        (lambda: Calendar("UTC", (Shift("a", time(6), time(14)), Shift("b", time(13), time(22)))), "has not ended"),
        (
            lambda: Calendar("UTC", (Shift("sun", time(22), time(6), frozenset({7})), Shift("mon", time(5), time(9)))),
            "has not ended",
        ),
        (
            lambda: Calendar(
                "UTC", exceptions=(ExceptionalDay(date(2026, 1, 1), "a"), ExceptionalDay(date(2026, 1, 1), "b"))
            ),
            "twice",
        ),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused_with_the_cause(make: object, says: str) -> None:
    assert callable(make)
    with pytest.raises(CalendarError, match=says) as refused:
        make()
    assert refused.value.remedy
