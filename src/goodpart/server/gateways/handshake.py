"""Handshakes that fail over the client's certificate: no request comes of them, and asyncio drops them in silence."""

import asyncio
import ssl

import sqlalchemy as sa
import structlog

from goodpart.server.gateways.errors import CertificateForeignError
from goodpart.server.gateways.refusals import GATEWAY_REFUSED, UNKNOWN, Refusals
from goodpart.server.kit.work import Database

_log = structlog.get_logger(__name__)
_WAITING = 16
"""More that fail at once are of the same kind, so that nothing is lost by forgetting them."""


class ForeignCertificates:
    """Tells the log and the audit log of client certificates that this server's roots do not vouch for."""

    def __init__(self, database: Database, refusals: Refusals) -> None:
        self._database = database
        self._refusals = refusals
        self._failed: asyncio.Queue[ssl.SSLCertVerificationError] = asyncio.Queue(_WAITING)

    def watch(self, context: ssl.SSLContext) -> None:
        """Hear of the handshakes of ``context``, which is used in the event loop of `run`."""
        failed = self._failed

        class Watched(ssl.SSLObject):
            def do_handshake(self) -> None:
                try:
                    super().do_handshake()
                except ssl.SSLCertVerificationError as error:
                    if not failed.full():
                        failed.put_nowait(error)
                    raise

        context.sslobject_class = Watched

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            failure = await self._failed.get()
            error = CertificateForeignError(
                f"A client certificate that this server did not issue was refused: {failure.verify_message}.",
                "Enrol that gateway with a new claim code.",
            )
            try:
                new = await self._refusals.note(self._database, GATEWAY_REFUSED, UNKNOWN, error)
            except sa.exc.DBAPIError as unwritten:  # a full disk: the next one is to be heard of again
                _log.warning(f"{error} It cannot be noted in the audit log: {unwritten.orig}.")
                continue
            if new:
                _log.warning(str(error))
