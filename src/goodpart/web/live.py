"""The live stream: one ring of messages in memory, read by any number of browsers, each at its own pace.

A browser holds a place in the ring, not a queue of its own, so a slow one costs nothing. What a browser cannot be given
without a gap it is told of by ``event: reset``, with the cause in ``because``; it then reads everything anew.

    hello   the stream goes on from the id that was given, or from now
    reset   forgotten    the id is of another life of this server, of another replica, or older than the ring
            outrun       the browser reads more slowly than things happen; the stream ends, it comes back
            interrupted  messages were missed here; the stream ends, it comes back
    time    every few seconds, whatever else is sent: proves that the line stands, and says what time it is here

These three carry ``now``, since the clock of a browser may be wrong. ``time`` has no id.
Format: Server-Sent Events, WHATWG HTML, section 9.2.
"""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from starlette.responses import StreamingResponse

from goodpart.base.clock import Clock

HEARTBEAT_S = 5.0
"""Shorter than the idle time-out of any proxy that we know of, 30 s and more."""
_CHUNK_BYTES = 65_536
"""About as much is handed to a connection at a time; it waits there until the browser has read."""


@dataclass(frozen=True, slots=True)
class LiveMessage:
    number: int
    frame: bytes
    """As it is sent: made once, however many browsers read it."""
    places: tuple[str | None, ...] = (None,)
    """Whose readers it is for, in the words of whoever appends it."""


class LiveRing:
    """The last ``size`` messages, or fewer where they are long. To be used in one event loop."""

    def __init__(self, clock: Clock, *, size: int = 1000, max_bytes: int = 8_000_000) -> None:
        self._clock = clock
        self._size = size
        self._max_bytes = max_bytes
        self._messages: deque[LiveMessage] = deque()
        self._bytes = 0
        self._life = secrets.token_hex(4)
        """Changes with every start, so that an id of an earlier process is told from one of this."""
        self._next = 1
        self._arrived = asyncio.Event()
        self._open = True

    @property
    def is_open(self) -> bool:
        return self._open

    @property
    def newest_id(self) -> str | None:
        """Of the last message so far: a reader that goes on after it misses nothing from now on. None while closed."""
        return self._id_of(self._next - 1) if self._open else None

    def append(self, event: str, payload: Mapping[str, Any], places: tuple[str | None, ...] = (None,)) -> None:
        message = LiveMessage(self._next, self._frame(event, payload, self._next), places)
        self._messages.append(message)
        self._bytes += len(message.frame)
        while len(self._messages) > self._size or (self._bytes > self._max_bytes and len(self._messages) > 1):
            self._bytes -= len(self._messages.popleft().frame)
        self._next += 1
        self._wake()

    def close(self) -> None:
        """End every stream; new ones end at once."""
        self._open = False
        self._wake()

    def begin_anew(self) -> None:
        """Open, and nothing of before counts: every browser that was here or comes back is told to read anew."""
        self._life = secrets.token_hex(4)
        self._messages.clear()
        self._bytes = 0
        self._open = True
        self._wake()

    async def read(
        self,
        last_id: str | None = None,
        *,
        heartbeat_s: float = HEARTBEAT_S,
        ends_after_s: float | None = None,
        may_see: Callable[[LiveMessage], bool] = lambda _: True,
    ) -> AsyncIterator[bytes]:
        """The stream from ``last_id`` on, or from now: one or more whole frames at a time.

        Of a message that this reader may not see, only the number goes out. It ends when the ring is closed, when this
        reader has to come back, or after ``ends_after_s``.
        """
        now = asyncio.get_running_loop().time
        life, place = self._life, self._place_after(last_id)
        if place is None:
            place = self._next
            yield self._reset("forgotten", place)
        else:
            yield self._frame("hello", {"now": self._clock.now()}, place - 1)
        beat_at = now() + heartbeat_s
        end_at = now() + ends_after_s if ends_after_s is not None else float("inf")
        while self._open:
            if life != self._life:
                yield self._reset("interrupted", self._next)
                return
            if place < self._oldest:
                yield self._reset("outrun", self._next)
                return
            if place < self._next:
                chunk, place = self._chunk(place, may_see)
                yield chunk
            if now() >= end_at:
                return
            if now() >= beat_at:
                yield _frame("time", {"now": self._clock.now()})
                beat_at = now() + heartbeat_s
            if place == self._next and self._open and life == self._life:
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(min(beat_at, end_at)):
                        await self._arrived.wait()

    @property
    def _oldest(self) -> int:
        return self._messages[0].number if self._messages else self._next

    def _chunk(self, place: int, may_see: Callable[[LiveMessage], bool]) -> tuple[bytes, int]:
        """Frames from ``place`` on, and the place after them."""
        frames: list[bytes] = []
        length = 0
        for message in islice(self._messages, place - self._oldest, None):
            frame = message.frame if may_see(message) else f"id: {self._id_of(message.number)}\n\n".encode()
            frames.append(frame)
            length += len(frame)
            place = message.number + 1
            if length >= _CHUNK_BYTES:
                break
        return b"".join(frames), place

    def _place_after(self, last_id: str | None) -> int | None:
        """The number to go on from; None where what followed ``last_id`` is no longer known."""
        if last_id is None:
            return self._next
        life, _, number = last_id.partition("-")
        with suppress(ValueError):
            place = int(number) + 1
            if life == self._life and self._oldest <= place <= self._next:
                return place
        return None

    def _reset(self, because: str, place: int) -> bytes:
        return self._frame("reset", {"because": because, "now": self._clock.now()}, place - 1)

    def _frame(self, event: str, payload: Mapping[str, Any], number: int) -> bytes:
        return f"id: {self._id_of(number)}\n".encode() + _frame(event, payload)

    def _id_of(self, number: int) -> str:
        return f"{self._life}-{number}"

    def _wake(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()


def stream_response(frames: AsyncIterator[bytes]) -> StreamingResponse:
    """No proxy is to keep it, change it or hold it back."""
    return StreamingResponse(
        frames,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"},
    )


def _frame(event: str, payload: Mapping[str, Any]) -> bytes:
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return f"event: {event}\ndata: {data}\n\n".encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} is not JSON")
