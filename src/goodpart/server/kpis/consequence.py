"""What a calendar would change, told before it is saved. Nothing is written."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from goodpart.kpi.calendar import Calendar
from goodpart.kpi.replanning import replanned
from goodpart.kpi.wallclock import clock_change_min
from goodpart.kpi.window import MINUTE, Window
from goodpart.server.calendars import service as calendars
from goodpart.server.calendars.model import Plan
from goodpart.server.calendars.schemas import FaultOut
from goodpart.server.kit.work import Work
from goodpart.server.kpis import figures
from goodpart.server.places import service as places

_LOOKED_AHEAD_DAYS = 400


class WeekConsequence(BaseModel):
    first: date | None
    planned_min: Annotated[int, Field(description="In an ordinary week, without breaks")]
    planned_min_before: Annotated[int, Field(description="By the calendar that holds now, from the same day on")]


class PastConsequence(BaseModel):
    """Time for which figures change because something was planned otherwise."""

    since: datetime
    planned_min: Annotated[int, Field(description="From then up to now, of one station, without breaks")]
    planned_min_before: int
    stations: Annotated[int, Field(description="How many at the site have figures of that time")]


class ShiftOverClockChange(BaseModel):
    name: str
    day: date
    usual_min: int
    length_min: int


class ClockChange(BaseModel):
    day: date
    change_min: Annotated[int, Field(description="-60 where the clocks go an hour forward")]
    shifts: Annotated[list[ShiftOverClockChange], Field(description="Those that get longer or shorter")]


class ConsequenceOut(BaseModel):
    faults: Annotated[list[FaultOut], Field(description="For which it could not be saved; the rest is empty then")] = []
    weeks: list[WeekConsequence] = []
    past: Annotated[PastConsequence | None, Field(description="None where no figure of the past changes")] = None
    clock_changes: Annotated[list[ClockChange], Field(description="Of the next 400 days")] = []


@dataclass(frozen=True)
class Comparison:
    """All that the answer is reckoned from."""

    before: Plan
    after: Plan
    old: Calendar
    new: Calendar
    heard_since: tuple[datetime, ...]
    """When each station was first heard of, of those that were."""
    now: datetime

    @classmethod
    async def of(cls, work: Work, site: str, plan: Plan) -> "Comparison":
        """Raises `PlaceNotFoundError` for anything but a site."""
        place, revision = await calendars.get(work, site)
        old, new = calendars.calendar_of(place, revision), plan.calendar(place.timezone or "UTC", revision.number + 1)
        heard = [await figures.heard_since(work, station.id) for station in await places.stations_under(work, site)]
        return cls(revision.plan, plan, old, new, tuple(at for at in heard if at), work.now)

    async def consequence(self) -> ConsequenceOut:
        """Reckoned aside: years of a calendar take a while."""
        return await asyncio.to_thread(self._consequence)

    def _consequence(self) -> ConsequenceOut:
        today = self.now.astimezone(ZoneInfo(self.new.zone)).date()
        return ConsequenceOut(
            weeks=[
                WeekConsequence(
                    first=week.first,
                    planned_min=week.planned_min,
                    planned_min_before=self.before.week_on(week.first or date.min).planned_min,
                )
                for week in self.after.weeks
            ],
            past=self._past(),
            clock_changes=_clock_changes(self.new, today),
        )

    def _past(self) -> PastConsequence | None:
        earliest = min(self.heard_since, default=self.now)
        changed = [
            cut
            for window in replanned(self.old, self.new)
            if (cut := window.common(Window(earliest, max(earliest, self.now))))
        ]
        changed = [cut for cut in changed if self.old.plan(cut) != self.new.plan(cut)]
        if not changed:
            return None
        return PastConsequence(
            since=changed[0].start,
            planned_min=_planned_min(self.new, changed),
            planned_min_before=_planned_min(self.old, changed),
            stations=sum(at < changed[-1].end for at in self.heard_since),
        )


def _planned_min(calendar: Calendar, windows: list[Window]) -> int:
    return sum((busy.end - busy.start) // MINUTE for window in windows for busy in calendar.busy(window))


def _clock_changes(calendar: Calendar, today: date) -> list[ClockChange]:
    zone = ZoneInfo(calendar.zone)
    found = []
    for day in (today + timedelta(days=n) for n in range(_LOOKED_AHEAD_DAYS)):
        if change := clock_change_min(day, zone):
            shifts = [
                ShiftOverClockChange(
                    name=run.shift,
                    day=run.day,
                    usual_min=(run.window.end - run.window.start) // MINUTE - run.gained_min,
                    length_min=(run.window.end - run.window.start) // MINUTE,
                )
                for run in calendar.runs_of(day - timedelta(days=1), day)
                if run.gained_min
            ]
            found.append(ClockChange(day=day, change_min=change, shifts=shifts))
    return found
