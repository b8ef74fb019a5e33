"""Several servers on one PostgreSQL: what one commits, the others act on."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest

from goodpart.server.gateways import service as gateways
from goodpart.server.kit.signals import Signal
from goodpart.server.run import serving
from goodpart.server.settings import Settings
from goodpart.wire.commands import WATCH, Commands
from goodpart.wire.desired import DesiredAnswer
from goodpart.wire.reported import ReportedState
from tests.fakes.clocks import SteppingClock
from tests.fakes.line_gateway import LineGateway, joined
from tests.fakes.previews import TRIGGERED_AT, preview_of
from tests.fakes.waiting import eventually
from tests.integration.server.conftest import WITHOUT_TLS, Postgres, Served, make_first_account, make_gateway


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@dataclass(frozen=True)
class Replicas:
    """``gateway`` is connected to ``there``; people use ``here``."""

    here: Served
    there: Served
    gateway: LineGateway


@pytest.fixture
async def replicas(settings: Settings, clock: SteppingClock, tmp_path: Path) -> AsyncIterator[Replicas]:
    async with AsyncExitStack() as stack:
        found = []
        for _ in range(2):
            composed, addresses = await stack.enter_async_context(serving(settings, clock, with_jobs=False))
            browser = httpx.AsyncClient(
                base_url=addresses.url, headers={"X-Goodpart": "1"}, trust_env=False, verify=WITHOUT_TLS
            )
            found.append(Served(composed, addresses, await stack.enter_async_context(browser)))
        here, there = found
        await make_first_account(here.server, here.browser)
        there.browser.cookies = here.browser.cookies
        site = (await here.browser.post("/api/places", json={"kind": "site", "name": "Ulm"})).json()["id"]
        _, code = await make_gateway(here.browser, site)
        bundle = here.server.authority.bundle
        gateway = await stack.enter_async_context(joined(there.addresses.gateway_url, bundle, code, tmp_path))
        yield Replicas(here, there, gateway)


async def test_a_session_is_good_on_every_replica(replicas: Replicas) -> None:
    assert (await replicas.there.browser.get("/api/session")).status_code == 200


async def test_a_poll_on_one_is_answered_by_what_another_committed(replicas: Replicas) -> None:
    waiting = asyncio.create_task(replicas.gateway.http.get("/gateway/v1/desired?revision=0&wait=20"))
    done, _ = await asyncio.wait({waiting}, timeout=0.3)
    assert not done

    async with replicas.here.server.resources.database.work() as work:
        signer = replicas.here.server.resources.signer
        await gateways.issue_desired(work, replicas.gateway.id, (), signer=signer)

    async with asyncio.timeout(15):
        answer = msgspec.json.decode((await waiting).content, type=DesiredAnswer)
    assert answer.document is not None


async def test_a_revocation_on_one_ends_a_poll_on_another(replicas: Replicas) -> None:
    waiting = asyncio.create_task(replicas.gateway.http.get("/gateway/v1/desired?revision=0&wait=20"))
    done, _ = await asyncio.wait({waiting}, timeout=0.3)
    assert not done

    await replicas.here.browser.post(f"/api/gateways/{replicas.gateway.id}/revoke", json={"reason": "Stolen."})

    async with asyncio.timeout(15):
        assert (await waiting).json()["code"] == "certificate_revoked"


async def test_a_gateway_is_online_for_a_replica_that_it_is_not_connected_to(
    replicas: Replicas, clock: SteppingClock
) -> None:
    assert (await replicas.gateway.http.get("/gateway/v1/desired")).status_code == 200
    path = f"/api/gateways/{replicas.gateway.id}"
    assert (await replicas.here.browser.get(path)).json()["online"] is True

    clock.advance(80)

    assert (await replicas.here.browser.get(path)).json()["online"] is False
    assert (await replicas.there.browser.get(path)).json()["online"] is False  # connected, and silent


def test_a_worker_runs_beside_until_it_is_told_to_stop(database_url: str, tmp_path: Path) -> None:
    environment = {"GOODPART_DATABASE_URL": database_url, "GOODPART_DATA_DIR": str(tmp_path / "data")}
    with subprocess.Popen(
        [sys.executable, "-m", "goodpart", "worker"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            assert b"doing jobs" in process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
            assert process.stderr.read() == b""
        finally:
            process.kill()


def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    environment = {"GOODPART_DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none"}
    answer = subprocess.run(
        [sys.executable, "-m", "goodpart", "server", "--data", str(tmp_path), "--port", "0", "--gateway-port", "0"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert "cannot be used" in answer.stderr
    assert "secret" not in answer.stderr


async def heard_until(stream: AsyncIterator[bytes], event: str) -> list[str]:
    """The frames of the parts of the stream up to the one in which that event is, without those of gateways."""
    heard: list[str] = []
    async with asyncio.timeout(10):
        async for chunk in stream:
            heard += [frame for frame in chunk.decode().split("\n\n") if frame and "event: gateway" not in frame]
            if any(f"event: {event}\n" in frame for frame in heard):
                return heard
    raise AssertionError(f"the stream ended without {event}")


async def take(stream: AsyncIterator[bytes], event: str) -> str:
    """The next frame of that event."""
    async with asyncio.timeout(10):
        async for chunk in stream:
            for frame in chunk.decode().split("\n\n"):
                if f"event: {event}\n" in frame:
                    return frame
    raise AssertionError(f"the stream ended without {event}")


async def test_browsers_of_every_replica_hear_what_any_of_them_commits(replicas: Replicas) -> None:
    streams = [each.server.resources.live.read() for each in (replicas.here, replicas.there)]
    for stream in streams:
        await take(stream, "hello")

    long = {"text": "ä" * 40_000}  # longer than PostgreSQL takes at a time
    async with replicas.there.server.resources.database.work() as work:
        for topic, payload in (("first", {"n": 1}), ("long", long), ("last", {"n": 2})):
            work.after_commit(Signal(topic, payload))

    for stream in streams:
        heard = await heard_until(stream, "last")
        assert [frame.split("event: ")[1].split("\n")[0] for frame in heard] == ["first", "long", "last"]
        assert "ä" * 40_000 in heard[1]


async def test_what_is_rolled_back_is_heard_nowhere(replicas: Replicas) -> None:
    stream = replicas.here.server.resources.live.read()
    await take(stream, "hello")
    database = replicas.there.server.resources.database
    with suppress(ZeroDivisionError):
        async with database.work() as work:
            work.after_commit(Signal("undone"))
            raise ZeroDivisionError
    async with database.work() as work:
        work.after_commit(Signal("done"))

    assert "event: undone" not in (await anext(stream)).decode()


async def test_a_gateway_that_comes_is_told_by_the_replica_that_it_is_not_connected_to(
    replicas: Replicas,
) -> None:
    stream = replicas.here.server.resources.live.read()
    await take(stream, "hello")

    assert (await replicas.gateway.http.get("/gateway/v1/desired")).status_code == 200

    assert '"online":true' in await take(stream, "gateway")


async def test_a_replica_that_does_not_hear_the_others_lets_nobody_believe_that_all_is_well(
    replicas: Replicas, postgres: Postgres
) -> None:
    """Its connection is cut: streams end, new ones are refused, and later everybody reads anew."""
    ring = replicas.here.server.resources.live
    stream = ring.read()
    hello = await take(stream, "hello")
    postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")

    async with asyncio.timeout(10):
        assert [chunk async for chunk in stream if b"reset" not in chunk] == []
    await eventually(lambda: ring.is_open)

    last_id = hello.split("\n")[0].removeprefix("id: ")
    assert "forgotten" in await take(ring.read(last_id), "reset")


async def test_a_stream_is_refused_while_the_others_are_not_heard(replicas: Replicas) -> None:
    replicas.here.server.resources.live.close()

    answer = await replicas.here.browser.get("/api/stream")

    assert answer.status_code == 503
    assert answer.json()["code"] == "stream_closed"


async def test_a_picture_that_came_to_one_is_seen_on_another(replicas: Replicas) -> None:
    gateway, here = replicas.gateway, replicas.here
    site = (await here.browser.get("/api/places")).json()["items"][0]["id"]
    above = {"kind": "line", "name": "Line 1", "parent": site}
    line = (await here.browser.post("/api/places", json=above)).json()["id"]
    place = {"kind": "station", "name": "Final check", "parent": line}
    station = (await here.browser.post("/api/places", json=place)).json()["id"]
    driver = {"driver": "none"}
    wiring = {"camera": driver, "trigger": driver, "signals": driver, "output": driver}
    await here.browser.put(f"/api/gateways/{gateway.id}/stations/{station}", json=wiring)
    said = ReportedState(reported_at=TRIGGERED_AT, software="1", boot="b", commands=(WATCH,))
    await gateway.http.put("/gateway/v1/reported", content=msgspec.json.encode(said))
    waiting = asyncio.create_task(gateway.http.get("/gateway/v1/commands?wait=20"))

    await here.browser.get(f"/api/stations/{station}/live-picture")
    async with asyncio.timeout(15):
        commands = msgspec.json.decode((await waiting).content, type=Commands)
    assert [one.station for one in commands.watch] == [station]
    content = msgspec.json.encode(preview_of(3))
    assert (await gateway.http.put(f"/gateway/v1/previews/{station}", content=content)).status_code == 204

    shown = (await here.browser.get(f"/api/stations/{station}/live-picture")).json()
    assert shown["part"]["inspection"] == "part-3"
