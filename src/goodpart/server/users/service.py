"""Signing in and out, and the first account."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from goodpart.server.audit import service as audit
from goodpart.server.kit.reach import ALL, Extent, Reach
from goodpart.server.kit.requests import SignedIn
from goodpart.server.kit.roles import Grant, Permission, Role
from goodpart.server.kit.work import Actor, ActorKind, Database, Work
from goodpart.server.users import repository
from goodpart.server.users.errors import LinkUsedError, SignInRefusedError
from goodpart.server.users.model import LINK_LIFE, LinkKind, NewSession, User, hash_token, new_token
from goodpart.server.users.passwords import Passwords
from goodpart.server.users.schemas import SiteOut

_REQUESTED_ANEW = "Ask for a new link where you got this one."


@dataclass(frozen=True)
class Users:
    """What signing in needs besides a transaction; also the `Authenticator` of every request."""

    passwords: Passwords
    session_life: timedelta
    find_site: Callable[[Work], Awaitable[SiteOut | None]]
    """The site whose time the pages show, from the places; None before there is one."""
    places_below: Callable[[Work, Collection[str]], Awaitable[frozenset[str]]]
    """Some places and all below them, from the places."""

    async def authenticate(self, work: Work, token: str) -> SignedIn | None:
        found = await repository.find_session(work.session, hash_token(token), work.now)
        if found is None:
            return None
        session, user, expires_at = found
        return SignedIn(_actor(user), user.grants, session, expires_at)

    async def reach_of(self, work: Work, signed_in: SignedIn, permission: Permission) -> Reach:
        """Where somebody sees things, and where they may do what ``permission`` is about."""
        seen = await self._extent(work, signed_in.grants, Permission.VIEW)
        same = permission is Permission.VIEW
        return Reach(seen, seen if same else await self._extent(work, signed_in.grants, permission))

    async def _extent(self, work: Work, grants: tuple[Grant, ...], permission: Permission) -> Extent:
        roots = {grant.place for grant in grants if permission in grant.role.permissions}
        if None in roots:
            return ALL
        places = {place for place in roots if place is not None}
        return Extent(places=await self.places_below(work, places)) if places else Extent()

    async def sign_in(self, database: Database, name: str, password: str) -> NewSession:
        """Raises `SignInRefusedError`, with an audit entry. The password is checked outside of any transaction."""
        async with database.work(read_only=True) as work:
            found = await repository.find_with_password(work.session, name)
        matched = await self.passwords.matches(password, found[1] if found else None)
        async with database.work() as work:
            if found is not None and matched:
                return await self._open_session(work, found[0], "with a password")
            await audit.record(work, "session.refused", name[:100], "Wrong name or password.")
        raise SignInRefusedError("The name or the password is wrong.", "Check both and try again.")

    async def make_first_account(self, database: Database, token: str, name: str, password: str) -> NewSession:
        """Use the first-run link. Raises `LinkUsedError`, `PasswordTooShortError` (the link stays valid then)."""
        password_hash = await self.passwords.hash(password)
        async with database.work() as work:
            used = await repository.use_link(work.session, hash_token(token), LinkKind.FIRST_RUN, work.now)
            if used is None or await repository.has_any(work.session):
                raise LinkUsedError("This first-run link has been used, or a newer one was made.", "Sign in.")
            user = User(work.new_id(), name, (Grant(Role.ADMIN),))
            await repository.add(work.session, user, password_hash, work.now)
            await repository.add_grant(work.session, work.new_id(), user.id, user.grants[0])
            await audit.record(work, "user.created", user.id, f"{name}, {Role.ADMIN}, by the first-run link")
            return await self._open_session(work, user, "by the first-run link")

    async def redeem_link(self, work: Work, token: str) -> NewSession:
        """Sign another browser in. Raises `LinkUsedError`."""
        used = await repository.use_link(work.session, hash_token(token), LinkKind.SIGN_IN, work.now)
        user = await repository.find(work.session, used[0]) if used and used[0] else None
        if user is None:
            raise LinkUsedError("This sign-in link has been used or has expired.", _REQUESTED_ANEW)
        return await self._open_session(work, user, "by a link")

    async def _open_session(self, work: Work, user: User, how: str) -> NewSession:
        work.actor = _actor(user)
        new = NewSession(new_token(), user, work.now + self.session_life)
        session = work.new_id()
        await repository.remove_expired_sessions(work.session, work.now)
        await repository.add_session(
            work.session,
            session,
            user=user.id,
            token_hash=hash_token(new.token),
            created_at=work.now,
            expires_at=new.expires_at,
        )
        await audit.record(work, "session.opened", session, f"{user.name} signed in {how}")
        return new


async def sign_out(work: Work, signed_in: SignedIn) -> None:
    await repository.end_session(work.session, signed_in.session)
    await audit.record(work, "session.closed", signed_in.session)


async def make_sign_in_link(work: Work, user: str) -> str:
    """A token that signs one other browser in as ``user`` within `LINK_LIFE`."""
    token = new_token()
    await repository.add_link(
        work.session, hash_token(token), LinkKind.SIGN_IN, user=user, expires_at=work.now + LINK_LIFE
    )
    await audit.record(work, "sign_in_link.made", user)
    return token


async def make_first_run_link(work: Work) -> str | None:
    """A token for the first account, which voids an earlier one; None where there is an account already."""
    if await repository.has_any(work.session):
        return None
    token = new_token()
    await repository.void_links(work.session, LinkKind.FIRST_RUN)
    await repository.add_link(work.session, hash_token(token), LinkKind.FIRST_RUN, user=None, expires_at=None)
    return token


def _actor(user: User) -> Actor:
    return Actor(ActorKind.USER, user.id, user.name)
