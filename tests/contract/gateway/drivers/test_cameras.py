"""What a station relies on in a camera, whichever driver is behind it."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import Self

import pytest

from goodpart.base.clock import SystemClock
from goodpart.gateway.cameras.http import HttpCamera
from goodpart.gateway.cameras.port import Camera, Picture
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.errors import CameraError
from tests.fakes.http_camera import AimedCamera
from tests.fakes.machine import HeldCamera


class Shown(ABC):
    """A camera and what is before it."""

    camera: Camera

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.camera.close()

    @abstractmethod
    def show(self, content: bytes) -> None: ...

    @abstractmethod
    async def unplug(self) -> None: ...

    @abstractmethod
    async def plug_in(self) -> None: ...


class HttpShown(Shown):
    def __init__(self) -> None:
        self.device = AimedCamera()

    async def __aenter__(self) -> Self:
        await self.device.start()
        context = DriverContext(station="s1", clock=SystemClock())
        self.camera = HttpCamera.from_settings({"url": self.device.url}, context)
        return self

    async def __aexit__(self, *error: object) -> None:
        await super().__aexit__(*error)
        await self.device.stop()

    def show(self, content: bytes) -> None:
        self.device.content = content

    async def unplug(self) -> None:
        await self.device.stop()

    async def plug_in(self) -> None:
        await self.device.start()


class MemoryShown(Shown):
    def __init__(self) -> None:
        self.held = HeldCamera()
        self.camera = self.held

    def show(self, content: bytes) -> None:
        self.held.content = content

    async def unplug(self) -> None:
        self.held.problem = "unplugged"

    async def plug_in(self) -> None:
        self.held.problem = ""


@pytest.fixture(params=[MemoryShown, HttpShown], ids=["memory", "http"])
async def shown(request: pytest.FixtureRequest) -> AsyncIterator[Shown]:
    async with request.param() as opened:
        yield opened


async def test_each_grab_is_what_is_before_the_camera_then(shown: Shown) -> None:
    for content in (b"one", b"two", b"x" * 300_000):
        shown.show(content)
        assert await shown.camera.grab() == Picture(content, "image/jpeg")


async def test_an_unplugged_camera_says_so_and_works_when_it_is_back(shown: Shown) -> None:
    shown.show(b"one")
    await shown.camera.warm_up()
    await shown.unplug()
    with pytest.raises(CameraError) as failed:
        await shown.camera.grab()
    assert failed.value.cause
    assert failed.value.remedy
    with pytest.raises(CameraError):
        await shown.camera.warm_up()
    await shown.plug_in()
    assert (await shown.camera.grab()).content == b"one"
