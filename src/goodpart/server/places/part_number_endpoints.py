"""Part numbers over HTTP. They are the enterprise's; what a line is held to is the line's."""

from dataclasses import asdict
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from goodpart.server.kit.bodies import read_body
from goodpart.server.kit.creation import CreationDep
from goodpart.server.kit.csv_tables import Separator, read_table
from goodpart.server.kit.edits import EditDep, SetEditDep, TaggedDep
from goodpart.server.kit.imports import LIMIT_MB, SPLIT_IT, ImportOut, ImportRequest, csv_file
from goodpart.server.kit.media import answered, csv_example, taken
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit, permit_aside
from goodpart.server.kit.requests import ResourcesDep, SignedIn, WorkDep
from goodpart.server.kit.work import Work
from goodpart.server.places import cycles, editing, part_import, part_table, service
from goodpart.server.places.model import PartState
from goodpart.server.places.schemas import (
    IdealCycleIn,
    IdealCycleOut,
    PartNumberChangeIn,
    PartNumberCountsOut,
    PartNumberIn,
    PartNumberOut,
)

router = APIRouter(prefix="/part-numbers", tags=["part numbers"])

Find = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$", description="A part of the number or of the name")]

_TABLE = csv_example(part_import.COLUMNS, *part_import.EXAMPLE)


@router.get("", dependencies=[permit(Permission.VIEW)])
async def list_part_numbers(
    work: WorkDep, request: PageDep, find: Find = "", state: PartState | None = None
) -> Listing[PartNumberOut]:
    """By number; with `state` those in use or the retired ones alone."""
    page = await service.search_part_numbers(work, find.strip(), state, request)
    of_places = await cycles.list_cycles(work, [part.id for part in page.rows])
    return page.listing(lambda part: PartNumberOut.of(part, of_places.get(part.id, ())))


@router.get("/counts", dependencies=[permit(Permission.VIEW)])
async def count_part_numbers(work: WorkDep, find: Find = "") -> PartNumberCountsOut:
    """How many the list has, and how many of them are retired."""
    return PartNumberCountsOut(**asdict(await service.count_part_numbers(work, find.strip())))


@router.post("", status_code=201, dependencies=[permit(Permission.CONFIGURE)])
async def create_part_number(work: WorkDep, creation: CreationDep, body: PartNumberIn) -> PartNumberOut:
    """A kind of part, by the number that the PLC says."""
    await creation.begin(work)
    made = await service.create_part_number(work, body.number, body.name, body.ideal_cycle_ms)
    return await creation.answer(work, PartNumberOut.of(made))


@router.get("/export", response_class=Response, responses=answered(_TABLE), dependencies=[permit(Permission.VIEW)])
async def export_part_numbers(work: WorkDep, separator: Separator = Separator.COMMA) -> Response:
    """A table for a spreadsheet, in the form that an import takes."""
    return csv_file(await part_table.export(work, separator), "part-numbers.csv")


@router.post("/import", openapi_extra=taken(_TABLE))
async def import_part_numbers(
    request: Request,
    resources: ResourcesDep,
    signed_in: Annotated[SignedIn, permit_aside(Permission.CONFIGURE)],
    wanted: Annotated[ImportRequest, Depends()],
) -> ImportOut:
    """Adds and changes what the file names, all of it or nothing; 422 ``import_refused`` names the first wrong row.

    With ``dry_run`` it only tells, row by row, what would change.
    """
    signed_in.reach.require(None)
    rows = read_table(await read_body(request, LIMIT_MB, SPLIT_IT), part_import.COLUMNS, part_import.REQUIRED)
    async with resources.database.work(signed_in.actor, read_only=wanted.dry_run, reach=signed_in.reach) as work:
        if wanted.dry_run:
            return ImportOut.of((await part_table.plan(work, rows))[0], applied=False)
        return ImportOut.of(await part_table.apply(work, rows, wanted.plan), applied=True)


@router.get("/{part}", dependencies=[permit(Permission.VIEW)])
async def get_part_number(work: WorkDep, tagged: TaggedDep, part: str) -> PartNumberOut:
    """With the ideal cycle times of places that have their own."""
    return tagged(await _read(work, part))


@router.patch("/{part}", dependencies=[permit(Permission.CONFIGURE)])
async def change_part_number(work: WorkDep, edit: EditDep, part: str, body: PartNumberChangeIn) -> PartNumberOut:
    """A new ideal cycle time holds for the figures of all times. A retired part number gets no new dataset and no
    recipe at another station; what it has goes on."""
    await edit.begin(work, part, partial(_read, work, part))
    await editing.change_part_number(work, part, body.model_dump(exclude_none=True, exclude={"retired"}))
    if body.retired is not None:
        await editing.retire_part_number(work, part, retired=body.retired)
    return edit.tagged(await _read(work, part))


@router.delete("/{part}", status_code=204, dependencies=[permit(Permission.CONFIGURE)])
async def remove_part_number(work: WorkDep, edit: EditDep, part: str) -> None:
    """With its ideal cycle times. 409 ``part_number_in_use`` names what belongs to it: retire it then."""
    await edit.begin(work, part, partial(_read, work, part))
    await editing.remove_part_number(work, part)


@router.get("/{part}/cycles/{place}", dependencies=[permit(Permission.VIEW)])
async def get_ideal_cycle(work: WorkDep, tagged: TaggedDep, part: str, place: str) -> IdealCycleOut:
    """What this place says of its own; 404 ``ideal_cycle_not_found`` where it says nothing."""
    return tagged(await _read_own_cycle(work, part, place))


@router.put("/{part}/cycles/{place}", dependencies=[permit(Permission.CONFIGURE)])
async def set_ideal_cycle(work: WorkDep, edit: SetEditDep, part: str, place: str, body: IdealCycleIn) -> IdealCycleOut:
    """What this part takes at best at a place and all below it; it holds for the figures of all times.

    A place that says nothing of its own yet needs no `If-Match`."""
    await edit.begin_set(work, cycles.subject_of(part, place), partial(_read_cycle, work, part, place))
    return edit.tagged(IdealCycleOut.of(await cycles.set_ideal_cycle(work, part, place, body.ideal_cycle_ms)))


@router.delete("/{part}/cycles/{place}", status_code=204, dependencies=[permit(Permission.CONFIGURE)])
async def remove_ideal_cycle(work: WorkDep, edit: EditDep, part: str, place: str) -> None:
    """The place is held to what holds above it."""
    await edit.begin(work, cycles.subject_of(part, place), partial(_read_own_cycle, work, part, place))
    await cycles.remove_ideal_cycle(work, part, place)


async def _read_own_cycle(work: Work, part: str, place: str) -> IdealCycleOut:
    return IdealCycleOut.of(await cycles.get_ideal_cycle(work, part, place))


async def _read_cycle(work: Work, part: str, place: str) -> IdealCycleOut | None:
    found = await cycles.find_ideal_cycle(work, part, place)
    return IdealCycleOut.of(found) if found else None


async def _read(work: Work, part: str) -> PartNumberOut:
    found = await cycles.get_part(work, part)
    return PartNumberOut.of(found, (await cycles.list_cycles(work, [part])).get(part, ()))
