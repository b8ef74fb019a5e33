"""Rows of alarms."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.alarms.model import Alarm, Severity
from goodpart.server.alarms.tables import AlarmRow
from goodpart.server.kit.pages import Page, PageRequest, fetch_page
from goodpart.server.kit.reach import Reach

_ID_LENGTH = 36
"""Of the station that a subject begins with."""


async def add(session: AsyncSession, alarm: Alarm) -> None:
    session.add(
        AlarmRow(
            id=alarm.id,
            code=alarm.code,
            subject=alarm.subject,
            severity=alarm.severity,
            detail=alarm.detail,
            raised_at=alarm.raised_at,
            cleared_at=alarm.cleared_at,
        )
    )
    await session.flush()


async def find_open(session: AsyncSession, code: str, subject: str) -> Alarm | None:
    row = await session.scalar(
        sa.select(AlarmRow).where(AlarmRow.code == code, AlarmRow.subject == subject, AlarmRow.cleared_at.is_(None))
    )
    return _alarm(row) if row else None


async def update(session: AsyncSession, alarm: Alarm) -> None:
    await session.execute(
        sa.update(AlarmRow)
        .where(AlarmRow.id == alarm.id)
        .values(detail=alarm.detail, cleared_at=alarm.cleared_at)
        .execution_options(synchronize_session="fetch")
    )


async def list_newest(
    session: AsyncSession, request: PageRequest, reach: Reach, *, open_only: bool, stations: Sequence[str] | None = None
) -> Page[Alarm]:
    station = sa.func.substr(AlarmRow.subject, 1, _ID_LENGTH)
    query = sa.select(AlarmRow).where(reach.limits(station))
    if stations is not None:
        query = query.where(station.in_(stations))
    if open_only:
        query = query.where(AlarmRow.cleared_at.is_(None))
    page = await fetch_page(session, query, [AlarmRow.raised_at, AlarmRow.id], request)
    return Page(tuple(_alarm(row) for row in page.rows), page.next)


def _alarm(row: AlarmRow) -> Alarm:
    return Alarm(row.id, row.code, row.subject, Severity(row.severity), row.detail, row.raised_at, row.cleared_at)
