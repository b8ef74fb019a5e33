"""Rows of places and part numbers."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.places.model import PartNumber, Place, PlaceKind
from goodpart.server.places.tables import PartNumberRow, PlaceRow


async def add(session: AsyncSession, place: Place, *, created_at: datetime) -> None:
    session.add(
        PlaceRow(
            id=place.id,
            kind=place.kind,
            name=place.name,
            parent=place.parent,
            timezone=place.timezone,
            created_at=created_at,
        )
    )
    await session.flush()


async def list_all(session: AsyncSession) -> list[Place]:
    """In the order in which they were made."""
    rows = await session.scalars(sa.select(PlaceRow).order_by(PlaceRow.created_at, PlaceRow.id))
    return [_place(row) for row in rows]


async def find(session: AsyncSession, place: str) -> Place | None:
    row = await session.get(PlaceRow, place)
    return _place(row) if row else None


async def add_part_number(session: AsyncSession, part: PartNumber, *, created_at: datetime) -> None:
    session.add(
        PartNumberRow(
            id=part.id,
            number=part.number,
            name=part.name,
            ideal_cycle_ms=part.ideal_cycle_ms,
            created_at=created_at,
        )
    )
    await session.flush()


async def list_part_numbers(session: AsyncSession) -> list[PartNumber]:
    rows = await session.scalars(sa.select(PartNumberRow).order_by(PartNumberRow.number))
    return [_part_number(row) for row in rows]


async def find_part_number(session: AsyncSession, number: str) -> PartNumber | None:
    row = await session.scalar(sa.select(PartNumberRow).where(PartNumberRow.number == number))
    return _part_number(row) if row else None


def _place(row: PlaceRow) -> Place:
    return Place(row.id, PlaceKind(row.kind), row.name, row.parent, row.timezone)


def _part_number(row: PartNumberRow) -> PartNumber:
    return PartNumber(row.id, row.number, row.name, row.ideal_cycle_ms)
