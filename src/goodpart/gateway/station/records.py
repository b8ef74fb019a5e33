"""The journal as a station's loops use it: what cannot be recorded is known to all of them."""

from collections.abc import Callable

from goodpart.gateway.journal.errors import JournalFullError
from goodpart.gateway.journal.writer import JournalWriter
from goodpart.wire.events import Event, EventBody


class Records:
    """Appends to the journal and remembers whether it is full."""

    def __init__(self, journal: JournalWriter) -> None:
        self.journal = journal
        self.is_full = False
        """The last record found no space, not even in the reserve: no part can be handled."""

    async def append(self, *bodies: EventBody, before_commit: Callable[[], None] | None = None) -> tuple[Event, ...]:
        """On disk when this returns. Raises `JournalFullError`."""
        try:
            events = await self.journal.append(*bodies, before_commit=before_commit)
        except JournalFullError:
            self.is_full = True
            raise
        self.is_full = False
        return events

    async def try_append(self, *bodies: EventBody) -> bool:
        """For what is worth recording but holds nothing up. False where there was no space."""
        try:
            await self.append(*bodies)
        except JournalFullError:
            return False
        return True
