"""Making datasets and filling them with images that can be learned from."""

import asyncio
from dataclasses import dataclass

from goodpart.server.audit import service as audit
from goodpart.server.datasets import repository
from goodpart.server.datasets.errors import DatasetImageNotFoundError, DatasetNotFoundError, ImageUnusableError
from goodpart.server.datasets.model import Counts, Dataset, DatasetImage, Label
from goodpart.server.kit.objects import Objects
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.work import Work
from goodpart.server.places import service as places
from goodpart.vision.errors import FrameError
from goodpart.vision.frame import decode

FOLDER = "dataset-images"


@dataclass(frozen=True)
class CheckedImage:
    """Bytes that are an image, already in the object store."""

    name: str
    sha256: str
    width: int
    height: int
    size_bytes: int


async def create(work: Work, *, name: str, part_number: str, place: str | None = None) -> Dataset:
    """Raises `PartNumberNotFoundError`, `PartNumberRetiredError`, `PlaceNotFoundError`."""
    await places.get_part_number(work, part_number)
    if place is not None:
        await places.get(work, place)
    work.reach.require(place)
    dataset = Dataset(work.new_id(), name, part_number, place, work.now, Counts())
    await repository.add(work.session, dataset, created_by=work.actor.name)
    await audit.record(work, "dataset.created", dataset.id, f"{name}, for the part number {part_number}.")
    return dataset


async def get(work: Work, dataset: str) -> Dataset:
    """Raises `DatasetNotFoundError`, also for one of a place out of reach."""
    found = await repository.find(work.session, dataset)
    if found is None or not work.reach.sees(found.place):
        raise DatasetNotFoundError.of("dataset", dataset)
    return found


async def place_of(work: Work, dataset: str) -> str | None:
    """Whose a dataset is, and what came of it, whatever the reach."""
    return await repository.place_of(work.session, dataset)


async def sees_image(work: Work, sha256: str) -> bool:
    """Whether a dataset within reach has an image of this content."""
    return await repository.has_image(work.session, sha256, work.reach)


async def list_newest(work: Work, request: PageRequest) -> Page[Dataset]:
    return await repository.list_newest(work.session, request, work.reach)


async def take_in(objects: Objects, content: bytes, name: str) -> CheckedImage:
    """Decode an upload whole and store it. Outside any transaction: it may take a second.

    Raises `ImageUnusableError`, with nothing stored.
    """
    try:
        frame = await asyncio.to_thread(decode, content, name or "The image")
    except FrameError as error:
        raise ImageUnusableError(error.cause, error.remedy) from error
    sha256 = await objects.put(FOLDER, content)
    return CheckedImage(name or sha256[:12], sha256, frame.width, frame.height, len(content))


async def add_image(
    work: Work, dataset: str, image: CheckedImage, *, label: Label | None, defect: str, serial: str | None = None
) -> tuple[DatasetImage, bool]:
    """Add a stored image, of the part ``serial``; the same content again is the image that is there, and False.

    Raises `DatasetNotFoundError`.
    """
    work.reach.require((await get(work, dataset)).place)
    known = await repository.find_image_by_content(work.session, dataset, image.sha256)
    if known is not None:
        return known, False
    added = DatasetImage(
        id=work.new_id(),
        dataset=dataset,
        name=image.name,
        sha256=image.sha256,
        label=label,
        defect=defect,
        width=image.width,
        height=image.height,
        size_bytes=image.size_bytes,
        serial=serial,
    )
    await repository.add_image(work.session, added, created_at=work.now)
    await audit.record(work, "dataset_image.added", added.id, f"{image.name}, as {label or 'not labelled'}")
    return added, True


async def list_images(work: Work, dataset: str, request: PageRequest) -> Page[DatasetImage]:
    """Raises `DatasetNotFoundError`."""
    await get(work, dataset)
    return await repository.list_images(work.session, dataset, request)


async def labelled_images(work: Work, dataset: str) -> list[DatasetImage]:
    """What a model learns from, in an order that only the images themselves decide."""
    return await repository.labelled_images(work.session, dataset)


async def get_image(work: Work, image: str) -> DatasetImage:
    """Raises `DatasetImageNotFoundError`."""
    found = await repository.find_image(work.session, image)
    if found is None or not work.reach.sees(await place_of(work, found.dataset)):
        raise DatasetImageNotFoundError.of("image of a dataset", image)
    return found


async def set_label(work: Work, image: str, *, label: Label | None, defect: str) -> DatasetImage:
    """Raises `DatasetImageNotFoundError`."""
    known = await get_image(work, image)
    work.reach.require(await place_of(work, known.dataset))
    await repository.set_label(work.session, image, label, defect)
    before, after = known.label or "no label", label or "no label"
    await audit.record(
        work, "dataset_image.labelled", image, f"{known.name}: from {before} to {after}. {defect}".strip()
    )
    labelled = await repository.find_image(work.session, image)
    assert labelled is not None
    return labelled
