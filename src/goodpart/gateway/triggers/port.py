"""The port of a trigger: the PLC's count of parts."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Self

from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.settings import Scalar

GROUP = "goodpart.triggers"


@dataclass(frozen=True)
class LinkOpened:
    """The PLC can be read, for the first time or again. Part ``sequence`` has been there for nobody knows how long."""

    sequence: int


@dataclass(frozen=True)
class LinkLost:
    """The PLC cannot be read any more, since about now. ``reason`` is a sentence."""

    reason: str


@dataclass(frozen=True)
class PartArrived:
    """Part ``sequence`` came under the camera at ``at_monotonic_ns`` of this process' clock."""

    sequence: int
    at_monotonic_ns: int


TriggerEvent = LinkOpened | LinkLost | PartArrived


@dataclass(frozen=True)
class PartUnderCamera:
    """What the PLC says of the part that is under the camera now."""

    sequence: int
    part_number: str
    serial: str


class Trigger(ABC):
    """Tells when a part is under the camera, and which."""

    @classmethod
    @abstractmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        """Raises `DriverSettingsError`. Connects to nothing yet."""

    @abstractmethod
    def events(self) -> AsyncIterator[TriggerEvent]:
        """Every event in its order, without end; a lost link is found again. `LinkOpened` comes first.

        A number that the machine skips, or that it repeats, is handed on as it came.
        """

    @abstractmethod
    async def part(self) -> PartUnderCamera:
        """Asked of the PLC, not remembered. Raises `LinkDownError`."""

    @abstractmethod
    async def close(self) -> None:
        """Let the device go."""
