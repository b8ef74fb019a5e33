"""The session cookie: a random token that scripts cannot read and other sites cannot send."""

from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

COOKIE = "goodpart_session"


def session_token(connection: HTTPConnection) -> str | None:
    return connection.cookies.get(COOKIE) or None


def set_session_cookie(response: Response, token: str, life: timedelta, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE, token, max_age=int(life.total_seconds()), path="/", httponly=True, samesite="strict", secure=secure
    )


def clear_session_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
