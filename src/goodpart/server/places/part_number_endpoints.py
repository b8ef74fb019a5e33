"""Part numbers over HTTP. They are the enterprise's; what a line is held to is the line's."""

from fastapi import APIRouter

from goodpart.server.kit.pages import Listing
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import WorkDep
from goodpart.server.places import cycles, editing, service
from goodpart.server.places.schemas import (
    IdealCycleIn,
    IdealCycleOut,
    PartNumberChangeIn,
    PartNumberIn,
    PartNumberOut,
)

router = APIRouter(prefix="/part-numbers", tags=["part numbers"])


@router.get("", dependencies=[permit(Permission.VIEW)])
async def list_part_numbers(work: WorkDep) -> Listing[PartNumberOut]:
    """By number."""
    of_places = await cycles.list_cycles(work)
    parts = await service.list_part_numbers(work)
    return Listing(items=[PartNumberOut.of(part, of_places.get(part.id, ())) for part in parts])


@router.post("", status_code=201, dependencies=[permit(Permission.CONFIGURE)])
async def create_part_number(work: WorkDep, body: PartNumberIn) -> PartNumberOut:
    return PartNumberOut.of(await service.create_part_number(work, body.number, body.name, body.ideal_cycle_ms))


@router.get("/{part}", dependencies=[permit(Permission.VIEW)])
async def get_part_number(work: WorkDep, part: str) -> PartNumberOut:
    return await _shown(work, part)


@router.patch("/{part}", dependencies=[permit(Permission.CONFIGURE)])
async def change_part_number(work: WorkDep, part: str, body: PartNumberChangeIn) -> PartNumberOut:
    """A new ideal cycle time holds for the figures of all times."""
    await editing.change_part_number(work, part, body.model_dump(exclude_none=True))
    return await _shown(work, part)


@router.put("/{part}/cycles/{place}", dependencies=[permit(Permission.CONFIGURE)])
async def set_ideal_cycle(work: WorkDep, part: str, place: str, body: IdealCycleIn) -> IdealCycleOut:
    """What this part takes at best at a place and all below it; it holds for the figures of all times."""
    return IdealCycleOut.of(await cycles.set_ideal_cycle(work, part, place, body.ideal_cycle_ms))


@router.delete("/{part}/cycles/{place}", status_code=204, dependencies=[permit(Permission.CONFIGURE)])
async def remove_ideal_cycle(work: WorkDep, part: str, place: str) -> None:
    """The place is held to what holds above it."""
    await cycles.remove_ideal_cycle(work, part, place)


async def _shown(work: WorkDep, part: str) -> PartNumberOut:
    found = await cycles.get_part(work, part)
    return PartNumberOut.of(found, (await cycles.list_cycles(work, part)).get(part, ()))
