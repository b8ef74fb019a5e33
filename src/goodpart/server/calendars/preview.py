"""What a calendar makes of certain days: shifts and breaks as instants, and what the clocks do to them."""

from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from goodpart.kpi.calendar import Calendar, PlannedSpan, ShiftRun
from goodpart.kpi.shifts import PlanKind
from goodpart.kpi.wallclock import clock_change_min
from goodpart.kpi.window import MINUTE, Window

LONGEST_PREVIEW_DAYS = 400


class PlannedSpanOut(BaseModel):
    kind: PlanKind
    start: datetime
    end: datetime
    start_local: Annotated[str, Field(examples=["2026-03-29T06:00"])]
    end_local: str

    @classmethod
    def of(cls, span: PlannedSpan, zone: ZoneInfo) -> "PlannedSpanOut":
        window = span.window
        return cls(
            kind=span.kind,
            start=window.start,
            end=window.end,
            start_local=_local(window.start, zone),
            end_local=_local(window.end, zone),
        )


class PlannedShiftOut(BaseModel):
    name: str
    start: datetime
    end: datetime
    start_local: Annotated[str, Field(examples=["2026-03-28T22:00"])]
    end_local: str
    length_min: int
    gained_min: Annotated[int, Field(description="By a change of the clocks; negative where it loses time")]
    planned_min: Annotated[int, Field(description="Without breaks")]
    spans: list[PlannedSpanOut]


class PlannedDayOut(BaseModel):
    """The shifts that start on a day."""

    day: date
    exception: Annotated[str | None, Field(description="The name of the holiday or of the day that differs")]
    clock_change_min: Annotated[int, Field(description="By which the day is longer than others, or shorter: -60")]
    planned_min: int
    shifts: list[PlannedShiftOut]


def preview(calendar: Calendar, first: date, last: date) -> list[PlannedDayOut]:
    """Every day from ``first`` to ``last``, in order."""
    zone = ZoneInfo(calendar.zone)
    names = {one.day: one.name for one in calendar.exceptions}
    spans: dict[tuple[date, str, datetime], list[PlannedSpan]] = {}
    runs: dict[date, list[ShiftRun]] = {}
    for run in calendar.runs_of(first, last):
        runs.setdefault(run.day, []).append(run)
    for span in calendar.plan_of(first, last):
        run = next(one for one in runs[span.day] if span.window.common(one.window))
        spans.setdefault((run.day, run.shift, run.window.start), []).append(span)
    days = []
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        shifts = [_shift(run, spans.get((day, run.shift, run.window.start), []), zone) for run in runs.get(day, [])]
        days.append(
            PlannedDayOut(
                day=day,
                exception=names.get(day),
                clock_change_min=clock_change_min(day, zone),
                planned_min=sum(shift.planned_min for shift in shifts),
                shifts=shifts,
            )
        )
    return days


def _shift(run: ShiftRun, spans: list[PlannedSpan], zone: ZoneInfo) -> PlannedShiftOut:
    return PlannedShiftOut(
        name=run.shift,
        start=run.window.start,
        end=run.window.end,
        start_local=_local(run.window.start, zone),
        end_local=_local(run.window.end, zone),
        length_min=_minutes(run.window),
        gained_min=run.gained_min,
        planned_min=sum(_minutes(span.window) for span in spans if span.kind is PlanKind.BUSY),
        spans=[PlannedSpanOut.of(span, zone) for span in spans],
    )


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def _minutes(window: Window) -> int:
    return (window.end - window.start) // MINUTE
