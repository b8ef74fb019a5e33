"""Open pages while the server goes and comes, connections are cut, tabs add up and clocks are wrong.

The server is one without a line: each test says itself what happens in the plant.
"""

import asyncio
import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from goodpart.base.clock import SystemClock
from goodpart.base.ports import free_ports
from goodpart.server.compose import compose
from goodpart.server.settings import Settings
from goodpart.wire.verdicts import Verdict
from tests.fakes.inspected_plant import InspectedPlant, part

pytestmark = pytest.mark.timeout(120)
BACK_WITHIN_MS = 20_000


@dataclass
class Plant:
    """A server that can be stopped and started; parts pass only while it is stopped."""

    data: Path
    port: int = field(default_factory=lambda: free_ports(1)[0])
    process: subprocess.Popen[str] | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    inspected: InspectedPlant | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        ports = ["--port", str(self.port), "--gateway-port", "0"]
        command = [sys.executable, "-m", "goodpart", "server", "--data", str(self.data), *ports, "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        printed = json.loads(self.process.stdout.readline())
        if printed["first_run_url"] is not None:
            self._make_account(printed["first_run_url"].split("#")[1])

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.communicate(timeout=20)
            self.process = None

    def pass_parts(self, first: int, count: int, at: datetime) -> None:
        with ThreadPoolExecutor(1) as thread:  # the browser has the loop of this one
            thread.submit(asyncio.run, self._pass_parts(first, count, at)).result()

    async def _pass_parts(self, first: int, count: int, at: datetime) -> None:
        settings = Settings.read(data_dir=self.data, port=0, gateway_port=0)
        async with compose(settings, SystemClock(), with_jobs=False) as server:
            database = server.resources.database
            if self.inspected is None:
                self.inspected = await InspectedPlant.built_in(database)
            there = InspectedPlant(**{**vars(self.inspected), "database": database})
            await there.passes(
                *(part(number, at + timedelta(seconds=number)) for number in range(first, first + count))
            )

    def review(self, inspection: str, verdict: Verdict) -> None:
        with closing(self._client()) as client:
            path = f"/api/inspections/{inspection}/reviews"
            assert client.post(path, json={"verdict": verdict, "note": ""}).status_code == 201

    def newest(self) -> str:
        with closing(self._client()) as client:
            return str(client.get("/api/inspections").json()["items"][0]["id"])

    def _make_account(self, token: str) -> None:
        with closing(self._client()) as client:
            body = {"token": token, "name": "Ada", "password": "a good long password"}
            assert client.post("/api/session/first-run", json=body).status_code == 201
            self.cookies = dict(client.cookies)

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"X-Goodpart": "1"}, cookies=self.cookies, trust_env=False)


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    """Three parts have passed, the last one a minute and a half ago."""
    new = Plant(tmp_path / "data")
    new.pass_parts(1, 3, datetime.now(UTC) - timedelta(seconds=93))
    new.start()
    yield new
    new.stop()


def browsing(browser: Browser, plant: Plant, address: str) -> BrowserContext:
    context = browser.new_context(base_url=address, locale="en-GB")
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in plant.cookies.items()])
    return context


@pytest.fixture
def context(browser: Browser, plant: Plant) -> Iterator[BrowserContext]:
    new = browsing(browser, plant, plant.url)
    yield new
    new.close()


def streams_of(context: BrowserContext) -> list[str]:
    """The addresses of every stream that its tabs open, from now on."""
    opened: list[str] = []
    context.on("request", lambda request: opened.append(request.url) if "/api/stream" in request.url else None)
    return opened


