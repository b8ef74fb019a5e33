"""The live stream: every browser sees every message once and in order, or is told to start afresh."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from goodpart.web.live import LiveRing


async def take(stream: AsyncIterator[str], count: int) -> list[tuple[str, str, str]]:
    """Id, event and data of the next ``count`` frames."""
    frames = [await anext(stream) for _ in range(count)]
    return [tuple(line.split(": ", 1)[1] for line in frame.strip().split("\n")) for frame in frames]  # type: ignore[misc]


async def test_a_browser_sees_what_happens_from_now_on_in_order() -> None:
    ring = LiveRing()
    ring.append("inspection", {"n": 0})
    stream = ring.read()
    assert [event for _, event, _ in await take(stream, 1)] == ["hello"]
    for number in (1, 2, 3):
        ring.append("inspection", {"n": number})

    assert [data for _, _, data in await take(stream, 3)] == ['{"n":1}', '{"n":2}', '{"n":3}']


async def test_a_browser_that_waits_is_woken() -> None:
    ring = LiveRing()
    stream = ring.read(heartbeat_s=60)
    await take(stream, 1)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)

    ring.append("station", {"s": "ä"})

    assert "ä" in await waiting


async def test_a_browser_that_comes_back_gets_what_it_missed() -> None:
    ring = LiveRing()
    first = ring.read()
    await take(first, 1)
    ring.append("a", {})
    ((last_id, _, _),) = await take(first, 1)
    ring.append("b", {})
    ring.append("c", {})

    assert [event for _, event, _ in await take(ring.read(last_id), 3)] == ["hello", "b", "c"]


@pytest.mark.parametrize("last_id", ["", "nonsense", "other-3", "-", "x-99999999999999999999"])
async def test_an_id_of_another_life_starts_afresh(last_id: str) -> None:
    ring = LiveRing()
    ring.append("a", {})

    assert [event for _, event, _ in await take(ring.read(last_id), 1)] == ["reset"]


async def test_an_id_that_the_ring_has_forgotten_starts_afresh() -> None:
    ring = LiveRing(size=3)
    stream = ring.read()
    ((last_id, _, _),) = await take(stream, 1)
    for _ in range(4):
        ring.append("a", {})

    assert [event for _, event, _ in await take(ring.read(last_id), 1)] == ["reset"]


async def test_a_browser_that_falls_behind_starts_afresh_and_goes_on() -> None:
    ring = LiveRing(size=3)
    stream = ring.read()
    await take(stream, 1)
    for number in range(10):
        ring.append("a", {"n": number})

    assert [event for _, event, _ in await take(stream, 1)] == ["reset"]
    ring.append("b", {})
    assert [event for _, event, _ in await take(stream, 1)] == ["b"]


async def test_silence_is_broken_by_a_comment() -> None:
    stream = LiveRing().read(heartbeat_s=0.01)
    await take(stream, 1)

    assert (await anext(stream)).startswith(":")


async def test_a_closed_ring_ends_every_stream() -> None:
    ring = LiveRing()
    stream = ring.read(heartbeat_s=60)
    await take(stream, 1)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)

    ring.close()

    with pytest.raises(StopAsyncIteration):
        await waiting
    assert [frame async for frame in ring.read()] != []
