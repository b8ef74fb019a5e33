"""Rows of watched stations."""

from collections.abc import Collection
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.previews.model import Posted
from goodpart.server.previews.tables import StationPreviewRow
from goodpart.wire.previews import StationPreview


async def until(session: AsyncSession, station: str) -> datetime | None:
    return await session.scalar(sa.select(StationPreviewRow.watched_until).where(StationPreviewRow.station == station))


async def extend(session: AsyncSession, station: str, until: datetime) -> None:
    """Two replicas may do this at once: the row is made or its lease is extended, never shortened."""
    made = insert(StationPreviewRow).values(station=station, watched_until=until)
    await session.execute(
        made.on_conflict_do_update(
            index_elements=[StationPreviewRow.station],
            set_={"watched_until": sa.func.greatest(StationPreviewRow.watched_until, until)},
        )
    )


async def leases(session: AsyncSession, stations: Collection[str], now: datetime) -> dict[str, datetime]:
    """Station → the end of its lease, of those that are watched now."""
    rows = await session.execute(
        sa.select(StationPreviewRow.station, StationPreviewRow.watched_until).where(
            StationPreviewRow.station.in_(stations), StationPreviewRow.watched_until > now
        )
    )
    return {row.station: row.watched_until for row in rows}


async def post(session: AsyncSession, station: str, posted: Posted) -> None:
    await session.execute(
        sa.update(StationPreviewRow)
        .where(StationPreviewRow.station == station)
        .values(
            preview=msgspec.json.encode(posted.preview),
            received_at=posted.received_at,
        )
    )


async def newest(session: AsyncSession, station: str, now: datetime) -> Posted | None:
    row = (
        await session.execute(
            sa.select(StationPreviewRow.preview, StationPreviewRow.received_at).where(
                StationPreviewRow.station == station, StationPreviewRow.watched_until > now
            )
        )
    ).one_or_none()
    if row is None or row.preview is None or row.received_at is None:
        return None
    return Posted(msgspec.json.decode(row.preview, type=StationPreview), row.received_at)


async def sweep(session: AsyncSession, now: datetime) -> None:
    """Forget what nobody looks at any more."""
    await session.execute(sa.delete(StationPreviewRow).where(StationPreviewRow.watched_until <= now))
