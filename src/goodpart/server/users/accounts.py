"""What administrators do with accounts: make, change, disable, reset, and end what is open for them."""

from collections.abc import Sequence
from datetime import datetime

from goodpart.server.audit import service as audit
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.roles import Grant, Role
from goodpart.server.kit.work import Work
from goodpart.server.users import attempts, repository
from goodpart.server.users.errors import (
    LastAdminError,
    PlaceUnknownError,
    SessionNotFoundError,
    TokenNotFoundError,
    UserNameTakenError,
    UserNotFoundError,
)
from goodpart.server.users.model import (
    PASSWORD_LINK_LIFE,
    ApiToken,
    LinkKind,
    Session,
    User,
    hash_token,
    new_token,
)
from goodpart.server.users.service import Users


async def create(work: Work, users: Users, name: str, grants: Sequence[Grant]) -> User:
    """Nobody can sign in to it before a password was chosen by a link: see `make_password_link`.

    Raises `UserNameTakenError`, `PlaceUnknownError`.
    """
    await _check_name_free(work, name)
    user = User(work.new_id(), name, ())
    await repository.add(work.session, user, "", work.now)
    await audit.record(work, "user.created", user.id, name)
    await _set_grants(work, users, user, grants)
    return await get(work, user.id)


async def get(work: Work, user: str) -> User:
    """Raises `UserNotFoundError`."""
    found = await repository.find(work.session, user)
    if found is None:
        raise UserNotFoundError.of("user", user)
    return found


async def list_all(work: Work) -> list[User]:
    """By name."""
    return await repository.list_all(work.session)


async def list_by_name(work: Work, request: PageRequest) -> Page[User]:
    return await repository.list_by_name(work.session, request)


async def change(
    work: Work,
    users: Users,
    user: str,
    *,
    name: str | None = None,
    grants: Sequence[Grant] | None = None,
    disabled: bool | None = None,
) -> User:
    """What is None stays. A disabled user is signed out everywhere at once, their links end, and their API tokens
    rest.

    Raises `UserNotFoundError`, `UserNameTakenError`, `PlaceUnknownError`, and `LastAdminError` where nobody would be
    left who administers the enterprise.
    """
    known = await get(work, user)
    if name is not None and name != known.name:
        await _check_name_free(work, name, but=user)
        await repository.change(work.session, user, name=name)
        await audit.record(work, "user.renamed", user, f"from {known.name} to {name}")
    if grants is not None and tuple(grants) != known.grants:
        await _check_admin_left(work, user, stays=Grant(Role.ADMIN) in grants)
        await _set_grants(work, users, known, grants)
    if disabled is not None and disabled != (known.disabled_at is not None):
        await _check_admin_left(work, user, stays=not disabled)
        await repository.change(work.session, user, disabled_at=work.now if disabled else None)
        if disabled:
            await repository.end_sessions(work.session, user)
            await repository.void_links(work.session, LinkKind.PASSWORD, user)
        await audit.record(work, "user.disabled" if disabled else "user.enabled", user, known.name)
    return await get(work, user)


async def make_password_link(work: Work, user: str, *, without_second_factor: bool = False) -> str:
    """A token with which the user chooses a password within `PASSWORD_LINK_LIFE`; it voids those before it.

    The present password stays until then. ``without_second_factor``: their telephone is lost, too.
    """
    known = await get(work, user)
    token = new_token()
    await repository.void_links(work.session, LinkKind.PASSWORD, user)
    await repository.add_link(
        work.session, hash_token(token), LinkKind.PASSWORD, user=user, expires_at=work.now + PASSWORD_LINK_LIFE
    )
    if without_second_factor and known.second_factor:
        await repository.change(work.session, user, totp_secret=None)
        await repository.set_recovery_codes(work.session, user, ())
        await audit.record(work, "user.second_factor_removed", user, f"{known.name}, by an administrator")
    await audit.record(work, "user.password_link_made", user, known.name)
    return token


async def sign_in_wait(work: Work, user: str) -> datetime | None:
    """Until when failed attempts keep this user from signing in; None: nothing does. Raises `UserNotFoundError`."""
    return await attempts.wait_of(work, (await get(work, user)).name)


async def end_sign_in_wait(work: Work, user: str) -> None:
    """Raises `UserNotFoundError`."""
    known = await get(work, user)
    await attempts.end_wait(work, known.name)
    await audit.record(work, "sign_in.wait_ended", user, known.name)


async def sessions_of(work: Work, user: str, request: PageRequest) -> Page[Session]:
    """Newest first. Raises `UserNotFoundError`."""
    await get(work, user)
    return await repository.list_sessions(work.session, user, work.now, request)


async def end_session(work: Work, user: str, session: str) -> None:
    """Raises `SessionNotFoundError`."""
    if not await repository.end_session(work.session, session, user):
        raise SessionNotFoundError.of("session", session)
    await audit.record(work, "session.revoked", session, f"of {(await get(work, user)).name}")


async def end_sessions(work: Work, user: str) -> None:
    """Raises `UserNotFoundError`."""
    known = await get(work, user)
    await repository.end_sessions(work.session, user)
    await audit.record(work, "sessions.revoked", user, f"of {known.name}")


async def tokens_of(work: Work, user: str, request: PageRequest) -> Page[ApiToken]:
    """Newest first, also those that are over. Raises `UserNotFoundError`."""
    await get(work, user)
    return await repository.list_tokens(work.session, user, request)


async def revoke_token(work: Work, user: str, token: str) -> None:
    """Raises `TokenNotFoundError`, also where it is revoked already."""
    name = await repository.revoke_token(work.session, token, user, work.now)
    if name is None:
        raise TokenNotFoundError.of("API token", token)
    await audit.record(work, "token.revoked", token, f"{name}, of {(await get(work, user)).name}")


async def _set_grants(work: Work, users: Users, user: User, grants: Sequence[Grant]) -> None:
    places = {grant.place for grant in grants if grant.place is not None}
    unknown = places - await users.places_below(work, places)
    if unknown:
        raise PlaceUnknownError(f"There is no place {min(unknown)!r}.", "Reload the list of places.")
    await repository.remove_grants(work.session, user.id)
    for grant in sorted(set(grants), key=lambda one: (one.place or "", one.role)):
        await repository.add_grant(work.session, work.new_id(), user.id, grant)
    paths = await users.place_paths(work)
    said = ", ".join(
        f"{grant.role} of " + (f"{paths[grant.place]} ({grant.place})" if grant.place else "the enterprise")
        for grant in grants
    )
    await audit.record(work, "user.grants_set", user.id, f"{user.name}: {said or 'none'}")


async def _check_name_free(work: Work, name: str, *, but: str = "") -> None:
    if await repository.find_by_name(work.session, name) not in {None, but}:
        raise UserNameTakenError(f"There is a user {name} already.", "Choose another name.", name=name)


async def _check_admin_left(work: Work, user: str, *, stays: bool) -> None:
    if not stays and await repository.lock_admins(work.session) == [user]:
        raise LastAdminError(
            "This is the last user who administers the whole enterprise.", "Make another one an admin first."
        )
