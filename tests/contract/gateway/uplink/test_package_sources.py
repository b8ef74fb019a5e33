"""Every source of packages keeps the promise of its port: from an offset on, or from the start, or a reason."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from goodpart.base.clock import SystemClock
from goodpart.gateway.deployment.download import Packages, PackageSource
from goodpart.gateway.enrollment.errors import ServerRefusedError, ServerUnreachableError
from goodpart.gateway.enrollment.join import join
from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.settings import read_settings
from goodpart.gateway.uplink.client import ServerClient
from tests.fakes.gateway_server import GatewayServer
from tests.fakes.shelf import ShelfSource

CONTENT = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Shelf:
    """A source and the hand that fills it."""

    source: PackageSource
    server: GatewayServer | None = None

    def put(self, content: bytes) -> str:
        if self.server is not None:
            return self.server.put_package(content)
        assert isinstance(self.source, ShelfSource)
        return self.source.put(content)[0]

    def break_off_after(self, size: int) -> None:
        if self.server is not None:
            self.server.break_package_after = size
        else:
            assert isinstance(self.source, ShelfSource)
            self.source.break_after = [size]

    def take_away(self) -> None:
        if self.server is not None:
            self.server.down()
        else:
            assert isinstance(self.source, ShelfSource)
            self.source.unreachable = True


@asynccontextmanager
async def on_server(folder: Path) -> AsyncIterator[Shelf]:
    (folder / "server").mkdir()
    with GatewayServer(folder / "server") as server:
        folders = GatewayFolders.open(folder / "gateway")
        enrolled = join(folders, server.url, str(server.new_code()))
        client = ServerClient(enrolled, read_settings(folders.root), SystemClock())
        yield Shelf(client, server)
        await client.close()


@asynccontextmanager
async def in_memory(folder: Path) -> AsyncIterator[Shelf]:
    yield Shelf(ShelfSource())


@pytest.fixture(params=[on_server, in_memory], ids=["server", "memory"])
async def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Shelf]:
    async with request.param(tmp_path) as shelf:
        yield shelf


async def read(source: PackageSource, sha256: str, offset: int) -> tuple[int, bytes]:
    async with source.open_package(sha256, offset) as stream:
        return stream.start, b"".join([chunk async for chunk in stream.chunks])


@pytest.mark.parametrize("offset", [0, 1, 100_000, len(CONTENT) - 1])
async def test_a_package_comes_from_where_it_is_asked_for(shelf: Shelf, offset: int) -> None:
    shelf.put(CONTENT)
    assert await read(shelf.source, SHA256, offset) == (offset, CONTENT[offset:])


async def test_what_is_not_there_is_refused(shelf: Shelf) -> None:
    with pytest.raises(ServerRefusedError) as caught:
        await read(shelf.source, "ab" * 32, 0)
    assert caught.value.status == 404
    assert caught.value.cause


async def test_a_source_that_is_away_is_unreachable_and_not_a_refusal(shelf: Shelf) -> None:
    shelf.put(CONTENT)
    shelf.take_away()
    with pytest.raises(ServerUnreachableError):
        await read(shelf.source, SHA256, 0)


async def test_a_connection_that_breaks_off_is_unreachable(shelf: Shelf) -> None:
    shelf.put(CONTENT)
    shelf.break_off_after(50_000)
    with pytest.raises(ServerUnreachableError):
        await read(shelf.source, SHA256, 0)


async def test_a_download_that_broke_off_ends_whole(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put(CONTENT)
    shelf.break_off_after(50_000)
    folders = GatewayFolders.open(tmp_path / "downloads")
    packages = Packages(folders, shelf.source, reserve_mb=0)
    with pytest.raises(ServerUnreachableError):
        await packages.fetch(SHA256, len(CONTENT))
    assert not await packages.is_here(SHA256)
    await packages.fetch(SHA256, len(CONTENT))
    assert await packages.is_here(SHA256)
    assert folders.package(SHA256).read_bytes() == CONTENT
