"""The place tree: make it and walk it."""

from collections.abc import Collection

from goodpart.server.audit import service as audit
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.paths import ARROW
from goodpart.server.kit.work import Work
from goodpart.server.places import repository
from goodpart.server.places.errors import (
    PartNumberNotFoundError,
    PartNumberRetiredError,
    PartNumberTakenError,
    PlaceNameTakenError,
    PlaceNotFoundError,
)
from goodpart.server.places.model import PartNumber, PartNumberCounts, PartState, Place, PlaceKind, check_place


async def create(work: Work, kind: PlaceKind, name: str, parent: str | None, timezone: str | None = None) -> Place:
    """Raises `PlaceNotFoundError` for an unknown parent, `PlaceInvalidError` for a wrong one, `PlaceNameTakenError`.
    A site without a time zone gets UTC."""
    above = await get(work, parent) if parent is not None else None
    work.reach.require(parent)
    if kind is PlaceKind.SITE and timezone is None:
        timezone = "UTC"
    check_place(kind, above, timezone)
    await check_name_free(work, name, parent)
    place = Place(work.new_id(), kind, name, parent, timezone)
    await repository.add(work.session, place, created_at=work.now)
    await audit.record(work, "place.created", place.id, f"{kind} {name}")
    return place


async def check_name_free(work: Work, name: str, parent: str | None, *, but: str = "") -> None:
    """People and imported files name places by their path. Raises `PlaceNameTakenError`."""
    if await repository.sibling_named(work.session, name, parent, but=but):
        raise PlaceNameTakenError(f"There is a place {name} here already.", "Choose another name, or use that place.")


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


async def paths(work: Work) -> dict[str, str]:
    """The way to every place within reach from the topmost of them, ``Ulm › Hall 1 › Line 2``, by its id."""
    found: dict[str, str] = {}
    for place in await list_all(work):
        above = found.get(place.parent or "")
        found[place.id] = f"{above}{ARROW}{place.name}" if above else place.name
    return found


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


async def search_part_numbers(work: Work, text: str, state: PartState | None, request: PageRequest) -> Page[PartNumber]:
    """Those with ``text`` in their number or name, by number; an empty one and no state narrow nothing."""
    return await repository.search_part_numbers(work.session, text, state, request)


async def count_part_numbers(work: Work, text: str) -> PartNumberCounts:
    """How many `search_part_numbers` finds of either state."""
    return await repository.count_part_numbers(work.session, text)


async def find_part_number(work: Work, number: str) -> PartNumber | None:
    """By its number, as the PLC says it."""
    return await repository.find_part_number(work.session, number)


async def get_part_number(work: Work, number: str) -> PartNumber:
    """By its number, for something new that is made for it; it is not removed before ``work`` ends.

    Raises `PartNumberNotFoundError`, `PartNumberRetiredError`.
    """
    found = await repository.find_part_number(work.session, number, keep=True)
    if found is None:
        raise PartNumberNotFoundError(f"There is no part number {number!r}.", "Add it under part numbers first.")
    if found.retired_at is not None:
        raise PartNumberRetiredError(
            f"The part number {number} is retired.", "Take it into use again under part numbers first.", number=number
        )
    return found
