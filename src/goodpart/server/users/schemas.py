"""Accounts, sessions and tokens as the browser API shows them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from goodpart.server.kit.edits import Editable
from goodpart.server.kit.imports import ImportOut
from goodpart.server.kit.roles import Grant, Permission, Role
from goodpart.server.users.model import LONGEST_USER_NAME, ApiToken, Session, User

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
UserName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_USER_NAME, pattern=PRINTABLE)
]
Password = Annotated[str, Field(max_length=1000)]
Token = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(max_length=20)]


class FirstRunIn(BaseModel):
    token: Token
    name: UserName
    password: Password


class SignInIn(BaseModel):
    name: Annotated[str, Field(max_length=100, pattern=PRINTABLE)]
    password: Password
    code: Code = ""
    """Of the second factor, or a recovery code; asked for with 401 ``second_factor_needed``."""


class RedeemIn(BaseModel):
    token: Token


class FirstPasswordIn(BaseModel):
    token: Token
    password: Password


class GrantIO(BaseModel):
    """A role at a place and all below it; ``place`` null is the whole enterprise."""

    role: Role
    place: Annotated[str, Field(max_length=36)] | None = None

    def grant(self) -> Grant:
        return Grant(self.role, self.place)

    @classmethod
    def of(cls, grant: Grant) -> "GrantIO":
        return cls(role=grant.role, place=grant.place)


class HeldGrantOut(GrantIO):
    permissions: list[Permission]
    """What the role gives at the place and at all places below it."""

    @classmethod
    def of(cls, grant: Grant) -> "HeldGrantOut":
        return cls(role=grant.role, place=grant.place, permissions=_permissions([grant]))


class SignedInUserOut(BaseModel):
    id: str
    name: str
    grants: list[HeldGrantOut]
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
            grants=[HeldGrantOut.of(grant) for grant in user.grants],
            permissions=_permissions(user.grants),
            enterprise_permissions=_permissions(everywhere),
        )


class SiteOut(BaseModel):
    """Whose time zone the pages show."""

    id: str
    name: str
    timezone: str


class SessionOut(BaseModel):
    user: SignedInUserOut
    site: SiteOut | None
    software: str
    stream_id: str | None
    """The stream after this id tells whatever changes in what is read from now on; null while it is closed."""


class LinkOut(BaseModel):
    path: str
    expires_at: datetime


class InvitationOut(LinkOut):
    name: str


class UsersImportOut(ImportOut):
    invitations: Sequence[InvitationOut] = ()
    """Links with which the new users choose their passwords; shown once."""


class AccountOut(BaseModel):
    name: str
    second_factor: bool
    recovery_codes_left: int


class OpenSessionOut(BaseModel):
    id: str
    created_at: datetime
    last_used_at: datetime | None
    """Up to half a minute old."""
    expires_at: datetime
    address: str
    agent: str
    current: bool

    @classmethod
    def of(cls, session: Session, current: str = "") -> "OpenSessionOut":
        return cls(
            id=session.id,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            expires_at=session.expires_at,
            address=session.origin.address,
            agent=session.origin.agent,
            current=session.id == current,
        )


class PasswordChangeIn(BaseModel):
    password: Password
    """The present one."""
    new: Password


class ConfirmationIn(BaseModel):
    password: Password


class SecondFactorOut(BaseModel):
    """A proposal: it is asked for once it was confirmed with a code."""

    secret: str
    address: str
    """For a QR code."""


class SecondFactorIn(ConfirmationIn):
    secret: Annotated[str, Field(max_length=64)]
    code: Code


class RecoveryCodesOut(BaseModel):
    """Shown once: the server keeps only hashes."""

    codes: list[str]


class ApiTokenIn(ConfirmationIn):
    name: UserName
    scopes: Annotated[set[Permission], Field(min_length=1)]
    expires_at: AwareDatetime


class ApiTokenOut(BaseModel):
    id: str
    name: str
    scopes: list[Permission]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> "ApiTokenOut":
        return cls(
            id=token.id,
            name=token.name,
            scopes=[permission for permission in Permission if permission in token.scopes],
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
            revoked_at=token.revoked_at,
        )


class NewApiTokenOut(ApiTokenOut):
    secret: str
    """Shown once: the server keeps only a hash."""


class UserIn(BaseModel):
    name: UserName
    grants: Annotated[list[GrantIO], Field(max_length=200)] = []


class UserChangeIn(BaseModel):
    """What is left out stays."""

    name: UserName | None = None
    grants: Annotated[list[GrantIO], Field(max_length=200)] | None = None
    disabled: bool | None = None


class PasswordLinkIn(BaseModel):
    without_second_factor: bool = False
    """Take the second factor away as well."""


class SignInWaitOut(BaseModel):
    until: datetime | None
    """Null: this user need not wait."""


class UserOut(Editable):
    untagged = frozenset({"has_password", "second_factor"})

    id: str
    name: str
    grants: list[GrantIO]
    disabled_at: datetime | None
    has_password: bool
    """False until an invited user has chosen one."""
    second_factor: bool
    created_at: datetime | None

    @classmethod
    def of(cls, user: User) -> "UserOut":
        return cls(
            id=user.id,
            name=user.name,
            grants=[GrantIO.of(grant) for grant in user.grants],
            disabled_at=user.disabled_at,
            has_password=user.has_password,
            second_factor=user.second_factor,
            created_at=user.created_at,
        )


def _permissions(grants: Iterable[Grant]) -> list[Permission]:
    held = {permission for grant in grants for permission in grant.role.permissions}
    return [permission for permission in Permission if permission in held]
