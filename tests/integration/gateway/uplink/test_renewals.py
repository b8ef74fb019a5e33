"""Certificates are renewed in time, and out of time too: no outage ends a gateway."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goodpart.base.clock import SystemClock
from goodpart.gateway.enrollment.errors import ServerRefusedError
from goodpart.gateway.enrollment.identity import (
    ServerAddress,
    prepare_key,
    read_enrolled,
    store_identity,
    store_server,
)
from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.settings import read_settings
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.link import Link
from goodpart.gateway.uplink.renewals import Renewer
from goodpart.trust.certificates import make_request
from tests.fakes.authorities import LONG_AGO, TestAuthority
from tests.fakes.gateway_server import GATEWAY, GatewayServer, RefusedError
from tests.fakes.loops import running
from tests.fakes.waiting import eventually


@pytest.fixture
def old_server(tmp_path: Path) -> Iterator[GatewayServer]:
    folder = tmp_path / "old"
    folder.mkdir()
    with GatewayServer(folder, TestAuthority(datetime.now(UTC) - LONG_AGO)) as running:
        yield running


@pytest.fixture
def expired(tmp_path: Path, old_server: GatewayServer) -> GatewayFolders:
    """A gateway that was switched off for longer than its certificate lived."""
    folders = GatewayFolders.open(tmp_path / "gateway")
    identity = old_server.authority.identity(make_request(prepare_key(folders)), GATEWAY, datetime.now(UTC) - LONG_AGO)
    store_server(folders, ServerAddress(url=old_server.url))
    store_identity(folders, identity)
    return folders


async def test_an_expired_gateway_comes_back_by_itself(expired: GatewayFolders, old_server: GatewayServer) -> None:
    before = read_enrolled(expired)
    client = ServerClient(before, read_settings(expired.root), SystemClock())
    with pytest.raises(ServerRefusedError):
        await client.desired(0, wait_s=0)
    renewer = Renewer(expired, before, client, Link(first_s=0.02, longest_s=0.1), SystemClock())
    async with running(renewer.run()):
        await eventually(lambda: read_enrolled(expired).certificate != before.certificate)
    after = read_enrolled(expired)
    assert after.certificate.not_valid_after_utc > datetime.now(UTC)
    assert after.certificate.public_key() != before.certificate.public_key()
    assert (await client.desired(0, wait_s=0)).document is None
    assert after.certificate.public_key() == renewer.enrolled.key.public_key()
    await client.close()


async def test_an_expired_gateway_tries_until_the_server_is_there(
    expired: GatewayFolders, old_server: GatewayServer
) -> None:
    old_server.fault = lambda *_: RefusedError(503, "starting")
    before = read_enrolled(expired)
    client, link = ServerClient(before, read_settings(expired.root), SystemClock()), Link(first_s=0.02, longest_s=1)
    async with running(Renewer(expired, before, client, link, SystemClock()).run()):
        await eventually(lambda: not link.is_up)
        assert read_enrolled(expired).certificate == before.certificate
        old_server.fault = lambda *_: None
        await eventually(lambda: read_enrolled(expired).certificate != before.certificate)
    assert sorted(file.name for file in expired.identity_folder.iterdir()) == [
        "identity.json",
        "key.pem",
        "server.json",
    ]
    await client.close()


async def test_a_fresh_certificate_is_left_alone(folders: GatewayFolders, server: GatewayServer) -> None:
    enrolled = read_enrolled(folders)
    client = ServerClient(enrolled, read_settings(folders.root), SystemClock())
    renewer = Renewer(folders, enrolled, client, Link(first_s=0.02, longest_s=1), SystemClock())
    async with running(renewer.run()):
        await client.desired(0, wait_s=0)
    assert ("POST", "/gateway/v1/renew") not in server.calls
    await client.close()


async def test_a_renewal_closes_the_old_connections_once_they_are_idle(
    folders: GatewayFolders, server: GatewayServer
) -> None:
    enrolled = read_enrolled(folders)
    client = ServerClient(enrolled, read_settings(folders.root), SystemClock())
    renewer = Renewer(folders, enrolled, client, Link(first_s=0.02, longest_s=1), SystemClock())
    for _ in range(3):
        await client.desired(0, wait_s=0)
        await renewer.renew()
    await client.desired(0, wait_s=0)
    assert len(set(server.peers)) == 4
    assert client.retired == 0
    await client.close()
