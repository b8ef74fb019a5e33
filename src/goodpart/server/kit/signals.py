"""What happened, told after the commit: to browsers by the live stream, and to waiting requests of this process.

Only what a unit of work tells reaches the browsers of other servers: see `goodpart.server.kit.relay`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Signal:
    """``topic`` names the event of the live stream (``inspection``, ``training``); ``payload`` is JSON-able."""

    topic: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    public: bool = True
    """False: for this process only (``desired_issued``), never sent to a browser."""
    places: tuple[str | None, ...] = (None,)
    """Where it happened; a browser gets it if its user sees all of these. None: the enterprise itself."""


Listener = Callable[[Signal], None]


class Signals:
    """Hands every signal to its listeners, in the order of the commits of this process.

    Listeners run in the event loop and must not block or raise; they set an event, or append to a ring.
    """

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._public: list[Listener] = []

    def listen(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` for each signal of ``topic``. Returns the function that ends it."""
        self._listeners[topic].append(listener)
        return lambda: self._listeners[topic].remove(listener)

    def listen_public(self, listener: Listener) -> None:
        self._public.append(listener)

    def publish(self, signals: Iterable[Signal]) -> None:
        for signal in signals:
            for listener in (*self._listeners[signal.topic], *(self._public if signal.public else ())):
                listener(signal)
