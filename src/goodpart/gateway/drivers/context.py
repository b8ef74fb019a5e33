"""What a driver is given beside its settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from goodpart.base.clock import Clock

T = TypeVar("T")


class SharedParts:
    """What several drivers of one station use together, such as one session with one PLC."""

    def __init__(self) -> None:
        self._parts: dict[tuple[type[object], str], object] = {}

    def get(self, kind: type[T], key: str, make: Callable[[], T]) -> T:
        """The part of this ``kind`` for this ``key``; the first who asks makes it."""
        known = self._parts.get((kind, key))
        if known is None:
            known = self._parts[kind, key] = make()
        assert isinstance(known, kind)
        return known


@dataclass(frozen=True)
class DriverContext:
    """One per station process."""

    station: str
    clock: Clock
    shared: SharedParts = field(default_factory=SharedParts)
