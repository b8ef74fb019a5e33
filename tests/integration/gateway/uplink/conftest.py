"""An enrolled gateway and the server that it is enrolled with, over real mutual TLS."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from goodpart.base.clock import SystemClock
from goodpart.gateway.enrollment.identity import Enrolled, read_enrolled
from goodpart.gateway.enrollment.join import join
from goodpart.gateway.folders import GatewayFolders, StationFolder
from goodpart.gateway.journal.journal import Journal
from goodpart.gateway.settings import GatewaySettings, read_settings
from goodpart.gateway.uplink.acknowledged import Acknowledgements
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.events import EventSender
from goodpart.gateway.uplink.images import ImageSender
from goodpart.gateway.uplink.link import Link
from tests.fakes.gateway_server import GatewayServer
from tests.fakes.journals import STATION, open_journal
from tests.fakes.loops import running


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GatewayServer]:
    folder = tmp_path / "server"
    folder.mkdir()
    with GatewayServer(folder) as running:
        yield running


@pytest.fixture
def folders(tmp_path: Path, server: GatewayServer) -> GatewayFolders:
    folders = GatewayFolders.open(tmp_path / "gateway")
    join(folders, server.url, str(server.new_code()))
    return folders


@pytest.fixture
def enrolled(folders: GatewayFolders) -> Enrolled:
    return read_enrolled(folders)


@pytest.fixture
def settings(folders: GatewayFolders) -> GatewaySettings:
    quick = {"retry_first_s": 0.02, "retry_longest_s": 1.0, "answer_timeout_s": 5.0, "desired_wait_s": 2.0}
    return read_settings(folders.root).model_copy(update=quick)


@pytest.fixture
def link(settings: GatewaySettings) -> Link:
    return Link(first_s=settings.retry_first_s, longest_s=0.1)


@pytest.fixture
async def client(enrolled: Enrolled, settings: GatewaySettings) -> AsyncIterator[ServerClient]:
    client = ServerClient(enrolled, settings, SystemClock())
    yield client
    await client.close()


@pytest.fixture
def station(folders: GatewayFolders) -> StationFolder:
    folder = folders.station(STATION)
    folder.root.mkdir()
    return folder


@pytest.fixture
def journal(station: StationFolder) -> Iterator[Journal]:
    journal = open_journal(station.root)
    yield journal
    journal.close()


@dataclass
class Senders:
    """The loops of one station, as one uplink process has them."""

    station: StationFolder
    client: ServerClient
    link: Link
    settings: GatewaySettings

    @asynccontextmanager
    async def running(self) -> AsyncIterator[tuple[EventSender, ImageSender]]:
        with Acknowledgements(self.station.uplink) as acknowledgements:
            events = EventSender(self.station, acknowledgements, self.client, self.link, self.settings)
            images = ImageSender(self.station, acknowledgements, events, self.client, self.link, asyncio.Semaphore(2))
            try:
                async with running(events.run(), images.run()):
                    yield events, images
            finally:
                events.close()
                images.close()


@pytest.fixture
def senders(station: StationFolder, client: ServerClient, link: Link, settings: GatewaySettings) -> Senders:
    return Senders(station, client, link, settings)
