"""Signing in and out over HTTP. The calls that make a session are the only ones open to everyone."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from goodpart import __version__
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import ResourcesDep, SignedIn, WorkDep
from goodpart.server.users import service
from goodpart.server.users.model import LINK_LIFE, NewSession, User
from goodpart.server.users.schemas import FirstRunIn, LinkOut, RedeemIn, SessionOut, SignedInUserOut, SignInIn
from goodpart.server.users.service import Users
from goodpart.web.cookies import clear_session_cookie, set_session_cookie

router = APIRouter(tags=["session"])

SignedInDep = Annotated[SignedIn, permit(Permission.ACCOUNT)]


def users_of(resources: ResourcesDep) -> Users:
    users = resources.authenticator
    assert isinstance(users, Users)
    return users


UsersDep = Annotated[Users, Depends(users_of)]


@router.get("/session")
async def get_session(work: WorkDep, users: UsersDep, signed_in: SignedInDep) -> SessionOut:
    user = User(signed_in.actor.id, signed_in.actor.name, signed_in.grants)
    return SessionOut(user=SignedInUserOut.of(user), site=await users.find_site(work), software=__version__)


@router.post("/session", status_code=201)
async def sign_in(
    body: SignInIn, request: Request, response: Response, resources: ResourcesDep, users: UsersDep
) -> SessionOut:
    new = await users.sign_in(resources.database, body.name, body.password)
    return await _answer(new, request, response, resources, users)


@router.post("/session/first-run", status_code=201)
async def make_first_account(
    body: FirstRunIn, request: Request, response: Response, resources: ResourcesDep, users: UsersDep
) -> SessionOut:
    """The first account, with the token that the server printed when it started."""
    new = await users.make_first_account(resources.database, body.token, body.name, body.password)
    return await _answer(new, request, response, resources, users)


@router.post("/session/redeem", status_code=201)
async def redeem_link(
    body: RedeemIn, request: Request, response: Response, resources: ResourcesDep, users: UsersDep
) -> SessionOut:
    """Sign in with a single-use link that a signed-in browser made."""
    async with resources.database.work() as work:
        new = await users.redeem_link(work, body.token)
    return await _answer(new, request, response, resources, users)


@router.delete("/session", status_code=204)
async def sign_out(work: WorkDep, signed_in: SignedInDep, response: Response) -> None:
    await service.sign_out(work, signed_in)
    clear_session_cookie(response)


@router.post("/session/links", status_code=201)
async def make_link(work: WorkDep, signed_in: SignedInDep) -> LinkOut:
    token = await service.make_sign_in_link(work, signed_in.actor.id)
    return LinkOut(path=f"/sign-in#{token}", expires_at=work.now + LINK_LIFE)


async def _answer(
    new: NewSession, request: Request, response: Response, resources: ResourcesDep, users: Users
) -> SessionOut:
    set_session_cookie(response, new.token, users.session_life, secure=request.url.scheme == "https")
    async with resources.database.work(read_only=True) as work:
        signed_in = await users.authenticate(work, new.token)
        assert signed_in is not None
        work.reach = await users.reach_of(work, signed_in, Permission.VIEW)
        site = await users.find_site(work)
    return SessionOut(user=SignedInUserOut.of(new.user), site=site, software=__version__)
