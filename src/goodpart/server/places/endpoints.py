"""The place tree, shifts and part numbers over HTTP."""

from functools import partial

from fastapi import APIRouter

from goodpart.server.kit.creation import CreationDep
from goodpart.server.kit.edits import EditDep, TaggedDep
from goodpart.server.kit.pages import Listing
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import WorkDep
from goodpart.server.kit.work import Work
from goodpart.server.places import service
from goodpart.server.places.schemas import PartNumberIn, PartNumberOut, PlaceIn, PlaceOut, ShiftIO

router = APIRouter(tags=["places"])


@router.get("/places", dependencies=[permit(Permission.VIEW)])
async def list_places(work: WorkDep) -> Listing[PlaceOut]:
    """The whole tree; a parent comes before its children."""
    return Listing(items=[PlaceOut.of(place) for place in await service.list_all(work)])


@router.post("/places", status_code=201, dependencies=[permit(Permission.CONFIGURE)])
async def create_place(work: WorkDep, creation: CreationDep, body: PlaceIn) -> PlaceOut:
    """A site has a time zone and lies in an enterprise or in none; areas, lines and stations lie in one another."""
    await creation.begin(work)
    made = await service.create(work, body.kind, body.name, body.parent, body.timezone)
    return await creation.answer(work, PlaceOut.of(made))


@router.get("/places/{place}/shifts", dependencies=[permit(Permission.VIEW)])
async def get_shifts(work: WorkDep, tagged: TaggedDep, place: str) -> list[ShiftIO]:
    """The week of a site; empty: round the clock."""
    return tagged(await _read_shifts(work, place))


@router.put("/places/{place}/shifts", dependencies=[permit(Permission.CONFIGURE)])
async def set_shifts(work: WorkDep, edit: EditDep, place: str, body: list[ShiftIO]) -> list[ShiftIO]:
    """Replace the week of a site. Shifts that overlap are refused."""
    await edit.begin(work, place, partial(_read_shifts, work, place))
    plans = await service.set_shifts(work, place, [shift.plan() for shift in body])
    return edit.tagged([ShiftIO.of(plan) for plan in plans])


@router.get("/part-numbers", dependencies=[permit(Permission.VIEW)])
async def list_part_numbers(work: WorkDep) -> Listing[PartNumberOut]:
    """By number. They belong to the whole enterprise."""
    return Listing(items=[PartNumberOut.of(part) for part in await service.list_part_numbers(work)])


@router.post("/part-numbers", status_code=201, dependencies=[permit(Permission.CONFIGURE)])
async def create_part_number(work: WorkDep, creation: CreationDep, body: PartNumberIn) -> PartNumberOut:
    """A kind of part, by the number that the PLC says."""
    await creation.begin(work)
    made = await service.create_part_number(work, body.number, body.name, body.ideal_cycle_ms)
    return await creation.answer(work, PartNumberOut.of(made))


async def _read_shifts(work: Work, site: str) -> list[ShiftIO]:
    return [ShiftIO.of(plan) for plan in await service.shifts(work, site)]
