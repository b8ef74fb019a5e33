"""When a site means to produce: weekly shifts with breaks, and the days that differ.

Times are the site's wall-clock times in whole minutes, so that every minute lies wholly inside or outside a shift or a
break. A shift belongs to the day it starts on: the Friday night shift goes on into a Saturday that is a holiday.

Over a change of the clocks a shift keeps its wall-clock times and gets longer or shorter. A time that the clocks jump
over means the moment of the jump; a time that comes twice means its first coming. Both keep times in order, so shifts
that follow each other still do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from goodpart.base.errors import GoodpartError
from goodpart.kpi.window import MINUTE, Window

DAY_MINUTES = 24 * 60
EVERY_DAY = frozenset(range(1, 8))


class CalendarError(GoodpartError):
    """Shifts, breaks or the zone contradict each other or cannot be read as times of a day."""

    code = "calendar_invalid"


class PlanKind(StrEnum):
    BUSY = "busy"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Break:
    """Planned downtime inside a shift, every time the shift runs."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift that starts on the given ISO weekdays (1 is Monday). An ``end`` not after ``start`` is a day later."""

    name: str
    start: time
    end: time
    weekdays: frozenset[int] = EVERY_DAY
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        if not self.name:
            raise CalendarError("A shift has no name.", "Name every shift; outside shifts the name is empty.")
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise CalendarError(
                f"Shift {self.name} names weekdays {sorted(self.weekdays)}.", "Use 1 (Monday) to 7 (Sunday)."
            )
        for moment in (self.start, self.end, *(edge for b in self.breaks for edge in (b.start, b.end))):
            if moment.second or moment.microsecond or moment.tzinfo:
                raise CalendarError(
                    f"Shift {self.name} has the time {moment.isoformat()}.",
                    "Give times of the site's own clock in whole minutes, such as 06:00.",
                )
        reached = 0
        for begin, end in self._breaks_from_start():
            if not reached <= begin < end <= self.length_min:
                raise CalendarError(
                    f"The breaks of shift {self.name} overlap, are out of order or leave the shift.",
                    "List breaks in order, each inside the shift and after the one before.",
                )
            reached = end

    @property
    def length_min(self) -> int:
        """By the clock on the wall; a change of the clocks makes it an hour more or less."""
        return (_minute(self.end) - _minute(self.start) - 1) % DAY_MINUTES + 1

    def parts(self) -> Iterator[tuple[int, int, PlanKind]]:
        """Busy stretches and breaks in order, as minutes by the wall from the shift's start."""
        reached = 0
        for begin, end in self._breaks_from_start():
            if begin > reached:
                yield reached, begin, PlanKind.BUSY
            yield begin, end, PlanKind.BREAK
            reached = end
        if reached < self.length_min:
            yield reached, self.length_min, PlanKind.BUSY

    def _breaks_from_start(self) -> Iterator[tuple[int, int]]:
        for pause in self.breaks:
            begin = (_minute(pause.start) - _minute(self.start)) % DAY_MINUTES
            yield begin, begin + (_minute(pause.end) - _minute(pause.start) - 1) % DAY_MINUTES + 1


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


