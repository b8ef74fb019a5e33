"""A site's calendar as people write it down: weeks that hold from a day on, and stretches of days that differ. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from goodpart.kpi.calendar import Calendar, ExceptionalDay, NewWeek
from goodpart.kpi.shifts import ROUND_THE_CLOCK, Shift

LONGEST_EXCEPTION_DAYS = 366


@dataclass(frozen=True)
class Week:
    """What holds every week from ``first`` on, until the next one does."""

    first: date | None
    """None: from the beginning. Of the first week only."""
    shifts: tuple[Shift, ...]
    """None at all: round the clock."""

    @property
    def planned_min(self) -> int:
        """Of an ordinary week, without breaks."""
        return sum(shift.busy_min * len(shift.weekdays) for shift in self.in_force)

    @property
    def in_force(self) -> tuple[Shift, ...]:
        return self.shifts or (ROUND_THE_CLOCK,)


@dataclass(frozen=True)
class Exceptional:
    """From ``first`` to ``last``, both included, other shifts run than in the week; none at all on holidays."""

    first: date
    last: date
    name: str
    shifts: tuple[Shift, ...] = ()

    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True)
class Plan:
    """What one revision says."""

    weeks: tuple[Week, ...] = (Week(None, ()),)
    """By their first days."""
    days: tuple[Exceptional, ...] = ()

    def week_on(self, day: date) -> Week:
        return next((week for week in reversed(self.weeks) if week.first is None or week.first <= day), self.weeks[0])

    def calendar(self, zone: str, revision: int = 0) -> Calendar:
        """Raises `CalendarError` for what a `PlanIn` would have refused."""
        first, *later = self.weeks
        return Calendar(
            zone,
            first.in_force,
            tuple(ExceptionalDay(day, one.name, one.shifts) for one in self.days for day in one.days()),
            revision,
            tuple(NewWeek(week.first, week.in_force) for week in later if week.first),
        )


@dataclass(frozen=True)
class Revision:
    """The ``number``-th plan of a site. Number 0, round the clock, is that of a site where nobody has set any."""

    number: int
    plan: Plan
    changed_at: datetime | None = None
    changed_by: str | None = None
