"""No request fills the server's memory: what stands before every endpoint counts what arrives."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goodpart.web.problems import problem

_PICTURES = "image/"


class BodyLimit:
    """Refuses bodies of more than ``limit`` bytes, and pictures of more than ``picture_limit``."""

    def __init__(self, app: ASGIApp, limit: int, picture_limit: int) -> None:
        self._app = app
        self._limit = limit
        self._picture_limit = picture_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_picture = headers.get("content-type", "").startswith(_PICTURES)
        limit = self._picture_limit if is_picture else self._limit
        detail = f"The body is larger than {limit / 1e6:.0f} MB."
        announced = headers.get("content-length", "0")
        if not announced.isdecimal() or int(announced[:20]) > limit:
            await problem(413, "too_large", "Too large", detail, "Send less at once.")(scope, receive, send)
            return
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > limit:
                raise HTTPException(413, detail)
            return message

        await self._app(scope, counted, send)
