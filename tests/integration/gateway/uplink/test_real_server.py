"""The uplink's process against the server's process: whatever is killed, the server's record is the journal's."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from goodpart.base.clock import SystemClock
from goodpart.base.killpoints import KillPoint
from goodpart.base.ports import free_ports
from goodpart.base.processes import start_child, stop_children
from goodpart.demo.client import ApiClient
from goodpart.demo.plant import LineAddresses, set_up, wire_station
from goodpart.gateway.deployment.active import read_active
from goodpart.gateway.enrollment.errors import ServerRefusedError, ServerUnreachableError
from goodpart.gateway.enrollment.identity import read_enrolled
from goodpart.gateway.enrollment.join import join
from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.health.station_status import StationStatus, write_status
from goodpart.gateway.journal.journal import Journal
from goodpart.gateway.journal.reserve import Reserve
from goodpart.gateway.settings import read_settings
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.link import Link
from goodpart.gateway.uplink.renewals import Renewer
from goodpart.wire.events import ImagesKept, InspectionRecorded, OutputPlan, StationStarted
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict
from tests.fakes.kept_images import keep_image
from tests.fakes.waiting import eventually

START_S = 60.0


class RealServer:
    """``goodpart server`` in a process of its own; `new_gateway` gives each test a gateway with one wired station."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.child: subprocess.Popen[bytes] | None = None
        ports = zip(("GOODPART_PORT", "GOODPART_GATEWAY_PORT"), map(str, free_ports(2)), strict=True)
        self.ports = dict(ports)  # the same after every start
        self.ready: dict[str, str] = {}
        self.start()
        self.api = ApiClient(self.ready["url"], name="server", on_unreachable=lambda: None)
        token = self.ready["first_run_url"].partition("#")[2]
        self.api.post("/api/session/first-run", {"token": token, "name": "Ada", "password": "a good long password"})
        self.site = set_up(self.api, ["A-100"], ideal_cycle_ms=1000)
        self.plant = self.site

    def new_gateway(self) -> None:
        """Another gateway and another station on the line, wired; what follows is about these."""
        made = len(list(self.api.items("/api/gateways")))
        gateway = self.api.post("/api/gateways", {"name": f"gateway of test {made}", "site": self.site.site})
        station = self.api.post(
            "/api/places", {"kind": "station", "name": f"station of test {made}", "parent": self.site.line}
        )
        self.plant = replace(self.site, gateway=gateway["id"], station=station["id"])
        addresses = LineAddresses(plc_url="opc.tcp://127.0.0.1:1/line", camera_url="http://127.0.0.1:1/frame")
        wire_station(self.api, self.plant, addresses)

    def start(self, **environment: str) -> None:
        self.end()
        with (self.folder / "server.log").open("ab") as log:
            self.child = start_child(
                [sys.executable, "-m", "goodpart", "server", "--json"],
                environment={
                    **os.environ,
                    "GOODPART_DATA_DIR": str(self.folder / "data"),
                    **self.ports,
                    **environment,
                },
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        assert line, (self.folder / "server.log").read_text()
        self.ready = json.loads(line)

    def end(self) -> None:
        if self.child is not None and self.child.stdout is not None:
            stop_children([self.child], grace_s=10)
            self.child.stdout.close()

    def is_dead(self) -> bool:
        return self.child is not None and self.child.poll() is not None

    def claim(self) -> str:
        return str(self.api.post(f"/api/gateways/{self.plant.gateway}/claim-codes")["code"])

    def counts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.api.get("/api/inspections/counts", station=self.plant.station)
        return found

    def images_of(self, sequence: int) -> list[bool]:
        """Whether each image of a part can be had."""
        found = self.api.get("/api/inspections", station=self.plant.station, sequence=sequence)["items"]
        return [image["available"] for each in found for image in each["images"]]

    def alarms(self) -> list[dict[str, Any]]:
        """Open alarms of this test's station."""
        return [each for each in self.api.items("/api/alarms", state="open") if self.plant.station in each["subject"]]

    def gateway(self) -> dict[str, Any]:
        found: dict[str, Any] = self.api.get(f"/api/gateways/{self.plant.gateway}")
        return found


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    server = RealServer(tmp_path_factory.mktemp("server"))
    with server.api:
        yield server
    server.end()


@pytest.fixture
def real(started: RealServer) -> RealServer:
    started.new_gateway()
    return started


@pytest.fixture
def gateway(real: RealServer, tmp_path: Path) -> GatewayFolders:
    folders = GatewayFolders.open(tmp_path / "gateway")
    join(folders, real.ready["gateway_url"], real.claim())
    return folders


@pytest.fixture
def station(gateway: GatewayFolders, real: RealServer) -> Iterator[Journal]:
    folder = gateway.station(real.plant.station)
    folder.root.mkdir()
    journal = Journal.open(
        folder.journal,
        station=real.plant.station,
        clock=SystemClock(),
        boot="boot-1",
        synchronised=lambda: True,
        reserve=Reserve(folder.root / "journal.reserve", 65536),
    )
    journal.append(StationStarted(software="0.1.0", desired_revision=1, baseline_sequence=0))
    yield journal
    journal.close()


def inspection_id(journal: Journal, sequence: int) -> str:
    return f"{journal.epoch[:-6]}{sequence:06d}"


def record(journal: Journal, first: int, last: int) -> None:
    for sequence in range(first, last + 1):
        journal.append(
            InspectionRecorded(
                inspection=inspection_id(journal, sequence),
                sequence=sequence,
                part_number="A-100",
                verdict=Verdict.BAD if sequence % 5 == 0 else Verdict.GOOD,
                mode=Mode.OBSERVE,
                triggered_at=datetime.now(UTC),
                score=0.5,
                output=OutputPlan(action="reject", suppressed=True),  # type: ignore[arg-type]
            )
        )


def start_uplink(folders: GatewayFolders, **environment: str) -> "subprocess.Popen[bytes]":
    with (folders.root / "uplink.log").open("ab") as log:
        return start_child(
            [sys.executable, "-m", "goodpart.gateway.uplink", "--data", str(folders.root)],
            environment={**os.environ, "GOODPART_GATEWAY_RETRY_LONGEST_S": "1", **environment},
            stderr=log,
        )


@pytest.fixture
def uplinks(gateway: GatewayFolders) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(**environment: str) -> "subprocess.Popen[bytes]":
        started.append(start_uplink(gateway, **environment))
        return started[-1]

    yield start
    stop_children(started, grace_s=5)


async def test_parts_images_and_desired_states_cross_the_line(
    real: RealServer,
    gateway: GatewayFolders,
    station: Journal,
    uplinks: Callable[..., "subprocess.Popen[bytes]"],
) -> None:
    record(station, 1, 20)
    folder = gateway.station(real.plant.station)
    image = keep_image(folder, b"a picture of part 5" * 100)
    station.append(ImagesKept(inspection=inspection_id(station, 5), images=(image,)))
    uplinks()
    await eventually(lambda: real.counts()["parts"] == 20, within_s=START_S)
    assert (real.counts()["good"], real.counts()["bad"]) == (16, 4)
    await eventually(lambda: real.images_of(5) == [True])
    assert real.api.download(f"/api/images/{image.sha256}").content == b"a picture of part 5" * 100
    await eventually(lambda: real.gateway()["online"])

    rollout = real.api.post("/api/rollouts", {"gateways": [real.plant.gateway], "note": "first"})
    await eventually(gateway.active.exists, within_s=START_S)
    active = read_active(gateway)
    assert active is not None
    assert [each.station for each in active.stations] == [real.plant.station]
    running = StationStatus(
        station=real.plant.station,
        state="running",
        desired_revision=active.revision,
        updated_at=datetime.now(UTC),
    )
    write_status(folder.status, running)
    await eventually(lambda: real.api.get(f"/api/rollouts/{rollout['id']}")["state"] == "succeeded", within_s=START_S)
    assert real.gateway()["reported"]["active_revision"] == active.revision


@pytest.mark.parametrize("point", [KillPoint.SERVER_BEFORE_COMMIT, KillPoint.SERVER_AFTER_COMMIT])
async def test_a_server_killed_at_its_commit_has_every_part_once(
    point: KillPoint,
    real: RealServer,
    station: Journal,
    uplinks: Callable[..., "subprocess.Popen[bytes]"],
) -> None:
    struck = real.folder / point
    real.start(GOODPART_KILL_AT=f"{point}:{struck}")
    record(station, 1, 30)
    uplinks(GOODPART_GATEWAY_BATCH_EVENTS="10")
    await eventually(real.is_dead, within_s=START_S)
    assert struck.exists()
    real.start()
    await eventually(lambda: real.counts()["parts"] == 30, within_s=START_S)
    record(station, 31, 33)
    await eventually(lambda: real.counts()["parts"] == 33)
    assert real.counts()["last_sequence"] == 33
    assert real.alarms() == []


@pytest.mark.parametrize("point", [KillPoint.UPLINK_BEFORE_SENDING, KillPoint.UPLINK_BEFORE_STORING_ACKNOWLEDGEMENT])
async def test_an_uplink_killed_at_its_sending_loses_no_part_and_doubles_none(
    point: KillPoint,
    real: RealServer,
    gateway: GatewayFolders,
    station: Journal,
    uplinks: Callable[..., "subprocess.Popen[bytes]"],
) -> None:
    record(station, 1, 30)
    struck = gateway.root / "struck"
    killed = uplinks(GOODPART_KILL_AT=f"{point}:{struck}", GOODPART_GATEWAY_BATCH_EVENTS="10")
    await eventually(lambda: killed.poll() is not None, within_s=START_S)
    assert struck.exists()
    uplinks()
    await eventually(lambda: real.counts()["parts"] == 30, within_s=START_S)
    assert real.alarms() == []


async def test_lost_acknowledgements_are_resent_and_nothing_is_doubled(
    real: RealServer,
    gateway: GatewayFolders,
    station: Journal,
    uplinks: Callable[..., "subprocess.Popen[bytes]"],
) -> None:
    record(station, 1, 30)
    first = uplinks()
    await eventually(lambda: real.counts()["parts"] == 30, within_s=START_S)
    stop_children([first], grace_s=5)
    gateway.station(real.plant.station).uplink.unlink()
    record(station, 31, 40)
    uplinks()
    await eventually(lambda: real.counts()["parts"] == 40, within_s=START_S)
    assert real.counts()["good"] == 32
    assert real.alarms() == []


async def test_a_certificate_is_renewed_and_the_new_one_works(real: RealServer, gateway: GatewayFolders) -> None:
    settings, clock = read_settings(gateway.root), SystemClock()
    before = read_enrolled(gateway)
    client = ServerClient(before, settings, clock)
    renewer = Renewer(gateway, before, client, Link(first_s=0.1, longest_s=1), clock)
    waiting = asyncio.create_task(client.desired(0, wait_s=1.0))
    await renewer.renew()
    assert (await waiting).document is None  # a call under way ends as it began
    after = read_enrolled(gateway)
    assert after.certificate == renewer.enrolled.certificate != before.certificate
    assert not (await client.desired(0, wait_s=0)).document
    await client.close()


async def test_a_revoked_gateway_is_refused_in_words(real: RealServer, gateway: GatewayFolders) -> None:
    client = ServerClient(read_enrolled(gateway), read_settings(gateway.root), SystemClock())
    await client.desired(0, wait_s=0)
    real.api.post(f"/api/gateways/{real.plant.gateway}/revoke", {"reason": "Stolen."})
    with suppress(ServerUnreachableError, ServerRefusedError):  # the revocation closes the connection that is open
        await client.desired(0, wait_s=0)
    with pytest.raises(ServerRefusedError) as caught:
        await client.desired(0, wait_s=0)
    assert caught.value.status == 403
    assert caught.value.remedy
    await client.close()


async def test_a_used_code_is_refused_by_the_real_server_too(real: RealServer, tmp_path: Path) -> None:
    code = real.claim()
    join(GatewayFolders.open(tmp_path / "one"), real.ready["gateway_url"], code)
    with pytest.raises(ServerRefusedError) as caught:
        join(GatewayFolders.open(tmp_path / "two"), real.ready["gateway_url"], code)
    assert caught.value.reason == "claim_code_used"
