"""Lists and tables go to clients compressed, where they take it: a fifteenth of the bytes for a little of a core.

Only answers to GET: whoever sees how long encrypted answers are, and has text of their own in them, can guess what else
they hold (BREACH; Gluck, Harris and Prado, 2013). No answer to GET holds a secret: codes and tokens are told once, to
the POST or PUT that makes them, and those answers stay as they are.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FROM_BYTES = 1000
"""Anything shorter fits into one packet either way."""
_LEVEL = 1
"""The least work: JSON and CSV repeat themselves so much that the highest level saves little more."""
_AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "image/*", "application/octet-stream")
"""Images and packages are compressed in themselves, and no event of the stream waits for the next."""


class Compression:
    """Compresses what is read under ``/api``; a table is compressed while it is written, piece by piece."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(
            app, minimum_size=FROM_BYTES, compresslevel=_LEVEL, exclude_content_types=_AS_THEY_ARE
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return

        async def with_its_tag(message: Message) -> None:
            if message["type"] == "http.response.start":
                _weaken_tag(message)
            await send(message)

        if not takes_gzip(Headers(scope=scope).get("accept-encoding", "")):
            scope = _without_codings(scope)
        await self._compressing(scope, receive, with_its_tag)


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header allows it (RFC 9110, section 12.5.3): named, and not with a weight of zero."""
    for coding in accepted.lower().split(","):
        name, _, weight = coding.replace(" ", "").partition(";q=")
        if name == "gzip":
            return not weight or weight.strip("0.") != ""
    return False


def _without_codings(scope: Scope) -> Scope:
    """Starlette takes ``gzip;q=0`` for a yes."""
    return {**scope, "headers": [header for header in scope["headers"] if header[0] != b"accept-encoding"]}


def _weaken_tag(start: Message) -> None:
    """A tag stands for bytes, a weak one for what they say (RFC 9110, section 8.8.1), which is what edits go by."""
    headers = MutableHeaders(scope=start)
    tag = headers.get("etag", "W/")
    if headers.get("content-encoding") == "gzip" and not tag.startswith("W/"):
        headers["etag"] = f"W/{tag}"
