"""Users, and the two kinds of secrets that stand for one: a session and a single-use link."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from goodpart.server.kit.roles import Grant

LINK_LIFE = timedelta(minutes=10)


class LinkKind(StrEnum):
    FIRST_RUN = "first_run"
    """Makes the first account; printed by the server, valid until used or until the next start."""
    SIGN_IN = "sign_in"
    """Signs another browser in as the same user."""


@dataclass(frozen=True)
class User:
    id: str
    name: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class NewSession:
    """``token`` goes into the cookie and is kept nowhere else."""

    token: str
    user: User
    expires_at: datetime


def new_token() -> str:
    """256 random bits, as text that fits a cookie and a link."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored. A token is random through and through, so one SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
