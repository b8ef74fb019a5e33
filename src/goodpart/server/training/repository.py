"""Training runs in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.datasets import repository as datasets
from goodpart.server.kit.pages import Page, PageRequest, fetch_page
from goodpart.server.kit.reach import Reach
from goodpart.server.training.model import RunState, TrainingRun
from goodpart.server.training.tables import TrainingRunRow

_OPEN = [state for state in RunState if not state.is_final]


async def add(session: AsyncSession, run: TrainingRun, *, created_by: str) -> None:
    session.add(
        TrainingRunRow(
            id=run.id,
            dataset=run.dataset,
            state=run.state,
            stage=run.stage,
            done=run.done,
            total=run.total,
            remaining_s=run.remaining_s,
            detail=run.detail,
            model=run.model,
            created_at=run.created_at,
            created_by=created_by,
            finished_at=run.finished_at,
        )
    )
    await session.flush()


async def find(session: AsyncSession, run: str) -> TrainingRun | None:
    row = await session.get(TrainingRunRow, run, populate_existing=True)
    return _run(row) if row else None


async def list_newest(session: AsyncSession, request: PageRequest, reach: Reach) -> Page[TrainingRun]:
    query = select(TrainingRunRow).where(TrainingRunRow.dataset.in_(datasets.within(reach)))
    page = await fetch_page(session, query, [TrainingRunRow.created_at, TrainingRunRow.id], request)
    return Page(tuple(_run(row) for row in page.rows), page.next)


async def list_open(session: AsyncSession) -> Sequence[str]:
    """The ids of the runs that are queued or running, oldest first."""
    rows = await session.scalars(
        select(TrainingRunRow.id).where(TrainingRunRow.state.in_(_OPEN)).order_by(TrainingRunRow.created_at)
    )
    return rows.all()


async def change_open(session: AsyncSession, run: str, **values: Any) -> bool:
    """Change a run that is not over. False where it is: what ended it first stays."""
    changed = await session.scalar(
        update(TrainingRunRow)
        .where(TrainingRunRow.id == run, TrainingRunRow.state.in_(_OPEN))
        .values(**values)
        .returning(TrainingRunRow.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


async def state_of(session: AsyncSession, run: str) -> RunState | None:
    return await session.scalar(select(TrainingRunRow.state).where(TrainingRunRow.id == run))


def _run(row: TrainingRunRow) -> TrainingRun:
    return TrainingRun(
        id=row.id,
        dataset=row.dataset,
        state=row.state,
        stage=row.stage,
        done=row.done,
        total=row.total,
        remaining_s=row.remaining_s,
        detail=row.detail,
        model=row.model,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
