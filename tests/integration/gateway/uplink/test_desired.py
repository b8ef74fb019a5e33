"""Desired states come the moment they are issued, and a server that repeats itself is not hurried."""

from functools import partial

import msgspec

from goodpart.gateway.deployment.model import Deployment, receive, refuse
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.desired import DesiredWatcher
from goodpart.gateway.uplink.link import Link
from goodpart.wire.reported import DeploymentStage
from goodpart.wire.signed import SignedDocument
from tests.fakes.desired import desired
from tests.fakes.gateway_server import GatewayServer
from tests.fakes.loops import running
from tests.fakes.waiting import eventually


class Taker:
    """Takes documents over by their claimed revision; ``believes`` False: refuses all, as unsigned."""

    def __init__(self) -> None:
        self.state = Deployment()
        self.offered: list[SignedDocument] = []
        self.believes = True

    def has_been_offered(self, count: int) -> bool:
        return len(self.offered) == count

    async def offer(self, document: SignedDocument) -> None:
        self.offered.append(document)
        if not self.believes:
            self.state = refuse(self.state, None, "It is not signed.")
            return
        revision = msgspec.json.decode(document.payload)["revision"]
        taken = receive(self.state, document, revision, None)
        self.state = msgspec.structs.replace(taken, stage=DeploymentStage.ACTIVE, active_revision=revision)


async def test_a_document_is_there_as_soon_as_it_is_issued(
    client: ServerClient, link: Link, server: GatewayServer
) -> None:
    taker = Taker()
    async with running(DesiredWatcher(client, link, taker, wait_s=30.0).run()):
        await eventually(lambda: server.calls)
        for revision in (1, 2, 3):
            server.want(desired(revision))
            await eventually(partial(taker.has_been_offered, revision))
    assert taker.state.active_revision == 3
    asked = [path for _, path in server.calls if path == "/gateway/v1/desired"]
    assert len(asked) <= 6


async def test_a_document_that_cannot_be_believed_is_not_asked_for_in_a_hurry(
    client: ServerClient, link: Link, server: GatewayServer
) -> None:
    taker = Taker()
    taker.believes = False
    server.want(desired(1))
    async with running(DesiredWatcher(client, link, taker, wait_s=30.0).run()):
        await eventually(lambda: len(taker.offered) == 2)
    assert len(taker.offered) == 2
    assert taker.state.stage is DeploymentStage.REFUSED


async def test_after_an_outage_the_next_document_still_comes(
    client: ServerClient, link: Link, server: GatewayServer
) -> None:
    taker = Taker()
    async with running(DesiredWatcher(client, link, taker, wait_s=30.0).run()):
        await eventually(lambda: server.calls)
        server.down()
        await eventually(lambda: not link.is_up)
        server.up()
        await eventually(lambda: link.is_up)
        server.want(desired(7))
        await eventually(lambda: taker.state.active_revision == 7)
