"""Calendars as the browser API shows and takes them. Times are those of the site's own clock, ``06:00``."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from goodpart.kpi.shifts import EVERY_DAY, Break, CalendarError, CalendarFault, Shift, check_day, check_week
from goodpart.server.calendars.errors import CalendarInvalidError, Fault
from goodpart.server.calendars.model import LONGEST_EXCEPTION_DAYS, Exceptional, Plan, Revision, Week
from goodpart.server.kit.edits import Editable
from goodpart.server.places.model import Place

CLOCK_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _clock_time(said: object) -> object:
    if isinstance(said, time) or (isinstance(said, str) and re.fullmatch(CLOCK_TIME, said)):
        return said
    raise ValueError("a time of day is said as 06:00")


ClockTime = Annotated[
    time,
    BeforeValidator(_clock_time),
    PlainSerializer(lambda moment: moment.strftime("%H:%M"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": CLOCK_TIME, "examples": ["06:00"]}),
]
Day = Annotated[date, Field(ge=date(1970, 1, 1), lt=date(2200, 1, 1))]
Name = Annotated[str, Field(max_length=100)]


class BreakIO(BaseModel):
    start: ClockTime
    end: ClockTime


class DayShiftIO(BaseModel):
    name: Name
    start: ClockTime
    end: Annotated[ClockTime, Field(description="Not after `start`: on the day after")]
    breaks: Annotated[list[BreakIO], Field(max_length=20)] = []

    @classmethod
    def of(cls, shift: Shift) -> Self:
        breaks = [BreakIO(start=pause.start, end=pause.end) for pause in shift.breaks]
        return cls.model_validate(
            {"name": shift.name, "start": shift.start, "end": shift.end, "breaks": breaks, "weekdays": shift.weekdays}
        )

    def shift(self) -> Shift:
        """Raises `CalendarError`."""
        breaks = tuple(Break(pause.start, pause.end) for pause in self.breaks)
        return Shift(self.name.strip(), self.start, self.end, self._weekdays(), breaks)

    def _weekdays(self) -> frozenset[int]:
        return EVERY_DAY


class ShiftIO(DayShiftIO):
    weekdays: Annotated[set[Annotated[int, Field(ge=1, le=7)]], Field(description="On which it starts; 1 is Monday")]

    def _weekdays(self) -> frozenset[int]:
        return frozenset(self.weekdays)


class WeekIO(BaseModel):
    first: Annotated[Day | None, Field(description="From this day on; null, of the first week: from the beginning")]
    shifts: Annotated[list[ShiftIO], Field(max_length=20, description="None: round the clock")]

    @classmethod
    def of(cls, week: Week) -> "WeekIO":
        return cls(first=week.first, shifts=[ShiftIO.of(shift) for shift in week.shifts])


class ExceptionIO(BaseModel):
    first: Day
    last: Annotated[Day, Field(description="Included")]
    name: Name
    shifts: Annotated[list[DayShiftIO], Field(max_length=20, description="None: a holiday")] = []

    @classmethod
    def of(cls, one: Exceptional) -> "ExceptionIO":
        shifts = [DayShiftIO.of(shift) for shift in one.shifts]
        return cls(first=one.first, last=one.last, name=one.name, shifts=shifts)


class FaultOut(BaseModel):
    where: Annotated[str, Field(examples=["weeks.0.shifts.1.breaks.0"], description="The way to the field")]
    fault: CalendarFault
    detail: str

    @classmethod
    def of(cls, fault: Fault) -> "FaultOut":
        return cls(where=fault.where, fault=fault.fault, detail=fault.detail)


class PlanIn(BaseModel):
    weeks: Annotated[list[WeekIO], Field(min_length=1, max_length=60)]
    days: Annotated[list[ExceptionIO], Field(max_length=600)] = []

    def plan(self) -> Plan:
        """Raises `CalendarInvalidError` with everything that is wrong, by field."""
        faults: list[Fault] = []
        weeks = [
            Week(week.first, _shifts(week.shifts, check_week, faults, "weeks", at))
            for at, week in enumerate(self.weeks)
        ]
        days = [
            Exceptional(day.first, day.last, day.name.strip(), _shifts(day.shifts, check_day, faults, "days", at))
            for at, day in enumerate(self.days)
        ]
        faults += [*_faults_of_weeks(weeks), *_faults_of_days(days)]
        if faults:
            raise CalendarInvalidError(faults)
        return Plan(tuple(weeks), tuple(sorted(days, key=lambda day: day.first)))


class CalendarOut(Editable):
    """The revision that holds; 0 and round the clock where nobody has set one."""

    revision: int
    timezone: str
    weeks: list[WeekIO]
    days: list[ExceptionIO]
    changed_at: datetime | None
    changed_by: str | None
    figures_follow: Annotated[
        bool, Field(description="Stored figures of the past are still being computed again after a change")
    ]

    untagged: ClassVar = frozenset({"figures_follow"})

    @classmethod
    def of(cls, site: Place, revision: Revision, *, figures_follow: bool) -> "CalendarOut":
        return cls(
            revision=revision.number,
            timezone=site.timezone or "UTC",
            weeks=[WeekIO.of(week) for week in revision.plan.weeks],
            days=[ExceptionIO.of(day) for day in revision.plan.days],
            changed_at=revision.changed_at,
            changed_by=revision.changed_by,
            figures_follow=figures_follow,
        )


def _shifts(
    entries: Sequence[DayShiftIO], check: Callable[[Sequence[Shift]], None], faults: list[Fault], *above: str | int
) -> tuple[Shift, ...]:
    """Those that can be read; ``above`` is the way to what holds them. They are checked together once all can be."""
    shifts = []
    for at, entry in enumerate(entries):
        try:
            shifts.append(entry.shift())
        except CalendarError as error:
            faults.append(Fault.of(error, *above, "shifts", at))
    if len(shifts) == len(entries):
        try:
            check(shifts)
        except CalendarError as error:
            faults.append(Fault.of(error, *above))
    return tuple(shifts)


def _faults_of_weeks(weeks: Sequence[Week]) -> list[Fault]:
    faults = []
    firsts = [week.first or date.min for week in weeks]
    if weeks[0].first is not None or any(week.first is None for week in weeks[1:]):
        faults.append(
            Fault("weeks.0.first", CalendarFault.WEEKS_OUT_OF_ORDER, "Only the first week is from the beginning.")
        )
    for at, (one, two) in enumerate(pairwise(firsts), start=1):
        if one >= two:
            detail = f"The week from {two} does not start after the one before it."
            faults.append(Fault(f"weeks.{at}.first", CalendarFault.WEEKS_OUT_OF_ORDER, detail))
    return faults


def _faults_of_days(days: Sequence[Exceptional]) -> list[Fault]:
    faults = []
    named: dict[date, str] = {}
    for at, day in enumerate(days):
        if not day.name:
            detail = f"The exception of {day.first} has no name."
            faults.append(Fault(f"days.{at}.name", CalendarFault.NAME_MISSING, detail))
        if not 0 <= (day.last - day.first).days < LONGEST_EXCEPTION_DAYS:
            detail = f"From {day.first} to {day.last} is not 1 to {LONGEST_EXCEPTION_DAYS} days."
            faults.append(Fault(f"days.{at}.last", CalendarFault.DAYS_INVALID, detail))
            continue
        twice = next((one for one in day.days() if one in named), None)
        if twice is not None:
            detail = f"{twice} is in {day.name or 'this'} and in {named[twice]}."
            faults.append(Fault(f"days.{at}.first", CalendarFault.DAY_TWICE, detail))
        named |= dict.fromkeys(day.days(), day.name)
    return faults