@dataclass(frozen=True, slots=True)
class Calendar:
    """One revision of a site's calendar. Raises `CalendarError` for an unknown zone or weekly shifts that overlap.

    Where an exceptional day's shift starts before the shift of the day before has ended, the later start wins.
    """

    zone: str
    shifts: tuple[Shift, ...] = ()
    exceptions: tuple[ExceptionalDay, ...] = ()
    revision: int = 0

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise CalendarError(
                f"The time zone {self.zone!r} is not known.", "Use an IANA name such as Europe/Berlin or UTC."
            ) from error
        week = [
            ((weekday - 1) * DAY_MINUTES + _minute(shift.start), shift.length_min, shift.name)
            for shift in self.shifts
            for weekday in shift.weekdays
        ]
        _refuse_overlap(week, cycle=7 * DAY_MINUTES)
        for exception in self.exceptions:
            _refuse_overlap([(_minute(s.start), s.length_min, s.name) for s in exception.shifts], cycle=None)
        if len({exception.day for exception in self.exceptions}) < len(self.exceptions):
            raise CalendarError("A date is listed twice as an exception.", "Keep one entry for each date.")

    @classmethod
    def around_the_clock(cls, zone: str, shift: str = "all day") -> "Calendar":
        """One shift from midnight to midnight, every day, without breaks."""
        return cls(zone, (Shift(shift, time(0), time(0)),))

    def plan(self, window: Window) -> tuple[PlannedSpan, ...]:
        """Planned stretches inside ``window``, in order, cut to it. Time between them is outside every shift."""
        return tuple(
            PlannedSpan(cut, span.shift, span.day, span.kind)
            for span in self._spans(window)
            if (cut := span.window.common(window))
        )

    def busy(self, window: Window) -> tuple[Window, ...]:
        """The planned busy time inside ``window``: shifts without their breaks."""
        return tuple(span.window for span in self.plan(window) if span.kind is PlanKind.BUSY)

    def shift_at(self, instant: datetime) -> ShiftRun | None:
        """The shift that runs at ``instant``, whole; nothing outside shifts."""
        here = Window(instant, instant + MINUTE)
        return next((run for run, _ in self._runs(here) if instant in run.window), None)

    def runs(self, window: Window) -> tuple[ShiftRun, ...]:
        """The shifts, whole, that any part of ``window`` lies in."""
        return tuple(run for run, _ in self._runs(window) if run.window.common(window))

    def _runs(self, window: Window) -> Iterator[tuple[ShiftRun, Shift]]:
        """Shift runs around ``window`` in order, a run cut where the next one starts."""
        zone = ZoneInfo(self.zone)
        # Two days of margin: a shift lasts up to a day, and a zone may be most of a day away from UTC.
        day, last = window.start.date() - timedelta(days=2), window.end.date() + timedelta(days=2)
        found: list[tuple[datetime, datetime, Shift, date]] = []
        by_day = {exception.day: exception.shifts for exception in self.exceptions}
        while day <= last:
            for shift in by_day.get(day, self.shifts):
                if day in by_day or day.isoweekday() in shift.weekdays:
                    begin = datetime.combine(day, shift.start)
                    end = begin + timedelta(minutes=shift.length_min)
                    found.append((_utc(begin, zone), _utc(end, zone), shift, day))
            day += timedelta(days=1)
        found.sort(key=lambda run: (run[0], run[3], run[2].name))
        cuts = [*(start for start, *_ in found[1:]), datetime.max.replace(tzinfo=UTC)]
        for (start, end, shift, day), next_start in zip(found, cuts, strict=False):
            if start < min(end, next_start):
                yield ShiftRun(Window(start, min(end, next_start)), shift.name, day), shift

    def _spans(self, window: Window) -> Iterator[PlannedSpan]:
        zone = ZoneInfo(self.zone)
        for run, shift in self._runs(window):
            begin = datetime.combine(run.day, shift.start)
            for first, last, kind in shift.parts():
                start, end = (_utc(begin + timedelta(minutes=m), zone) for m in (first, last))
                if start < end and (cut := Window(start, end).common(run.window)):
                    yield PlannedSpan(cut, run.shift, run.day, kind)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _refuse_overlap(shifts: list[tuple[int, int, str]], *, cycle: int | None) -> None:
    """``shifts`` are (start, length, name) in minutes; with a ``cycle`` the last one may run into the first."""
    ordered = sorted(shifts)
    if cycle and ordered:
        start, length, name = ordered[0]
        ordered.append((start + cycle, length, name))
    for (start, length, name), (next_start, _, next_name) in pairwise(ordered):
        if start + length > next_start:
            raise CalendarError(
                f"Shift {name} has not ended when shift {next_name} starts.",
                "Let every shift end at or before the start of the next one.",
            )


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time (naive); see the module for times that do not exist or come twice."""
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    # PEP 495: for a time in a gap, fold=1 answers from before the jump and fold=0 from after it.
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    earlier = before.astimezone(zone).utcoffset()
    while instant - before > MINUTE:
        middle = before + (instant - before) // MINUTE // 2 * MINUTE
        if middle.astimezone(zone).utcoffset() == earlier:
            before = middle
        else:
            instant = middle
    return instant
