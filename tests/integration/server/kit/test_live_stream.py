"""The live stream over real connections: cut anywhere, read slowly or not at all, behind a proxy."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest

from goodpart.server.kit.signals import Signal
from goodpart.web.stalled import ReadersOnly
from goodpart.wire.events import StationStarted
from goodpart.wire.verdicts import Verdict
from tests.fakes.browsing import Page, all_verdicts, cut_points
from tests.fakes.inspected_plant import part
from tests.fakes.line_gateway import HandmadeJournal
from tests.fakes.proxies import Manner, proxy
from tests.fakes.waiting import eventually
from tests.integration.server.conftest import Line

CUTS = 120
LONGEST_LOOK_BYTES = 3_000
SILENT_PAGES = 10
HELD_AT_MOST = 3 * 65_536
"""The connection is paused at 64 KiB, and one chunk may be on its way then."""


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def page(line: Line) -> Page:
    return Page(line.served.browser, line.served.addresses.url)


async def make_parts(line: Line, count: int = 1_000_000, enough: asyncio.Event | None = None) -> None:
    """One batch for each part, every third one bad; ``count`` of them, or until there are ``enough``."""
    journal = HandmadeJournal()
    journal.append(StationStarted(software="0.1.0", desired_revision=1, baseline_sequence=0))
    await line.gateway.send(journal.batch(line.station))
    for sequence in range(1, count + 1):
        verdict = Verdict.BAD if sequence % 3 == 0 else Verdict.GOOD
        journal.append(part(sequence, journal.wall + timedelta(seconds=sequence), verdict))
        await line.gateway.send(journal.batch(line.station, first=len(journal.lines)))
        if enough is not None and enough.is_set():
            return


@asynccontextmanager
async def parts_flowing(line: Line) -> AsyncIterator[None]:
    """Afterwards the server has committed the last of them."""
    enough = asyncio.Event()
    making = asyncio.create_task(make_parts(line, enough=enough))
    yield
    assert not making.done()
    enough.set()
    await making


async def shows_what_the_server_knows(page: Page) -> None:
    """Once it has heard the rest; where its stream ends before, it opens the next one, as a browser does."""
    wanted = await all_verdicts(page.browser)

    async def look_on() -> None:
        while True:
            await page.look()

    looking = asyncio.create_task(look_on())
    await eventually(lambda: page.verdicts == wanted, within_s=20)
    looking.cancel()
    await asyncio.wait({looking})


def names(page: Page) -> list[str]:
    return [event for event, _ in page.events]


async def test_a_page_that_is_cut_off_anywhere_misses_nothing_and_hears_nothing_twice(line: Line, page: Page) -> None:
    async with parts_flowing(line):
        for cut_after in cut_points(CUTS, LONGEST_LOOK_BYTES, seed=7):
            await page.look(cut_after)
    await shows_what_the_server_knows(page)

    heard = [data["id"] for event, data in page.events if event == "inspection"]
    assert len(heard) == len(set(heard)) == len(page.verdicts) > 20
    assert "reset" not in names(page)


async def test_a_page_is_right_also_where_the_server_has_forgotten(line: Line, page: Page) -> None:
    async with parts_flowing(line):
        for turn, cut_after in enumerate(cut_points(CUTS // 3, LONGEST_LOOK_BYTES, seed=8)):
            if turn % 5 == 4:
                line.served.server.resources.live.begin_anew()
            await page.look(cut_after)
    await shows_what_the_server_knows(page)

    assert len(page.verdicts) > 5
    assert names(page).count("reset") > 5


def tell_much(line: Line, megabytes: int) -> None:
    for _ in range(megabytes * 100):
        line.database.signals.publish([Signal("noise", {"text": "x" * 10_000}, places=(line.station,))])


async def test_a_slow_page_is_told_dropped_and_goes_on(line: Line, page: Page) -> None:
    looking = asyncio.create_task(page.look())
    ring = line.served.server.resources.live
    await eventually(lambda: page.events)
    tell_much(line, 20)

    async with asyncio.timeout(10):
        await looking

    assert [(event, data["because"]) for event, data in page.events if event == "reset"] == [("reset", "outrun")]
    ring.append("news", {}, (line.station,))
    told_before = len(page.events)
    looking = asyncio.create_task(page.look())
    await eventually(lambda: "news" in names(page)[told_before:])
    assert names(page)[told_before] == "hello"
    assert "reset" not in names(page)[told_before:]
    looking.cancel()
    await asyncio.wait({looking})


@pytest.fixture
def given_up() -> Iterator[list[int]]:
    """How many bytes the server held for each page that it gave up. It has little patience here."""
    held: list[int] = []
    give_up = ReadersOnly.give_up

    def noted(connection: ReadersOnly) -> None:
        held.append(connection.transport.get_write_buffer_size())
        give_up(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReadersOnly, "stall_s", 0.3)
        patch.setattr(ReadersOnly, "give_up", noted)
        yield held


async def test_pages_that_read_nothing_cost_little_and_are_disconnected(
    line: Line, page: Page, given_up: list[int]
) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(SILENT_PAGES):
            await stack.enter_async_context(page.silent())
        before = len(asyncio.all_tasks())

        tell_much(line, 6)

        await eventually(lambda: len(given_up) == SILENT_PAGES)
        await eventually(lambda: len(asyncio.all_tasks()) <= before - SILENT_PAGES, what="their streams end")
    assert max(given_up) < HELD_AT_MOST


@pytest.mark.parametrize("manner", [Manner.REWRITES_CHUNKS, Manner.CUTS_IDLE], ids=str)
async def test_the_stream_passes_a_proxy(line: Line, page: Page, manner: Manner) -> None:
    async with proxy(page.address, manner) as address:
        page.address = address
        async with parts_flowing(line):
            while len(page.verdicts) < 5:
                await page.look(cut_after=5_000)
        await shows_what_the_server_knows(page)
    assert "reset" not in names(page)


async def test_a_proxy_that_holds_every_answer_is_passed_by_short_streams(line: Line, page: Page) -> None:
    async with proxy(page.address, Manner.HOLDS_ANSWERS) as address:
        page.address = address
        await page.look(query="?seconds=1")
        await make_parts(line, 5)
        await page.look(query="?seconds=1")
    assert len(page.verdicts) == 5
    assert page.verdicts == await all_verdicts(line.served.browser)
    assert "reset" not in names(page)
