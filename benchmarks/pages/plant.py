"""The plant that the pages are measured with, and the server and the person before it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext
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
PART_NUMBERS = 500
BATCH = 5000


async def fill(data: Path, count: int) -> None:
    """A plant with one station, some part numbers, and ``count`` inspections, one a second up to now."""
    async with compose(Settings.read(data_dir=data, port=0, gateway_port=0), SystemClock(), with_jobs=False) as server:
        async with server.resources.database.work() as work:
            site = await places.create(work, PlaceKind.SITE, "Works", None, "Europe/Berlin")
            line = await places.create(work, PlaceKind.LINE, "Line 1", site.id)
            station = await places.create(work, PlaceKind.STATION, "Final check", line.id)
            gateway = await gateways.create(work, "Box 7", site.id)
            for number in range(PART_NUMBERS):
                await places.create_part_number(work, f"WB-{4000 + number}", f"Bracket {number}", 1000)
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