def test_a_page_is_right_after_the_server_was_started_again_under_it(plant: Plant, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/inspections")
    expect(page.get_by_role("status")).to_have_text("3 parts")
    page.evaluate("window.notReloaded = true")

    plant.stop()
    plant.pass_parts(4, 2, datetime.now(UTC))
    plant.start()

    expect(page.get_by_role("status")).to_have_text("5 parts", timeout=BACK_WITHIN_MS)
    assert page.evaluate("window.notReloaded")


class Cable:
    """Between a browser and the server; it can be pulled out and put in again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._whole = True
        self._ends: list[asyncio.StreamWriter] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        listening = asyncio.start_server(self._join, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result()
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        self._ends += [writer, back]
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
        except OSError:
            pass
        writer.close()

    def pull(self) -> None:
        self._loop.call_soon_threadsafe(self._pull)

    def _pull(self) -> None:
        self._whole = False
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    def put_in(self) -> None:
        self._loop.call_soon_threadsafe(self._put_in)

    def _put_in(self) -> None:
        self._whole = True

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        self._pull()
        carried = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*carried, return_exceptions=True)


@pytest.fixture
def cable(plant: Plant) -> Iterator[Cable]:
    new = Cable(plant.port)
    yield new
    new.close()


def test_a_page_that_was_cut_off_is_told_what_it_missed_and_asks_for_no_more(
    browser: Browser, plant: Plant, cable: Cable
) -> None:
    context = browsing(browser, plant, cable.url)
    page = context.new_page()
    lists: list[str] = []
    page.on("request", lambda request: lists.append(request.url) if "/api/inspections?" in request.url else None)
    page.goto("/inspections")
    expect(page.get_by_role("status")).to_have_text("3 parts")
    newest = plant.newest()
    plant.review(newest, Verdict.GOOD)  # once the page shows it, its stream is open
    expect(page.locator("[data-row='0']")).to_contain_text("reviewed", ignore_case=True)
    assert len(lists) == 1, "what was read before the stream began is read anew"
    lists.clear()

    cable.pull()
    plant.review(newest, Verdict.BAD)
    cable.put_in()

    expect(page.locator("[data-row='0']")).to_contain_text("Bad", timeout=BACK_WITHIN_MS)
    assert lists == []
    context.close()


def test_ten_tabs_of_one_browser_share_a_stream_and_none_hangs(plant: Plant, context: BrowserContext) -> None:
    """A browser opens six connections to a server without HTTP/2."""
    streams = streams_of(context)
    pages = [context.new_page() for _ in range(10)]
    for page in pages:
        page.goto("/inspections")
        expect(page.get_by_role("status")).to_have_text("3 parts")
    assert len(streams) == 1

    pages[0].close()
    plant.review(plant.newest(), Verdict.BAD)
    for page in pages[1:]:
        expect(page.locator("[data-row='0']")).to_contain_text("Bad", timeout=BACK_WITHIN_MS)
    assert len(streams) == 2


SKEWED = """
window.wrongBy = %d;
const now = Date.now.bind(Date);
window.Date = class extends Date {
  constructor(...parts) { if (parts.length === 0) super(now() + window.wrongBy); else super(...parts); }
  static now() { return now() + window.wrongBy; }
};
"""
DAY_MS = 24 * 3_600_000
RIGHT_AGE = re.compile(r"^last one [12] min")


@pytest.mark.parametrize("wrong_by_ms", [-DAY_MS, DAY_MS], ids=["a day behind", "a day ahead"])
def test_ages_are_right_in_a_browser_whose_clock_is_wrong(
    plant: Plant, context: BrowserContext, wrong_by_ms: int
) -> None:
    context.add_init_script(SKEWED % wrong_by_ms)
    page = context.new_page()
    page.goto("/live")
    age = page.get_by_text("last one")
    expect(age).to_have_text(RIGHT_AGE)

    page.evaluate("window.wrongBy = -window.wrongBy")  # somebody sets it, and not better
    set_at = page.evaluate("performance.now()")
    page.wait_for_function("at => performance.now() > at + 2100", arg=set_at)  # two turns of the page's clock

    expect(age).to_have_text(RIGHT_AGE)
    assert page.get_by_text("No contact with the server").count() == 0
