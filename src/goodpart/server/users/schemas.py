"""Sessions as the browser API shows them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from goodpart.server.kit.permissions import Role
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


class UserOut(BaseModel):
    id: str
    name: str
    role: Role

    @classmethod
    def of(cls, user: User) -> "UserOut":
        return cls(id=user.id, name=user.name, role=user.role)


class SiteOut(BaseModel):
    """Whose time zone the pages show."""

    id: str
    name: str
    timezone: str


class SessionOut(BaseModel):
    user: UserOut
    site: SiteOut | None
    software: str


class LinkOut(BaseModel):
    path: str
    expires_at: datetime
