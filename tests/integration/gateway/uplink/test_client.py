"""Calls may be cancelled at any moment; no connection outlives its call or its pool."""

import asyncio
from dataclasses import replace

from goodpart.base.clock import SystemClock
from goodpart.gateway.enrollment.identity import Enrolled, ServerAddress
from goodpart.gateway.settings import GatewaySettings
from goodpart.gateway.uplink.client import ServerClient
from tests.fakes.gateway_server import GatewayServer
from tests.fakes.silent_peer import SilentPeer
from tests.fakes.waiting import eventually


async def test_a_call_cancelled_during_the_handshake_leaves_no_connection(
    enrolled: Enrolled, settings: GatewaySettings
) -> None:
    async with SilentPeer() as peer:
        elsewhere = replace(enrolled, server=ServerAddress(url=f"https://127.0.0.1:{peer.port}"))
        client = ServerClient(elsewhere, settings, SystemClock())
        asking = asyncio.create_task(client.desired(0, wait_s=0))
        await eventually(lambda: peer.heard == 1)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await eventually(lambda: peer.open_connections == 0)
        await client.close()


async def test_a_change_of_identity_that_is_cut_short_leaves_no_connection_of_the_old_one(
    client: ServerClient, enrolled: Enrolled, server: GatewayServer
) -> None:
    for turns in range(1, 4):
        await asyncio.gather(*(client.has_image("00") for _ in range(3)))
        assert server.open_connections == 3
        changing = asyncio.create_task(client.use(enrolled))
        for _ in range(turns):
            await asyncio.sleep(0)
        changing.cancel()
        await asyncio.gather(changing, return_exceptions=True)
        await eventually(lambda: server.open_connections == 0)
