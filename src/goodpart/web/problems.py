"""Every error as a problem that a program can key on and a person can read (RFC 9457, application/problem+json)."""

import errno
import json
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goodpart.base.clock import SystemClock
from goodpart.base.errors import GoodpartError
from goodpart.base.ids import new_id
from goodpart.web.errors import HttpError

_log = structlog.get_logger(__name__)
_UNREADABLE = 422
_FULL = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}

UNRAISED = {
    "bad_request": (400, "Bad request"),
    "host_unknown": (400, "Unknown host"),
    "origin_foreign": (403, "Foreign origin"),
    "header_missing": (403, "Header missing"),
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "Method not allowed"),
    "too_large": (413, "Too large"),
    "request_invalid": (422, "Not acceptable"),
    "value_unstorable": (422, "Not acceptable"),
    "incident": (500, "Internal error"),
    "storage_read_only": (503, "Cannot store"),
    "storage_full": (507, "No space left"),
}
"""Status and title of the problems that no `HttpError` stands for, by their code."""
_OF_STATUS = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
"""The code of what the framework refuses."""

Handler = Callable[[Request, Exception], Coroutine[Any, Any, Response]]


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    remedy: str = "",
    headers: Mapping[str, str] | None = None,
    extensions: Mapping[str, object] = MappingProxyType({}),
    values: Mapping[str, str | int | float] | None = None,
) -> Response:
    """``code`` is stable; ``detail`` names the cause and ``remedy`` what to do now, each in a sentence.

    ``values`` are the names and figures in them, for who says the same in another language.
    """
    content = {
        **extensions,
        "type": f"urn:goodpart:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "remedy": remedy,
        "values": values or {},
    }
    return _ProblemResponse(content, status, headers)


class _ProblemResponse(JSONResponse):
    media_type = "application/problem+json"

    def render(self, content: Any) -> bytes:
        """Half a surrogate pair in what was sent cannot be told back as it is."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


async def of_goodpart_error(_: Request, error: Exception) -> Response:
    """An `HttpError` knows its status; any other error that a person is meant to read is about what was sent."""
    assert isinstance(error, GoodpartError)
    status = error.status if isinstance(error, HttpError) else _UNREADABLE
    title = error.title if isinstance(error, HttpError) else "Not acceptable"
    headers = error.headers if isinstance(error, HttpError) else None
    extensions = error.extensions if isinstance(error, HttpError) else {}
    return problem(status, error.code, title, error.cause, error.remedy, headers, extensions, error.values)


async def of_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    code = _OF_STATUS.get(status, f"http_{status}")
    title = UNRAISED[code][1] if code in UNRAISED else HTTPStatus(status).phrase
    return problem(status, code, title, str(error.detail), headers=error.headers)


async def of_operating_system_error(request: Request, error: Exception) -> Response:
    """A full or read-only disk is told as such; anything else is an incident."""
    assert isinstance(error, OSError)
    if error.errno in _FULL:
        return storage_full(request)
    if error.errno in _READ_ONLY:
        return storage_read_only(request)
    raise error


def storage_full(request: Request) -> Response:
    _log.error("no space left on the server's disk", path=request.url.path)
    remedy = "Free space on the server's disk; what was sent was not stored and is to be sent again."
    return problem(507, "storage_full", "No space left", "The disk of the server is full.", remedy)


def storage_read_only(request: Request) -> Response:
    _log.error("the server's data folder cannot be written", path=request.url.path)
    remedy = "Make the data folder writable for the server; what was sent is to be sent again."
    return problem(503, "storage_read_only", "Cannot store", "The data folder cannot be written.", remedy)


HANDLERS: dict[Any, Handler] = {
    GoodpartError: of_goodpart_error,
    HTTPException: of_http_exception,
    OSError: of_operating_system_error,
}
"""For the ``exception_handlers`` of an app."""


class IncidentGuard:
    """The outermost layer: whatever nobody foresaw is logged whole, and answered with nothing but an incident's id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            incident = new_id(SystemClock().now())
            _log.exception("a request failed", incident=incident, method=scope["method"], path=scope["path"])
            if started:
                raise
            detail = f"The server failed to answer; its log names this incident {incident}."
            remedy = "Try again; if it happens again, report the incident with the server's log."
            said = {"incident": incident}
            await problem(500, "incident", "Internal error", detail, remedy, values=said)(scope, receive, send)
