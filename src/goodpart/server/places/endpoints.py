"""The place tree over HTTP. Part numbers have a file of their own, and are part of this module's router."""

from functools import partial

from fastapi import APIRouter

from goodpart.server.kit.creation import CreationDep
from goodpart.server.kit.edits import EditDep, TaggedDep
from goodpart.server.kit.pages import Listing
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import WorkDep
from goodpart.server.kit.work import Work
from goodpart.server.places import cycles, editing, part_number_endpoints, service
from goodpart.server.places.model import Place
from goodpart.server.places.schemas import PlaceChangeIn, PlaceIn, PlaceOut

router = APIRouter(tags=["places"])
router.include_router(part_number_endpoints.router)


@router.get("/places", dependencies=[permit(Permission.VIEW)])
async def list_places(work: WorkDep) -> Listing[PlaceOut]:
    """The whole tree; a parent comes before its children."""
    found = await service.list_all(work)
    above = await cycles.targets_above(work, found)
    return Listing(items=[PlaceOut.of(place, above.get(place.id), work.reach) for place in found])


@router.post("/places", status_code=201, dependencies=[permit(Permission.CONFIGURE)])
async def create_place(work: WorkDep, creation: CreationDep, body: PlaceIn) -> PlaceOut:
    """A site has a time zone and lies in an enterprise or in none; areas, lines and stations lie in one another."""
    await creation.begin(work)
    made = await service.create(work, body.kind, body.name, body.parent, body.timezone)
    return await creation.answer(work, await _shown(work, made))


@router.get("/places/{place}", dependencies=[permit(Permission.VIEW)])
async def get_place(work: WorkDep, tagged: TaggedDep, place: str) -> PlaceOut:
    """One place of the tree."""
    return tagged(await _read(work, place))


@router.patch("/places/{place}", dependencies=[permit(Permission.CONFIGURE)])
async def change_place(work: WorkDep, edit: EditDep, place: str, body: PlaceChangeIn) -> PlaceOut:
    """Figures of all times follow: names and targets at once, and a site's minutes are reckoned again by a new zone."""
    await edit.begin(work, place, partial(_read, work, place), noun="place")
    return edit.tagged(await _shown(work, await editing.change(work, place, body.values())))


@router.delete("/places/{place}", status_code=204, dependencies=[permit(Permission.CONFIGURE)])
async def remove_place(work: WorkDep, edit: EditDep, place: str) -> None:
    """409 ``place_in_use`` names what belongs to it."""
    await edit.begin(work, place, partial(_read, work, place), noun="place")
    await editing.remove(work, place)


async def _read(work: Work, place: str) -> PlaceOut:
    return await _shown(work, await service.get(work, place))


async def _shown(work: Work, place: Place) -> PlaceOut:
    above = await cycles.targets_above(work, [place])
    return PlaceOut.of(place, above.get(place.id), work.reach)
