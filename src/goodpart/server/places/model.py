"""The place tree (ISA-95 equipment hierarchy) and part numbers: pure rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from goodpart.server.places.errors import PlaceInvalidError

LONGEST_CYCLE_MS = 86_400_000


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
    oee_target: float | None = None
    """Of this place itself, 1.0 for 100 %; None: that of the place above."""


@dataclass(frozen=True)
class OeeTarget:
    value: float
    """1.0 for 100 %."""
    place: str
    """The place that says it."""


def nearest_target(upwards: Iterable[Place]) -> OeeTarget | None:
    """Of the first place that has one."""
    return next((OeeTarget(one.oee_target, one.id) for one in upwards if one.oee_target is not None), None)


class PartState(StrEnum):
    """Whether anything new is made for a part number."""

    IN_USE = "in_use"
    RETIRED = "retired"


@dataclass(frozen=True)
class PartNumber:
    id: str
    number: str
    name: str
    ideal_cycle_ms: int
    """0: unknown; then effectiveness cannot be stated."""
    retired_at: datetime | None = None
    """From then on nothing new is made for it; what there is goes on, and is inspected as before."""


@dataclass(frozen=True)
class PartNumberCounts:
    part_numbers: int
    retired: int
    """Of them."""


@dataclass(frozen=True)
class IdealCycle:
    """What a part takes at best at a place and all below it."""

    part: str
    """The id of the part number."""
    place: str
    ideal_cycle_ms: int


DEPENDENTS = {
    "places": "places below it",
    "user_grants": "roles of users",
    "gateways": "gateways",
    "station_wirings": "the wiring of a station",
    "recipes": "recipes",
    "datasets": "datasets",
    "inspections": "inspections",
    "machine_state_reports": "machine states",
    "station_minutes": "figures",
    "journal_branches": "journals of gateways",
}
"""What can belong to a place, in words a person knows, by the table it stands in; what to do away with first."""


DEPENDENTS_OF_PARTS = {
    "recipes": "recipes",
    "datasets": "datasets",
    "models": "models",
    "inspections": "inspections",
    "station_minutes": "figures",
}
"""The same for a part number: tables with a column ``part_number``. A machine's states are in the figures."""


def named_dependents(counts: Mapping[str, int], nouns: Mapping[str, str]) -> str:
    """``2 places below it, 1000+ inspections``, in the order of ``nouns``."""
    return ", ".join(
        f"{counts[table]}{'+' * (counts[table] >= 1000)} {nouns[table]}" for table in nouns if table in counts
    )


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
