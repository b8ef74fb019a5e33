"""How fast the pages are for a person: chromium over loopback before a server with a hundred thousand inspections.

    python benchmarks/web.py --json web.json

Fills a fresh server, opens its pages in chromium, unthrottled, and prints one JSON object: what the first load
transfers and how long it takes, how long a change of page takes, and whether rows are missing while the list is
scrolled. Times are taken in the page. Nothing passes the line meanwhile.
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
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright
from sqlalchemy import insert

from goodpart.base.clock import SystemClock
from goodpart.server.compose import compose
from goodpart.server.gateways import service as gateways
from goodpart.server.inspections.tables import InspectionRow
from goodpart.server.kit.work import Work
from goodpart.server.places import service as places
from goodpart.server.places.model import PlaceKind
from goodpart.server.settings import Settings
from goodpart.wire.events import Action, OutputOutcome
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict

HEAD = {"X-Goodpart": "1"}
CHANGES = 15
FLING_ROWS_S = 100
"""As fast as a person flings a list."""
RUSH_ROWS_S = 1000
ROW_PX = 64
BATCH = 5000


def main() -> None:
    """Measure, print the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inspections", type=int, default=100_000, metavar="N")
    parser.add_argument("--json", type=Path, help="write the JSON here as well")
    wished = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no chromium on PATH: make test-deps.")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        asyncio.run(fill(data, wished.inspections))
        with serving(data) as (url, token), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=url)
            sign_in(context, token)
            result = {"inspections": wished.inspections, "cores": len(os.sched_getaffinity(0)), **measured(context)}
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
def serving(data: Path) -> Iterator[tuple[str, str]]:
    """The address of a running server, and the token of its first-run link."""
    command = [sys.executable, "-m", "goodpart", "server"]
    settings = {"GOODPART_DATA_DIR": str(data), "GOODPART_PORT": "0", "GOODPART_GATEWAY_PORT": "0"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **settings}
    ) as server:
        assert server.stdout is not None
        try:
            links = (re.search(r"(https?://\S+)/first-run#(\S+)", line) for line in server.stdout)
            link = next(found for found in links if found)
            yield link[1], link[2]
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


def spread(times: list[float]) -> dict[str, int]:
    p95 = quantiles(times, n=20, method="inclusive")[-1]
    return {"p50": round(median(times)), "p95": round(p95), "max": round(max(times))}


if __name__ == "__main__":
    main()
