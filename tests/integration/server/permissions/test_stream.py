"""The live stream of a person carries what happens where that person sees things."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from goodpart.server.compose import Server
from goodpart.server.kit.roles import Grant, Role
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.stream import Watcher
from goodpart.server.kit.work import Database
from goodpart.server.places import service as places
from goodpart.server.places.model import PlaceKind
from goodpart.web.cookies import Credential
from tests.fakes.clocks import SteppingClock
from tests.integration.server.permissions.site import add_person


@pytest.fixture
async def sites(server: Server) -> tuple[str, str]:
    async with server.resources.database.work() as work:
        ulm = await places.create(work, PlaceKind.SITE, "Ulm", None)
        linz = await places.create(work, PlaceKind.SITE, "Linz", None)
    return ulm.id, linz.id


async def tell(database: Database, signals: list[Signal]) -> None:
    async with database.work() as work:
        for signal in signals:
            work.after_commit(signal)


async def take(frames: AsyncIterator[bytes], count: int) -> list[str]:
    """The next ``count`` frames; several may come at once."""
    received: list[str] = []
    while len(received) < count:
        received += (await anext(frames)).decode().removesuffix("\n\n").split("\n\n")
    return received


async def test_a_stream_skips_what_happens_elsewhere_and_ends_with_the_role(
    server: Server, sites: tuple[str, str], clock: SteppingClock, stranger: httpx.AsyncClient
) -> None:
    ulm, linz = sites
    token = await add_person(server, "Eve", Grant(Role.VIEWER, ulm))
    database = server.resources.database
    watcher = Watcher(server.resources, Credential(token, is_token=False))
    await watcher.look_again()
    frames = watcher.watch(server.resources.live.read(may_see=watcher.may_see))
    assert b"event: hello" in await anext(frames)

    signals = [
        Signal("inspection", {"at": "Linz"}, places=(linz,)),
        Signal("inspection", {"at": "Ulm"}, places=(ulm,)),
        Signal("rollout", {"to": "both"}, places=(ulm, linz)),
        Signal("news", {"of": "all"}),
    ]
    await tell(database, signals)

    received = await take(frames, len(signals))
    assert "Linz" not in received[0]
    assert received[0].startswith("id: ")
    assert "Ulm" in received[1]
    assert "both" not in received[2]
    assert "all" in received[3]

    async with database.work() as work:
        await work.session.execute(sa.text("DELETE FROM user_grants"))
    clock.advance(timedelta(seconds=11).total_seconds())
    await tell(database, signals)
    assert [frame async for frame in frames] == []
