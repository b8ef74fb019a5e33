"""The live stream: one ring of messages in memory, read by any number of browsers, each at its own pace.

A browser holds a place in the ring, not a queue of its own, so a slow one costs nothing. One that falls behind the
ring, or comes back with an id that the ring has forgotten, gets ``event: reset`` and fetches afresh.
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
from typing import Any

from starlette.responses import StreamingResponse

HEARTBEAT_S = 5.0


@dataclass(frozen=True, slots=True)
class LiveMessage:
    number: int
    event: str
    data: str
    """JSON on one line."""
    places: tuple[str | None, ...] = (None,)
    """Whose readers it is for, in the words of whoever appends it."""


class LiveRing:
    """The last ``size`` messages. To be used in one event loop."""

    def __init__(self, size: int = 1000) -> None:
        self._life = secrets.token_hex(4)
        """Changes with every start, so that an id of an earlier process is told from one of this."""
        self._messages: deque[LiveMessage] = deque(maxlen=size)
        self._next = 1
        self._arrived = asyncio.Event()
        self._closed = False

    def append(self, event: str, payload: Mapping[str, Any], places: tuple[str | None, ...] = (None,)) -> None:
        data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=_plain)
        self._messages.append(LiveMessage(self._next, event, data, places))
        self._next += 1
        self._wake()

    def close(self) -> None:
        """End every stream; new ones end at once."""
        self._closed = True
        self._wake()

    async def read(
        self,
        last_id: str | None = None,
        *,
        heartbeat_s: float = HEARTBEAT_S,
        may_see: Callable[[LiveMessage], bool] = lambda _: True,
    ) -> AsyncIterator[str]:
        """The stream from ``last_id`` on, or from now: frames as text, a comment where nothing came for a while.

        Of a message that this reader may not see, only the number goes out. It ends when the ring is closed.
        """
        place = self._place_after(last_id)
        if place is None:
            place = self._next
            yield self._frame("reset", "{}", place - 1)
        else:
            yield self._frame("hello", "{}", place - 1)
        while not self._closed:
            oldest = self._messages[0].number if self._messages else self._next
            if place < oldest:
                place = self._next
                yield self._frame("reset", "{}", place - 1)
            waiting = [message for message in self._messages if message.number >= place] if place < self._next else ()
            for message in waiting:
                place = message.number + 1
                if may_see(message):
                    yield self._frame(message.event, message.data, message.number)
                else:
                    yield f"id: {self._life}-{message.number}\n\n"
            if place == self._next:
                arrived = self._arrived
                try:
                    await asyncio.wait_for(arrived.wait(), heartbeat_s)
                except TimeoutError:
                    yield ": still here\n\n"

    def _place_after(self, last_id: str | None) -> int | None:
        """The number to go on from; None where what followed ``last_id`` is no longer known."""
        if last_id is None:
            return self._next
        life, _, number = last_id.partition("-")
        oldest = self._messages[0].number if self._messages else self._next
        with suppress(ValueError):
            place = int(number) + 1
            if life == self._life and oldest <= place <= self._next:
                return place
        return None

    def _frame(self, event: str, data: str, number: int) -> str:
        return f"id: {self._life}-{number}\nevent: {event}\ndata: {data}\n\n"

    def _wake(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()


def stream_response(frames: AsyncIterator[str]) -> StreamingResponse:
    return StreamingResponse(
        frames, media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} is not JSON")
