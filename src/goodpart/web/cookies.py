"""What a request identifies itself with: the session cookie of a browser, or the API token of a program.

The cookie is a random token that scripts cannot read and other sites cannot send. A token is sent as ``Authorization:
Bearer``, which no browser adds by itself; where it stands, the cookie is not looked at.
"""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

COOKIE = "goodpart_session"


@dataclass(frozen=True)
class Credential:
    secret: str
    is_token: bool
    """An API token; False: a session."""


def credential_of(connection: HTTPConnection) -> Credential | None:
    authorization = connection.headers.get("authorization")
    if authorization is not None:
        scheme, _, secret = authorization.partition(" ")
        return Credential(secret.strip(), is_token=True) if scheme.lower() == "bearer" and secret.strip() else None
    token = connection.cookies.get(COOKIE)
    return Credential(token, is_token=False) if token else None


def set_session_cookie(response: Response, token: str, life: timedelta, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE, token, max_age=int(life.total_seconds()), path="/", httponly=True, samesite="strict", secure=secure
    )


def clear_session_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
