"""What endpoints about people ask for besides their unit of work."""

from typing import Annotated

from fastapi import Depends, Request

from goodpart.server.kit.requests import ResourcesDep
from goodpart.server.users.model import Origin
from goodpart.server.users.service import Users

_AGENT_LENGTH = 200


def users_of(resources: ResourcesDep) -> Users:
    users = resources.authenticator
    assert isinstance(users, Users)
    return users


def origin_of(request: Request) -> Origin:
    """The address is that of the connection; of one that a trusted proxy (``GOODPART_PROXIES``) passes on, the one that
    it names."""
    agent = "".join(sign for sign in request.headers.get("user-agent", "") if sign.isprintable())
    return Origin(request.client.host if request.client else "", agent[:_AGENT_LENGTH])


UsersDep = Annotated[Users, Depends(users_of)]
OriginDep = Annotated[Origin, Depends(origin_of)]
