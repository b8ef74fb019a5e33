"""Asks the server for the desired state, and hands what comes to the deployment."""

import asyncio
from typing import Protocol

from goodpart.gateway.deployment.model import Deployment
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.link import FAILURES, Link
from goodpart.wire.signed import SignedDocument

_UNMOVED_FIRST_S = 1.0
_UNMOVED_LONGEST_S = 60.0


class DocumentTaker(Protocol):
    """What documents are handed to: `goodpart.gateway.deployment.runner.DeploymentRunner`."""

    @property
    def state(self) -> Deployment: ...

    async def offer(self, document: SignedDocument) -> None:
        """Returns when the document was taken over or refused."""


class DesiredWatcher:
    """One question is always open at the server: an answer comes the moment there is something newer."""

    def __init__(self, client: ServerClient, link: Link, taker: DocumentTaker, *, wait_s: float) -> None:
        self._client = client
        self._link = link
        self._taker = taker
        self._wait_s = wait_s

    async def run(self) -> None:
        """Never returns."""
        unmoved = 0
        wait_s = 0.0
        while True:
            asked = self._taker.state.revision
            try:
                answer = await self._client.desired(asked, wait_s=wait_s)
            except FAILURES as error:
                await asyncio.sleep(self._link.failed("desired", error))
                wait_s = 0.0  # the first answer after a loss comes at once: it says that the server is there again
                continue
            self._link.worked("desired")
            wait_s = self._wait_s
            if answer.document is None:
                unmoved = 0
                continue
            await self._taker.offer(answer.document)
            if self._taker.state.revision != asked:
                unmoved = 0
                continue
            # The document was refused without a number to ask beyond: asked again at once, it would come again.
            await asyncio.sleep(min(_UNMOVED_LONGEST_S, _UNMOVED_FIRST_S * 2.0**unmoved))
            unmoved = min(unmoved + 1, 10)
