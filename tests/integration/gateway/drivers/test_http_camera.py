"""An HTTP camera: what only this protocol can get wrong."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from goodpart.base.clock import SystemClock
from goodpart.gateway.cameras.http import HttpCamera
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.errors import CameraError
from goodpart.gateway.drivers.settings import Scalar
from tests.fakes.http_camera import AimedCamera
from tests.fakes.silent_peer import SilentPeer
from tests.fakes.waiting import eventually


@pytest.fixture
async def device() -> AsyncIterator[AimedCamera]:
    async with AimedCamera(b"a frame") as opened:
        yield opened


def camera(device: AimedCamera, **settings: Scalar) -> HttpCamera:
    return HttpCamera.from_settings({"url": device.url, **settings}, DriverContext(station="s1", clock=SystemClock()))


async def test_pictures_come_over_one_connection(device: AimedCamera) -> None:
    opened = camera(device)
    for _ in range(5):
        await opened.grab()
    assert (device.grabs, device.connections) == (5, 1)
    await opened.close()


async def test_a_camera_that_closes_idle_connections_costs_no_part(device: AimedCamera) -> None:
    device.hang_up_after = 1
    opened = camera(device)
    for _ in range(5):
        assert (await opened.grab()).content == b"a frame"
    await opened.close()


@pytest.mark.parametrize(("status", "content", "says"), [(503, b"busy", "answers 503"), (200, b"", "empty picture")])
async def test_what_is_no_picture_is_refused_with_the_address(
    device: AimedCamera, status: int, content: bytes, says: str
) -> None:
    device.status, device.content = status, content
    opened = camera(device)
    with pytest.raises(CameraError, match=says) as failed:
        await opened.grab()
    assert device.url in failed.value.cause
    await opened.close()


async def test_a_silent_camera_is_given_up_after_its_own_limit(device: AimedCamera) -> None:
    device.delay_s = 30
    opened = camera(device, timeout_ms=100)
    with pytest.raises(CameraError, match="gives no picture"):
        await opened.grab()
    await opened.close()


async def test_a_grab_that_was_given_up_does_not_give_its_picture_to_the_next_part(device: AimedCamera) -> None:
    opened = camera(device)
    device.delay_s = 0.3
    device.content = b"of the part before"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await opened.grab()
    device.delay_s = 0.0
    device.content = b"of this part"
    assert (await opened.grab()).content == b"of this part"
    await opened.close()


async def test_grabs_given_up_at_any_moment_leave_a_working_camera_and_no_connections(device: AimedCamera) -> None:
    opened = camera(device)
    for turns in range(120):
        grabbing = asyncio.create_task(opened.grab())
        for _ in range(turns % 40):
            await asyncio.sleep(0)
        grabbing.cancel()
        await asyncio.gather(grabbing, return_exceptions=True)
        if turns % 40 == 39:
            async with asyncio.timeout(10):
                assert (await opened.grab()).content == b"a frame"
    await eventually(lambda: device.open_connections <= 1)
    connections = device.connections
    for _ in range(3):
        await opened.grab()
    assert device.connections == connections
    await opened.close()
    await eventually(lambda: device.open_connections == 0)


async def test_a_grab_given_up_during_the_handshake_leaves_no_connection() -> None:
    async with SilentPeer() as peer:
        settings = {"url": f"https://127.0.0.1:{peer.port}/frame"}
        opened = HttpCamera.from_settings(settings, DriverContext(station="s1", clock=SystemClock()))
        grabbing = asyncio.create_task(opened.grab())
        await eventually(lambda: peer.heard == 1)
        grabbing.cancel()
        await asyncio.gather(grabbing, return_exceptions=True)
        await eventually(lambda: peer.open_connections == 0)
        await opened.close()


async def test_the_content_type_is_told_without_its_parameters(device: AimedCamera) -> None:
    device.media_type = "image/png; charset=binary"
    opened = camera(device)
    assert (await opened.grab()).media_type == "image/png"
    await opened.close()
