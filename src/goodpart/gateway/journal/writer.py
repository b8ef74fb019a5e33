"""The journal as a station's event loop uses it: every call runs in one thread, in the order of the calls."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from goodpart.gateway.journal.journal import Journal
from goodpart.wire.events import Event, EventBody


class JournalWriter:
    """Owns the one thread that touches the journal, so that an fsync never stops the loop that serves the PLC."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    @property
    def epoch(self) -> str:
        return self._journal.epoch

    @property
    def last_number(self) -> int:
        """Of the last event that is durable."""
        return self._journal.last_number

    @property
    def on_reserve(self) -> bool:
        """Whether the disk is so full that the space kept back for the last records is in use, or not to be had."""
        return not self._journal.reserve.held

    async def append(self, *bodies: EventBody, before_commit: Callable[[], None] | None = None) -> tuple[Event, ...]:
        """`Journal.append`, awaited. Cancelling does not take a record back."""
        return await asyncio.wrap_future(self.submit(*bodies, before_commit=before_commit))

    def submit(
        self, *bodies: EventBody, before_commit: Callable[[], None] | None = None
    ) -> "Future[tuple[Event, ...]]":
        """The same from any thread."""
        return self._thread.submit(self._journal.append, *bodies, before_commit=before_commit)

    async def tidy(self) -> None:
        """What can wait until no part is under way: the checkpoint, and taking the reserve back."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._tidy)

    def _tidy(self) -> None:
        self._journal.checkpoint()
        self._journal.reserve.hold()

    def submit_evicted(self, contents: Iterable[str]) -> "Future[None]":
        """`Journal.mark_evicted`, from any thread."""
        return self._thread.submit(self._journal.mark_evicted, tuple(contents))

    def close(self) -> None:
        """Finish what was begun, then close the file."""
        self._thread.shutdown(wait=True)
        self._journal.close()
