"""One's own account over HTTP."""

from typing import Annotated

from fastapi import APIRouter

from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit, permit_aside
from goodpart.server.kit.requests import ResourcesDep, SignedIn, WorkDep
from goodpart.server.users import accounts, own, totp
from goodpart.server.users.requests import OriginDep, UsersDep
from goodpart.server.users.schemas import (
    AccountOut,
    ApiTokenIn,
    ApiTokenOut,
    ConfirmationIn,
    NewApiTokenOut,
    OpenSessionOut,
    PasswordChangeIn,
    RecoveryCodesOut,
    SecondFactorIn,
    SecondFactorOut,
)

router = APIRouter(prefix="/account", tags=["account"])

SignedInDep = Annotated[SignedIn, permit(Permission.ACCOUNT)]
AsideDep = Annotated[SignedIn, permit_aside(Permission.ACCOUNT)]
"""For what hashes a password, which takes its time, and then writes."""


@router.get("")
async def get_account(work: WorkDep, signed_in: SignedInDep) -> AccountOut:
    """One's own name, and whether there is a second factor."""
    user = await accounts.get(work, signed_in.actor.id)
    left = await own.recovery_codes_left(work, user.id)
    return AccountOut(name=user.name, second_factor=user.second_factor, recovery_codes_left=left)


@router.put("/password", status_code=204)
async def change_password(
    body: PasswordChangeIn, signed_in: AsideDep, resources: ResourcesDep, users: UsersDep, origin: OriginDep
) -> None:
    """Signs out every other browser of this account."""
    by = await own.confirm(users, resources.database, signed_in, body.password, origin)
    await own.change_password(by, body.new)


@router.get("/sessions")
async def list_own_sessions(work: WorkDep, signed_in: SignedInDep, request: PageDep) -> Listing[OpenSessionOut]:
    """Newest first."""
    found = await accounts.sessions_of(work, signed_in.actor.id, request)
    return found.listing(lambda session: OpenSessionOut.of(session, signed_in.session))


@router.delete("/sessions/{session}", status_code=204)
async def end_own_session(work: WorkDep, signed_in: SignedInDep, session: str) -> None:
    """Sign one of one's own browsers out."""
    await accounts.end_session(work, signed_in.actor.id, session)


@router.post("/second-factor/proposals", status_code=201)
async def propose_second_factor(signed_in: SignedInDep) -> SecondFactorOut:
    """A new secret for an authenticator app (RFC 6238). Nothing is kept of it before it is confirmed."""
    secret = totp.new_secret()
    return SecondFactorOut(secret=secret, address=totp.address(secret, signed_in.actor.name))


@router.put("/second-factor")
async def add_second_factor(
    body: SecondFactorIn, signed_in: AsideDep, resources: ResourcesDep, users: UsersDep, origin: OriginDep
) -> RecoveryCodesOut:
    """From now on signing in with the password asks for a code, too."""
    by = await own.confirm(users, resources.database, signed_in, body.password, origin)
    return RecoveryCodesOut(codes=await own.add_second_factor(by, body.secret, body.code))


@router.post("/second-factor/removal", status_code=204)
async def remove_second_factor(
    body: ConfirmationIn, signed_in: AsideDep, resources: ResourcesDep, users: UsersDep, origin: OriginDep
) -> None:
    """From now on the password is enough. The recovery codes end with it."""
    await own.remove_second_factor(await own.confirm(users, resources.database, signed_in, body.password, origin))


@router.get("/tokens")
async def list_own_tokens(work: WorkDep, signed_in: SignedInDep, request: PageDep) -> Listing[ApiTokenOut]:
    """Newest first, also those that are over."""
    return (await accounts.tokens_of(work, signed_in.actor.id, request)).listing(ApiTokenOut.of)


@router.post("/tokens", status_code=201)
async def make_token(
    body: ApiTokenIn, signed_in: AsideDep, resources: ResourcesDep, users: UsersDep, origin: OriginDep
) -> NewApiTokenOut:
    """For programs: sent as ``Authorization: Bearer``, it has the given ones of its user's permissions."""
    by = await own.confirm(users, resources.database, signed_in, body.password, origin)
    token, secret = await own.make_token(by, body.name, body.scopes, body.expires_at)
    return NewApiTokenOut(**ApiTokenOut.of(token).model_dump(), secret=secret)


@router.delete("/tokens/{token}", status_code=204)
async def revoke_own_token(work: WorkDep, signed_in: SignedInDep, token: str) -> None:
    """No request with this token is answered any more."""
    await accounts.revoke_token(work, signed_in.actor.id, token)
