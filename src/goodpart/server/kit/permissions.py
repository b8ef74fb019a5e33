"""The check before every endpoint: each names one permission of `goodpart.server.kit.roles`, and a test sees to it."""

from dataclasses import replace
from typing import Any

from fastapi import Depends, Request

from goodpart.server.kit.errors import ForbiddenError, UnauthenticatedError
from goodpart.server.kit.requests import SignedIn, WorkDep, resources_of
from goodpart.server.kit.roles import Permission
from goodpart.server.kit.work import NOBODY, Work
from goodpart.web.cookies import credential_of

__all__ = ["Permission", "PermissionCheck", "permit", "permit_aside", "permit_everywhere", "permit_everywhere_aside"]


class PermissionCheck:
    """The dependency behind `permit` and its kin; routes carry it, so that a test can find it."""

    def __init__(self, permission: Permission, *, everywhere: bool = False) -> None:
        self.permission = permission
        self.everywhere = everywhere
        """What the endpoint touches belongs to no place: only a grant for the whole enterprise allows it."""

    async def check(self, request: Request, work: Work) -> SignedIn:
        """Raises `UnauthenticatedError` or `ForbiddenError`; otherwise the work's actor is the signed-in user, and
        the work reaches as far as that user's grants do."""
        credential = credential_of(request)
        authenticator = resources_of(request).authenticator
        signed_in = await authenticator.authenticate(work, credential) if credential else None
        if signed_in is None:
            raise UnauthenticatedError("Nobody is signed in here, or the session has ended.", "Sign in.")
        reach = await authenticator.reach_of(work, signed_in, self.permission)
        if self.permission is Permission.ACCOUNT and signed_in.scopes is not None:
            raise ForbiddenError("An API token cannot change the account that it belongs to.", "Sign in to do that.")
        if not reach.allowed and self.permission is not Permission.ACCOUNT:
            raise ForbiddenError(
                f"No role of {signed_in.actor.name} includes the permission {self.permission}."
                if signed_in.scopes is None or self.permission in signed_in.scopes
                else f"The scopes of this API token do not include {self.permission}.",
                "Ask an administrator of this server.",
            )
        if self.everywhere:
            reach.require(None)
        work.actor, work.reach = signed_in.actor, reach
        return replace(signed_in, reach=reach)


class _InItsWork(PermissionCheck):
    async def __call__(self, request: Request, work: WorkDep) -> SignedIn:
        return await self.check(request, work)


class _Aside(PermissionCheck):
    async def __call__(self, request: Request) -> SignedIn:
        async with resources_of(request).database.work(NOBODY, read_only=True) as work:
            return await self.check(request, work)


def permit(permission: Permission) -> Any:  # as `fastapi.Depends` itself, which stands in parameter lists and routers
    """``@router.get("/places", dependencies=[permit(Permission.VIEW)])``."""
    return Depends(_InItsWork(permission))


def permit_everywhere(permission: Permission) -> Any:  # as `permit`
    """For what belongs to no place (users, the audit trail): the permission counts for the whole enterprise only."""
    return Depends(_InItsWork(permission, everywhere=True))


def permit_aside(permission: Permission) -> Any:  # as `permit`
    """``signed_in: Annotated[SignedIn, permit_aside(Permission.TEACH)]``, in an endpoint that asks for no `WorkDep`.

    It is checked in a short transaction of its own: for requests whose body is large or slow. The request's own unit
    of work would keep every other writer waiting while the body arrives.
    """
    return Depends(_Aside(permission))


def permit_everywhere_aside(permission: Permission) -> Any:  # as `permit`
    """`permit_aside` for what belongs to no place."""
    return Depends(_Aside(permission, everywhere=True))
