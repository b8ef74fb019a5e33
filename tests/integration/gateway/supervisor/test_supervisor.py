"""The supervisor keeps every station served by exactly one process, whatever is killed, and leaves no orphan."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from goodpart.base.killpoints import KillPoint
from goodpart.base.processes import start_child, stop_children
from goodpart.wire.verdicts import NoReadCause
from tests.fakes.eyes import picture
from tests.fakes.gateway_children import JournalContent
from tests.fakes.gateways import STATION, EnrolledGateway, recipe, station
from tests.fakes.http_camera import AimedCamera
from tests.fakes.lines import GOOD
from tests.fakes.plc import SteppedPlc
from tests.fakes.waiting import eventually

START_S = 60.0
"""For processes to start, one after the other."""


class Supervised:
    """A supervisor process and what it says; a PLC and a camera for its one station."""

    def __init__(self, gateway: EnrolledGateway, plc: SteppedPlc, camera: AimedCamera, log: Path) -> None:
        self.gateway = gateway
        self.plc = plc
        self.camera = camera
        self.journal = JournalContent(gateway.folders)
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, environment: dict[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "tests.fakes.supervisor_process", "--data", str(self.gateway.folders.root)]
        with self._log.open("ab") as log:
            self.process = start_child(command, environment={**os.environ, **(environment or {})}, stderr=log)

    def log(self) -> str:
        return self._log.read_text()

    def pids(self, child: str) -> list[int]:
        """Of every process that was started as ``child``, in order."""
        return [int(pid) for pid in re.findall(rf"event='child_started' child='{child}' pid=(\d+)", self.log())]

    async def inspecting(self) -> None:
        beats = self.plc.gateway_beats
        await eventually(lambda: self.plc.gateway_beats > beats, within_s=START_S, what=self.log())

    async def inspect(self) -> int:
        sequence = await self.plc.next_part()
        await eventually(lambda: sequence in self.plc.records.accepted, what=self.log())
        return sequence


def is_alive(pid: int) -> bool:
    """A zombie that nobody has waited for is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def run_gateway(data: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "goodpart", "gateway", "--data", str(data)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


@pytest.fixture
async def supervised(tmp_path: Path) -> AsyncIterator[Supervised]:
    gateway = EnrolledGateway(tmp_path / "gateway")
    async with SteppedPlc(first_sequence=10) as plc, AimedCamera(picture(GOOD)) as camera:
        gateway.activate(1, station(plc.endpoint, camera.url, recipe()))
        running = Supervised(gateway, plc, camera, tmp_path / "supervisor.log")
        yield running
        if running.process is not None:
            stop_children([running.process], grace_s=5)


async def test_a_killed_station_is_back_and_every_part_accounted_for(supervised: Supervised) -> None:
    supervised.start()
    await supervised.inspecting()
    await supervised.inspect()
    os.kill(supervised.pids(STATION)[0], signal.SIGKILL)
    await supervised.plc.next_part()
    await eventually(lambda: len(supervised.pids(STATION)) == 2, within_s=START_S, what=supervised.log())
    await supervised.inspecting()
    await supervised.inspect()
    await eventually(lambda: len(supervised.journal.outputs()) == 2)
    assert [(one.sequence, one.cause) for one in supervised.journal.inspections()] == [
        (11, None),
        (12, NoReadCause.GATEWAY_DOWN),
        (13, None),
    ]


async def test_a_killed_supervisor_takes_its_children_along_and_the_next_one_doubles_nothing(
    supervised: Supervised, tmp_path: Path
) -> None:
    supervised.start()
    await supervised.inspecting()
    await supervised.inspect()
    assert supervised.process is not None
    first = [*supervised.pids(STATION), *supervised.pids("uplink")]
    supervised.process.kill()
    supervised.process.wait()
    supervised.start()
    await eventually(lambda: not any(is_alive(pid) for pid in first))
    await supervised.plc.next_part()
    await supervised.inspecting()
    await supervised.inspect()
    await eventually(lambda: len(supervised.journal.outputs()) == 2)
    assert [(one.sequence, one.cause) for one in supervised.journal.inspections()] == [
        (11, None),
        (12, NoReadCause.GATEWAY_DOWN),
        (13, None),
    ]
    assert max(Counter(write.sequence for write in supervised.plc.records.writes).values()) == 1


async def test_a_supervisor_killed_while_it_watches_leaves_nothing_behind(
    supervised: Supervised, tmp_path: Path
) -> None:
    struck = tmp_path / "struck"
    supervised.start({"GOODPART_KILL_AT": f"{KillPoint.SUPERVISOR_WATCHING}:{struck}"})
    await eventually(lambda: supervised.process is not None and supervised.process.poll() is not None, within_s=START_S)
    assert struck.exists()
    assert supervised.process is not None
    assert supervised.process.returncode == -signal.SIGKILL
    supervised.start({"GOODPART_KILL_AT": f"{KillPoint.SUPERVISOR_WATCHING}:{struck}"})
    await supervised.inspecting()
    await supervised.inspect()


@pytest.mark.alone
async def test_told_to_stop_all_is_gone_within_three_seconds(supervised: Supervised) -> None:
    supervised.start()
    await supervised.inspecting()
    children = [*supervised.pids(STATION), *supervised.pids("uplink")]
    assert all(is_alive(pid) for pid in children)
    assert supervised.process is not None
    began = time.monotonic()
    supervised.process.terminate()
    await eventually(lambda: supervised.process is not None and supervised.process.poll() is not None)
    assert time.monotonic() - began < 3
    assert supervised.process.returncode == 0
    assert not any(is_alive(pid) for pid in children)


async def test_stations_come_and_go_with_the_active_state_and_a_new_wiring_is_a_new_process(
    supervised: Supervised,
) -> None:
    supervised.gateway.activate(1)
    supervised.start()
    await eventually(lambda: supervised.pids("uplink"), within_s=START_S, what=supervised.log())
    assert supervised.pids(STATION) == []
    supervised.gateway.activate(2, station(supervised.plc.endpoint, supervised.camera.url, recipe()))
    await supervised.inspecting()
    async with AimedCamera(picture(GOOD)) as other:
        supervised.gateway.activate(3, station(supervised.plc.endpoint, other.url, recipe()))
        await eventually(lambda: len(supervised.pids(STATION)) == 2, within_s=START_S, what=supervised.log())
        await supervised.inspecting()
        await supervised.inspect()
        assert other.grabs > 0
    last = supervised.pids(STATION)[-1]
    supervised.gateway.activate(4)
    await eventually(lambda: not is_alive(last))
    assert is_alive(supervised.pids("uplink")[0])


async def test_an_unacceptable_active_state_leaves_the_stations_at_work(supervised: Supervised) -> None:
    supervised.start()
    await supervised.inspecting()
    supervised.gateway.folders.active.write_bytes(b"{not json")
    await eventually(lambda: "active_state_refused" in supervised.log())
    await supervised.inspect()
    assert len(supervised.pids(STATION)) == 1


async def test_a_second_gateway_in_the_same_folder_is_refused_with_a_sentence(supervised: Supervised) -> None:
    supervised.start()
    await supervised.inspecting()
    second = await asyncio.to_thread(run_gateway, supervised.gateway.folders.root)
    assert second.returncode == 2
    assert "already" in second.stderr
    assert "another data folder" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_gateway_that_is_not_enrolled_says_how_to_enrol(tmp_path: Path) -> None:
    run = run_gateway(tmp_path / "new")
    assert run.returncode == 2
    assert "goodpart gateway --join URL --code CODE" in run.stderr
    assert "Traceback" not in run.stderr
