"""The live stream: every browser sees every message once and in order, or is told to start afresh."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from goodpart.web.live import LiveRing
from tests.fakes.clocks import SteppingClock


@dataclass(frozen=True)
class Frame:
    id: str | None
    event: str
    data: Any


def parse(chunk: bytes) -> list[Frame]:
    frames = []
    for text in chunk.decode().removesuffix("\n\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in text.split("\n"))
        frames.append(Frame(fields.get("id"), fields.get("event", ""), json.loads(fields.get("data", "{}"))))
    return frames


async def take(stream: AsyncIterator[bytes], count: int) -> list[Frame]:
    """The next ``count`` frames, however many come at a time."""
    frames: list[Frame] = []
    while len(frames) < count:
        frames += parse(await anext(stream))
    assert len(frames) == count
    return frames


async def events(stream: AsyncIterator[bytes]) -> list[str]:
    """Of a stream up to its end."""
    return [frame.event async for chunk in stream for frame in parse(chunk)]


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def ring(clock: SteppingClock) -> LiveRing:
    return LiveRing(clock)


async def test_a_browser_sees_what_happens_from_now_on_in_order(ring: LiveRing) -> None:
    ring.append("inspection", {"n": 0})
    stream = ring.read()
    assert [frame.event for frame in await take(stream, 1)] == ["hello"]
    for number in (1, 2, 3):
        ring.append("inspection", {"n": number})

    assert [frame.data for frame in await take(stream, 3)] == [{"n": 1}, {"n": 2}, {"n": 3}]


async def test_a_browser_that_waits_is_woken(ring: LiveRing) -> None:
    stream = ring.read(heartbeat_s=60)
    await take(stream, 1)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)

    ring.append("station", {"s": "ä"})

    assert "ä" in (await waiting).decode()


async def test_a_browser_that_goes_just_as_something_happens_has_gone(ring: LiveRing) -> None:
    for turns in range(4):
        stream = ring.read(heartbeat_s=60)
        await take(stream, 1)
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)

        ring.append("station", {})
        for _ in range(turns):
            await asyncio.sleep(0)
        goes = waiting.cancel()
        await asyncio.wait([waiting])

        assert waiting.cancelled() is goes


async def test_what_waits_together_is_sent_together_but_not_without_end(ring: LiveRing) -> None:
    stream = ring.read()
    await take(stream, 1)
    for number in range(100):
        ring.append("a", {"n": number, "text": "x" * 2000})

    first = await anext(stream)

    assert 60_000 < len(first) < 70_000
    assert [frame.data["n"] for frame in [*parse(first), *await take(stream, 100 - len(parse(first)))]] == list(
        range(100)
    )


async def test_a_browser_that_comes_back_gets_what_it_missed(ring: LiveRing) -> None:
    first = ring.read()
    await take(first, 1)
    ring.append("a", {})
    (seen,) = await take(first, 1)
    ring.append("b", {})
    ring.append("c", {})

    assert [frame.event for frame in await take(ring.read(seen.id), 3)] == ["hello", "b", "c"]


async def test_nothing_is_missed_between_what_was_read_and_the_stream(ring: LiveRing) -> None:
    ring.append("inspection", {"n": 0})
    read_at = ring.newest_id
    ring.append("inspection", {"n": 1})
    frames = await take(ring.read(read_at), 2)
    assert [(frame.event, frame.data.get("n")) for frame in frames] == [("hello", None), ("inspection", 1)]
    ring.close()
    assert ring.newest_id is None


@pytest.mark.parametrize("last_id", ["", "nonsense", "other-3", "-", "x-99999999999999999999"])
async def test_an_id_of_another_life_starts_afresh(ring: LiveRing, last_id: str) -> None:
    ring.append("a", {})

    (frame,) = await take(ring.read(last_id), 1)

    assert (frame.event, frame.data["because"]) == ("reset", "forgotten")


async def test_an_id_that_the_ring_has_forgotten_starts_afresh(clock: SteppingClock) -> None:
    ring = LiveRing(clock, size=3)
    (hello,) = await take(ring.read(), 1)
    for _ in range(4):
        ring.append("a", {})

    assert [frame.event for frame in await take(ring.read(hello.id), 1)] == ["reset"]


async def test_a_browser_that_falls_behind_is_told_and_dropped_and_goes_on_from_there(clock: SteppingClock) -> None:
    ring = LiveRing(clock, size=3)
    slow = ring.read()
    await take(slow, 1)
    for number in range(10):
        ring.append("a", {"n": number})

    (reset,) = await take(slow, 1)
    assert (reset.event, reset.data["because"]) == ("reset", "outrun")
    assert await events(slow) == []

    ring.append("b", {})
    assert [frame.event for frame in await take(ring.read(reset.id), 2)] == ["hello", "b"]


async def test_long_messages_do_not_fill_the_memory(clock: SteppingClock) -> None:
    ring = LiveRing(clock, size=1000, max_bytes=10_000)
    stream = ring.read()
    (hello,) = await take(stream, 1)
    for _ in range(50):
        ring.append("a", {"text": "x" * 1000})

    assert [frame.event for frame in await take(ring.read(hello.id), 1)] == ["reset"]
    ring.append("a", {"text": "x" * 50_000})  # one is always kept, however long
    (last,) = await take(stream, 1)
    ring.append("b", {})
    assert [frame.event for frame in await take(ring.read(last.id), 2)] == ["hello", "b"]


async def test_the_time_is_told_also_while_things_happen(ring: LiveRing, clock: SteppingClock) -> None:
    stream = ring.read(heartbeat_s=0.01)
    await take(stream, 1)
    clock.advance(3661)

    (beat,) = await take(stream, 1)
    assert beat == Frame(None, "time", {"now": "2026-11-02T07:01:01.000Z"})

    heard = []
    while "time" not in heard:
        ring.append("a", {})
        heard += [frame.event for frame in parse(await anext(stream))]
    assert "a" in heard


async def test_a_stream_of_some_seconds_ends_and_is_gone_on_with(ring: LiveRing) -> None:
    (hello,) = parse(b"".join([chunk async for chunk in ring.read(ends_after_s=0.01)]))
    ring.append("a", {})

    assert await events(ring.read(hello.id, ends_after_s=0)) == ["hello", "a"]


async def test_a_closed_ring_ends_every_stream(ring: LiveRing) -> None:
    stream = ring.read(heartbeat_s=60)
    await take(stream, 1)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)

    ring.close()

    with pytest.raises(StopAsyncIteration):
        await waiting
    assert not ring.is_open


async def test_whoever_was_there_before_a_gap_reads_anew(ring: LiveRing) -> None:
    there = ring.read(heartbeat_s=60)
    (hello,) = await take(there, 1)
    away = hello.id

    ring.begin_anew()

    (told,) = await take(there, 1)
    assert (told.event, told.data["because"]) == ("reset", "interrupted")
    assert [frame.event for frame in await take(ring.read(away), 1)] == ["reset"]
    ring.append("a", {})
    assert [frame.event for frame in await take(ring.read(told.id), 2)] == ["hello", "a"]
