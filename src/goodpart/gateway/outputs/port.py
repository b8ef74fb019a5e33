"""The port of an output: what a verdict drives."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from typing import Self

from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.settings import Scalar
from goodpart.wire.events import Action
from goodpart.wire.verdicts import Verdict

GROUP = "goodpart.outputs"


class Output(ABC):
    """Writes the result of a part, and reads back whether the machine took it over."""

    @classmethod
    @abstractmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        """Raises `DriverSettingsError`. Connects to nothing yet."""

    @abstractmethod
    async def write(self, sequence: int, verdict: Verdict, action: Action) -> None:
        """Give the machine the result of part ``sequence``, as one act.

        Raises `LinkDownError` where nothing was written, `OutputUncertainError` where that cannot be known.
        """

    @abstractmethod
    async def accepted(self, sequence: int) -> None:
        """Wait until the machine has taken over the result of part ``sequence``.

        Cancelled when the part's time is up; `last_accepted` then says how it ended. Raises `LinkDownError`.
        """

    @abstractmethod
    async def last_accepted(self) -> int:
        """The part whose result the machine took over last, asked of the machine. Raises `LinkDownError`."""

    @abstractmethod
    def ejects(self) -> AsyncIterator[int]:
        """The number of every part that the sensor at the ejector saw go, without end. The first may be an old one."""

    @abstractmethod
    async def close(self) -> None:
        """Let the device go."""
