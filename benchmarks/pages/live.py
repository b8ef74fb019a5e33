"""What the stream costs the server, and how far the live page is behind the parts."""

import asyncio
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext

from benchmarks.pages.figures import spread
from benchmarks.pages.passing import PassingLine

COST_TURNS = 3
COST_TURN_S = 10
BEHIND_S = 30


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
