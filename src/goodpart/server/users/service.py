"""Signing in and out, and the first account."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta

from goodpart.server.audit import service as audit
from goodpart.server.kit.reach import ALL, Extent, Reach
from goodpart.server.kit.requests import SignedIn
from goodpart.server.kit.roles import Grant, Permission, Role
from goodpart.server.kit.work import Actor, ActorKind, Database, Work
from goodpart.server.users import attempts, repository, totp
from goodpart.server.users.errors import LinkUsedError, SecondFactorNeededError, SignInRefusedError
from goodpart.server.users.model import (
    LINK_LIFE,
    LinkKind,
    NewSession,
    Origin,
    User,
    hash_token,
    new_token,
)
from goodpart.server.users.passwords import Passwords
from goodpart.server.users.schemas import SiteOut
from goodpart.server.users.usage import LastUses
from goodpart.trust.sealing import Seal, is_sealed
from goodpart.web.cookies import Credential

_REQUESTED_ANEW = "Ask for a new link where you got this one."


@dataclass(frozen=True)
class Users:
    """What signing in needs besides a transaction; also the `Authenticator` of every request."""

    passwords: Passwords
    seal: Seal
    session_life: timedelta
    find_site: Callable[[Work], Awaitable[SiteOut | None]]
    """The site whose time the pages show, from the places; None before there is one."""
    places_below: Callable[[Work, Collection[str]], Awaitable[frozenset[str]]]
    """Some places and all below them, from the places."""
    place_paths: Callable[[Work], Awaitable[dict[str, str]]]
    """The way to every place in words, for the audit trail and for files."""
    uses: LastUses = field(default_factory=LastUses)

    async def seal_secrets(self, database: Database) -> None:
        """Seal what a version that sealed nothing has left in the database; at a start."""
        async with database.work() as work:
            for user, secret in await repository.second_factor_secrets(work.session):
                if not is_sealed(secret):
                    await repository.change(work.session, user, totp_secret=self.seal.close(secret, user))

    async def authenticate(self, work: Work, credential: Credential) -> SignedIn | None:
        """Whose session or API token it is; None where it is unknown, over, or its user disabled."""
        signed_in = await _find(work, credential)
        if signed_in is not None:
            self.uses.note(signed_in.session, work.now)
        return signed_in

    async def reach_of(self, work: Work, signed_in: SignedIn, permission: Permission) -> Reach:
        """Where somebody sees things, and where they may do what ``permission`` is about."""
        seen = await self._extent(work, signed_in.grants, Permission.VIEW)
        if signed_in.scopes is not None and permission not in signed_in.scopes:
            return Reach(seen, Extent())
        same = permission is Permission.VIEW
        return Reach(seen, seen if same else await self._extent(work, signed_in.grants, permission))

    async def _extent(self, work: Work, grants: tuple[Grant, ...], permission: Permission) -> Extent:
        roots = {grant.place for grant in grants if permission in grant.role.permissions}
        if None in roots:
            return ALL
        places = {place for place in roots if place is not None}
        return Extent(places=await self.places_below(work, places)) if places else Extent()

    async def sign_in(
        self,
        database: Database,
        name: str,
        password: str,
        code: str = "",
        origin: Origin = Origin(),  # noqa: B008
    ) -> NewSession:
        """``code`` is that of the second factor, or a recovery code.

        Raises `SignInRefusedError`, with an audit entry, `SignInDelayedError`, and `SecondFactorNeededError` where only
        the code is missing. The password is checked outside of any transaction.
        """
        user = await self.check_password(database, name, password, origin)
        if user is None:
            raise SignInRefusedError("The name or the password is wrong.", "Check both and try again.")
        if user.second_factor and not code:
            async with database.work() as work:
                await attempts.awaits_code(work, origin.address)
            raise SecondFactorNeededError(
                "This account has a second factor.", "Enter the code that your authenticator app shows."
            )
        async with database.work() as work:
            passed = not user.second_factor or await self._use_code(work, user.id, code)
            if passed:
                await attempts.succeeded(work, name, origin.address)
                return await self._open_session(work, user, "with a password", origin)
            await audit.record(work, "session.refused", user.id, "Wrong code of the second factor.")
        raise SignInRefusedError("The code is wrong or was used already.", "Wait for the next code and try again.")

    async def check_password(
        self,
        database: Database,
        name: str,
        password: str,
        origin: Origin = Origin(),  # noqa: B008
    ) -> User | None:
        """Whose name and password these are. The attempt is counted, until `attempts.succeeded` takes it back.

        None with an audit entry where they are nobody's. Raises `SignInDelayedError`.
        """
        async with database.work() as work:
            wait = await attempts.begin(work, name, origin.address)
            found = await repository.find_with_password(work.session, name)
        matched = await self.passwords.matches(password, found[1] if found else None)
        if found is not None and matched:
            return found[0]
        async with database.work() as work:
            await audit.record(work, "session.refused", name[:100], f"Wrong name or password, from {origin.address}.")
            if wait:
                await audit.record(work, "sign_in.delayed", name[:100], f"The next attempt has to wait {wait}.")
        return None

    async def make_first_account(
        self,
        database: Database,
        token: str,
        name: str,
        password: str,
        origin: Origin = Origin(),  # noqa: B008
    ) -> NewSession:
        """Use the first-run link. Raises `LinkUsedError`, `PasswordTooShortError`, `PasswordGuessableError` (the link
        stays valid then)."""
        unusable = LinkUsedError("This first-run link has been used, or a newer one was made.", "Sign in.")
        async with database.work(read_only=True) as work:
            # Looked at first: a hash is worth its work only to who has the link.
            if await repository.find_link(work.session, hash_token(token), LinkKind.FIRST_RUN, work.now) is None:
                raise unusable
        password_hash = await self.passwords.hash(password, name)
        async with database.work() as work:
            used = await repository.use_link(work.session, hash_token(token), LinkKind.FIRST_RUN, work.now)
            if used is None or await repository.has_any(work.session):
                raise unusable
            user = User(work.new_id(), name, (Grant(Role.ADMIN),))
            await repository.add(work.session, user, password_hash, work.now)
            await repository.add_grant(work.session, work.new_id(), user.id, user.grants[0])
            await audit.record(work, "user.created", user.id, f"{name}, {Role.ADMIN}, by the first-run link")
            return await self._open_session(work, user, "by the first-run link", origin)

    async def redeem_link(self, work: Work, token: str, origin: Origin = Origin()) -> NewSession:  # noqa: B008
        """Sign another browser in. Raises `LinkUsedError`."""
        used = await repository.use_link(work.session, hash_token(token), LinkKind.SIGN_IN, work.now)
        user = await repository.find(work.session, used[0]) if used and used[0] else None
        if user is None or user.disabled_at is not None:
            raise LinkUsedError("This sign-in link has been used or has expired.", _REQUESTED_ANEW)
        return await self._open_session(work, user, "by a link", origin)

    async def set_first_password(self, database: Database, token: str, password: str) -> None:
        """Choose the password of the account that a link is for; whatever was open for it ends.

        Raises `LinkUsedError`, `PasswordTooShortError`, `PasswordGuessableError` (the link stays valid then).
        """
        unusable = LinkUsedError("This link has been used or has expired.", _REQUESTED_ANEW)
        async with database.work(read_only=True) as work:
            found = await repository.find_link(work.session, hash_token(token), LinkKind.PASSWORD, work.now)
            user = await repository.find(work.session, found[0]) if found and found[0] else None
        if user is None:
            raise unusable
        password_hash = await self.passwords.hash(password, user.name)
        async with database.work(_actor(user)) as work:
            if await repository.use_link(work.session, hash_token(token), LinkKind.PASSWORD, work.now) is None:
                raise unusable
            await repository.change(work.session, user.id, password_hash=password_hash)
            await repository.end_sessions(work.session, user.id)
            await audit.record(work, "user.password_set", user.id, f"{user.name}, by a link")

    async def _open_session(self, work: Work, user: User, how: str, origin: Origin) -> NewSession:
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
            origin=origin,
        )
        await audit.record(work, "session.opened", session, f"{user.name} signed in {how} from {origin.address}")
        return new

    async def _use_code(self, work: Work, user: str, code: str) -> bool:
        """Whether it is a code of the second factor that was not used before, or a recovery code; that uses it up.

        A recovery code works even where the secret cannot be opened any more: raises `SealError` then for other codes.
        """
        factor = await repository.second_factor(work.session, user)
        if factor is None:
            return False
        if await repository.use_recovery_code(work.session, user, hash_token(code.strip().lower())):
            await audit.record(work, "user.recovery_code_used", user)
            return True
        secret = self.seal.open(factor.sealed_secret, user)
        step = totp.step_of(code.replace(" ", ""), secret, work.now, after=factor.used_step)
        return step is not None and await repository.use_step(work.session, user, step)


async def sign_out(work: Work, signed_in: SignedIn) -> None:
    await repository.end_session(work.session, signed_in.session, signed_in.actor.id)
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


async def _find(work: Work, credential: Credential) -> SignedIn | None:
    key = hash_token(credential.secret)
    if credential.is_token:
        found = await repository.find_token(work.session, key, work.now)
        if found is None:
            return None
        token, user = found
        actor = Actor(ActorKind.USER, user.id, f"{user.name} ({token.name})")
        return SignedIn(actor, user.grants, token.id, token.expires_at, token.scopes)
    held = await repository.find_session(work.session, key, work.now)
    if held is None:
        return None
    session, user, expires_at = held
    return SignedIn(_actor(user), user.grants, session, expires_at)


def _actor(user: User) -> Actor:
    return Actor(ActorKind.USER, user.id, user.name)
