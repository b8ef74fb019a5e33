"""Lists and counts of inspections, and the images that belong to them.

One inspection with its reviews is answered by `goodpart.server.reviews`, which knows both.
"""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from goodpart.server.datasets import service as datasets
from goodpart.server.inspections import service
from goodpart.server.inspections.errors import ImageNotFoundError
from goodpart.server.inspections.export import COLUMNS, EXAMPLE, export_csv
from goodpart.server.inspections.model import InspectionFilter
from goodpart.server.inspections.schemas import InspectionCountsOut, InspectionOut
from goodpart.server.kit.csv_tables import Separator
from goodpart.server.kit.media import BYTES, CSV, IMAGE, answered, attachment, binary, csv_example
from goodpart.server.kit.objects import Objects, is_sha256
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import ResourcesDep, WorkDep
from goodpart.server.kit.work import Work
from goodpart.server.models import service as models
from goodpart.server.places import service as places
from goodpart.vision.image_header import HeaderError, read_header
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict

router = APIRouter(tags=["inspections"], dependencies=[permit(Permission.VIEW)])

FOLDERS = ("images", "dataset-images")
"""Where an image may be: uploaded by a gateway, or by a person into a dataset."""
_FOREVER = "private, max-age=31536000, immutable"


Text = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]+$")]
Score = Annotated[float | None, Query(allow_inf_nan=False)]


async def read_filter(
    work: WorkDep,
    place: Annotated[
        str | None, Query(description="A station, or a line, area or site with all of its stations")
    ] = None,
    station: str | None = None,
    verdict: Verdict | None = None,
    mode: Mode | None = None,
    part_number: Text = None,
    start: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    end: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    sequence: Annotated[int | None, Query(ge=-(2**63), lt=2**63)] = None,
    serial: Text = None,
    find: Annotated[Text, Query(description="The beginning of a serial, or a part sequence")] = None,
    lowest_score: Score = None,
    highest_score: Score = None,
    model: Annotated[str | None, Query(description="The id of the model that looked at the part")] = None,
    defect: Annotated[Text, Query(description="The kind of one of its defect regions")] = None,
) -> InspectionFilter:
    """Raises `PlaceNotFoundError`, `ModelNotFoundError`."""
    wanted_model = await models.get(work, model) if model is not None else None
    return InspectionFilter(
        station=station,
        stations=tuple(one.id for one in await places.stations_under(work, place)) if place is not None else None,
        verdict=verdict,
        mode=mode,
        part_number=part_number,
        start=start,
        end=end,
        sequence=sequence,
        serial=serial,
        find=find,
        lowest_score=lowest_score,
        highest_score=highest_score,
        # Gateways run approved packages only, so a candidate has looked at no part.
        package=(wanted_model.package_sha256 or wanted_model.candidate_sha256) if wanted_model else None,
        defect=defect,
    )


FilterDep = Annotated[InspectionFilter, Depends(read_filter)]


@router.get("/inspections")
async def list_inspections(work: WorkDep, wanted: FilterDep, request: PageDep) -> Listing[InspectionOut]:
    """Newest first."""
    page = await service.list_newest(work, wanted, request)
    return Listing(items=await service.as_items(work, page.rows), next=page.next)


@router.get("/inspections/counts")
async def count_inspections(work: WorkDep, wanted: FilterDep) -> InspectionCountsOut:
    """Parts by verdict after review."""
    return InspectionCountsOut(**asdict(await service.count(work, wanted)))


@router.get("/inspections/export", response_class=StreamingResponse, responses=answered(csv_example(COLUMNS, EXAMPLE)))
async def export_inspections(
    work: WorkDep, wanted: FilterDep, resources: ResourcesDep, separator: Separator = Separator.COMMA
) -> StreamingResponse:
    """The same list as a table, newest first, however long: it is written while it is read."""
    table = export_csv(resources.database, wanted, work.reach, separator)
    return StreamingResponse(table, media_type=CSV, headers=attachment("inspections.csv"))


@router.get("/images/{sha256}", response_class=Response, responses=answered(binary(IMAGE), binary(BYTES)))
async def get_image(work: WorkDep, sha256: str, resources: ResourcesDep) -> Response:
    """An image by its content, so it never changes; 404 until it has been uploaded."""
    if not await _sees(work, sha256):
        raise ImageNotFoundError.of("image", sha256)
    content = await _find_image(resources.objects, sha256)
    return Response(content, media_type=_media_type(content), headers={"Cache-Control": _FOREVER})


async def _sees(work: Work, sha256: str) -> bool:
    """By what an image belongs to. One that came before its inspection is shown to those who see everything."""
    everything = work.reach.seen.everywhere
    return everything or await service.sees_image(work, sha256) or await datasets.sees_image(work, sha256)


async def _find_image(objects: Objects, sha256: str) -> bytes:
    for folder in FOLDERS if is_sha256(sha256) else ():
        if await objects.exists(folder, sha256):
            return await objects.get(folder, sha256)
    raise ImageNotFoundError.of("image", sha256)


def _media_type(content: bytes) -> str:
    """Told by the bytes themselves: what is not an image is never shown as a page."""
    try:
        return f"image/{read_header(content).format.lower()}"
    except HeaderError:
        return BYTES
