"""Rows of recomputations."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.kpi.window import Window
from goodpart.server.recomputations.model import Recomputation
from goodpart.server.recomputations.tables import RecomputationRow


def add(session: AsyncSession, one: Recomputation) -> None:
    windows = [[window.start.isoformat(), window.end.isoformat()] for window in one.windows]
    session.add(RecomputationRow(id=one.id, station=one.station, windows=windows, reached=one.reached))


async def oldest(session: AsyncSession) -> Recomputation | None:
    """Held until the end of the transaction; those that another replica holds are passed over."""
    row = await session.scalar(
        sa.select(RecomputationRow).order_by(RecomputationRow.id).limit(1).with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    windows = tuple(Window(*(datetime.fromisoformat(edge) for edge in edges)) for edges in row.windows)
    return Recomputation(row.id, row.station, windows, row.reached)


async def advance(session: AsyncSession, key: str, reached: datetime) -> None:
    await session.execute(sa.update(RecomputationRow).where(RecomputationRow.id == key).values(reached=reached))


async def remove(session: AsyncSession, key: str) -> None:
    await session.execute(sa.delete(RecomputationRow).where(RecomputationRow.id == key))


async def stations(session: AsyncSession, among: Collection[str]) -> frozenset[str]:
    """Those of ``among`` that have one."""
    found = await session.scalars(
        sa.select(RecomputationRow.station).where(RecomputationRow.station.in_(among)).distinct()
    )
    return frozenset(found)


async def any_left(session: AsyncSession) -> bool:
    return await session.scalar(sa.select(RecomputationRow.id).limit(1)) is not None
