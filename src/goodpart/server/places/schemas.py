"""Places and part numbers as the browser API shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from goodpart.server.kit.edits import Editable
from goodpart.server.kit.imports import LONGEST_TEXT
from goodpart.server.kit.reach import Reach
from goodpart.server.places.model import LONGEST_CYCLE_MS, IdealCycle, OeeTarget, PartNumber, Place, PlaceKind

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


def _shown(text: str) -> str:
    """As imported tables have it: signs that nobody sees, such as those of direction, make two names look like one."""
    if not text.isprintable():
        raise PydanticCustomError("text_unusable", "The text holds signs that cannot be shown")
    return text


PartName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT, pattern=PRINTABLE), AfterValidator(_shown)
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT, pattern=PRINTABLE),
    AfterValidator(_shown),
]


class PlaceIn(BaseModel):
    kind: PlaceKind
    name: Name
    parent: str | None = None
    timezone: str | None = None


class PlaceChangeIn(BaseModel):
    """What is left out stays."""

    name: Name | None = None
    parent: str | None = None
    """Null: at the top of the tree."""
    timezone: str | None = None
    oee_target: Annotated[float, Field(gt=0, le=1)] | None = None
    """1.0 is 100 %; null: that of the place above."""

    def values(self) -> dict[str, Any]:
        """Only a parent and a target can be none."""
        given = self.model_dump(exclude_unset=True)
        return {key: value for key, value in given.items() if value is not None or key in {"parent", "oee_target"}}


class TargetAboveOut(BaseModel):
    value: float
    place: str | None
    """The place that says it; null: one out of sight."""


class PlaceOut(Editable):
    untagged = frozenset({"target_above"})

    id: str
    kind: PlaceKind
    name: str
    parent: str | None
    timezone: str | None
    oee_target: float | None
    """Of this place itself; null: ``target_above`` holds."""
    target_above: TargetAboveOut | None
    """Of the nearest place above that has one; null: none has."""

    @classmethod
    def of(cls, place: Place, above: OeeTarget | None, reach: Reach) -> "PlaceOut":
        seen = above.place if above is not None and reach.sees(above.place) else None
        return cls(
            id=place.id,
            kind=place.kind,
            name=place.name,
            parent=place.parent,
            timezone=place.timezone,
            oee_target=place.oee_target,
            target_above=TargetAboveOut(value=above.value, place=seen) if above else None,
        )


CycleMs = Annotated[int, Field(ge=0, le=LONGEST_CYCLE_MS)]


class PartNumberIn(BaseModel):
    number: Name
    name: PartName = ""
    ideal_cycle_ms: CycleMs = 0
    """0: not known."""


class PartNumberChangeIn(BaseModel):
    """What is left out stays."""

    name: PartName | None = None
    ideal_cycle_ms: CycleMs | None = None
    retired: bool | None = None
    """True: nothing new is made for it from now on."""


class IdealCycleIn(BaseModel):
    ideal_cycle_ms: Annotated[int, Field(ge=1, le=LONGEST_CYCLE_MS)]


class IdealCycleOut(BaseModel):
    """Holds at the place and all below it, in place of the part number's own."""

    place: str
    ideal_cycle_ms: int

    @classmethod
    def of(cls, cycle: IdealCycle) -> "IdealCycleOut":
        return cls(place=cycle.place, ideal_cycle_ms=cycle.ideal_cycle_ms)


class PartNumberCountsOut(BaseModel):
    part_numbers: int
    retired: int
    """Of them."""


class PartNumberOut(Editable):
    untagged = frozenset({"cycles"})

    id: str
    number: str
    name: str
    ideal_cycle_ms: int
    retired_at: datetime | None
    """Null: in use."""
    cycles: list[IdealCycleOut]
    """What places say of their own."""

    @classmethod
    def of(cls, part: PartNumber, cycles: Iterable[IdealCycle] = ()) -> "PartNumberOut":
        return cls(
            id=part.id,
            number=part.number,
            name=part.name,
            ideal_cycle_ms=part.ideal_cycle_ms,
            retired_at=part.retired_at,
            cycles=[IdealCycleOut.of(cycle) for cycle in cycles],
        )
