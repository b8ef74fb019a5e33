"""Rows of the audit trail."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.audit.model import AuditEntry
from goodpart.server.audit.tables import AuditRow
from goodpart.server.kit.pages import Page, PageRequest, fetch_page
from goodpart.server.kit.work import Actor


def add(session: AsyncSession, entry: AuditEntry) -> None:
    session.add(
        AuditRow(
            id=entry.id,
            at=entry.at,
            actor_kind=entry.actor.kind,
            actor_id=entry.actor.id,
            actor_name=entry.actor.name,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
        )
    )


async def list_newest(session: AsyncSession, request: PageRequest) -> Page[AuditEntry]:
    page = await fetch_page(session, sa.select(AuditRow), [AuditRow.at, AuditRow.id], request)
    return Page(tuple(_entry(row) for row in page.rows), page.next)


def _entry(row: AuditRow) -> AuditEntry:
    actor = Actor(row.actor_kind, row.actor_id, row.actor_name)
    return AuditEntry(row.id, row.at, actor, row.action, row.subject, row.detail)
