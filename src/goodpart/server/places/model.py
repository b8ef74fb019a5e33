"""The place tree (ISA-95 equipment hierarchy) and part numbers: pure rules."""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from goodpart.server.places.errors import PlaceInvalidError


class PlaceKind(StrEnum):
    ENTERPRISE = "enterprise"
    SITE = "site"
    AREA = "area"
    LINE = "line"
    STATION = "station"

    @property
    def rank(self) -> int:
        """0 is the top of the tree."""
        return list(PlaceKind).index(self)

    @property
    def may_stand_alone(self) -> bool:
        """Small plants start at the site."""
        return self in {PlaceKind.ENTERPRISE, PlaceKind.SITE}


@dataclass(frozen=True)
class Place:
    id: str
    kind: PlaceKind
    name: str
    parent: str | None
    timezone: str | None
    """IANA name; of sites only."""


@dataclass(frozen=True)
class PartNumber:
    id: str
    number: str
    name: str
    ideal_cycle_ms: int
    """0: unknown; then effectiveness cannot be stated."""


def check_place(kind: PlaceKind, parent: Place | None, timezone: str | None) -> None:
    """Raises `PlaceInvalidError` where a place of this kind cannot stand there."""
    if parent is None and not kind.may_stand_alone:
        raise PlaceInvalidError(f"A {kind} needs a place above it.", "Name the line, area or site that it belongs to.")
    if parent is not None and parent.kind.rank >= kind.rank:
        raise PlaceInvalidError(
            f"A {kind} cannot stand under a {parent.kind}.", "The order is enterprise, site, area, line, station."
        )
    if parent is not None and parent.kind is PlaceKind.ENTERPRISE and kind is not PlaceKind.SITE:
        raise PlaceInvalidError(f"A {kind} cannot stand right under an enterprise.", "Make a site in between.")
    if timezone is not None:
        if kind is not PlaceKind.SITE:
            raise PlaceInvalidError(f"A {kind} has no time zone of its own.", "Set the time zone of its site.")
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise PlaceInvalidError(
                f"There is no time zone {timezone!r}.", "Use an IANA name such as Europe/Berlin."
            ) from error
