"""The port of a camera."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.settings import Scalar

GROUP = "goodpart.cameras"


@dataclass(frozen=True)
class Picture:
    """A picture as the camera gave it: a whole image file."""

    content: bytes
    media_type: str


class Camera(ABC):
    """Gives the picture of what is before it now."""

    @classmethod
    @abstractmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        """Raises `DriverSettingsError`. Touches no device yet."""

    @abstractmethod
    async def grab(self) -> Picture:
        """A picture taken after this call began. Raises `CameraError`; cancelled when the part's time is up."""

    @abstractmethod
    async def warm_up(self) -> None:
        """Do once what makes a first grab slow (connect, start the stream). Raises `CameraError`."""

    @abstractmethod
    async def close(self) -> None:
        """Let the device go. The camera is not used again."""
