"""The port of the signals: the state of the machine, and the heartbeats both ways."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Self

from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.settings import Scalar
from goodpart.wire.machine import MachineState

GROUP = "goodpart.signals"


@dataclass(frozen=True)
class MachineSignal:
    """What the machine says it is doing. `MachineState.UNKNOWN` while it cannot be asked."""

    state: MachineState
    reason: str
    part_number: str
    """What it is set up for; empty where it does not say."""


class Signals(ABC):
    """Reads the machine's state, and tells it that this gateway lives."""

    @classmethod
    @abstractmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        """Raises `DriverSettingsError`. Connects to nothing yet."""

    @abstractmethod
    def changes(self) -> AsyncIterator[MachineSignal]:
        """Every change, without end, beginning with what is now."""

    @abstractmethod
    async def beat(self, count: int) -> None:
        """Write this gateway's heartbeat. Raises `LinkDownError`."""

    @abstractmethod
    def plc_silent_s(self) -> float | None:
        """Seconds since the PLC's own heartbeat last moved; None while there is no link or it has none."""

    @abstractmethod
    async def close(self) -> None:
        """Let the device go."""
