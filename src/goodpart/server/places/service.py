"""The place tree: make it, walk it, and tell when a site means to produce."""

from collections.abc import Collection, Sequence

from goodpart.kpi.calendar import Calendar, Shift
from goodpart.server.audit import service as audit
from goodpart.server.kit.work import Work
from goodpart.server.places import repository
from goodpart.server.places.errors import (
    PartNumberNotFoundError,
    PartNumberTakenError,
    PlaceInvalidError,
    PlaceNotFoundError,
)
from goodpart.server.places.model import PartNumber, Place, PlaceKind, ShiftPlan, check_place

ROUND_THE_CLOCK = "all day"


async def create(work: Work, kind: PlaceKind, name: str, parent: str | None, timezone: str | None = None) -> Place:
    """Raises `PlaceNotFoundError` for an unknown parent, `PlaceInvalidError` for a wrong one. A site without a time
    zone gets UTC."""
    above = await get(work, parent) if parent is not None else None
    work.reach.require(parent)
    if kind is PlaceKind.SITE and timezone is None:
        timezone = "UTC"
    check_place(kind, above, timezone)
    place = Place(work.new_id(), kind, name, parent, timezone)
    await repository.add(work.session, place, created_at=work.now)
    await audit.record(work, "place.created", place.id, f"{kind} {name}")
    return place


async def get(work: Work, place: str) -> Place:
    """Raises `PlaceNotFoundError`, also for a place out of reach."""
    found = await repository.find(work.session, place)
    if found is None or not work.reach.sees(place):
        raise PlaceNotFoundError.of("place", place)
    return found


async def get_of_kind(work: Work, place: str, kind: PlaceKind) -> Place:
    """Raises `PlaceNotFoundError`, also where the place is of another kind."""
    found = await repository.find(work.session, place)
    if found is None or found.kind is not kind or not work.reach.sees(place):
        raise PlaceNotFoundError.of(kind.value, place)
    return found


async def list_all(work: Work) -> list[Place]:
    """What is within reach. A parent comes before its children; places of one kind in the order in which they were
    made."""
    seen = [place for place in await repository.list_all(work.session) if work.reach.sees(place.id)]
    return sorted(seen, key=lambda place: place.kind.rank)


async def names(work: Work) -> dict[str, str]:
    """The name of every place, by its id."""
    return {place.id: place.name for place in await repository.list_all(work.session)}


async def below(work: Work, roots: Collection[str]) -> frozenset[str]:
    """The ids of those of ``roots`` that there are, and of all places below them, whatever the reach of ``work``."""
    held: set[str] = set()
    # Parents before children, so that one pass suffices.
    for place in sorted(await repository.list_all(work.session), key=lambda place: place.kind.rank):
        if place.id in roots or place.parent in held:
            held.add(place.id)
    return frozenset(held)


async def ancestors(work: Work, place: str) -> list[Place]:
    """The places above ``place``, nearest first, up to the top: who sees a place may know where it stands."""
    found: list[Place] = []
    above = (await get(work, place)).parent
    while above is not None:
        one = await repository.find(work.session, above)
        assert one is not None  # a foreign key
        found.append(one)
        above = one.parent
    return found


async def site_of(work: Work, place: str) -> Place | None:
    """The site that ``place`` is, or lies in; None above sites."""
    for candidate in (await get(work, place), *await ancestors(work, place)):
        if candidate.kind is PlaceKind.SITE:
            return candidate
    return None


async def line_of(work: Work, station: str) -> Place | None:
    return next((place for place in await ancestors(work, station) if place.kind is PlaceKind.LINE), None)


async def stations_under(work: Work, place: str) -> list[Place]:
    """The stations in ``place``, itself included if it is one. Raises `PlaceNotFoundError`."""
    root = await get(work, place)
    below: dict[str | None, list[Place]] = {}
    for candidate in await list_all(work):
        below.setdefault(candidate.parent, []).append(candidate)
    stations: list[Place] = []
    unvisited = [root]
    while unvisited:
        here = unvisited.pop(0)
        unvisited += below.get(here.id, ())
        if here.kind is PlaceKind.STATION:
            stations.append(here)
    return stations


async def first_site(work: Work) -> Place | None:
    """The first site within reach, or else the one around the first place that is."""
    seen = await list_all(work)
    sites = [place for place in seen if place.kind is PlaceKind.SITE]
    return sites[0] if sites else await site_of(work, seen[0].id) if seen else None


async def shifts(work: Work, site: str) -> list[ShiftPlan]:
    """Raises `PlaceNotFoundError` for anything but a site."""
    await get_of_kind(work, site, PlaceKind.SITE)
    return await repository.shifts(work.session, site)


async def set_shifts(work: Work, site: str, plans: Sequence[ShiftPlan]) -> list[ShiftPlan]:
    """Replace the week of a site. Raises `CalendarError` where shifts overlap."""
    place = await get_of_kind(work, site, PlaceKind.SITE)
    work.reach.require(site)
    _calendar(place, plans)
    await repository.set_shifts(work.session, site, plans)
    await audit.record(work, "site.shifts_set", site, ", ".join(plan.name for plan in plans) or "round the clock")
    return list(plans)


async def calendar(work: Work, place: str) -> Calendar:
    """When the site of ``place`` means to produce; round the clock where no shifts are set."""
    site = await site_of(work, place)
    if site is None:
        return Calendar.around_the_clock("UTC", ROUND_THE_CLOCK)
    return _calendar(site, await repository.shifts(work.session, site.id))


async def create_part_number(work: Work, number: str, name: str, ideal_cycle_ms: int) -> PartNumber:
    """Part numbers are the enterprise's. Raises `PartNumberTakenError`."""
    work.reach.require(None)
    if await repository.find_part_number(work.session, number):
        raise PartNumberTakenError(
            f"The part number {number} exists already.", "Use it, or choose another number.", number=number
        )
    part = PartNumber(work.new_id(), number, name, ideal_cycle_ms)
    await repository.add_part_number(work.session, part, created_at=work.now)
    await audit.record(work, "part_number.created", part.id, number)
    return part


async def list_part_numbers(work: Work) -> list[PartNumber]:
    return await repository.list_part_numbers(work.session)


async def find_part_number(work: Work, number: str) -> PartNumber | None:
    """By its number, as the PLC says it."""
    return await repository.find_part_number(work.session, number)


async def get_part_number(work: Work, number: str) -> PartNumber:
    """By its number. Raises `PartNumberNotFoundError`."""
    found = await repository.find_part_number(work.session, number)
    if found is None:
        raise PartNumberNotFoundError(f"There is no part number {number!r}.", "Add it under part numbers first.")
    return found


def _calendar(site: Place, plans: Sequence[ShiftPlan]) -> Calendar:
    if site.timezone is None:
        raise PlaceInvalidError(f"The site {site.name} has no time zone.", "Make the site again with one.")
    if not plans:
        return Calendar.around_the_clock(site.timezone, ROUND_THE_CLOCK)
    shifts = (Shift(plan.name, plan.start, plan.end, frozenset(day + 1 for day in plan.weekdays)) for plan in plans)
    return Calendar(site.timezone, tuple(shifts))
