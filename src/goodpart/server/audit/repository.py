"""Rows of the audit trail."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.audit.model import AuditEntry, AuditFilter, Head, Link, chain_hash
from goodpart.server.audit.tables import AuditHeadRow, AuditRow
from goodpart.server.kit.pages import Page, PageRequest, fetch_page
from goodpart.server.kit.work import Actor


async def append(session: AsyncSession, entry: AuditEntry) -> None:
    """Chain an entry to the newest one. Others that append wait for the end of this transaction."""
    head = await session.scalar(sa.select(AuditHeadRow).with_for_update().execution_options(populate_existing=True))
    assert head is not None  # made by the migration
    head.hash = chain_hash(head.hash, head.number + 1, entry)
    head.number += 1
    session.add(
        AuditRow(
            id=entry.id,
            number=head.number,
            at=entry.at,
            actor_kind=entry.actor.kind,
            actor_id=entry.actor.id,
            actor_name=entry.actor.name,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
            hash=head.hash,
        )
    )
    await session.flush()


async def head(session: AsyncSession) -> Head:
    row = await session.scalar(sa.select(AuditHeadRow))
    return Head(row.number, row.hash) if row else Head()


async def list_newest(session: AsyncSession, wanted: AuditFilter, request: PageRequest) -> Page[Link]:
    page = await fetch_page(session, sa.select(AuditRow).where(*_conditions(wanted)), [AuditRow.number], request)
    return Page(tuple(_link(row) for row in page.rows), page.next)


async def newest_of(session: AsyncSession, subject: str, actions: Collection[str]) -> Link | None:
    query = sa.select(AuditRow).where(AuditRow.subject == subject, AuditRow.action.in_(actions))
    row = await session.scalar(query.order_by(AuditRow.number.desc()).limit(1))
    return _link(row) if row else None


async def is_followed_by(session: AsyncSession, link: Link, action: str) -> bool:
    """Whether somebody has done ``action``, to whatever it was, since ``link``."""
    query = sa.select(AuditRow.number).where(AuditRow.number > link.number, AuditRow.action == action).limit(1)
    return await session.scalar(query) is not None


async def list_after(session: AsyncSession, number: int, limit: int, wanted: AuditFilter = AuditFilter()) -> list[Link]:  # noqa: B008
    """Oldest first."""
    query = sa.select(AuditRow).where(AuditRow.number > number, *_conditions(wanted)).order_by(AuditRow.number)
    return [_link(row) for row in await session.scalars(query.limit(limit))]


def _conditions(wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.actor:
        conditions.append(sa.func.lower(AuditRow.actor_name).contains(wanted.actor.lower(), autoescape=True))
    if wanted.action:
        conditions.append(AuditRow.action.startswith(wanted.action, autoescape=True))
    if wanted.subject:
        conditions.append(AuditRow.subject == wanted.subject)
    if wanted.start is not None:
        conditions.append(AuditRow.at >= wanted.start)
    if wanted.end is not None:
        conditions.append(AuditRow.at < wanted.end)
    return conditions


def _link(row: AuditRow) -> Link:
    actor = Actor(row.actor_kind, row.actor_id, row.actor_name)
    return Link(row.number, AuditEntry(row.id, row.at, actor, row.action, row.subject, row.detail), row.hash)
