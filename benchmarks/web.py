"""How fast the pages are for a person: chromium over loopback before a server with a hundred thousand inspections.

    python benchmarks/web.py --json web.json

Fills a fresh server, opens its pages in chromium, unthrottled, and prints one JSON object: what the first load
transfers and how long it takes, how long a change of page takes, and whether rows are missing while the list is
scrolled. Times are taken in the page. Nothing passes the line meanwhile.

Then parts pass, one a second, by a gateway with a real certificate: what the server takes of a core without and with
fifty stream clients, by turns, and how long after its own time a part is painted on the live page.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, sync_playwright
from sqlalchemy import insert

from goodpart.base.clock import SystemClock
from goodpart.server.compose import compose
from goodpart.server.gateways import service as gateways
from goodpart.server.inspections.tables import InspectionRow
from goodpart.server.kit.work import Work
from goodpart.server.pki.authority import Authority
from goodpart.server.places import service as places
from goodpart.server.places.model import PlaceKind
from goodpart.server.settings import Settings
from goodpart.wire.enrollment import TrustBundle
from goodpart.wire.events import Action, OutputOutcome, StationStarted
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict
from tests.fakes.inspected_plant import part
from tests.fakes.line_gateway import HandmadeJournal, joined

HEAD = {"X-Goodpart": "1"}
CHANGES = 15
FLING_ROWS_S = 100
"""As fast as a person flings a list."""
RUSH_ROWS_S = 1000
ROW_PX = 64
BATCH = 5000
COST_TURNS = 3
COST_TURN_S = 10
BEHIND_S = 30


def main() -> None:
    """Measure, print the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inspections", type=int, default=100_000, metavar="N")
    parser.add_argument("--clients", type=int, default=50, metavar="N", help="stream clients (50)")
    parser.add_argument("--live-only", action="store_true", help="leave out what is measured without parts passing")
    parser.add_argument("--json", type=Path, help="write the JSON here as well")
    wished = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no chromium on PATH: make test-deps.")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        asyncio.run(fill(data, wished.inspections))
        with serving(data) as (url, token, process), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=url)
            sign_in(context, token)
            result = {"inspections": wished.inspections, "cores": len(os.sched_getaffinity(0))}
            if not wished.live_only:
                result |= measured(context)
            with passing_line(context, data) as line:
                result["stream"] = stream_cost(context, line, process, wished.clients)
                result["tile_behind_part_ms"] = behind_the_part(context, line)
            browser.close()
    text = json.dumps(result, indent=1)
    if wished.json:
        wished.json.write_text(text + "\n")
    print(text)


def measured(context: BrowserContext) -> dict[str, Any]:
    return {
        "first_load": {path: first_load(context, path) for path in ("/overview", "/inspections")},
        "page_change_ms": page_changes(context),
        "scroll": {"fling": scroll(context, FLING_ROWS_S, 10), "rush": scroll(context, RUSH_ROWS_S, 600)},
        "server": server_times(context),
    }


async def fill(data: Path, count: int) -> None:
    """A plant with one station and ``count`` inspections, one a second up to now."""
    async with compose(Settings.read(data_dir=data, port=0, gateway_port=0), SystemClock(), with_jobs=False) as server:
        async with server.resources.database.work() as work:
            site = await places.create(work, PlaceKind.SITE, "Works", None, "Europe/Berlin")
            line = await places.create(work, PlaceKind.LINE, "Line 1", site.id)
            station = await places.create(work, PlaceKind.STATION, "Final check", line.id)
            gateway = await gateways.create(work, "Box 7", site.id)
        for first in range(0, count, BATCH):
            async with server.resources.database.work() as work:
                rows = [row(work, n, count, station.id, gateway.id) for n in range(first, min(first + BATCH, count))]
                await work.session.execute(insert(InspectionRow), rows)


def row(work: Work, number: int, count: int, station: str, gateway: str) -> dict[str, Any]:
    """Every twentieth part is bad."""
    bad = number % 20 == 0
    at = work.now - timedelta(seconds=count - number)
    return {
        "id": work.new_id(),
        "gateway": gateway,
        "station": station,
        "sequence": number + 1,
        "part_number": "WB-4010",
        "serial": f"WB-{number:09}",
        "verdict": Verdict.BAD if bad else Verdict.GOOD,
        "detail": "",
        "mode": Mode.PRODUCTION,
        "triggered_at": at,
        "received_at": at,
        "score": 2.5 if bad else 0.5,
        "good_below": 1.0,
        "bad_above": 2.0,
        "latency": [{"stage": "infer", "ms": 21.5}],
        "defects": [{"x": 9, "y": 9, "width": 40, "height": 30, "score": 2.5, "kind": "scratch"}] if bad else [],
        "recipe": "",
        "recipe_revision": 1,
        "package": "",
        "action": Action.REJECT if bad else Action.PASS,
        "suppressed": False,
        "outcome": OutputOutcome.CONFIRMED,
        "trigger_to_output_ms": 40.0,
        "reconciled": False,
        "ejected": bad,
    }


