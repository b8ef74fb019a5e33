"""Hundreds of kills at random moments, of any process but the line: every part is accounted for, once."""

import json
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.plants import RestartingChildren, plant_in

KILLS = int(os.environ.get("SOAK_KILLS", "500"))
BETWEEN_KILLS_S = 1.5
CYCLE_MS = 250
PARTS_BETWEEN_COUNTS = 400


class KillingChildren(RestartingChildren):
    """Kills one of the plant's processes every second or two, as long as there are kills left."""

    def __init__(self, log_folder: Path, environment: dict[str, str]) -> None:
        super().__init__(log_folder, environment)
        self._data = str(log_folder.parent / "gateway")
        self._browser_port = json.loads((log_folder.parent / "demo.json").read_text())["browser_port"]
        self._random = random.Random(20261123)
        self._next = 0.0
        self.left = 0
        self.kills: Counter[str] = Counter()

    def check(self) -> None:
        super().check()
        if self.left and time.monotonic() >= self._next:
            kind = self._random.choice(["server", "supervisor", "station", "uplink"])
            if self._kill(kind):  # what is just being restarted is killed at a later look
                self.kills[kind] += 1
                self.left -= 1
                self._next = time.monotonic() + self._random.uniform(0.3, 2 * BETWEEN_KILLS_S - 0.3)

    def _kill(self, kind: str) -> bool:
        if kind == "supervisor":
            self.running["gateway"].kill()
            return True
        if kind == "server":
            if not self._server_listens():
                return False
            self.running[kind].kill()
            return True
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().decode()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if self._data in command and f"goodpart.gateway.{kind}" in command:
                os.kill(int(process.name), signal.SIGKILL)
                return True
        return False

    def _server_listens(self) -> bool:
        """A server that is killed before it ever listens, again and again, proves nothing but that it was killed."""
        try:
            socket.create_connection(("127.0.0.1", self._browser_port), timeout=1).close()
        except OSError:
            return False
        return True


@pytest.mark.timeout(3600)
def test_random_kills_lose_no_part_and_repeat_no_output(taught_plant: Path) -> None:
    with plant_in(taught_plant, KillingChildren, cycle_ms=CYCLE_MS) as plant:
        children = plant.children
        assert isinstance(children, KillingChildren)
        plant.start()
        children.left = KILLS
        while children.left:
            figures = plant.run_parts(PARTS_BETWEEN_COUNTS)
            sys.stdout.write(f"{children.kills.total()} kills ({dict(children.kills)}): {figures}\n")
            assert figures.agrees, (figures, children.kills)
    assert children.kills.total() == KILLS
