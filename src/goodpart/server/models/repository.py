"""Models in the database."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.datasets import repository as datasets
from goodpart.server.kit.pages import Page, PageRequest, fetch_page
from goodpart.server.kit.reach import Reach
from goodpart.server.models.model import Model, ModelState
from goodpart.server.models.tables import ModelRow
from goodpart.vision.verdict import Thresholds


async def add(session: AsyncSession, model: Model) -> None:
    session.add(
        ModelRow(
            id=model.id,
            name=model.name,
            part_number=model.part_number,
            state=model.state,
            candidate_sha256=model.candidate_sha256,
            package_sha256=model.package_sha256,
            size_bytes=model.size_bytes,
            training_run=model.training_run,
            dataset=model.dataset,
            proof=model.proof,
            good_below=model.thresholds.good_below,
            bad_above=model.thresholds.bad_above,
            created_at=model.created_at,
            approved_at=model.approved_at,
            approved_by=model.approved_by,
            note="",
        )
    )
    await session.flush()


async def find(session: AsyncSession, model: str) -> Model | None:
    row = await session.get(ModelRow, model)
    return _model(row) if row else None


async def find_many(session: AsyncSession, models: Iterable[str]) -> list[Model]:
    rows = await session.scalars(select(ModelRow).where(ModelRow.id.in_(set(models))))
    return [_model(row) for row in rows]


async def find_by_package(session: AsyncSession, package_sha256: str) -> Model | None:
    row = await session.scalar(select(ModelRow).where(ModelRow.package_sha256 == package_sha256))
    return _model(row) if row else None


async def find_by_training_run(session: AsyncSession, run: str) -> Model | None:
    row = await session.scalar(select(ModelRow).where(ModelRow.training_run == run))
    return _model(row) if row else None


async def list_newest(session: AsyncSession, request: PageRequest, reach: Reach) -> Page[Model]:
    query = select(ModelRow).where(ModelRow.dataset.in_(datasets.within(reach)))
    page = await fetch_page(session, query, [ModelRow.created_at, ModelRow.id], request)
    return Page(tuple(_model(row) for row in page.rows), page.next)


async def set_approved(
    session: AsyncSession, model: str, *, package_sha256: str, size_bytes: int, at: datetime, by: str, note: str
) -> bool:
    """False where somebody else was faster: the model is no candidate any more."""
    changed = await session.scalar(
        update(ModelRow)
        .where(ModelRow.id == model, ModelRow.state == ModelState.CANDIDATE)
        .values(
            state=ModelState.APPROVED,
            package_sha256=package_sha256,
            size_bytes=size_bytes,
            approved_at=at,
            approved_by=by,
            note=note,
        )
        .returning(ModelRow.id)
    )
    return changed is not None


def _model(row: ModelRow) -> Model:
    return Model(
        id=row.id,
        name=row.name,
        part_number=row.part_number,
        state=row.state,
        candidate_sha256=row.candidate_sha256,
        package_sha256=row.package_sha256,
        size_bytes=row.size_bytes,
        training_run=row.training_run,
        dataset=row.dataset,
        proof=row.proof,
        thresholds=Thresholds(good_below=row.good_below, bad_above=row.bad_above),
        created_at=row.created_at,
        approved_at=row.approved_at,
        approved_by=row.approved_by,
    )
