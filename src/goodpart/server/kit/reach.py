"""How far a unit of work reaches: the places whose things its actor sees, and those where it may act.

Services ask it about the place of what they touch, so that no endpoint can forget to:

    if not work.reach.sees(gateway.site): raise GatewayNotFoundError    a thing elsewhere does not exist
    work.reach.require(gateway.site)                                    seen, but not to be changed by this person
    query.where(work.reach.limits(InspectionRow.station))               lists

The server's own work, and that of gateways, reaches everywhere. A request reaches nowhere until its permission has
been checked.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from goodpart.server.kit.errors import ForbiddenError


@dataclass(frozen=True)
class Extent:
    """Some places, each with all below it spelled out; or all there are and will be."""

    everywhere: bool = False
    places: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.places)

    def holds(self, place: str | None) -> bool:
        """None, the enterprise itself, is held only by what holds everything."""
        return self.everywhere or place in self.places


@dataclass(frozen=True)
class Reach:
    seen: Extent
    allowed: Extent
    """Where the actor may do what this request is about."""

    def sees(self, place: str | None) -> bool:
        """What belongs to no place belongs to the enterprise and is seen by all who see anything."""
        return bool(self.seen) if place is None else self.seen.holds(place)

    def require(self, place: str | None) -> None:
        """Raises `ForbiddenError` unless the actor may act there; for None: everywhere."""
        if not self.allowed.holds(place):
            where = "for the whole enterprise" if place is None else "at this place"
            raise ForbiddenError(f"Your role {where} does not allow this.", "Ask an administrator of this server.")

    def limits(self, place: sa.SQLColumnExpression[str] | sa.SQLColumnExpression[str | None]) -> sa.ColumnElement[bool]:
        """The condition that ``place``, a column, is of a place that is seen."""
        if self.seen.everywhere:
            return sa.true()
        known = sorted(self.seen.places)
        return place.in_(known) | (place.is_(None) if known else sa.false())


ALL = Extent(everywhere=True)
EVERYWHERE = Reach(ALL, ALL)
NOWHERE = Reach(Extent(), Extent())
