"""A line on which a part passes every second, by a gateway with a real certificate."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext

from benchmarks.pages.plant import HEAD
from goodpart.base.clock import SystemClock
from goodpart.server.pki.authority import Authority
from goodpart.wire.enrollment import TrustBundle
from goodpart.wire.events import StationStarted
from tests.fakes.inspected_plant import part
from tests.fakes.line_gateway import HandmadeJournal, joined


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
