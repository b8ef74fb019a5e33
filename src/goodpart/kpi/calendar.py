"""When a site means to produce: weekly shifts with breaks, and the days that differ.

A shift belongs to the day it starts on: the Friday night shift goes on into a Saturday that is a holiday. Over a change
of the clocks a shift keeps its wall-clock times and gets longer or shorter, as `goodpart.kpi.wallclock` says; shifts
that follow each other still do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from goodpart.kpi.shifts import ROUND_THE_CLOCK, CalendarError, CalendarFault, PlanKind, Shift, check_day, check_week
from goodpart.kpi.wallclock import utc_of
from goodpart.kpi.window import MINUTE, Window


@dataclass(frozen=True, slots=True)
class NewWeek:
    """From ``first`` on the ordinary week is another."""

    first: date
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class ExceptionalDay:
    """A date whose shifts are not the weekly ones: none on a holiday. Weekdays of its shifts are not looked at."""

    day: date
    name: str
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedSpan:
    """A stretch of one shift that is all busy or all break."""

    window: Window
    shift: str
    day: date
    """The local date that the shift belongs to."""
    kind: PlanKind


@dataclass(frozen=True, slots=True)
class ShiftRun:
    """One shift on one day, from its start to its end."""

    window: Window
    shift: str
    day: date
    gained_min: int = 0
    """What a change of the clocks makes it longer, or shorter where negative."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """One revision of a site's calendar. Raises `CalendarError` for an unknown zone or shifts that overlap in a week.

    Where the shift of a day that differs, or of the first day of a new week, starts before the shift of the day before
    has ended, the later start wins.
    """

    zone: str
    shifts: tuple[Shift, ...] = ()
    """Of the ordinary week, up to the first of ``changes``."""
    exceptions: tuple[ExceptionalDay, ...] = ()
    revision: int = 0
    changes: tuple[NewWeek, ...] = ()
    """By their first days."""

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise CalendarError(
                CalendarFault.ZONE_UNKNOWN,
                f"The time zone {self.zone!r} is not known.",
                "Use an IANA name such as Europe/Berlin or UTC.",
            ) from error
        for shifts in (self.shifts, *(change.shifts for change in self.changes)):
            check_week(shifts)
        for exception in self.exceptions:
            check_day(exception.shifts)
        if len({exception.day for exception in self.exceptions}) < len(self.exceptions):
            raise CalendarError(
                CalendarFault.DAY_TWICE, "A date is listed twice as an exception.", "Keep one entry for each date."
            )
        if any(one.first >= two.first for one, two in pairwise(self.changes)):
            raise CalendarError(
                CalendarFault.WEEKS_OUT_OF_ORDER,
                "A week starts on or before the day of the week before it.",
                "List weeks in the order of the days from which they hold.",
            )

    @classmethod
    def around_the_clock(cls, zone: str) -> "Calendar":
        return cls(zone, (ROUND_THE_CLOCK,))

    def week_on(self, day: date) -> tuple[Shift, ...]:
        """The ordinary week that holds on ``day``."""
        return next((change.shifts for change in reversed(self.changes) if change.first <= day), self.shifts)

    def plan(self, window: Window) -> tuple[PlannedSpan, ...]:
        """Planned stretches inside ``window``, in order, cut to it. Time between them is outside every shift."""
        return tuple(
            PlannedSpan(cut, span.shift, span.day, span.kind)
            for span in self._spans(*_days_around(window))
            if (cut := span.window.common(window))
        )

    def busy(self, window: Window) -> tuple[Window, ...]:
        """The planned busy time inside ``window``: shifts without their breaks."""
        return tuple(span.window for span in self.plan(window) if span.kind is PlanKind.BUSY)

    def shift_at(self, instant: datetime) -> ShiftRun | None:
        """The shift that runs at ``instant``, whole; nothing outside shifts."""
        here = Window(instant, instant + MINUTE)
        return next((run for run, _ in self._runs(*_days_around(here)) if instant in run.window), None)

    def runs(self, window: Window) -> tuple[ShiftRun, ...]:
        """The shifts, whole, that any part of ``window`` lies in."""
        return tuple(run for run, _ in self._runs(*_days_around(window)) if run.window.common(window))

    def runs_of(self, first: date, last: date) -> tuple[ShiftRun, ...]:
        """The shifts, whole, that belong to the days from ``first`` to ``last``, in order."""
        return tuple(run for run, _ in self._runs(first - _A_DAY, last + _A_DAY) if first <= run.day <= last)

    def plan_of(self, first: date, last: date) -> tuple[PlannedSpan, ...]:
        """The planned stretches of those shifts, in order."""
        return tuple(span for span in self._spans(first - _A_DAY, last + _A_DAY) if first <= span.day <= last)

    def _runs(self, first: date, last: date) -> Iterator[tuple[ShiftRun, Shift]]:
        """Shift runs of these days in order, a run cut where the next one of them starts."""
        zone = ZoneInfo(self.zone)
        found: list[tuple[datetime, datetime, Shift, date]] = []
        by_day = {exception.day: exception.shifts for exception in self.exceptions}
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            for shift in by_day.get(day, self.week_on(day)):
                if day in by_day or day.isoweekday() in shift.weekdays:
                    begin = datetime.combine(day, shift.start)
                    end = begin + timedelta(minutes=shift.length_min)
                    found.append((utc_of(begin, zone), utc_of(end, zone), shift, day))
        found.sort(key=lambda run: (run[0], run[3], run[2].name))
        cuts = [*(start for start, *_ in found[1:]), datetime.max.replace(tzinfo=UTC)]
        for (start, end, shift, day), next_start in zip(found, cuts, strict=False):
            if start < min(end, next_start):
                gained = (end - start) // MINUTE - shift.length_min
                yield ShiftRun(Window(start, min(end, next_start)), shift.name, day, gained), shift

    def _spans(self, first: date, last: date) -> Iterator[PlannedSpan]:
        zone = ZoneInfo(self.zone)
        for run, shift in self._runs(first, last):
            begin = datetime.combine(run.day, shift.start)
            for since, until, kind in shift.parts():
                start, end = (utc_of(begin + timedelta(minutes=m), zone) for m in (since, until))
                if start < end and (cut := Window(start, end).common(run.window)):
                    yield PlannedSpan(cut, run.shift, run.day, kind)


_A_DAY = timedelta(days=1)


def _days_around(window: Window) -> tuple[date, date]:
    # Two days of margin: a shift lasts up to a day, and a zone may be most of a day away from UTC.
    return window.start.date() - 2 * _A_DAY, window.end.date() + 2 * _A_DAY
