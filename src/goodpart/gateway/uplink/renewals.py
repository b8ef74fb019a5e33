"""Renews this gateway's certificate when a third of its life is over."""

import asyncio

import structlog

from goodpart.base.clock import Clock
from goodpart.gateway.enrollment.identity import Enrolled
from goodpart.gateway.enrollment.renewal import is_due, renewal_request, take_renewal
from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.link import FAILURES, Link

_log = structlog.get_logger("uplink")
_ASKED_EVERY_S = 60.0
_AFTER_FAILURE_S = 300.0


class Renewer:
    """Holds the identity of the running process."""

    def __init__(
        self,
        folders: GatewayFolders,
        enrolled: Enrolled,
        client: ServerClient,
        link: Link,
        clock: Clock,
    ) -> None:
        self.enrolled = enrolled
        self._folders = folders
        self._client = client
        self._link = link
        self._clock = clock

    async def run(self) -> None:
        """Never returns."""
        while True:
            pause = _ASKED_EVERY_S
            if is_due(self.enrolled, self._clock.now()):
                try:
                    await self.renew()
                except FAILURES as error:
                    # Nothing is urgent for eight months, except where it has expired: then nothing else works.
                    soon = self._link.failed("renewals", error)
                    expired = self._clock.now() >= self.enrolled.certificate.not_valid_after_utc
                    pause = soon if expired else _AFTER_FAILURE_S
            await asyncio.sleep(pause)

    async def renew(self) -> None:
        """Raises what a call to the server raises, and `OSError`."""
        answer = await self._client.renew(renewal_request(self._folders))
        self.enrolled = take_renewal(self._folders, self.enrolled, answer)
        await self._client.use(self.enrolled)
        self._link.worked("renewals")
        _log.info("certificate_renewed", not_after=self.enrolled.certificate.not_valid_after_utc.isoformat())
