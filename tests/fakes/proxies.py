"""A proxy between a browser and the server, with the manners that proxies have."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class Manner(StrEnum):
    REWRITES_CHUNKS = "rewrites_chunks"
    """Passes bytes on in pieces of its own: three at a time."""
    HOLDS_ANSWERS = "holds_answers"
    """Passes an answer on when it has ended, and none before."""
    CUTS_IDLE = "cuts_idle"
    """Cuts a connection on which nothing came for a while."""


@dataclass
class Proxy:
    host: str
    port: int
    manner: Manner
    idle_s: float

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.transport.abort()
            return
        try:
            back.write(await reader.readuntil(b"\r\n\r\n"))
            await self._pass_on(there, writer)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            back.transport.abort()
            with suppress(OSError):
                await writer.drain()
            writer.close()

    async def _hear(self, there: asyncio.StreamReader) -> bytes:
        async with asyncio.timeout(self.idle_s):
            return await there.read(65_536)

    async def _pass_on(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held = b""
        while data := await self._hear(there):
            match self.manner:
                case Manner.HOLDS_ANSWERS:
                    held += data
                    if held.endswith(b"0\r\n\r\n"):
                        break
                case Manner.REWRITES_CHUNKS:
                    for at in range(0, len(data), 3):
                        writer.write(data[at : at + 3])
                        await asyncio.sleep(0)
                case Manner.CUTS_IDLE:
                    writer.write(data)
            await writer.drain()
        writer.write(held)


@asynccontextmanager
async def proxy(address: str, manner: Manner, *, idle_s: float = 0.1) -> AsyncIterator[str]:
    """Its own address. ``idle_s`` is what `Manner.CUTS_IDLE` waits."""
    parts = urlsplit(address)
    assert parts.hostname is not None
    assert parts.port is not None
    behind = Proxy(parts.hostname, parts.port, manner, idle_s if manner is Manner.CUTS_IDLE else 60)
    server = await asyncio.start_server(behind.serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
