"""Rows of users and of what they sign in with, and of failed sign-ins."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.kit.pages import Page, PageRequest, fetch_page
from goodpart.server.kit.roles import Grant, Permission, Role
from goodpart.server.users.model import ApiToken, LinkKind, Origin, SecondFactor, Session, User
from goodpart.server.users.tables import (
    ApiTokenRow,
    FailureRow,
    GrantRow,
    LinkRow,
    RecoveryCodeRow,
    SessionRow,
    UserRow,
)


async def has_any(session: AsyncSession) -> bool:
    return await session.scalar(sa.select(UserRow.id).limit(1)) is not None


async def add(session: AsyncSession, user: User, password_hash: str, created_at: datetime) -> None:
    session.add(UserRow(id=user.id, name=user.name, password_hash=password_hash, created_at=created_at, totp_step=0))
    await session.flush()


async def add_grant(session: AsyncSession, key: str, user: str, grant: Grant) -> None:
    session.add(GrantRow(id=key, user=user, place=grant.place, role=grant.role))
    await session.flush()


async def remove_grants(session: AsyncSession, user: str) -> None:
    await session.execute(sa.delete(GrantRow).where(GrantRow.user == user))


async def change(session: AsyncSession, user: str, **values: Any) -> None:
    """Columns of a user's row."""
    await session.execute(
        sa.update(UserRow).where(UserRow.id == user).values(**values).execution_options(synchronize_session=False)
    )
    session.expire_all()


async def find_with_password(session: AsyncSession, name: str) -> tuple[User, str] | None:
    """The user of that name, in capitals or not, who may sign in, and the hash of their password.

    The name as it is written comes first: two that were made at the same moment may differ in capitals alone.
    """
    written_so = sa.case((UserRow.name == name, 0), else_=1)
    query = sa.select(UserRow).where(_named(name), UserRow.disabled_at.is_(None)).order_by(written_so).limit(1)
    row = await session.scalar(query)
    return ((await _users(session, [row]))[0], row.password_hash) if row else None


async def find(session: AsyncSession, user: str) -> User | None:
    row = await session.get(UserRow, user, populate_existing=True)
    return (await _users(session, [row]))[0] if row else None


async def find_by_name(session: AsyncSession, name: str) -> str | None:
    """The id of the user with this name, in capitals or not."""
    return await session.scalar(sa.select(UserRow.id).where(_named(name)).limit(1))


async def list_all(session: AsyncSession) -> list[User]:
    rows = await session.scalars(sa.select(UserRow).order_by(UserRow.name))
    return await _users(session, rows.all())


async def list_by_name(session: AsyncSession, request: PageRequest) -> Page[User]:
    page = await fetch_page(session, sa.select(UserRow), [UserRow.name], request, descending=False)
    return Page(tuple(await _users(session, page.rows)), page.next)


async def lock_admins(session: AsyncSession) -> list[str]:
    """The ids of those who administer the whole enterprise and may sign in.

    Nobody else changes their rows before the transaction ends, so that two admins cannot each take away the other.
    """
    rows = await session.scalars(
        sa.select(UserRow.id)
        .where(
            UserRow.id.in_(sa.select(GrantRow.user).where(GrantRow.role == Role.ADMIN, GrantRow.place.is_(None))),
            UserRow.disabled_at.is_(None),
        )
        .order_by(UserRow.id)
        .with_for_update()
    )
    return list(rows)


async def second_factor(session: AsyncSession, user: str) -> SecondFactor | None:
    row = await session.get_one(UserRow, user, populate_existing=True)
    return SecondFactor(row.totp_secret, row.totp_step) if row.totp_secret else None


async def second_factor_secrets(session: AsyncSession) -> list[tuple[str, str]]:
    """User and stored secret, of those who have a second factor."""
    rows = await session.execute(
        sa.select(UserRow.id, UserRow.totp_secret).where(UserRow.totp_secret.is_not(None)).with_for_update()
    )
    return [(user, secret) for user, secret in rows if secret]


