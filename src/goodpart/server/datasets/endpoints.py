"""Datasets, their images and labels."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from goodpart.server.datasets import service
from goodpart.server.datasets.model import Label
from goodpart.server.datasets.schemas import PRINTABLE, DatasetImageOut, DatasetOut, NewDataset, NewLabel
from goodpart.server.kit.bodies import read_body
from goodpart.server.kit.creation import CreationDep
from goodpart.server.kit.edits import EditDep, TaggedDep
from goodpart.server.kit.media import IMAGE, binary, taken
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit, permit_aside
from goodpart.server.kit.requests import ResourcesDep, SignedIn, WorkDep
from goodpart.server.kit.work import Work

router = APIRouter(tags=["datasets"])


@router.post("/datasets", status_code=201, dependencies=[permit(Permission.TEACH)])
async def create_dataset(work: WorkDep, creation: CreationDep, new: NewDataset) -> DatasetOut:
    """A set of images of one part number, for a model to learn from."""
    await creation.begin(work)
    made = await service.create(work, name=new.name, part_number=new.part_number, place=new.place)
    return await creation.answer(work, DatasetOut.of(made))


@router.get("/datasets", dependencies=[permit(Permission.VIEW)])
async def list_datasets(work: WorkDep, request: PageDep) -> Listing[DatasetOut]:
    """Newest first."""
    return (await service.list_newest(work, request)).listing(DatasetOut.of)


@router.get("/datasets/{dataset}", dependencies=[permit(Permission.VIEW)])
async def get_dataset(work: WorkDep, dataset: str) -> DatasetOut:
    """A dataset, with the counts of its labels."""
    return DatasetOut.of(await service.get(work, dataset))


@router.post(
    "/datasets/{dataset}/images",
    status_code=201,
    responses={200: {"description": "The same content was there already", "model": DatasetImageOut}},
    openapi_extra=taken(binary(IMAGE)),
)
async def add_dataset_image(
    dataset: str,
    request: Request,
    response: Response,
    resources: ResourcesDep,
    signed_in: Annotated[SignedIn, permit_aside(Permission.TEACH)],
    name: Annotated[str, Query(max_length=200, pattern=PRINTABLE)] = "",
    label: Label | None = None,
    defect: Annotated[str, Query(max_length=200, pattern=PRINTABLE)] = "",
    serial: Annotated[str, Query(max_length=200, pattern=PRINTABLE)] = "",
) -> DatasetImageOut:
    """The body is an image file. It is decoded whole before it is stored; 422 names what is wrong with it.

    `serial` names the part that it shows: a training never learns from one image of a part what it is judged by on
    another, and counts the part once.
    """
    async with resources.database.work(signed_in.actor, read_only=True, reach=signed_in.reach) as work:
        work.reach.require((await service.get(work, dataset)).place)
    content = await read_body(
        request, resources.settings.image_limit_mb, "Save it smaller, or raise GOODPART_IMAGE_LIMIT_MB on the server."
    )
    image = await service.take_in(resources.objects, content, name)
    async with resources.database.work(signed_in.actor, reach=signed_in.reach) as work:
        added, is_new = await service.add_image(work, dataset, image, label=label, defect=defect, serial=serial or None)
    response.status_code = 201 if is_new else 200
    return DatasetImageOut.of(added)


@router.get("/datasets/{dataset}/images", dependencies=[permit(Permission.VIEW)])
async def list_dataset_images(work: WorkDep, dataset: str, request: PageDep) -> Listing[DatasetImageOut]:
    """In the order in which they came."""
    return (await service.list_images(work, dataset, request)).listing(DatasetImageOut.of)


@router.get("/dataset-images/{image}", dependencies=[permit(Permission.VIEW)])
async def get_dataset_image(work: WorkDep, tagged: TaggedDep, image: str) -> DatasetImageOut:
    """An image with its label."""
    return tagged(await _read_image(work, image))


@router.patch("/dataset-images/{image}", dependencies=[permit(Permission.TEACH)])
async def label_dataset_image(work: WorkDep, edit: EditDep, image: str, new: NewLabel) -> DatasetImageOut:
    """Say what the image shows; `label` null takes the label away."""
    await edit.begin(work, image, partial(_read_image, work, image))
    return edit.tagged(DatasetImageOut.of(await service.set_label(work, image, label=new.label, defect=new.defect)))


async def _read_image(work: Work, image: str) -> DatasetImageOut:
    return DatasetImageOut.of(await service.get_image(work, image))
