"""What the server is told of a gateway: at once where it matters, and never older than it seems."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from goodpart.gateway.deployment.model import Deployment
from goodpart.gateway.folders import GatewayFolders, StationFolder
from goodpart.gateway.health.station_status import StationStatus, write_status
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.link import Link
from goodpart.gateway.uplink.reports import Reporter, Sent, StationWatch
from goodpart.wire.events import ClockQuality
from goodpart.wire.modes import Mode
from goodpart.wire.reported import DeploymentStage
from tests.fakes.clocks import SteppingClock
from tests.fakes.gateway_server import GatewayServer
from tests.fakes.journals import STATION
from tests.fakes.loops import running
from tests.fakes.waiting import eventually

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)


def status(**changes: object) -> StationStatus:
    named: dict[str, object] = {
        "station": STATION,
        "state": "running",
        "mode": Mode.OBSERVE,
        "desired_revision": 3,
        "epoch": "e1",
        "journal_number": 12,
        "images_waiting": 2,
        "last_sequence": 9,
        "updated_at": NOW,
    }
    return StationStatus(**{**named, **changes})  # type: ignore[arg-type]


class Told:
    """A reporter whose surroundings a test changes."""

    def __init__(self, folders: GatewayFolders, client: ServerClient, link: Link, every_s: float = 60.0) -> None:
        self.clock = SteppingClock(NOW)
        self.deployment = Deployment(stage=DeploymentStage.ACTIVE, revision=3, active_revision=3)
        self.sent: Mapping[str, Sent] = {STATION: Sent(images_waiting=5, epoch="e1", acknowledged=4)}
        self.synchronised = True
        self.reporter = Reporter(
            folders,
            client,
            link,
            self.clock,
            every_s=every_s,
            boot="boot-1",
            deployment=lambda: self.deployment,
            stations=lambda: self.sent,
            synchronised=lambda: self.synchronised,
        )


@pytest.fixture
def told(folders: GatewayFolders, client: ServerClient, link: Link) -> Told:
    return Told(folders, client, link)


def test_a_report_says_what_runs_and_how_it_is(told: Told, station: StationFolder) -> None:
    write_status(station.status, status())
    report = told.reporter.compose()
    assert (report.active_revision, report.target_revision, report.stage) == (3, 3, DeploymentStage.ACTIVE)
    assert (report.boot, report.reported_at, report.clock) == ("boot-1", NOW, ClockQuality.SYNCHRONISED)
    assert 0 < report.disk_free_mb <= report.disk_total_mb
    (found,) = report.stations
    assert (found.station, found.state, found.mode, found.epoch) == (STATION, "running", Mode.OBSERVE, "e1")
    assert (found.journal_number, found.last_sequence, found.images_waiting) == (12, 9, 7)
    assert (found.revision, found.events_waiting) == (3, 8)


@pytest.mark.parametrize(
    ("sent", "waiting"),
    [
        (Sent(), 12),
        (Sent(epoch="e1", acknowledged=12), 0),
        (Sent(epoch="e1", acknowledged=13), 0),  # the station's own word is half a second old
        (Sent(epoch="e0", acknowledged=400), 12),  # of a journal that was replaced
    ],
    ids=["nothing sent", "all sent", "sent since", "another journal"],
)
def test_what_the_server_is_not_known_to_have_is_waiting(sent: Sent, waiting: int) -> None:
    assert sent.events_waiting("e1", 12) == waiting


def test_a_station_that_has_gone_silent_is_down_whatever_it_said_last(told: Told, station: StationFolder) -> None:
    write_status(station.status, status())
    told.clock.advance(11)
    (found,) = told.reporter.compose().stations
    assert found.state == "down"
    assert "2026-11-02 06:00:00" in found.detail
    assert found.last_sequence == 9


@pytest.mark.parametrize("content", [None, b"", b'{"station":'])
def test_a_station_that_never_spoke_or_was_cut_short_is_starting(
    told: Told, station: StationFolder, content: bytes | None
) -> None:
    if content is not None:
        station.status.write_bytes(content)
    (found,) = told.reporter.compose().stations
    assert found.state == "starting"


def test_a_clock_that_cannot_be_right_is_said(told: Told) -> None:
    told.clock.set_wall(datetime(1970, 1, 1, tzinfo=UTC))
    assert told.reporter.compose().clock == ClockQuality.IMPLAUSIBLE
    told.clock.set_wall(NOW)
    told.synchronised = False
    assert told.reporter.compose().clock == ClockQuality.UNSYNCHRONISED


def test_only_stations_that_are_alive_count_as_running(folders: GatewayFolders, station: StationFolder) -> None:
    clock = SteppingClock(NOW)
    watch = StationWatch(folders, clock)
    write_status(station.status, status(detail="The camera does not answer."))
    assert watch.running() == {STATION: 3}
    assert watch.complaints() == {STATION: "The camera does not answer."}
    clock.advance(timedelta(minutes=1).total_seconds())
    assert watch.running() == {}


async def test_a_change_is_reported_at_once_and_a_count_is_not(
    told: Told, station: StationFolder, server: GatewayServer
) -> None:
    write_status(station.status, status())
    async with running(told.reporter.run()):
        await eventually(lambda: len(server.reports) == 1)
        told.deployment = Deployment(stage=DeploymentStage.RECEIVED, revision=4, active_revision=3)
        told.reporter.changed()
        await eventually(lambda: len(server.reports) == 2)
        write_status(station.status, status(state="degraded", detail="The camera does not answer."))
        await eventually(lambda: len(server.reports) == 3)
        write_status(station.status, status(state="degraded", detail="The camera does not answer.", last_sequence=10))
        told.reporter.changed()
        await eventually(lambda: len(server.reports) == 4)
    assert [each.stage for each in server.reports] == ["active", "received", "received", "received"]
    assert server.reports[2].stations[0].detail == "The camera does not answer."
    assert server.reports[3].stations[0].last_sequence == 10


async def test_a_report_is_repeated_while_nothing_changes(
    folders: GatewayFolders, client: ServerClient, link: Link, server: GatewayServer
) -> None:
    told = Told(folders, client, link, every_s=0.6)
    async with running(told.reporter.run()):
        await eventually(lambda: len(server.reports) >= 3)


async def test_a_report_that_could_not_be_given_is_given_later(
    told: Told, server: GatewayServer, station: StationFolder
) -> None:
    server.down()
    async with running(told.reporter.run()):
        told.deployment = Deployment(stage=DeploymentStage.ACTIVE, revision=4, active_revision=4)
        server.up()
        await eventually(lambda: server.reports and server.reports[-1].active_revision == 4)
