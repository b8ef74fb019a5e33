"""What everybody does with their own account: password, second factor, API tokens.

Whatever weakens or widens an account asks for its password again, outside of any transaction: a screen that was left
open is not enough.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from goodpart.server.audit import service as audit
from goodpart.server.kit.requests import SignedIn
from goodpart.server.kit.roles import Permission
from goodpart.server.kit.work import Database, Work
from goodpart.server.users import attempts, repository, totp
from goodpart.server.users.errors import PasswordWrongError, SecondFactorWrongError, TokenUnusableError
from goodpart.server.users.model import (
    API_TOKEN_PREFIX,
    LONGEST_TOKEN_LIFE,
    ApiToken,
    LinkKind,
    Origin,
    hash_token,
    new_token,
)
from goodpart.server.users.service import Users


@dataclass(frozen=True)
class Confirmed:
    """Somebody who is signed in and has just given their password again."""

    signed_in: SignedIn
    database: Database
    users: Users


async def confirm(users: Users, database: Database, signed_in: SignedIn, password: str, origin: Origin) -> Confirmed:
    """Raises `PasswordWrongError`, and `SignInDelayedError` after too many of them."""
    name = signed_in.actor.name
    if await users.check_password(database, name, password, origin) is None:
        raise PasswordWrongError("The password is wrong.", "Enter the password that you sign in with.")
    async with database.work() as work:
        await attempts.succeeded(work, name, origin.address)
    return Confirmed(signed_in, database, users)


async def change_password(by: Confirmed, new: str) -> None:
    """All other sessions end, and so do links that were made. Raises `PasswordTooShortError`,
    `PasswordGuessableError`."""
    actor = by.signed_in.actor
    password_hash = await by.users.passwords.hash(new, actor.name)
    async with by.database.work(actor) as work:
        await repository.change(work.session, actor.id, password_hash=password_hash)
        await repository.end_sessions(work.session, actor.id, but=by.signed_in.session)
        await repository.void_links(work.session, LinkKind.PASSWORD, actor.id)
        await audit.record(work, "user.password_changed", actor.id, actor.name)


async def add_second_factor(by: Confirmed, secret: str, code: str) -> list[str]:
    """Ask for codes of ``secret`` from now on. Returns the recovery codes, which are kept as hashes alone.

    Raises `SecondFactorWrongError` unless ``code`` is of this secret and this moment.
    """
    actor = by.signed_in.actor
    async with by.database.work(actor) as work:
        step = totp.step_of(code.replace(" ", ""), secret, work.now, after=0) if totp.is_secret(secret) else None
        if step is None:
            raise SecondFactorWrongError(
                "The code does not belong to this secret and this moment.",
                "Check the clocks of this server and of your telephone, then enter the code that is shown now.",
            )
        codes = totp.new_recovery_codes()
        sealed = by.users.seal.close(secret, actor.id)
        await repository.change(work.session, actor.id, totp_secret=sealed, totp_step=step)
        await repository.set_recovery_codes(work.session, actor.id, [hash_token(one) for one in codes])
        await audit.record(work, "user.second_factor_added", actor.id, actor.name)
    return codes


async def remove_second_factor(by: Confirmed) -> None:
    actor = by.signed_in.actor
    async with by.database.work(actor) as work:
        await repository.change(work.session, actor.id, totp_secret=None)
        await repository.set_recovery_codes(work.session, actor.id, ())
        await audit.record(work, "user.second_factor_removed", actor.id, actor.name)


async def make_token(
    by: Confirmed, name: str, scopes: Collection[Permission], expires_at: datetime
) -> tuple[ApiToken, str]:
    """A token with these of its user's permissions, and its secret, which is shown once.

    Raises `TokenUnusableError`.
    """
    actor = by.signed_in.actor
    async with by.database.work(actor) as work:
        _check_scopes(scopes)
        if not work.now < expires_at <= work.now + LONGEST_TOKEN_LIFE:
            raise TokenUnusableError(
                "The token would end in the past, or in more than a year.", "Choose a day within the next year."
            )
        secret = API_TOKEN_PREFIX + new_token()
        token = ApiToken(
            work.new_id(), actor.id, name, frozenset(scopes), work.now, expires_at, last_used_at=None, revoked_at=None
        )
        await repository.add_token(work.session, token, hash_token(secret))
        await audit.record(work, "token.made", token.id, f"{name}: {', '.join(sorted(scopes))}; until {expires_at}")
    return token, secret


async def recovery_codes_left(work: Work, user: str) -> int:
    return await repository.count_recovery_codes(work.session, user)


def _check_scopes(scopes: Collection[Permission]) -> None:
    if not scopes or Permission.ACCOUNT in scopes:
        raise TokenUnusableError(
            "A token needs at least one permission, and cannot have that for its own account.", "Choose what it may do."
        )
