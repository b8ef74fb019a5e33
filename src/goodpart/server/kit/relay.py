"""Public signals between the servers on one PostgreSQL, by its NOTIFY.

A transaction tells its signals itself: they leave with its commit or not at all, in the order of the commits, and every
server hears them, the one that made them too. On SQLite there is one server, and nothing to relay.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from goodpart.server.kit.signals import Signal
from goodpart.web.live import LiveRing

_CHANNEL = "goodpart_live"
_PIECE_BYTES = 7_900
"""PostgreSQL takes less than 8000 bytes in one notification."""
_PROBED_EVERY_S = 10.0
"""A connection on which nothing is asked is cut by some firewalls, and neither end hears of it."""
_PROBE_S = 5.0
_RETRY_S = 1.0
_log = structlog.get_logger(__name__)


async def tell(session: AsyncSession, signals: Iterable[Signal]) -> None:
    """Have the servers hear of the public ones once this transaction is committed."""
    pieces = [piece for signal in signals if signal.public for piece in _cut(_written(signal))]
    if pieces:
        query = sa.text("SELECT pg_notify(:channel, piece) FROM unnest(CAST(:pieces AS text[])) AS piece")
        await session.execute(query, {"channel": _CHANNEL, "pieces": pieces})


@asynccontextmanager
async def relaying(engine: AsyncEngine, ring: LiveRing) -> AsyncIterator[None]:
    """The ring hears from when the block begins. Raises `psycopg.Error` where the database cannot be asked."""
    relay = Relay(engine, ring)
    listening = await relay.listen()
    task = asyncio.create_task(relay.run(listening))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


class Relay:
    """Fills the ring of this server with what all servers tell.

    While nothing can be heard the ring is closed: a page that hears nothing says so, one that hears a part of it would
    look as if all were well. When it opens again, browsers read anew.
    """

    def __init__(self, engine: AsyncEngine, ring: LiveRing) -> None:
        self._engine = engine
        self._ring = ring
        self._joined = Pieces(self._hear)
        ring.close()

    async def listen(self) -> psycopg.AsyncConnection:
        """A connection of our own that listens, with the ring open for what it will hear."""
        arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
        connection = await psycopg.AsyncConnection.connect(*arguments, **options, autocommit=True)
        await connection.execute(f"LISTEN {_CHANNEL}")
        self._ring.begin_anew()
        return connection

    async def run(self, connection: psycopg.AsyncConnection) -> None:
        """For as long as the server does."""
        while True:
            try:
                async with connection:
                    await self._hear_all(connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                _log.warning("live events are not heard: the database is away", error=str(error))
            self._ring.close()
            connection = await self._listen_again()
            _log.info("live events are heard again")

    async def _hear_all(self, connection: psycopg.AsyncConnection) -> None:
        """Until the connection breaks."""
        while True:
            async for notify in connection.notifies(timeout=_PROBED_EVERY_S):
                self._joined.take(notify.payload)
            async with asyncio.timeout(_PROBE_S):
                await connection.execute("SELECT 1")

    async def _listen_again(self) -> psycopg.AsyncConnection:
        while True:
            await asyncio.sleep(_RETRY_S)
            with suppress(psycopg.Error, OSError, TimeoutError):
                return await self.listen()

    def _hear(self, text: str) -> None:
        told: Mapping[str, Any] = json.loads(text)
        self._ring.append(told["topic"], told["payload"], tuple(told["places"]))


class Pieces:
    """Joins what `_cut` has cut. The pieces of one message follow each other: PostgreSQL keeps transactions apart."""

    def __init__(self, on_whole: Callable[[str], None]) -> None:
        self._on_whole = on_whole
        self._message = ""
        self._pieces: list[str] = []

    def take(self, piece: str) -> None:
        message, left, text = piece.split(" ", 2)
        if message != self._message:  # the rest of another one was lost with a connection
            self._message, self._pieces = message, []
        self._pieces.append(text)
        if left == "0":
            self._on_whole("".join(self._pieces))
            self._message, self._pieces = "", []


def _written(signal: Signal) -> str:
    """In ASCII, so that a character is a byte."""
    return json.dumps(
        {"topic": signal.topic, "payload": signal.payload, "places": signal.places}, separators=(",", ":")
    )


def _cut(text: str) -> list[str]:
    """Named and numbered down to 0: PostgreSQL drops a notification that equals another of its transaction."""
    message = secrets.token_hex(4)
    room = _PIECE_BYTES - len(message) - 12
    parts = [text[at : at + room] for at in range(0, len(text), room)]
    return [f"{message} {len(parts) - 1 - index} {part}" for index, part in enumerate(parts)]
