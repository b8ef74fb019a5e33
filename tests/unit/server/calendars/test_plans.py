"""A calendar as it is sent: read whole, or refused with everything that is wrong in it."""

from typing import Any

import pytest
from pydantic import ValidationError

from goodpart.server.calendars.errors import CalendarInvalidError
from goodpart.server.calendars.schemas import PlanIn

WORKDAYS = [1, 2, 3, 4, 5]
EARLY = {
    "name": "Early",
    "weekdays": WORKDAYS,
    "start": "06:00",
    "end": "14:00",
    "breaks": [{"start": "10:00", "end": "10:30"}],
}
NIGHT = {"name": "Night", "weekdays": [*WORKDAYS, 6, 7], "start": "22:00", "end": "06:00", "breaks": []}
SATURDAY = {"name": "Extra", "start": "07:00", "end": "12:00", "breaks": []}
HOLIDAY = {"first": "2026-04-03", "last": "2026-04-06", "name": "Easter", "shifts": []}
EXTRA_SATURDAY = {"first": "2026-03-07", "last": "2026-03-07", "name": "Stocktaking", "shifts": [SATURDAY]}


def plan(*shifts: dict[str, Any], days: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"weeks": [{"first": None, "shifts": list(shifts)}], "days": list(days)}


def with_breaks(*breaks: tuple[str, str]) -> dict[str, Any]:
    return plan({**EARLY, "breaks": [{"start": start, "end": end} for start, end in breaks]})


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        (
            plan(EARLY, {**NIGHT, "end": "06:30"}),
            [("weeks.0.shifts.1", "shifts_overlap")],
        ),
        (with_breaks(("13:45", "14:15")), [("weeks.0.shifts.0.breaks.0", "break_outside")]),
        (with_breaks(("10:00", "11:00"), ("10:30", "11:30")), [("weeks.0.shifts.0.breaks.1", "breaks_overlap")]),
        (
            plan({**EARLY, "name": " "}, {**NIGHT, "weekdays": []}),
            [("weeks.0.shifts.0.name", "name_missing"), ("weeks.0.shifts.1.weekdays", "weekdays_invalid")],
        ),
        (plan(days=({**HOLIDAY, "last": "2026-04-02"},)), [("days.0.last", "days_invalid")]),
        (plan(days=({**HOLIDAY, "name": ""},)), [("days.0.name", "name_missing")]),
        (plan(days=(HOLIDAY, {**HOLIDAY, "first": "2026-04-06"})), [("days.1.first", "day_twice")]),
        (
            plan(days=({**EXTRA_SATURDAY, "shifts": [SATURDAY, {**SATURDAY, "start": "11:00"}]},)),
            [("days.0.shifts.0", "shifts_overlap")],
        ),
        (
            {"weeks": [{"first": None, "shifts": []}, {"first": None, "shifts": []}]},
            [("weeks.0.first", "weeks_out_of_order"), ("weeks.1.first", "weeks_out_of_order")],
        ),
    ],
    ids=[
        "shifts overlap",
        "break outside",
        "breaks overlap",
        "two faults at once",
        "ends before it starts",
        "no name",
        "a date twice",
        "shifts of one day overlap",
        "two beginnings",
    ],
)
def test_what_contradicts_itself_is_told_by_field(said: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    with pytest.raises(CalendarInvalidError) as refused:
        PlanIn.model_validate(said).plan()
    assert [(fault.where, fault.fault) for fault in refused.value.faults] == faults


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"weeks": []},
        plan({**EARLY, "start": "24:00"}),
        plan({**EARLY, "start": "6 o'clock"}),
        plan({**EARLY, "weekdays": [0]}),
        plan({**EARLY, "weekdays": "daily"}),
        plan({**EARLY, "name": "x" * 101}),
        plan(days=({**HOLIDAY, "first": "2026-02-30"},)),
        plan(days=({**HOLIDAY, "last": "9999-12-31"},)),
        plan(*[EARLY] * 21),
    ],
    ids=lambda said: str(said)[:60],
)
def test_what_is_no_calendar_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PlanIn.model_validate(said)
