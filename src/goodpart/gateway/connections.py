"""Connections of httpx that no cancelled call leaves open."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx


class ClosingTransport(httpx.AsyncHTTPTransport):
    """The usual transport, whose calls may be cancelled at any moment.

    httpcore closes the connection of a cancelled call, with two exceptions (1.0.9): its ``start_tls`` closes after
    errors alone, and a pool that is cancelled while it closes forgets the connections that it had not come to. Such a
    socket stays open, on both sides, until the garbage is collected.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "trace": _Handshake().follow}
        return await super().handle_async_request(request)

    async def aclose(self) -> None:
        closing = asyncio.ensure_future(super().aclose())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing  # this takes a few turns of the loop: no peer is waited for
            raise


class _Handshake:
    """Follows one call, by the trace extension of httpcore, and closes the connection whose handshake fails."""

    def __init__(self) -> None:
        self._close: Callable[[], Awaitable[None]] | None = None

    async def follow(self, event: str, found: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._close = found["return_value"].aclose
        elif event == "connection.start_tls.failed" and self._close is not None:
            await self._close()
