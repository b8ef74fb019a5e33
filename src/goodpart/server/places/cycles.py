"""What a place is held to: the ideal cycle times of its parts and its OEE target, from the nearest place that says it.

Both are looked up when a figure is made, so that a change holds for every figure, however old its minutes.
"""

from collections.abc import Collection, Iterator, Mapping

from goodpart.server.audit import service as audit
from goodpart.server.kit.work import Work
from goodpart.server.places import repository, service
from goodpart.server.places.errors import IdealCycleNotFoundError, PartNumberNotFoundError
from goodpart.server.places.model import IdealCycle, OeeTarget, PartNumber, Place, nearest_target


async def ideal_cycles(work: Work, place: str, numbers: Collection[str]) -> dict[str, int]:
    """Milliseconds of those of ``numbers`` that are known, by number: the value of the nearest place at or above
    ``place`` that has one, else the part number's own. 0 means not known.

    Raises `PlaceNotFoundError`.
    """
    if not numbers:
        return {}
    found = await repository.own_cycles(work.session, numbers)
    chain = await _upwards(work, place)
    of_places = await repository.cycles_at(work.session, chain, numbers)
    for here in reversed(chain):
        found |= of_places.get(here, {})
    return found


async def oee_target(work: Work, place: str) -> float | None:
    """Of the nearest place at or above ``place`` that has one. Raises `PlaceNotFoundError`."""
    found = nearest_target((await service.get(work, place), *await service.ancestors(work, place)))
    return found.value if found else None


async def targets_above(work: Work, places: Collection[Place]) -> dict[str, OeeTarget]:
    """What holds at each of ``places`` where it says nothing itself, by its id; not those with nothing above.

    Whoever sees a place is held to what holds there, also where the place that says it is out of reach.
    """
    tree = {place.id: place for place in await repository.list_all(work.session)}
    found = {place.id: nearest_target(_above(place, tree)) for place in places}
    return {place: target for place, target in found.items() if target is not None}


def _above(place: Place, tree: Mapping[str, Place]) -> Iterator[Place]:
    while place.parent is not None:
        place = tree[place.parent]
        yield place


async def set_ideal_cycle(work: Work, part: str, place: str, ideal_cycle_ms: int) -> IdealCycle:
    """For the part number with the id ``part`` at ``place`` and all below it.

    Raises `PartNumberNotFoundError`, `PlaceNotFoundError`.
    """
    known = await get_part(work, part)
    where = await service.get(work, place)
    work.reach.require(place)
    cycle = IdealCycle(part, place, ideal_cycle_ms)
    await repository.put_cycle(work.session, cycle)
    detail = f"{known.number} at {where.name}: {ideal_cycle_ms} ms"
    await audit.record(work, "part_number.ideal_cycle_set", subject_of(part, place), detail)
    return cycle


def subject_of(part: str, place: str) -> str:
    """Under which the audit trail has what a place says of its own."""
    return f"{part}/cycles/{place}"


async def find_ideal_cycle(work: Work, part: str, place: str) -> IdealCycle | None:
    """What the place says of its own. Raises as `set_ideal_cycle`."""
    await get_part(work, part)
    await service.get(work, place)
    return await repository.find_cycle(work.session, part, place)


async def get_ideal_cycle(work: Work, part: str, place: str) -> IdealCycle:
    """Raises as `set_ideal_cycle`, and `IdealCycleNotFoundError`."""
    found = await find_ideal_cycle(work, part, place)
    if found is None:
        raise IdealCycleNotFoundError("The place has no ideal cycle time of its own for this part.", "Reload the page.")
    return found


async def remove_ideal_cycle(work: Work, part: str, place: str) -> None:
    """From now on the place is held to what holds above it. Raises as `get_ideal_cycle`."""
    await get_ideal_cycle(work, part, place)
    work.reach.require(place)
    await repository.remove_cycle(work.session, part, place)
    detail = f"{(await get_part(work, part)).number} at {(await service.get(work, place)).name}"
    await audit.record(work, "part_number.ideal_cycle_removed", subject_of(part, place), detail)


async def list_cycles(work: Work, parts: Collection[str] | None = None) -> dict[str, list[IdealCycle]]:
    """What places within reach say of their own, of all part numbers or of ``parts``, by the id of the part number."""
    found: dict[str, list[IdealCycle]] = {}
    for cycle in await repository.list_cycles(work.session, work.reach, parts):
        found.setdefault(cycle.part, []).append(cycle)
    return found


async def get_part(work: Work, part: str) -> PartNumber:
    """By its id. Raises `PartNumberNotFoundError`."""
    found = await repository.get_part_number(work.session, part)
    if found is None:
        raise PartNumberNotFoundError.of("part number", part)
    return found


async def _upwards(work: Work, place: str) -> list[str]:
    return [place, *(above.id for above in await service.ancestors(work, place))]
