"""Sessions as the browser API shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from goodpart.server.kit.roles import Grant, Permission, Role
from goodpart.server.users.model import User

UserName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
Password = Annotated[str, Field(max_length=1000)]
Token = Annotated[str, Field(min_length=1, max_length=200)]


class FirstRunIn(BaseModel):
    token: Token
    name: UserName
    password: Password


class SignInIn(BaseModel):
    name: Annotated[str, Field(max_length=100)]
    password: Password


class RedeemIn(BaseModel):
    token: Token


class GrantIO(BaseModel):
    """A role at a place and all below it; ``place`` null is the whole enterprise."""

    role: Role
    place: str | None = None

    def grant(self) -> Grant:
        return Grant(self.role, self.place)

    @classmethod
    def of(cls, grant: Grant) -> "GrantIO":
        return cls(role=grant.role, place=grant.place)


class SignedInUserOut(BaseModel):
    id: str
    name: str
    grants: list[GrantIO]
    permissions: list[Permission]
    """What the user may do at some place at least."""
    enterprise_permissions: list[Permission]
    """What the user may do everywhere: also to users, part numbers and the audit trail, which have no place."""

    @classmethod
    def of(cls, user: User) -> "SignedInUserOut":
        everywhere = [grant for grant in user.grants if grant.place is None]
        return cls(
            id=user.id,
            name=user.name,
            grants=[GrantIO.of(grant) for grant in user.grants],
            permissions=_permissions(user.grants),
            enterprise_permissions=_permissions(everywhere),
        )


def _permissions(grants: Iterable[Grant]) -> list[Permission]:
    held = {permission for grant in grants for permission in grant.role.permissions}
    return [permission for permission in Permission if permission in held]


class SiteOut(BaseModel):
    """Whose time zone the pages show."""

    id: str
    name: str
    timezone: str


class SessionOut(BaseModel):
    user: SignedInUserOut
    site: SiteOut | None
    software: str


class LinkOut(BaseModel):
    path: str
    expires_at: datetime
