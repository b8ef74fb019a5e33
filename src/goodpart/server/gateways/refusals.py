"""Refusals of gateways leave a trace: somebody has to know that a revoked or foreign one knocks."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from starlette.requests import Request
from starlette.responses import Response

from goodpart.server.audit import service as audit
from goodpart.server.gateways.connection import peer_certificate
from goodpart.server.gateways.door import door_of
from goodpart.server.gateways.errors import CertificateMissingError, ClaimCodeRefusedError
from goodpart.server.kit.errors import ApiError
from goodpart.server.kit.work import Database
from goodpart.trust.certificates import fingerprint
from goodpart.web.problems import of_goodpart_error

_AGAIN_AFTER = timedelta(hours=1)
"""A gateway that is refused tries again every few seconds: one entry in this time is enough."""
_REMEMBERED = 1000


@dataclass
class Refusals:
    """Writes an audit entry for a refused certificate, once in a while for each kind of refusal."""

    _told_at: dict[tuple[str, str], datetime] = field(default_factory=dict)

    async def note(self, database: Database, certificate: str, error: ApiError) -> None:
        """``certificate`` is the fingerprint of what was shown."""
        now = database.clock.now()
        told_at = self._told_at.get((certificate, error.code))
        if told_at is not None and now - told_at < _AGAIN_AFTER:
            return
        if len(self._told_at) >= _REMEMBERED:
            self._told_at.clear()
        self._told_at[certificate, error.code] = now
        async with database.work() as work:
            await audit.record(work, "gateway.refused", certificate, f"{error.code}: {error.cause}")

    async def answer(self, request: Request, error: Exception) -> Response:
        """The handler of refusals on the gateway listener. Claim codes have entries of their own."""
        assert isinstance(error, ApiError)
        peer = peer_certificate(request)
        if peer is not None and not isinstance(error, ClaimCodeRefusedError | CertificateMissingError):
            shown = fingerprint(x509.load_der_x509_certificate(peer))
            await self.note(door_of(request).database, shown, error)
        return await of_goodpart_error(request, error)
