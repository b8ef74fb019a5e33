"""No request fills the server's memory: what stands before every endpoint counts what arrives."""

import re
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goodpart.web.problems import problem


class BodyLimit:
    """Refuses bodies of more than ``limit`` bytes, but for the addresses in ``larger``, which have limits of their own.

    By the address and never by what a client says of its body: most endpoints read theirs whole before they know who
    asks. Those in ``larger`` read it piece by piece, after that.
    """

    def __init__(self, app: ASGIApp, limit: int, larger: Mapping[str, int]) -> None:
        """``larger`` has patterns of whole paths."""
        self._app = app
        self._limit = limit
        self._larger = {re.compile(path): of_path for path, of_path in larger.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = next((large for path, large in self._larger.items() if path.fullmatch(scope["path"])), self._limit)
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