@contextmanager
def serving(data: Path) -> Iterator[tuple[str, str, int]]:
    """The address of a running server, the token of its first-run link, and its process."""
    command = [sys.executable, "-m", "goodpart", "server"]
    settings = {"GOODPART_DATA_DIR": str(data), "GOODPART_PORT": "0", "GOODPART_GATEWAY_PORT": "0"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **settings}
    ) as server:
        assert server.stdout is not None
        try:
            links = (re.search(r"(https?://\S+)/first-run#(\S+)", line) for line in server.stdout)
            link = next(found for found in links if found)
            yield link[1], link[2], server.pid
        finally:
            server.terminate()


def sign_in(context: BrowserContext, token: str) -> None:
    body = {"token": token, "name": "Ada", "password": "a good long password"}
    answer = context.request.post("/api/session/first-run", data=body, headers=HEAD)
    assert answer.ok, answer.text()


def first_load(context: BrowserContext, path: str) -> dict[str, float]:
    """Bytes as they come over the wire, without and with charts, and the time until the page can be used."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    names: dict[str, str] = {}
    sizes: dict[str, float] = {}
    wire.on("Network.responseReceived", lambda told: names.update({told["requestId"]: told["response"]["url"]}))
    wire.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(path)
    page.wait_for_selector("[role=row] a, article")
    interactive = float(page.evaluate("performance.now()"))
    page.wait_for_timeout(1500)
    loaded = {names.get(request, ""): size for request, size in sizes.items()}
    page.close()
    assets = {url: size for url, size in loaded.items() if "/assets/" in url or url.endswith(path)}
    charts = sum(size for url, size in assets.items() if "MinuteChart" in url)
    return {
        "interactive_ms": round(interactive),
        "kb": round(sum(assets.values()) / 1000 - charts / 1000, 1),
        "charts_kb": round(charts / 1000, 1),
    }


TIMED = """([key, ready]) => new Promise(resolve => {
  const titled = () => document.querySelector('h1')?.textContent;
  const before = titled();
  const started = performance.now();
  const look = () => {
    const now = titled();
    if (now && now !== before && new RegExp(ready).test(now)) resolve(performance.now() - started);
    else requestAnimationFrame(look);
  };
  window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  if (key === 'Enter') document.activeElement.click();
  look();
})"""


def page_changes(context: BrowserContext) -> dict[str, Any]:
    """From the key to the frame in which the new page has its title: to a part, to the next one, back to the list."""
    page = context.new_page()
    page.goto("/inspections")
    page.wait_for_selector("[role=row] a")
    times: dict[str, list[float]] = {"open": [], "neighbour": [], "back": []}
    for _ in range(CHANGES):
        page.keyboard.press("ArrowDown")
        times["open"].append(page.evaluate(TIMED, ["Enter", r"\d"]))
        page.wait_for_timeout(300)
        times["neighbour"].append(page.evaluate(TIMED, ["ArrowLeft", r"\d"]))
        page.wait_for_timeout(300)
        times["back"].append(page.evaluate(TIMED, ["Escape", r"^\D+$"]))
        page.wait_for_selector("[role=row] a")
    page.close()
    return {name: spread(found) for name, found in times.items()}


SCROLL = """([rowsPerSecond, rowPx, seconds]) => new Promise(resolve => {
  const list = document.querySelector('[role=rowgroup]');
  const box = list.getBoundingClientRect();
  const total = Number(document.querySelector('[role=table]').getAttribute('aria-rowcount')) - 1;
  const spots = [0.05, 0.35, 0.65, 0.95].map(part => box.top + part * box.height);
  let blankSince = null, longestBlank = 0, waitSince = null, longestWait = 0, frames = 0, longestFrame = 0;
  const started = performance.now();
  let last = started;
  const frame = now => {
    frames += 1;
    longestFrame = Math.max(longestFrame, now - last);
    const seen = spots.every(y => document.elementFromPoint(box.left + 200, y)?.closest('[data-row]'));
    if (seen) blankSince = null; else blankSince ??= now;
    if (blankSince !== null) longestBlank = Math.max(longestBlank, now - blankSince);
    const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 2;
    const rows = Math.round(list.scrollHeight / rowPx);
    const done = (atEnd && rows >= total) || now - started > seconds * 1000;
    if (atEnd && !done) waitSince ??= now; else waitSince = null;
    if (waitSince !== null) longestWait = Math.max(longestWait, now - waitSince);
    if (done) {
      const took = (now - started) / 1000;
      resolve({ rows: Math.round((list.scrollTop + list.clientHeight) / rowPx), of: total, seconds: took,
        longest_blank_ms: longestBlank, longest_wait_for_rows_ms: longestWait, longest_frame_ms: longestFrame,
        frames_per_s: frames / took, heap_mb: performance.memory.usedJSHeapSize / 1e6 });
      return;
    }
    list.scrollTop += rowsPerSecond * rowPx * Math.min(now - last, 100) / 1000;
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


def scroll(context: BrowserContext, rows_per_s: int, seconds: int) -> dict[str, float]:
    """What was missing while the list went by: frames with a place where no row is, and waits for rows to come."""
    page = context.new_page()
    page.set_default_timeout(seconds * 1000 + 30_000)
    page.goto("/inspections")
    page.wait_for_selector("[role=row] a")
    page.wait_for_selector("[role=status]:not(:empty)")
    found: dict[str, float] = page.evaluate(SCROLL, [rows_per_s, ROW_PX, seconds])
    page.close()
    return {name: round(figure, 1) for name, figure in found.items()}


def server_times(context: BrowserContext) -> dict[str, Any]:
    """What the server takes for the questions behind the pages, the answer included."""
    questions = {
        "list": "/api/inspections?limit=200",
        "find_serial": "/api/inspections?limit=200&find=WB-000012345",
        "bad_with_defect": "/api/inspections?limit=200&verdict=bad&defect=scratch",
        "counts": "/api/inspections/counts",
    }
    times = {name: [timed(context, path) for _ in range(5)] for name, path in questions.items()}
    return {
        **{f"{name}_ms": round(median(found)) for name, found in times.items()},
        "export_s": round(timed(context, "/api/inspections.csv") / 1000, 1),
    }


def timed(context: BrowserContext, path: str) -> float:
    started = time.perf_counter()
    answer = context.request.get(path, headers=HEAD, timeout=300_000)
    assert answer.ok, answer.text()
    return (time.perf_counter() - started) * 1000


class PassingLine(threading.Thread):
    """A line of its own, with a gateway that sends one part a second. ``sent`` are their sequences and times."""

    def __init__(self, url: str, bundle: TrustBundle, code: str, station: str, folder: Path) -> None:
        super().__init__(daemon=True)
        self.station = station
        self.sent: dict[int, float] = {}
        self._gateway = (url, bundle, code, folder)
        self._over = threading.Event()

    def run(self) -> None:
        asyncio.run(self._pass())

    def stop(self) -> None:
        self._over.set()
        self.join()

    async def _pass(self) -> None:
        url, bundle, code, folder = self._gateway
        journal = HandmadeJournal()
        async with joined(url, bundle, code, folder) as gateway:
            started = StationStarted(software="0.1.0", desired_revision=1, baseline_sequence=0)
            journal.append(started)
            await gateway.send(journal.batch(self.station))
            for sequence in range(1, 1_000_000):
                await asyncio.sleep(1 - time.time() % 1)
                if self._over.is_set():
                    return
                at = datetime.now(UTC)
                journal.wall = at
                self.sent[sequence] = at.timestamp()
                journal.append(part(sequence, at, inspection=f"live-{sequence:06}"))
                await gateway.send(journal.batch(self.station, first=len(journal.lines)))


@contextmanager
def passing_line(context: BrowserContext, data: Path) -> Iterator[PassingLine]:
    def post(path: str, body: dict[str, Any]) -> Any:
        answer = context.request.post(path, data=body, headers=HEAD)
        assert answer.ok, answer.text()
        return answer.json()

    site = context.request.get("/api/places").json()["items"][0]["id"]
    above = post("/api/places", {"kind": "line", "name": "Line 2", "parent": site})["id"]
    station = post("/api/places", {"kind": "station", "name": "Live check", "parent": above})["id"]
    gateway = post("/api/gateways", {"name": "Box 8", "site": site})["id"]
    driver = {"driver": "none"}
    wiring = {"camera": driver, "trigger": driver, "signals": driver, "output": driver}
    wired = context.request.put(f"/api/gateways/{gateway}/stations/{station}", data=wiring, headers=HEAD)
    assert wired.ok, wired.text()
    claim = post(f"/api/gateways/{gateway}/claim-codes", {})
    bundle = Authority(data / "pki", SystemClock().now()).bundle
    url = claim["command"].split()[3]
    line = PassingLine(url, bundle, claim["code"], station, data)
    line.start()
    try:
        yield line
    finally:
        line.stop()


async def read_streams(url: str, cookie: str, count: int, ready: threading.Event, over: threading.Event) -> int:
    """Bytes that ``count`` clients have read, each on a connection of its own."""
    head = f"GET /api/stream HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nCookie: {cookie}\r\n\r\n".encode()
    address = urlsplit(url)
    readers: list[asyncio.StreamReader] = []
    writers: list[asyncio.StreamWriter] = []
    for _ in range(count):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(head)
        await reader.readuntil(b"event: hello")
        readers.append(reader)
        writers.append(writer)
    ready.set()
    total = 0

    async def read(reader: asyncio.StreamReader) -> None:
        nonlocal total
        while data := await reader.read(65_536):
            total += len(data)

    tasks = [asyncio.create_task(read(reader)) for reader in readers]
    await asyncio.to_thread(over.wait)
    for task in tasks:
        task.cancel()
    for writer in writers:
        writer.transport.abort()
    return total


def stream_cost(context: BrowserContext, line: PassingLine, process: int, clients: int) -> dict[str, Any]:
    """Percent of a core, without and with the clients by turns, so that a change of the machine hits both alike."""
    url = context.request.get("/api/session").url.removesuffix("/api/session")
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
    shares: dict[int, list[float]] = {0: [], clients: []}
    read_bytes = 0
    while not line.sent:
        time.sleep(0.1)
    for turn in range(2 * COST_TURNS):
        count = clients if turn % 2 else 0
        ready, over = threading.Event(), threading.Event()
        with ThreadPoolExecutor(1) as thread:
            reading = thread.submit(asyncio.run, read_streams(url, cookie, count, ready, over))
            ready.wait(30)
            time.sleep(1)
            parts, cpu_s, started = len(line.sent), cpu_seconds(process), time.monotonic()
            time.sleep(COST_TURN_S)
            shares[count].append(100 * (cpu_seconds(process) - cpu_s) / (time.monotonic() - started))
            assert len(line.sent) - parts >= COST_TURN_S - 2, "parts do not pass once a second"
            over.set()
            read_bytes += reading.result()
    without, with_clients = median(shares[0]), median(shares[clients])
    return {
        "clients": clients,
        "without_percent_of_core": round(without, 1),
        "with_percent_of_core": round(with_clients, 1),
        "clients_cost_percent_of_core": round(with_clients - without, 1),
        "turns": {str(count): [round(share, 1) for share in found] for count, found in shares.items()},
        "read_mb": round(read_bytes / 1e6, 2),
    }


def cpu_seconds(process: int) -> float:
    """Of all threads, user and system (proc(5), fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


PAINTED = """() => {
  window.painted = {};
  const look = () => {
    for (const cell of document.querySelectorAll('[data-testid=verdict-strip] a')) {
      const sequence = /Part (\\d+):/.exec(cell.getAttribute('aria-label') ?? '')?.[1];
      if (sequence === undefined || sequence in window.painted) continue;
      window.painted[sequence] = null;
      requestAnimationFrame(() => requestAnimationFrame(() => { window.painted[sequence] = Date.now(); }));
    }
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def behind_the_part(context: BrowserContext, line: PassingLine) -> dict[str, Any]:
    """From the time in the part's own record to the frame after the one in which it is on the live page."""
    page = context.new_page()
    page.goto(f"/stations/{line.station}")
    page.wait_for_selector("[data-testid=verdict-strip] a")
    page.evaluate(PAINTED)
    first = max(line.sent) + 1
    page.wait_for_timeout(BEHIND_S * 1000)
    painted: dict[str, float | None] = page.evaluate("window.painted")
    page.close()
    seen = {int(number): at / 1000 for number, at in painted.items() if at is not None and int(number) >= first}
    due = [number for number in line.sent if first <= number < max(line.sent) - 1]
    assert all(number in seen for number in due), "a part was not painted"
    return {"parts": len(due), **spread([(seen[number] - line.sent[number]) * 1000 for number in due])}


def spread(times: list[float]) -> dict[str, int]:
    p95 = quantiles(times, n=20, method="inclusive")[-1]
    return {"p50": round(median(times)), "p95": round(p95), "max": round(max(times))}


if __name__ == "__main__":
    main()
