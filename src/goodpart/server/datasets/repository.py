"""Datasets in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.datasets.model import Counts, Dataset, DatasetImage, Label
from goodpart.server.datasets.tables import DatasetImageRow, DatasetRow
from goodpart.server.kit.pages import Page, PageRequest, fetch_page
from goodpart.server.kit.reach import Reach


async def add(session: AsyncSession, dataset: Dataset, *, created_by: str) -> None:
    session.add(
        DatasetRow(
            id=dataset.id,
            name=dataset.name,
            part_number=dataset.part_number,
            place=dataset.place,
            created_at=dataset.created_at,
            created_by=created_by,
        )
    )
    await session.flush()


async def find(session: AsyncSession, dataset: str) -> Dataset | None:
    row = await session.get(DatasetRow, dataset)
    return (await _complete(session, [row]))[0] if row else None


async def place_of(session: AsyncSession, dataset: str) -> str | None:
    return await session.scalar(select(DatasetRow.place).where(DatasetRow.id == dataset))


def within(reach: Reach) -> Select[str]:
    """The ids of the datasets that are seen."""
    return select(DatasetRow.id).where(reach.limits(DatasetRow.place))


async def has_image(session: AsyncSession, sha256: str, reach: Reach) -> bool:
    """Whether a dataset that is seen has an image of this content."""
    query = select(DatasetImageRow.id).where(DatasetImageRow.sha256 == sha256)
    return await session.scalar(query.where(DatasetImageRow.dataset.in_(within(reach))).limit(1)) is not None


async def list_newest(session: AsyncSession, request: PageRequest, reach: Reach) -> Page[Dataset]:
    query = select(DatasetRow).where(reach.limits(DatasetRow.place))
    page = await fetch_page(session, query, [DatasetRow.created_at, DatasetRow.id], request)
    return Page(tuple(await _complete(session, page.rows)), page.next)


async def add_image(session: AsyncSession, image: DatasetImage, *, created_at: datetime) -> None:
    session.add(
        DatasetImageRow(
            id=image.id,
            dataset=image.dataset,
            name=image.name,
            sha256=image.sha256,
            label=image.label,
            defect=image.defect,
            width=image.width,
            height=image.height,
            size_bytes=image.size_bytes,
            created_at=created_at,
            serial=image.serial,
        )
    )
    await session.flush()


async def find_image(session: AsyncSession, image: str) -> DatasetImage | None:
    row = await session.get(DatasetImageRow, image)
    return _image(row) if row else None


async def find_image_by_content(session: AsyncSession, dataset: str, sha256: str) -> DatasetImage | None:
    row = await session.scalar(
        select(DatasetImageRow).where(DatasetImageRow.dataset == dataset, DatasetImageRow.sha256 == sha256)
    )
    return _image(row) if row else None


async def list_images(session: AsyncSession, dataset: str, request: PageRequest) -> Page[DatasetImage]:
    """In the order in which they came."""
    page = await fetch_page(
        session,
        select(DatasetImageRow).where(DatasetImageRow.dataset == dataset),
        [DatasetImageRow.created_at, DatasetImageRow.id],
        request,
        descending=False,
    )
    return Page(tuple(_image(row) for row in page.rows), page.next)


async def labelled_images(session: AsyncSession, dataset: str) -> list[DatasetImage]:
    """All images with a label, by content, so that the order does not depend on how they were uploaded."""
    rows = await session.scalars(
        select(DatasetImageRow)
        .where(DatasetImageRow.dataset == dataset, DatasetImageRow.label.is_not(None))
        .order_by(DatasetImageRow.sha256)
    )
    return [_image(row) for row in rows]


async def set_label(session: AsyncSession, image: str, label: Label | None, defect: str) -> None:
    row = await session.get_one(DatasetImageRow, image)
    row.label, row.defect = label, defect
    await session.flush()


async def _complete(session: AsyncSession, rows: Sequence[DatasetRow]) -> list[Dataset]:
    """With their counts."""
    counted = await session.execute(
        select(DatasetImageRow.dataset, DatasetImageRow.label, func.count())
        .where(DatasetImageRow.dataset.in_([row.id for row in rows]))
        .group_by(DatasetImageRow.dataset, DatasetImageRow.label)
    )
    found: dict[str, dict[str, int]] = {}
    for dataset, label, number in counted:
        found.setdefault(dataset, {})[label.value if label else "unlabelled"] = number
    return [
        Dataset(row.id, row.name, row.part_number, row.place, row.created_at, Counts(**found.get(row.id, {})))
        for row in rows
    ]


def _image(row: DatasetImageRow) -> DatasetImage:
    return DatasetImage(
        id=row.id,
        dataset=row.dataset,
        name=row.name,
        sha256=row.sha256,
        label=row.label,
        defect=row.defect,
        width=row.width,
        height=row.height,
        size_bytes=row.size_bytes,
        serial=row.serial,
    )
