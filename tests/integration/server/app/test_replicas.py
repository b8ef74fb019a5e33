"""Several servers on one PostgreSQL: what one commits, the others act on."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest

from goodpart.server.gateways import service as gateways
from goodpart.server.run import serving
from goodpart.server.settings import Settings
from goodpart.wire.commands import WATCH, Commands
from goodpart.wire.desired import DesiredAnswer
from goodpart.wire.reported import ReportedState
from tests.fakes.clocks import SteppingClock
from tests.fakes.line_gateway import LineGateway, joined
from tests.fakes.previews import TRIGGERED_AT, preview_of
from tests.integration.server.conftest import Served, make_first_account, make_gateway


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
            browser = httpx.AsyncClient(base_url=addresses.url, headers={"X-Goodpart": "1"}, trust_env=False)
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

    async with asyncio.timeout(8):
        answer = msgspec.json.decode((await waiting).content, type=DesiredAnswer)
    assert answer.document is not None


async def test_a_revocation_on_one_ends_a_poll_on_another(replicas: Replicas) -> None:
    waiting = asyncio.create_task(replicas.gateway.http.get("/gateway/v1/desired?revision=0&wait=20"))
    done, _ = await asyncio.wait({waiting}, timeout=0.3)
    assert not done

    await replicas.here.browser.post(f"/api/gateways/{replicas.gateway.id}/revoke")

    async with asyncio.timeout(8):
        assert (await waiting).json()["code"] == "certificate_revoked"


async def test_a_gateway_is_online_for_a_replica_that_it_is_not_connected_to(
    replicas: Replicas, clock: SteppingClock
) -> None:
    assert (await replicas.gateway.http.get("/gateway/v1/desired")).status_code == 200
    path = f"/api/gateways/{replicas.gateway.id}"
    assert (await replicas.here.browser.get(path)).json()["online"] is True

    clock.advance(80)

    assert (await replicas.here.browser.get(path)).json()["online"] is False
    assert (await replicas.there.browser.get(path)).json()["online"] is True


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
            assert process.wait(15) == 0
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
    async with asyncio.timeout(8):
        commands = msgspec.json.decode((await waiting).content, type=Commands)
    assert [one.station for one in commands.watch] == [station]
    content = msgspec.json.encode(preview_of(3))
    assert (await gateway.http.put(f"/gateway/v1/previews/{station}", content=content)).status_code == 204

    shown = (await here.browser.get(f"/api/stations/{station}/live-picture")).json()
    assert shown["part"]["inspection"] == "part-3"
