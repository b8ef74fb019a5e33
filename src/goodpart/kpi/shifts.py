"""A shift with its breaks, by the clock on the wall, and how shifts may follow each other.

Times are the site's wall-clock times in whole minutes, so that every minute lies wholly inside or outside a shift or a
break. A shift belongs to the day it starts on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from itertools import pairwise

from goodpart.base.errors import GoodpartError
from goodpart.kpi.wallclock import DAY_MINUTES, minute_of_day

EVERY_DAY = frozenset(range(1, 8))


class CalendarFault(StrEnum):
    """What is wrong with a calendar, for programs that say it in other words."""

    ZONE_UNKNOWN = "zone_unknown"
    NAME_MISSING = "name_missing"
    WEEKDAYS_INVALID = "weekdays_invalid"
    TIME_INVALID = "time_invalid"
    BREAK_OUTSIDE = "break_outside"
    BREAKS_OVERLAP = "breaks_overlap"
    SHIFTS_OVERLAP = "shifts_overlap"
    DAY_TWICE = "day_twice"
    DAYS_INVALID = "days_invalid"
    WEEKS_OUT_OF_ORDER = "weeks_out_of_order"


class CalendarError(GoodpartError):
    """Shifts, breaks or the zone contradict each other or cannot be read as times of a day.

    ``where`` is the way to it from the thing that was made: ``("breaks", 0)``.
    """

    code = "calendar_invalid"

    def __init__(self, fault: CalendarFault, cause: str, remedy: str, where: tuple[str | int, ...] = ()) -> None:
        super().__init__(cause, remedy)
        self.fault = fault
        self.where = where


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
    """A shift that starts on the given ISO weekdays (1 is Monday). An ``end`` not after ``start`` is a day later.

    Raises `CalendarError`.
    """

    name: str
    start: time
    end: time
    weekdays: frozenset[int] = EVERY_DAY
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise CalendarError(
                CalendarFault.NAME_MISSING,
                "A shift has no name.",
                "Name every shift; outside shifts the name is empty.",
                ("name",),
            )
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise CalendarError(
                CalendarFault.WEEKDAYS_INVALID,
                f"Shift {self.name} names weekdays {sorted(self.weekdays)}.",
                "Use 1 (Monday) to 7 (Sunday).",
                ("weekdays",),
            )
        for moment in (self.start, self.end, *(edge for b in self.breaks for edge in (b.start, b.end))):
            if moment.second or moment.microsecond or moment.tzinfo:
                raise CalendarError(
                    CalendarFault.TIME_INVALID,
                    f"Shift {self.name} has the time {moment.isoformat()}.",
                    "Give times of the site's own clock in whole minutes, such as 06:00.",
                )
        self._refuse_breaks()

    def _refuse_breaks(self) -> None:
        reached = 0
        for at, (begin, end) in enumerate(self._breaks_from_start()):
            if end > self.length_min:
                raise CalendarError(
                    CalendarFault.BREAK_OUTSIDE,
                    f"The breaks of shift {self.name} leave the shift.",
                    "Let every break start and end inside its shift.",
                    ("breaks", at),
                )
            if begin < reached:
                raise CalendarError(
                    CalendarFault.BREAKS_OVERLAP,
                    f"The breaks of shift {self.name} overlap or are out of order.",
                    "List breaks in order, each after the one before.",
                    ("breaks", at),
                )
            reached = end

    @property
    def length_min(self) -> int:
        """By the clock on the wall; a change of the clocks makes it an hour more or less."""
        return (minute_of_day(self.end) - minute_of_day(self.start) - 1) % DAY_MINUTES + 1

    @property
    def busy_min(self) -> int:
        """By the clock on the wall, without breaks."""
        return self.length_min - sum(end - begin for begin, end in self._breaks_from_start())

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
            begin = (minute_of_day(pause.start) - minute_of_day(self.start)) % DAY_MINUTES
            yield begin, begin + (minute_of_day(pause.end) - minute_of_day(pause.start) - 1) % DAY_MINUTES + 1


ROUND_THE_CLOCK = Shift("all day", time(0), time(0))
"""From midnight to midnight, every day, without breaks. Nobody gave it its name: the pages say it in their language."""


def check_week(shifts: Sequence[Shift]) -> None:
    """Raises `CalendarError` where a shift of an ordinary week has not ended when another starts."""
    starts = [
        ((weekday - 1) * DAY_MINUTES + minute_of_day(shift.start), shift.length_min, at)
        for at, shift in enumerate(shifts)
        for weekday in shift.weekdays
    ]
    ordered = sorted(starts)
    if ordered:  # Sunday's last shift may run into Monday
        start, length, at = ordered[0]
        ordered.append((start + 7 * DAY_MINUTES, length, at))
    _refuse_overlap(ordered, shifts)


def check_day(shifts: Sequence[Shift]) -> None:
    """Raises `CalendarError` where a shift of one day has not ended when another starts."""
    _refuse_overlap(sorted((minute_of_day(s.start), s.length_min, at) for at, s in enumerate(shifts)), shifts)


def _refuse_overlap(ordered: list[tuple[int, int, int]], shifts: Sequence[Shift]) -> None:
    """``ordered`` are (start, length, index) in minutes."""
    for (start, length, at), (next_start, _, next_at) in pairwise(ordered):
        if start + length > next_start:
            raise CalendarError(
                CalendarFault.SHIFTS_OVERLAP,
                f"Shift {shifts[at].name} has not ended when shift {shifts[next_at].name} starts.",
                "Let every shift end at or before the start of the next one.",
                ("shifts", at),
            )
