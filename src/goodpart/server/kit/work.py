"""The unit of work: one transaction of one request, batch or job step."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from goodpart.base.clock import Clock
from goodpart.base.ids import new_id
from goodpart.server.kit import relay
from goodpart.server.kit.database import READ_ONLY
from goodpart.server.kit.reach import EVERYWHERE, Reach
from goodpart.server.kit.signals import Signal, Signals


def _key(thing: str) -> int:
    """Of an advisory lock of PostgreSQL."""
    return int.from_bytes(hashlib.sha256(thing.encode()).digest()[:8], signed=True)


_EVERYTHING = _key("everything")


class ActorKind(StrEnum):
    USER = "user"
    GATEWAY = "gateway"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who does it: what the audit trail names."""

    kind: ActorKind
    id: str
    name: str


SYSTEM = Actor(ActorKind.SYSTEM, "system", "Goodpart server")
NOBODY = Actor(ActorKind.SYSTEM, "nobody", "not signed in")


class Work:
    """One transaction. Services take it as their first argument, write through it, and never commit themselves.

    ``now`` is read once, so that all rows of one transaction carry the same time.
    """

    def __init__(self, session: AsyncSession, clock: Clock, actor: Actor, reach: Reach = EVERYWHERE) -> None:
        self.session = session
        self.clock = clock
        self.now: datetime = clock.now()
        self.actor = actor
        self.reach = reach
        self._signals: list[Signal] = []
        self._last_steps: list[Callable[[], Awaitable[None]]] = []
        self._ids = 0

    def new_id(self) -> str:
        """A UUIDv7 of this moment; those of one transaction sort in the order in which they were made.

        The bits after the milliseconds count (RFC 9562, section 6.2, method 1), the rest is random.
        """
        self._ids += 1
        noise = (self._ids & 0xFFF) << 62 | secrets.randbits(62)
        return new_id(self.now, noise.to_bytes(10, "big"))

    async def hold(self, thing: str) -> None:
        """Wait until nobody else holds ``thing`` (an id), and hold it until this transaction ends.

        What was read before is read anew. On SQLite who writes holds everything already.
        """
        await self._lock(sa.func.pg_advisory_xact_lock_shared(_EVERYTHING), sa.func.pg_advisory_xact_lock(_key(thing)))

    async def hold_everything(self) -> None:
        """Wait until nobody holds anything, and let nobody begin to until this transaction ends.

        For what edits thousands of things at once: PostgreSQL has no room for a lock of each. Before anything else
        of the transaction, as who waits for it may hold what it would wait for.
        """
        await self._lock(sa.func.pg_advisory_xact_lock(_EVERYTHING))

    async def _lock(self, *locks: sa.ColumnElement[Any]) -> None:
        if self.session.get_bind().dialect.name != "sqlite":
            await self.session.execute(sa.select(*locks))
        self.session.expire_all()

    def before_commit(self, step: Callable[[], Awaitable[None]]) -> None:
        """Take ``step`` as one of the last of this transaction, in the order in which they were asked for."""
        self._last_steps.append(step)

    async def take_last_steps(self) -> None:
        while self._last_steps:
            await self._last_steps.pop(0)()

    def after_commit(self, signal: Signal) -> None:
        """Publish ``signal`` once this transaction is on disk; never, if it is rolled back."""
        self._signals.append(signal)

    @property
    def signals(self) -> tuple[Signal, ...]:
        return tuple(self._signals)


class Database:
    """Opens units of work.

    On SQLite, writers of this process queue for one lock here, in order, instead of polling for the file's lock: one
    writer at a time is what SQLite does anyway.
    """

    def __init__(self, engine: AsyncEngine, clock: Clock, signals: Signals) -> None:
        self.engine = engine
        self.clock = clock
        self.signals = signals
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        self._has_replicas = engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def work(
        self, actor: Actor = SYSTEM, *, read_only: bool = False, reach: Reach = EVERYWHERE
    ) -> AsyncIterator[Work]:
        """A transaction that commits when the block ends and rolls back when it raises.

        A ``read_only`` one sees a snapshot and takes no lock. A block must not open another writing one inside.
        """
        async with AsyncExitStack() as stack:
            if self._writer is not None and not read_only:
                await stack.enter_async_context(self._writer)
            connection = await stack.enter_async_context(self.engine.connect())
            if read_only:
                connection = await connection.execution_options(**{READ_ONLY: True})
            session = await stack.enter_async_context(
                AsyncSession(bind=connection, expire_on_commit=False, autoflush=True)
            )
            work = Work(session, self.clock, actor, reach)
            async with session.begin():
                yield work
                await work.take_last_steps()
                if self._has_replicas:
                    await relay.tell(session, work.signals)
        self.signals.publish(work.signals)

    async def close(self) -> None:
        await self.engine.dispose()


def as_gateway(gateway: str, name: str) -> Actor:
    return Actor(ActorKind.GATEWAY, gateway, name)
