"""Signing in and out over HTTP. The calls that make a session are the only ones open to everyone.

One's own account and the users of this server have files of their own, and are part of this module's router.
"""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from goodpart import __version__
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import ResourcesDep, SignedIn, WorkDep
from goodpart.server.users import account_endpoints, service, table_endpoints, user_endpoints
from goodpart.server.users.model import LINK_LIFE, NewSession, User
from goodpart.server.users.requests import OriginDep, UsersDep
from goodpart.server.users.schemas import (
    FirstPasswordIn,
    FirstRunIn,
    LinkOut,
    RedeemIn,
    SessionOut,
    SignedInUserOut,
    SignInIn,
)
from goodpart.server.users.service import Users
from goodpart.web.cookies import Credential, clear_session_cookie, set_session_cookie

_sessions = APIRouter(tags=["session"])

SignedInDep = Annotated[SignedIn, permit(Permission.ACCOUNT)]


@_sessions.get("/session")
async def get_session(work: WorkDep, users: UsersDep, signed_in: SignedInDep, resources: ResourcesDep) -> SessionOut:
    """Who is signed in, what they may do, and the site whose time the pages show."""
    user = User(signed_in.actor.id, signed_in.actor.name, signed_in.grants)
    return SessionOut(
        user=SignedInUserOut.of(user),
        site=await users.find_site(work),
        software=__version__,
        stream_id=resources.live.newest_id,
    )


@_sessions.post("/session", status_code=201)
async def sign_in(
    body: SignInIn, request: Request, response: Response, resources: ResourcesDep, users: UsersDep, origin: OriginDep
) -> SessionOut:
    """401 ``second_factor_needed``: send it again with a code. 429: wait as long as ``Retry-After`` says."""
    new = await users.sign_in(resources.database, body.name, body.password, body.code, origin)
    return await _answer(new, request, response, resources, users)


@_sessions.post("/session/first-run", status_code=201)
async def make_first_account(
    body: FirstRunIn, request: Request, response: Response, resources: ResourcesDep, users: UsersDep, origin: OriginDep
) -> SessionOut:
    """The first account, with the token that the server printed when it started."""
    new = await users.make_first_account(resources.database, body.token, body.name, body.password, origin)
    return await _answer(new, request, response, resources, users)


@_sessions.post("/session/redeem", status_code=201)
async def redeem_link(
    body: RedeemIn, request: Request, response: Response, resources: ResourcesDep, users: UsersDep, origin: OriginDep
) -> SessionOut:
    """Sign in with a single-use link that a signed-in browser made."""
    async with resources.database.work() as work:
        new = await users.redeem_link(work, body.token, origin)
    return await _answer(new, request, response, resources, users)


@_sessions.post("/session/password", status_code=204)
async def set_first_password(body: FirstPasswordIn, resources: ResourcesDep, users: UsersDep) -> None:
    """Choose a password with the link that an administrator made; then sign in with it."""
    await users.set_first_password(resources.database, body.token, body.password)


@_sessions.delete("/session", status_code=204)
async def sign_out(work: WorkDep, signed_in: SignedInDep, response: Response) -> None:
    """End this session."""
    await service.sign_out(work, signed_in)
    clear_session_cookie(response)


@_sessions.post("/session/links", status_code=201)
async def make_link(work: WorkDep, signed_in: SignedInDep) -> LinkOut:
    """A single-use link that signs another browser of the same person in."""
    token = await service.make_sign_in_link(work, signed_in.actor.id)
    return LinkOut(path=f"/sign-in#{token}", expires_at=work.now + LINK_LIFE)


async def _answer(
    new: NewSession, request: Request, response: Response, resources: ResourcesDep, users: Users
) -> SessionOut:
    set_session_cookie(response, new.token, users.session_life, secure=request.url.scheme == "https")
    async with resources.database.work(read_only=True) as work:
        signed_in = await users.authenticate(work, Credential(new.token, is_token=False))
        assert signed_in is not None
        work.reach = await users.reach_of(work, signed_in, Permission.VIEW)
        site = await users.find_site(work)
    return SessionOut(
        user=SignedInUserOut.of(new.user), site=site, software=__version__, stream_id=resources.live.newest_id
    )


router = APIRouter()
for part in (_sessions, account_endpoints.router, table_endpoints.router, user_endpoints.router):
    router.include_router(part)
