"""Kill points: a process dies exactly where a test armed it, once, and nowhere else."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from goodpart.base.killpoints import KillPoint

PROGRAM = """
from goodpart.base.killpoints import KillPoint, reached
for point in KillPoint:
    print(point, flush=True)
    reached(point)
print("alive", flush=True)
"""


def run(armed: str | None) -> "subprocess.CompletedProcess[str]":
    environment = dict(os.environ) if armed is None else {**os.environ, "GOODPART_KILL_AT": armed}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("point", [KillPoint.STATION_AFTER_GRAB, KillPoint.SUPERVISOR_WATCHING])
def test_a_process_dies_where_it_was_armed_and_only_once(point: KillPoint, tmp_path: Path) -> None:
    struck = tmp_path / "struck"
    first, second = run(f"{point}:{struck}"), run(f"{point}:{struck}")
    assert first.returncode == -signal.SIGKILL
    assert first.stdout.split()[-1] == point
    assert struck.exists()
    assert second.returncode == 0
    assert second.stdout.split()[-1] == "alive"


@pytest.mark.parametrize("armed", [None, ""])
def test_nothing_dies_unarmed(armed: str | None) -> None:
    assert run(armed).returncode == 0


def test_a_point_that_does_not_exist_is_said_at_the_start() -> None:
    ended = run("station.nowhere:/dev/null")
    assert ended.returncode == 1
    assert "station.nowhere" in ended.stderr
