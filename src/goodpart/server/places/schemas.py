"""Places, shifts and part numbers as the browser API shows them."""

import re
from datetime import time
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from goodpart.server.places.model import PartNumber, Place, PlaceKind, ShiftPlan

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


def _clock_time(said: object) -> object:
    if isinstance(said, time) or (isinstance(said, str) and re.fullmatch(CLOCK_TIME, said)):
        return said
    raise ValueError("a time of day is said as 06:00")


CLOCK_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
ClockTime = Annotated[
    time,
    BeforeValidator(_clock_time),
    PlainSerializer(lambda moment: moment.strftime("%H:%M"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": CLOCK_TIME, "examples": ["06:00"]}),
]
"""A time of the site's own clock, ``06:00``."""


class PlaceIn(BaseModel):
    kind: PlaceKind
    name: Name
    parent: str | None = None
    timezone: str | None = None


class PlaceOut(BaseModel):
    id: str
    kind: PlaceKind
    name: str
    parent: str | None
    timezone: str | None

    @classmethod
    def of(cls, place: Place) -> "PlaceOut":
        return cls(id=place.id, kind=place.kind, name=place.name, parent=place.parent, timezone=place.timezone)


class ShiftIO(BaseModel):
    name: Name
    weekdays: Annotated[set[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1)]
    """0 is Monday."""
    start: ClockTime
    end: ClockTime
    """Not after ``start``: it ends the day after."""

    def plan(self) -> ShiftPlan:
        return ShiftPlan(self.name, frozenset(self.weekdays), self.start, self.end)

    @classmethod
    def of(cls, plan: ShiftPlan) -> "ShiftIO":
        return cls(name=plan.name, weekdays=set(plan.weekdays), start=plan.start, end=plan.end)


class PartNumberIn(BaseModel):
    number: Name
    name: Annotated[str, Field(max_length=200)] = ""
    ideal_cycle_ms: Annotated[int, Field(ge=0, le=86_400_000)] = 0


class PartNumberOut(BaseModel):
    id: str
    number: str
    name: str
    ideal_cycle_ms: int

    @classmethod
    def of(cls, part: PartNumber) -> "PartNumberOut":
        return cls(id=part.id, number=part.number, name=part.name, ideal_cycle_ms=part.ideal_cycle_ms)
