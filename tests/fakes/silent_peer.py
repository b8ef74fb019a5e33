"""A machine that hangs: it takes every connection, hears what is said, and answers nothing."""

import asyncio
from typing import Self


class SilentPeer:
    """``heard`` counts the connections that have said something; the open ones are those that nobody has ended."""

    def __init__(self) -> None:
        self.heard = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._listen, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            if await reader.read(65_536):
                self.heard += 1
            while await reader.read(65_536):
                pass
        except (ConnectionError, asyncio.CancelledError):
            pass  # the other side went without a word, or the test is over
        finally:
            self._connections.discard(task)
            writer.close()
