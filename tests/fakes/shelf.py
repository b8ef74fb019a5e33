"""A source of packages in memory, with the faults of a network on demand."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from goodpart.gateway.deployment.download import PackageSource, PackageStream
from goodpart.gateway.enrollment.errors import ServerRefusedError, ServerUnreachableError


class ShelfSource(PackageSource):
    """Hands out what stands on its shelf, in small pieces, and breaks off where it is told to."""

    def __init__(self) -> None:
        self.shelf: dict[str, bytes] = {}
        self.break_after: list[int] = []
        """Bytes after which the next downloads break off, one each."""
        self.unreachable = False
        self.ranges = True
        self.asked: list[tuple[str, int]] = []

    def put(self, content: bytes) -> tuple[str, int]:
        sha256 = hashlib.sha256(content).hexdigest()
        self.shelf[sha256] = content
        return sha256, len(content)

    @asynccontextmanager
    async def open_package(self, sha256: str, offset: int) -> AsyncIterator[PackageStream]:
        self.asked.append((sha256, offset))
        if self.unreachable:
            raise ServerUnreachableError("The server cannot be reached.", "Wait.")
        if sha256 not in self.shelf:
            raise ServerRefusedError("The package is not here.", "Approve it.", status=404, reason="package_unknown")
        start = offset if self.ranges else 0
        yield PackageStream(start=start, chunks=self._chunks(self.shelf[sha256][start:]))

    async def _chunks(self, content: bytes) -> AsyncIterator[bytes]:
        end = self.break_after.pop(0) if self.break_after else None
        sent = 0
        for at in range(0, len(content), 1000):
            piece = content[at : at + 1000] if end is None else content[at : min(at + 1000, end)]
            sent += len(piece)
            yield piece
            if end is not None and sent >= end:
                raise ServerUnreachableError("The connection broke.", "Wait.")
            await asyncio.sleep(0)
