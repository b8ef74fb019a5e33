"""The uplink as its supervisor starts it: killed at its worst moments, asked to stop, started twice."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goodpart.base.killpoints import KillPoint
from goodpart.base.processes import start_child, stop_children
from goodpart.gateway.folders import GatewayFolders, StationFolder
from goodpart.gateway.health.station_status import StationStatus, write_status
from goodpart.gateway.journal.journal import Journal
from goodpart.wire.reported import DeploymentStage
from goodpart.wire.verdicts import Verdict
from tests.fakes.desired import desired, recipe, station_spec
from tests.fakes.gateway_server import GatewayServer
from tests.fakes.journals import STATION, inspection
from tests.fakes.kept_images import record_part
from tests.fakes.waiting import eventually

START_S = 60.0


def start(folders: GatewayFolders, log: Path, **environment: str) -> "subprocess.Popen[bytes]":
    with log.open("ab") as out:
        return start_child(
            [sys.executable, "-m", "goodpart.gateway.uplink", "--data", str(folders.root)],
            environment={**os.environ, "GOODPART_GATEWAY_RETRY_LONGEST_S": "1", **environment},
            stderr=out,
        )


@asynccontextmanager
async def uplink(folders: GatewayFolders, **environment: str) -> AsyncIterator["subprocess.Popen[bytes]"]:
    child = start(folders, folders.root / "uplink.log", **environment)
    try:
        yield child
    finally:
        stop_children([child], grace_s=5.0)


@pytest.mark.parametrize("point", [KillPoint.UPLINK_BEFORE_SENDING, KillPoint.UPLINK_BEFORE_STORING_ACKNOWLEDGEMENT])
async def test_a_killed_uplink_loses_and_doubles_nothing(
    point: KillPoint, folders: GatewayFolders, station: StationFolder, journal: Journal, server: GatewayServer
) -> None:
    struck = folders.root / "struck"
    for sequence in range(1, 8):
        record_part(station, journal, sequence, Verdict.BAD)
    async with uplink(folders, GOODPART_KILL_AT=f"{point}:{struck}") as child:
        await eventually(lambda: child.poll() == -signal.SIGKILL, within_s=START_S)
    assert struck.exists()
    async with uplink(folders):
        await eventually(lambda: len(server.lines(STATION)) == 14 and len(server.images) == 7, within_s=START_S)
        journal.append(inspection(8))
        await eventually(lambda: len(server.lines(STATION)) == 15)
    assert len(server.branches(STATION)) == 1


@pytest.mark.alone
async def test_it_stops_in_time_also_while_the_server_is_away(
    folders: GatewayFolders, journal: Journal, server: GatewayServer
) -> None:
    async with uplink(folders) as child:
        await eventually(lambda: server.reports, within_s=START_S)
        server.down()
        journal.append(inspection(1))
        await eventually(lambda: "server_lost" in (folders.root / "uplink.log").read_text())
        child.terminate()
        started = time.monotonic()
        await eventually(lambda: child.poll() is not None, within_s=3.0)
        assert child.returncode == 0
        assert time.monotonic() - started < 3.0


async def test_a_lost_server_is_said_once_and_a_found_one_too(
    folders: GatewayFolders, journal: Journal, server: GatewayServer
) -> None:
    log = folders.root / "uplink.log"
    async with uplink(folders):
        await eventually(lambda: server.reports, within_s=START_S)
        server.down()
        for sequence in range(1, 6):
            journal.append(inspection(sequence))
        await eventually(lambda: "no connection" in log.read_text())
        server.up()
        await eventually(lambda: len(server.lines(STATION)) == 5, within_s=START_S)
        await eventually(lambda: "server_found_again" in log.read_text(), within_s=START_S)
    text = log.read_text()
    assert text.count("no connection") == 1
    assert text.count("server_found_again") == 1


async def test_a_second_uplink_of_the_same_folder_says_so_and_ends(
    folders: GatewayFolders, server: GatewayServer
) -> None:
    async with uplink(folders):
        await eventually(lambda: server.reports, within_s=START_S)
        second = start(folders, folders.root / "second.log")
        await eventually(lambda: second.poll() is not None, within_s=START_S)
        assert second.returncode == 2
        assert "already the uplink" in (folders.root / "second.log").read_text()


async def test_a_folder_that_is_not_enrolled_is_a_sentence(tmp_path: Path) -> None:
    folders = GatewayFolders.open(tmp_path / "fresh")
    child = start(folders, tmp_path / "log")
    await eventually(lambda: child.poll() is not None, within_s=START_S)
    assert child.returncode == 2
    assert "--join" in (tmp_path / "log").read_text()


async def test_a_desired_state_reaches_the_stations_and_the_report_follows(
    folders: GatewayFolders, server: GatewayServer
) -> None:
    async with uplink(folders):
        await eventually(lambda: server.reports, within_s=START_S)
        assert server.reports[0].stage is DeploymentStage.IDLE
        server.want(desired(1, station_spec()))
        await eventually(folders.active.exists)
        await eventually(lambda: "Waiting for 1 of 1" in server.reports[-1].detail)
        folder = folders.station(STATION)
        folder.root.mkdir()
        status = StationStatus(
            station=STATION, state="running", desired_revision=1, last_sequence=7, updated_at=datetime.now(UTC)
        )
        write_status(folder.status, status)
        await eventually(lambda: server.reports[-1].stage is DeploymentStage.ACTIVE)
        report = server.reports[-1]
        assert (report.active_revision, report.target_revision) == (1, 1)
        assert [(each.station, each.state, each.last_sequence) for each in report.stations] == [(STATION, "running", 7)]


async def test_a_package_that_is_no_package_is_downloaded_and_refused_by_its_proof(
    folders: GatewayFolders, server: GatewayServer
) -> None:
    content = b"not a package" * 1000
    sha256 = server.put_package(content)
    server.break_package_after = 5000
    async with uplink(folders):
        server.want(desired(1, station_spec(recipe(sha256, len(content)))))
        await eventually(lambda: server.reports and server.reports[-1].stage is DeploymentStage.REFUSED, within_s=60.0)
        assert sha256 in server.reports[-1].detail
        assert not folders.active.exists()
    assert ("GET", f"/gateway/v1/packages/{sha256}") in server.calls


async def test_an_uplink_whose_parent_is_killed_ends(folders: GatewayFolders, server: GatewayServer) -> None:
    program = (
        "import os, sys\n"
        "from goodpart.base.processes import start_child\n"
        f"child = start_child([sys.executable, '-m', 'goodpart.gateway.uplink', '--data', {str(folders.root)!r}],"
        " environment=os.environ)\n"
        "print(child.pid, flush=True)\n"
        "child.wait()\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    orphan = int(await parent.stdout.readline())
    await eventually(lambda: server.reports, within_s=START_S)
    parent.kill()
    await parent.wait()
    await eventually(lambda: not Path(f"/proc/{orphan}").exists() or is_zombie(orphan))


def is_zombie(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except FileNotFoundError:
        return True
