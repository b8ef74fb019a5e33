"""When a site means to produce, in UTC, over weekends, holidays and changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.kpi.calendar import Calendar, ExceptionalDay, NewWeek
from goodpart.kpi.replanning import replanned
from goodpart.kpi.shifts import EVERY_DAY, Break, CalendarError, CalendarFault, PlanKind, Shift
from goodpart.kpi.wallclock import clock_change_min, midnight
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
        (
            lambda: Calendar("UTC", changes=(NewWeek(date(2026, 2, 1), ()), NewWeek(date(2026, 2, 1), THREE_SHIFTS))),
            "on or before",
        ),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused_with_the_cause(make: object, says: str) -> None:
    assert callable(make)
    with pytest.raises(CalendarError, match=says) as refused:
        make()
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("pause", "fault"),
    [
        (Break(time(13, 30), time(14, 15)), CalendarFault.BREAK_OUTSIDE),
        (Break(time(5, 45), time(6, 15)), CalendarFault.BREAK_OUTSIDE),
        (Break(time(9, 30), time(10, 30)), CalendarFault.BREAKS_OVERLAP),
    ],
    ids=["over the end", "over the start", "into the break before"],
)
def test_a_wrong_break_is_told_by_its_place_and_fault(pause: Break, fault: CalendarFault) -> None:
    with pytest.raises(CalendarError) as refused:
        Shift("early", time(6), time(14), breaks=(Break(time(9), time(10)), pause))
    assert (refused.value.fault, refused.value.where) == (fault, ("breaks", 1))


def test_a_new_week_holds_from_its_first_day_and_the_night_before_it_goes_on() -> None:
    two = (Shift("day", time(7), time(15)), Shift("evening", time(15), time(23)))
    calendar = Calendar("Europe/Berlin", THREE_SHIFTS, changes=(NewWeek(date(2026, 11, 5), two),))
    runs = calendar.runs(Window(local(2026, 11, 4, 20), local(2026, 11, 5, 16)))
    assert [(run.shift, run.window.start) for run in runs] == [
        ("late", local(2026, 11, 4, 14)),
        ("night", local(2026, 11, 4, 22)),
        ("day", local(2026, 11, 5, 7)),
        ("evening", local(2026, 11, 5, 15)),
    ]


CLOCK_CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29), -60),
    ("Europe/Berlin", date(2026, 10, 25), 60),
    ("America/New_York", date(2026, 3, 8), -60),
    ("America/New_York", date(2026, 11, 1), 60),
    ("Australia/Lord_Howe", date(2026, 4, 5), 30),
    ("Australia/Lord_Howe", date(2026, 10, 4), -30),
    ("Asia/Kolkata", date(2026, 3, 29), 0),
]


@pytest.mark.parametrize(
    ("zone", "day", "minutes"), CLOCK_CHANGES, ids=[f"{zone} {day}" for zone, day, _ in CLOCK_CHANGES]
)
def test_the_night_shift_gains_or_loses_what_the_clocks_do(zone: str, day: date, minutes: int) -> None:
    nights = Calendar(zone, (Shift("night", time(22), time(6)),))
    before, of_day = nights.runs_of(day - timedelta(days=1), day)
    assert clock_change_min(day, ZoneInfo(zone)) == minutes
    assert (before.gained_min, of_day.gained_min) == (minutes, 0)
    assert before.window.length_ms == (8 * 60 + minutes) * 60_000


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Shift, ...]:
    """Up to three shifts that share out a day, each with or without a break, each on some weekdays or on all."""
    starts = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), min_size=1, max_size=3)))
    ends = [*starts[1:], starts[0] + 24 * 60]
    shifts = []
    for name, start, end in zip("abc", starts, ends, strict=False):
        first, last = sorted(draw(st.tuples(st.integers(start, end), st.integers(start, end))))
        breaks = (Break(_clock(first), _clock(last)),) if 0 < last - first < 24 * 60 else ()
        weekdays = draw(st.sampled_from([EVERY_DAY, WORKDAYS, frozenset({6})]))
        shifts.append(Shift(name, _clock(start), _clock(end), weekdays, breaks))
    return tuple(shifts)


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


around_changes = st.sampled_from(CLOCK_CHANGES).flatmap(
    lambda change: st.tuples(
        st.just(change[0]), st.integers(-2, 2).map(lambda days: change[1] + timedelta(days=days)), st.just(change[1])
    )
)


@given(around_changes, weeks())
def test_no_minute_is_lost_or_doubled_over_a_change_of_the_clocks(
    when: tuple[str, date, date], week: tuple[Shift, ...]
) -> None:
    zone, _, day = when
    everyday = tuple(Shift(shift.name, shift.start, shift.end, EVERY_DAY, shift.breaks) for shift in week)
    calendar = Calendar(zone, everyday)
    window = Window(
        midnight(day - timedelta(days=3), ZoneInfo(zone)), midnight(day + timedelta(days=3), ZoneInfo(zone))
    )
    spans = calendar.plan(window)
    assert [span.window.start for span in spans] == [window.start, *(span.window.end for span in spans[:-1])]
    assert spans[-1].window.end == window.end


@given(around_changes, weeks(), st.lists(weeks(), max_size=1))
def test_the_plan_of_days_adds_up_to_the_plan_of_their_time(
    when: tuple[str, date, date], week: tuple[Shift, ...], later: list[tuple[Shift, ...]]
) -> None:
    zone, changed, day = when
    calendar = Calendar(zone, week, changes=tuple(NewWeek(changed, one) for one in later))
    first, last = day - timedelta(days=4), day + timedelta(days=4)
    by_day = [span for n in range(9) for span in calendar.plan_of(first + timedelta(days=n), first + timedelta(days=n))]
    assert by_day == list(calendar.plan_of(first, last))
    whole = Window(midnight(first, ZoneInfo(zone)), midnight(last + timedelta(days=2), ZoneInfo(zone)))
    assert by_day == [span for span in calendar.plan(whole) if first <= span.day <= last]
    lengths = {
        run.window: sum(s.window.length_ms for s in by_day if s.window.common(run.window))
        for run in calendar.runs_of(first, last)
    }
    assert all(length == window.length_ms for window, length in lengths.items())


@st.composite
def calendars(draw: st.DrawFn, zone: str, around: date) -> Calendar:
    """Changes of the week and days that differ, within a week of ``around``."""
    near = st.integers(-7, 7).map(lambda days: around + timedelta(days=days))
    changes = tuple(NewWeek(day, draw(weeks())) for day in sorted(draw(st.sets(near, max_size=2))))
    days = draw(st.sets(near, max_size=3))
    shifts = st.one_of(st.just(()), weeks().map(lambda week: week[:1]))
    return Calendar(zone, draw(weeks()), tuple(ExceptionalDay(day, "x", draw(shifts)) for day in days), 1, changes)


@given(
    around_changes.flatmap(
        lambda when: st.tuples(calendars(when[0], when[2]), calendars(when[0], when[2]), st.just(when[2]))
    )
)
def test_what_is_not_told_to_be_replanned_is_planned_as_before(drawn: tuple[Calendar, Calendar, date]) -> None:
    old, new, day = drawn
    here = Window(*(midnight(day + timedelta(days=n), ZoneInfo(old.zone)) for n in (-11, 11)))
    changed = [cut for window in replanned(old, new) if (cut := window.common(here))]
    reached = here.start
    for cut in [*changed, Window(here.end, here.end)]:
        assert old.plan(Window(reached, cut.start)) == new.plan(Window(reached, cut.start))
        reached = cut.end
    assert replanned(old, old) == ()


def test_a_holiday_in_the_past_is_all_that_is_replanned() -> None:
    before = Calendar("Europe/Berlin", THREE_SHIFTS)
    after = Calendar("Europe/Berlin", THREE_SHIFTS, (ExceptionalDay(date(2026, 10, 26), "fair"),))
    assert replanned(before, after) == (Window(local(2026, 10, 26), local(2026, 10, 28)),)
    on_a_sunday = Calendar("Europe/Berlin", THREE_SHIFTS, (ExceptionalDay(date(2026, 10, 25), "fair"),))
    assert replanned(before, on_a_sunday) == ()
