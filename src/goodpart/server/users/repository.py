"""Rows of users, sessions and links."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.kit.roles import Grant
from goodpart.server.users.model import LinkKind, User
from goodpart.server.users.tables import GrantRow, LinkRow, SessionRow, UserRow


async def has_any(session: AsyncSession) -> bool:
    return await session.scalar(sa.select(UserRow.id).limit(1)) is not None


async def add(session: AsyncSession, user: User, password_hash: str, created_at: datetime) -> None:
    session.add(UserRow(id=user.id, name=user.name, password_hash=password_hash, created_at=created_at))
    await session.flush()


async def add_grant(session: AsyncSession, key: str, user: str, grant: Grant) -> None:
    session.add(GrantRow(id=key, user=user, place=grant.place, role=grant.role))
    await session.flush()


async def find_with_password(session: AsyncSession, name: str) -> tuple[User, str] | None:
    """The user of that name, and the hash of their password."""
    row = await session.scalar(sa.select(UserRow).where(UserRow.name == name))
    return (await _user(session, row), row.password_hash) if row else None


async def find(session: AsyncSession, user: str) -> User | None:
    row = await session.get(UserRow, user)
    return await _user(session, row) if row else None


async def add_session(
    session: AsyncSession, key: str, *, user: str, token_hash: str, created_at: datetime, expires_at: datetime
) -> None:
    session.add(SessionRow(id=key, user=user, token_hash=token_hash, created_at=created_at, expires_at=expires_at))
    await session.flush()


async def find_session(session: AsyncSession, token_hash: str, now: datetime) -> tuple[str, User, datetime] | None:
    """Id, user and end of a session that has not ended."""
    found = (
        await session.execute(
            sa.select(SessionRow.id, UserRow, SessionRow.expires_at)
            .join(UserRow, UserRow.id == SessionRow.user)
            .where(SessionRow.token_hash == token_hash, SessionRow.expires_at > now)
        )
    ).one_or_none()
    return (found[0], await _user(session, found[1]), found[2]) if found else None


async def end_session(session: AsyncSession, key: str) -> None:
    await session.execute(sa.delete(SessionRow).where(SessionRow.id == key))


async def remove_expired_sessions(session: AsyncSession, now: datetime) -> None:
    await session.execute(sa.delete(SessionRow).where(SessionRow.expires_at <= now))


async def add_link(
    session: AsyncSession, token_hash: str, kind: LinkKind, *, user: str | None, expires_at: datetime | None
) -> None:
    session.add(LinkRow(token_hash=token_hash, kind=kind, user=user, expires_at=expires_at))
    await session.flush()


async def void_links(session: AsyncSession, kind: LinkKind) -> None:
    await session.execute(sa.delete(LinkRow).where(LinkRow.kind == kind))


async def use_link(session: AsyncSession, token_hash: str, kind: LinkKind, now: datetime) -> tuple[str | None] | None:
    """Take a link out of use; its user in a tuple, or None where there is no such link any more.

    One statement, so that of two requests at the same moment one gets it.
    """
    found = (
        await session.execute(
            sa.delete(LinkRow)
            .where(
                LinkRow.token_hash == token_hash,
                LinkRow.kind == kind,
                sa.or_(LinkRow.expires_at.is_(None), LinkRow.expires_at > now),
            )
            .returning(LinkRow.user)
        )
    ).one_or_none()
    return (found[0],) if found else None


async def _user(session: AsyncSession, row: UserRow) -> User:
    rows = await session.scalars(sa.select(GrantRow).where(GrantRow.user == row.id).order_by(GrantRow.id))
    return User(row.id, row.name, tuple(Grant(grant.role, grant.place) for grant in rows))