async def use_step(session: AsyncSession, user: str, step: int) -> bool:
    """False where this step or a later one is used up: of two requests with one code, one gets it."""
    changed = await session.scalar(
        sa.update(UserRow)
        .where(UserRow.id == user, UserRow.totp_step < step)
        .values(totp_step=step)
        .returning(UserRow.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


async def set_recovery_codes(session: AsyncSession, user: str, code_hashes: Iterable[str]) -> None:
    await session.execute(sa.delete(RecoveryCodeRow).where(RecoveryCodeRow.user == user))
    session.add_all(RecoveryCodeRow(user=user, code_hash=code_hash) for code_hash in code_hashes)
    await session.flush()


async def count_recovery_codes(session: AsyncSession, user: str) -> int:
    query = sa.select(sa.func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.user == user)
    return await session.scalar(query) or 0


async def use_recovery_code(session: AsyncSession, user: str, code_hash: str) -> bool:
    used = await session.scalar(
        sa.delete(RecoveryCodeRow)
        .where(RecoveryCodeRow.user == user, RecoveryCodeRow.code_hash == code_hash)
        .returning(RecoveryCodeRow.user)
    )
    return used is not None


async def add_session(
    session: AsyncSession,
    key: str,
    *,
    user: str,
    token_hash: str,
    created_at: datetime,
    expires_at: datetime,
    origin: Origin = Origin(),  # noqa: B008 - frozen
) -> None:
    session.add(
        SessionRow(
            id=key,
            user=user,
            token_hash=token_hash,
            created_at=created_at,
            expires_at=expires_at,
            last_used_at=created_at,
            address=origin.address,
            agent=origin.agent,
        )
    )
    await session.flush()


async def find_session(session: AsyncSession, token_hash: str, now: datetime) -> tuple[str, User, datetime] | None:
    """Id, user and end of a session that has not ended, of a user who may sign in."""
    found = (
        await session.execute(
            sa.select(SessionRow.id, UserRow, SessionRow.expires_at)
            .join(UserRow, UserRow.id == SessionRow.user)
            .where(SessionRow.token_hash == token_hash, SessionRow.expires_at > now, UserRow.disabled_at.is_(None))
        )
    ).one_or_none()
    return (found[0], (await _users(session, [found[1]]))[0], found[2]) if found else None


async def list_sessions(session: AsyncSession, user: str, now: datetime, request: PageRequest) -> Page[Session]:
    """Those that have not ended, newest first."""
    query = sa.select(SessionRow).where(SessionRow.user == user, SessionRow.expires_at > now)
    page = await fetch_page(session, query, [SessionRow.created_at, SessionRow.id], request)
    return Page(tuple(_session(row) for row in page.rows), page.next)


async def end_session(session: AsyncSession, key: str, user: str) -> bool:
    """False where this user has no such session."""
    ended = await session.scalar(
        sa.delete(SessionRow).where(SessionRow.id == key, SessionRow.user == user).returning(SessionRow.id)
    )
    return ended is not None


async def end_sessions(session: AsyncSession, user: str, *, but: str = "") -> None:
    """All of a user but one, and the links that would open another. Links to choose a password stay."""
    await session.execute(sa.delete(SessionRow).where(SessionRow.user == user, SessionRow.id != but))
    await void_links(session, LinkKind.SIGN_IN, user)


async def remove_expired_sessions(session: AsyncSession, now: datetime) -> None:
    await session.execute(sa.delete(SessionRow).where(SessionRow.expires_at <= now))


async def add_token(session: AsyncSession, token: ApiToken, token_hash: str) -> None:
    session.add(
        ApiTokenRow(
            id=token.id,
            user=token.user,
            name=token.name,
            token_hash=token_hash,
            scopes=sorted(token.scopes),
            created_at=token.created_at,
            expires_at=token.expires_at,
        )
    )
    await session.flush()


async def find_token(session: AsyncSession, token_hash: str, now: datetime) -> tuple[ApiToken, User] | None:
    """A token that is neither over nor revoked, of a user who may sign in."""
    found = (
        await session.execute(
            sa.select(ApiTokenRow, UserRow)
            .join(UserRow, UserRow.id == ApiTokenRow.user)
            .where(
                ApiTokenRow.token_hash == token_hash,
                ApiTokenRow.expires_at > now,
                ApiTokenRow.revoked_at.is_(None),
                UserRow.disabled_at.is_(None),
            )
        )
    ).one_or_none()
    return (_token(found[0]), (await _users(session, [found[1]]))[0]) if found else None


async def list_tokens(session: AsyncSession, user: str, request: PageRequest) -> Page[ApiToken]:
    """Newest first."""
    query = sa.select(ApiTokenRow).where(ApiTokenRow.user == user)
    page = await fetch_page(session, query, [ApiTokenRow.id], request)
    return Page(tuple(_token(row) for row in page.rows), page.next)


async def revoke_token(session: AsyncSession, token: str, user: str, now: datetime) -> str | None:
    """Its name; None where this user has no such token, or it is revoked already."""
    return await session.scalar(
        sa.update(ApiTokenRow)
        .where(ApiTokenRow.id == token, ApiTokenRow.user == user, ApiTokenRow.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiTokenRow.name)
        .execution_options(synchronize_session=False)
    )


async def set_last_use(session: AsyncSession, key: str, at: datetime) -> None:
    """Of a session or an API token, by its id."""
    for row in (SessionRow, ApiTokenRow):
        await session.execute(
            sa.update(row).where(row.id == key).values(last_used_at=at).execution_options(synchronize_session=False)
        )


async def add_link(
    session: AsyncSession, token_hash: str, kind: LinkKind, *, user: str | None, expires_at: datetime | None
) -> None:
    session.add(LinkRow(token_hash=token_hash, kind=kind, user=user, expires_at=expires_at))
    await session.flush()


async def void_links(session: AsyncSession, kind: LinkKind, user: str | None = None) -> None:
    query = sa.delete(LinkRow).where(LinkRow.kind == kind)
    await session.execute(query if user is None else query.where(LinkRow.user == user))


async def find_link(session: AsyncSession, token_hash: str, kind: LinkKind, now: datetime) -> tuple[str | None] | None:
    """The user in a tuple of a link that can still be used, which stays as it is; None where there is none."""
    found = (await session.execute(sa.select(LinkRow.user).where(_usable(token_hash, kind, now)))).one_or_none()
    return (found[0],) if found else None


async def use_link(session: AsyncSession, token_hash: str, kind: LinkKind, now: datetime) -> tuple[str | None] | None:
    """Take a link out of use; its user in a tuple, or None where there is no such link any more.

    One statement, so that of two requests at the same moment one gets it.
    """
    query = sa.delete(LinkRow).where(_usable(token_hash, kind, now)).returning(LinkRow.user)
    found = (await session.execute(query)).one_or_none()
    return (found[0],) if found else None


async def count_failure(session: AsyncSession, key: str, now: datetime) -> tuple[int, datetime | None]:
    """How many there are now, and until when the key is blocked. One statement: attempts at the same moment are all
    counted, one after the other."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = (
        insert(FailureRow)
        .values(key=key, failures=1, last_at=now)
        .on_conflict_do_update(index_elements=["key"], set_={"failures": FailureRow.failures + 1, "last_at": now})
        .returning(FailureRow.failures, FailureRow.blocked_until)
    )
    failures, until = (await session.execute(query)).one()
    return failures, until


async def block(session: AsyncSession, key: str, until: datetime) -> None:
    await session.execute(sa.update(FailureRow).where(FailureRow.key == key).values(blocked_until=until))


async def blocked_until(session: AsyncSession, key: str) -> datetime | None:
    return await session.scalar(sa.select(FailureRow.blocked_until).where(FailureRow.key == key))


async def forget_failure(session: AsyncSession, key: str) -> None:
    await session.execute(sa.delete(FailureRow).where(FailureRow.key == key))


async def take_back_failure(session: AsyncSession, key: str) -> None:
    await session.execute(
        sa.update(FailureRow).where(FailureRow.key == key).values(failures=FailureRow.failures - 1, blocked_until=None)
    )


async def forget_failures(session: AsyncSession, before: datetime) -> None:
    await session.execute(sa.delete(FailureRow).where(FailureRow.last_at < before))


def _named(name: str) -> sa.ColumnElement[bool]:
    return sa.or_(UserRow.name == name, sa.func.lower(UserRow.name) == name.lower())


def _usable(token_hash: str, kind: LinkKind, now: datetime) -> sa.ColumnElement[bool]:
    lasts = sa.or_(LinkRow.expires_at.is_(None), LinkRow.expires_at > now)
    return sa.and_(LinkRow.token_hash == token_hash, LinkRow.kind == kind, lasts)


async def _users(session: AsyncSession, rows: Iterable[UserRow]) -> list[User]:
    """With their grants."""
    known = list(rows)
    grants: dict[str, list[Grant]] = {}
    query = sa.select(GrantRow).where(GrantRow.user.in_([row.id for row in known])).order_by(GrantRow.id)
    for grant in await session.scalars(query):
        grants.setdefault(grant.user, []).append(Grant(grant.role, grant.place))
    return [
        User(
            row.id,
            row.name,
            tuple(grants.get(row.id, ())),
            disabled_at=row.disabled_at,
            has_password=bool(row.password_hash),
            second_factor=row.totp_secret is not None,
            created_at=row.created_at,
        )
        for row in known
    ]


def _session(row: SessionRow) -> Session:
    origin = Origin(row.address, row.agent)
    return Session(row.id, row.user, row.created_at, row.expires_at, row.last_used_at, origin)


def _token(row: ApiTokenRow) -> ApiToken:
    known = {permission.value for permission in Permission}
    return ApiToken(
        id=row.id,
        user=row.user,
        name=row.name,
        scopes=frozenset(Permission(scope) for scope in row.scopes if scope in known),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
