"""The users of this server over HTTP. They belong to no place: only who administers the enterprise gets here."""

from functools import partial

from fastapi import APIRouter

from goodpart.server.kit.creation import CreationDep
from goodpart.server.kit.edits import EditDep, TaggedDep
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit_everywhere
from goodpart.server.kit.requests import WorkDep
from goodpart.server.kit.work import Work
from goodpart.server.users import accounts
from goodpart.server.users.model import PASSWORD_LINK_LIFE
from goodpart.server.users.requests import UsersDep
from goodpart.server.users.schemas import (
    ApiTokenOut,
    LinkOut,
    OpenSessionOut,
    PasswordLinkIn,
    SignInWaitOut,
    UserChangeIn,
    UserIn,
    UserOut,
)

router = APIRouter(prefix="/users", tags=["users"], dependencies=[permit_everywhere(Permission.ADMINISTER)])


@router.get("")
async def list_users(work: WorkDep, request: PageDep) -> Listing[UserOut]:
    """By name."""
    return (await accounts.list_by_name(work, request)).listing(UserOut.of)


@router.post("", status_code=201)
async def create_user(work: WorkDep, creation: CreationDep, users: UsersDep, body: UserIn) -> UserOut:
    """Then make a password link for it, and hand that over."""
    await creation.begin(work)
    made = await accounts.create(work, users, body.name, [grant.grant() for grant in body.grants])
    return await creation.answer(work, UserOut.of(made))


@router.get("/{user}")
async def get_user(work: WorkDep, tagged: TaggedDep, user: str) -> UserOut:
    """An account, with its roles."""
    return tagged(await _read(work, user))


@router.patch("/{user}")
async def change_user(work: WorkDep, users: UsersDep, edit: EditDep, user: str, body: UserChangeIn) -> UserOut:
    """Takes effect with the next request of that user."""
    await edit.begin(work, user, partial(_read, work, user))
    grants = None if body.grants is None else [grant.grant() for grant in body.grants]
    changed = await accounts.change(work, users, user, name=body.name, grants=grants, disabled=body.disabled)
    return edit.tagged(UserOut.of(changed))


@router.post("/{user}/password-links", status_code=201)
async def make_password_link(work: WorkDep, user: str, body: PasswordLinkIn) -> LinkOut:
    """A single-use link with which that user chooses a password: after an invitation, or a forgotten one."""
    token = await accounts.make_password_link(work, user, without_second_factor=body.without_second_factor)
    return LinkOut(path=f"/set-password#{token}", expires_at=work.now + PASSWORD_LINK_LIFE)


@router.get("/{user}/sign-in-wait")
async def get_sign_in_wait(work: WorkDep, user: str) -> SignInWaitOut:
    """Until when that user has to wait after failed sign-ins."""
    return SignInWaitOut(until=await accounts.sign_in_wait(work, user))


@router.delete("/{user}/sign-in-wait", status_code=204)
async def end_sign_in_wait(work: WorkDep, user: str) -> None:
    """That user may try again at once. Failures of an address go on counting."""
    await accounts.end_sign_in_wait(work, user)


@router.get("/{user}/sessions")
async def list_sessions(work: WorkDep, user: str, request: PageDep) -> Listing[OpenSessionOut]:
    """Newest first."""
    return (await accounts.sessions_of(work, user, request)).listing(OpenSessionOut.of)


@router.delete("/{user}/sessions", status_code=204)
async def end_sessions(work: WorkDep, user: str) -> None:
    """Sign that user out everywhere."""
    await accounts.end_sessions(work, user)


@router.delete("/{user}/sessions/{session}", status_code=204)
async def end_session(work: WorkDep, user: str, session: str) -> None:
    """Sign one browser of that user out."""
    await accounts.end_session(work, user, session)


@router.get("/{user}/tokens")
async def list_tokens(work: WorkDep, user: str, request: PageDep) -> Listing[ApiTokenOut]:
    """Newest first, also those that are over."""
    return (await accounts.tokens_of(work, user, request)).listing(ApiTokenOut.of)


@router.delete("/{user}/tokens/{token}", status_code=204)
async def revoke_token(work: WorkDep, user: str, token: str) -> None:
    """No request with this token is answered any more."""
    await accounts.revoke_token(work, user, token)


async def _read(work: Work, user: str) -> UserOut:
    return UserOut.of(await accounts.get(work, user))
