"""Users, and the secrets that stand for one: a session, a single-use link, an API token."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from goodpart.server.kit.roles import Grant, Permission

LINK_LIFE = timedelta(minutes=10)
PASSWORD_LINK_LIFE = timedelta(days=3)
"""It is handed over by a person, who may have to be met first."""
LONGEST_USER_NAME = 100
LONGEST_TOKEN_LIFE = timedelta(days=366)
API_TOKEN_PREFIX = "gp_"  # noqa: S105 - what all of them begin with, so that scanners find one in a repository


class LinkKind(StrEnum):
    FIRST_RUN = "first_run"
    """Makes the first account; printed by the server, valid until used or until the next start."""
    SIGN_IN = "sign_in"
    """Signs another browser in as the same user."""
    PASSWORD = "password"  # noqa: S105 - a kind
    """Lets its holder choose the password of an account: a new one, or one whose password was forgotten."""


@dataclass(frozen=True)
class User:
    id: str
    name: str
    grants: tuple[Grant, ...]
    disabled_at: datetime | None = None
    has_password: bool = True
    """False until an invited user has chosen one."""
    second_factor: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True)
class SecondFactor:
    sealed_secret: str
    used_step: int
    """The last one whose code was used."""


@dataclass(frozen=True)
class Origin:
    """Where a request comes from, as far as can be told."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True)
class NewSession:
    """``token`` goes into the cookie and is kept nowhere else."""

    token: str
    user: User
    expires_at: datetime


@dataclass(frozen=True)
class Session:
    id: str
    user: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    origin: Origin


@dataclass(frozen=True)
class ApiToken:
    """``scopes`` are the permissions that it has of those of its user."""

    id: str
    user: str
    name: str
    scopes: frozenset[Permission]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def new_token() -> str:
    """256 random bits, as text that fits a cookie and a link."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored. A token is random through and through, so one SHA-256 is enough."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
