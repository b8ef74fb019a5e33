"""A connection whose other end no longer reads is given up, so that what waits for it does not wait for ever."""

import asyncio

import structlog
from uvicorn.protocols.http.h11_impl import H11Protocol

STALL_S = 30.0
"""Somebody who reads a thousand bytes a second is slow; somebody who reads nothing for this long is gone."""
_log = structlog.get_logger(__name__)


class ReadersOnly(H11Protocol):
    """One connection of a browser.

    What is written and not read fills the buffers of both machines and then 64 KiB here, where the writer is paused.
    A browser that lets it be paused for ``stall_s`` is disconnected: closing would wait for it to read first.
    """

    stall_s = STALL_S
    _stalled: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(self.stall_s, self.give_up)

    def resume_writing(self) -> None:
        self._forget()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def give_up(self) -> None:
        _log.info("a browser that reads nothing is disconnected", peer=self.transport.get_extra_info("peername"))
        self.transport.abort()

    def _forget(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
