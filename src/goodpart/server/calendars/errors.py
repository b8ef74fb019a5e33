"""What can be wrong with a calendar, by field."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from goodpart.kpi.shifts import CalendarError, CalendarFault
from goodpart.server.kit.errors import InvalidError


@dataclass(frozen=True)
class Fault:
    """``where`` is the way to the field in what was sent (``weeks.0.shifts.1.breaks.0``); ``fault`` is stable."""

    where: str
    fault: CalendarFault
    detail: str

    @classmethod
    def of(cls, error: CalendarError, *above: str | int) -> "Fault":
        return cls(".".join(str(step) for step in (*above, *error.where)), error.fault, error.cause)


class CalendarInvalidError(InvalidError):
    code = CalendarError.code

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults[0].detail, "Correct it and save again; nothing was changed.")
        self.faults = tuple(faults)
        self.extensions = {"faults": [asdict(fault) for fault in faults]}


class DaysError(InvalidError):
    code = "days_invalid"

    @classmethod
    def of(cls, first: date, last: date, longest: int) -> "DaysError":
        return cls(f"From {first} to {last} is not 1 to {longest} days.", "Ask for a day and one not before it.")
