"""Who may do what. Every endpoint names one permission; a test holds them to it."""

from enum import StrEnum
from typing import Any

from fastapi import Depends, Request

from goodpart.server.kit.errors import ForbiddenError, UnauthenticatedError
from goodpart.server.kit.requests import SignedIn, WorkDep, resources_of
from goodpart.server.kit.work import NOBODY, Work
from goodpart.web.cookies import session_token


class Permission(StrEnum):
    VIEW = "view"
    """See places, inspections, figures, images."""
    REVIEW = "review"
    """Say what a part really was."""
    TEACH = "teach"
    """Datasets, labels, training."""
    APPROVE = "approve"
    """Approve models, promote recipes: what makes a verdict count."""
    CONFIGURE = "configure"
    """Places, part numbers, gateways and their wiring, recipes, rollouts."""
    ADMINISTER = "administer"
    """Users, claim codes, the audit trail."""


class Role(StrEnum):
    OPERATOR = "operator"
    ENGINEER = "engineer"
    ADMINISTRATOR = "administrator"

    @property
    def permissions(self) -> frozenset[Permission]:
        return _GRANTED[self]


_OPERATOR = frozenset({Permission.VIEW, Permission.REVIEW})
_ENGINEER = _OPERATOR | {Permission.TEACH, Permission.APPROVE, Permission.CONFIGURE}
_GRANTED = {
    Role.OPERATOR: _OPERATOR,
    Role.ENGINEER: _ENGINEER,
    Role.ADMINISTRATOR: frozenset(Permission),
}


def allows(role: str, permission: Permission) -> bool:
    """A role that this version does not know may do nothing."""
    return role in {known.value for known in Role} and permission in Role(role).permissions


class PermissionCheck:
    """The dependency behind `permit` and `permit_aside`; routes carry it, so that a test can find it."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def check(self, request: Request, work: Work) -> SignedIn:
        """Raises `UnauthenticatedError` or `ForbiddenError`; otherwise the work's actor is the signed-in user."""
        token = session_token(request)
        signed_in = await resources_of(request).authenticator.authenticate(work, token) if token else None
        if signed_in is None:
            raise UnauthenticatedError("Nobody is signed in here, or the session has ended.", "Sign in.")
        if not allows(signed_in.role, self.permission):
            raise ForbiddenError(
                f"{signed_in.actor.name} is {signed_in.role} and may not {self.permission}.",
                "Ask an administrator of this server.",
            )
        work.actor = signed_in.actor
        return signed_in


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


def permit_aside(permission: Permission) -> Any:  # as `permit`
    """``signed_in: Annotated[SignedIn, permit_aside(Permission.TEACH)]``, in an endpoint that asks for no `WorkDep`.

    It is checked in a short transaction of its own: for requests whose body is large or slow. The request's own unit
    of work would keep every other writer waiting while the body arrives.
    """
    return Depends(_Aside(permission))
