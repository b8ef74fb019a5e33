"""While the server says that somebody looks, a station's previews go up; records go their own way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import msgspec
import pytest

from goodpart.base.clock import SystemClock
from goodpart.gateway.folders import GatewayFolders, StationFolder
from goodpart.gateway.health.boot import read_boot_id
from goodpart.gateway.journal.journal import Journal
from goodpart.gateway.previews.mailbox import PreviewMailbox
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.commands import CommandFollower
from goodpart.gateway.uplink.link import Link
from goodpart.wire.commands import WatchStation
from tests.fakes.gateway_server import GatewayServer, RefusedError
from tests.fakes.journals import STATION, inspection
from tests.fakes.loops import running
from tests.fakes.previews import preview_of
from tests.fakes.waiting import eventually
from tests.integration.gateway.uplink.conftest import Senders

CONTENT = msgspec.json.encode(preview_of(1))


@pytest.fixture
def mailbox(station: StationFolder) -> PreviewMailbox:
    """As the station's process uses it."""
    return PreviewMailbox(station, SystemClock(), boot=read_boot_id())


@pytest.fixture
def follower(folders: GatewayFolders, client: ServerClient, link: Link) -> CommandFollower:
    return CommandFollower(folders, client, link, SystemClock(), wait_s=20)


@asynccontextmanager
async def asking(follower: CommandFollower, server: GatewayServer) -> AsyncIterator[None]:
    async with running(follower.run()):
        await eventually(lambda: ("GET", "/gateway/v1/commands") in server.calls)
        yield


async def test_a_preview_goes_up_as_long_as_somebody_looks(
    follower: CommandFollower, server: GatewayServer, mailbox: PreviewMailbox
) -> None:
    mailbox.put(b"left over from an earlier time")
    async with asking(follower, server):
        server.watch(WatchStation(station=STATION, lease_s=20))
        await eventually(mailbox.is_leased)
        mailbox.put(CONTENT)
        await eventually(lambda: server.previews == [(STATION, CONTENT)])


async def test_a_lease_ends_although_nobody_says_so(
    follower: CommandFollower, server: GatewayServer, mailbox: PreviewMailbox, link: Link
) -> None:
    async with asking(follower, server):
        server.watch(WatchStation(station=STATION, lease_s=1.0))
        await eventually(mailbox.is_leased)
        server.down()
        await eventually(lambda: not mailbox.is_leased())
        server.up()
        await eventually(lambda: link.is_up)
        mailbox.put(CONTENT)
        server.watch(WatchStation(station=STATION, lease_s=20))
        await eventually(mailbox.is_leased)
        mailbox.put(CONTENT + b" ")
        await eventually(lambda: server.previews == [(STATION, CONTENT + b" ")])


async def test_a_server_that_knows_no_commands_is_no_server_that_is_lost(
    follower: CommandFollower, server: GatewayServer, link: Link
) -> None:
    server.fault = lambda _method, path: RefusedError(404, "not_found") if path.endswith("/commands") else None
    async with asking(follower, server):
        assert link.is_up
    assert server.calls.count(("GET", "/gateway/v1/commands")) == 1


async def test_only_stations_of_this_gateway_are_watched(
    follower: CommandFollower, server: GatewayServer, mailbox: PreviewMailbox, folders: GatewayFolders
) -> None:
    async with asking(follower, server):
        server.watch(
            WatchStation(station="../../identity", lease_s=20),
            WatchStation(station="not-rolled-out", lease_s=20),
            WatchStation(station=STATION, lease_s=20),
        )
        await eventually(mailbox.is_leased)
    assert [folder.station for folder in folders.stations_on_disk()] == [STATION]
    assert not list(folders.identity_folder.glob("*preview*"))


async def test_records_go_up_while_no_preview_gets_through(
    follower: CommandFollower, server: GatewayServer, mailbox: PreviewMailbox, senders: Senders, journal: Journal
) -> None:
    server.fault = lambda _method, path: RefusedError(503, "busy") if "/previews/" in path else None
    async with asking(follower, server), senders.running():
        server.watch(WatchStation(station=STATION, lease_s=20))
        await eventually(mailbox.is_leased)
        mailbox.put(CONTENT)
        await eventually(lambda: ("PUT", f"/gateway/v1/previews/{STATION}") in server.calls)
        journal.append(inspection(1), inspection(2))
        await eventually(lambda: len(server.lines(STATION)) == 2)
    assert server.previews == []


async def test_a_killed_uplink_begins_anew_and_loses_nothing_of_the_records(
    folders: GatewayFolders,
    client: ServerClient,
    link: Link,
    server: GatewayServer,
    mailbox: PreviewMailbox,
    senders: Senders,
    journal: Journal,
) -> None:
    def shown(count: int) -> bool:
        mailbox.put(CONTENT)  # the station goes on; what it made before the kill is passed over
        return len(server.previews) >= count

    server.watch(WatchStation(station=STATION, lease_s=20))
    for number in (1, 2, 3):
        follower = CommandFollower(folders, client, link, SystemClock(), wait_s=20)
        async with running(follower.run()), senders.running():
            await eventually(mailbox.is_leased)
            journal.append(inspection(number))
            await eventually(partial(shown, number))
    async with senders.running():
        await eventually(lambda: len(server.lines(STATION)) == 3)
