"""Places and part numbers as the browser API shows them."""

from typing import Annotated

from pydantic import BaseModel, Field

from goodpart.server.places.model import PartNumber, Place, PlaceKind

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


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
