"""What an endpoint asks for: the unit of work of its request, and the resources that the process was composed with."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from goodpart.server.kit.jobs import Jobs
from goodpart.server.kit.objects import Objects
from goodpart.server.kit.reach import NOWHERE, Reach
from goodpart.server.kit.roles import Grant, Permission
from goodpart.server.kit.work import NOBODY, Actor, Database, Work
from goodpart.server.settings import Settings
from goodpart.trust.signatures import Signer
from goodpart.web.cookies import Credential
from goodpart.web.live import LiveRing

_READING = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class SignedIn:
    """Who a session or an API token belongs to."""

    actor: Actor
    grants: tuple[Grant, ...]
    session: str
    """Its id, or that of the API token."""
    expires_at: datetime
    scopes: frozenset[Permission] | None = None
    """The permissions that an API token is limited to; None: a session, which has all of its user's."""
    reach: Reach = NOWHERE
    """For the permission that the request was checked for."""


class Authenticator(Protocol):
    """Tells whose a credential is, and how far that person reaches. `goodpart.server.users` is one."""

    async def authenticate(self, work: Work, credential: Credential) -> SignedIn | None: ...

    async def reach_of(self, work: Work, signed_in: SignedIn, permission: Permission) -> Reach: ...


@dataclass(frozen=True)
class Change:
    """Who changed a thing last."""

    by: str
    at: datetime


class Changes(Protocol):
    """Tells who edited a thing last, by its id and, where two things share that, by what it is. None where that is not
    certain. `goodpart.server.audit` does."""

    async def __call__(self, work: Work, subject: str, noun: str = "") -> Change | None: ...


@dataclass(frozen=True)
class Resources:
    """Built once, in `goodpart.server.compose`; reached from an endpoint through `ResourcesDep`."""

    settings: Settings
    database: Database
    objects: Objects
    signer: Signer
    """Signs packages and desired states; held by this process alone, never by a job's child process."""
    jobs: Jobs
    live: LiveRing
    authenticator: Authenticator
    changes: Changes


def resources_of(connection: HTTPConnection) -> Resources:
    resources = connection.app.state.resources
    assert isinstance(resources, Resources)
    return resources


async def open_work(request: Request) -> AsyncIterator[Work]:
    """One transaction per request. It is committed before the answer is sent; a GET only reads."""
    async with resources_of(request).database.work(NOBODY, read_only=request.method in _READING, reach=NOWHERE) as work:
        yield work


WorkDep = Annotated[Work, Depends(open_work, scope="function")]
ResourcesDep = Annotated[Resources, Depends(resources_of)]
