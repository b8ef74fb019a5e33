"""The connection of a gateway: uvicorn keeps the peer's certificate to itself, so a protocol of our own hands it on."""

import asyncio
import ssl

from cryptography import x509
from starlette.requests import HTTPConnection
from uvicorn.protocols.http.h11_impl import H11Protocol

from goodpart.server.gateways.presence import Presence
from goodpart.trust.certificates import CertificateError, gateway_of

_PEER = "peer_certificate"


class GatewayProtocol(H11Protocol):
    """One connection on the gateway listener; the certificate (DER) goes into the state of its requests' scopes."""

    presence: Presence
    """Set by a subclass, see `protocol_for`."""
    _gateway: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        peer = tls.getpeercert(binary_form=True) if isinstance(tls, ssl.SSLObject) else None
        self.app_state = {**self.app_state, _PEER: peer}
        self._gateway = _named(peer)
        if self._gateway is not None:
            self.presence.opened(self._gateway, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._gateway is not None:
            self.presence.closed(self._gateway, self.transport)
        super().connection_lost(exc)


def protocol_for(presence: Presence) -> type[GatewayProtocol]:
    """uvicorn takes a class, so what a connection needs to know is an attribute of a class of its own."""
    return type("BoundGatewayProtocol", (GatewayProtocol,), {"presence": presence})


def peer_certificate(connection: HTTPConnection) -> bytes | None:
    """The client certificate (DER) that the handshake of this connection has verified; None where none was shown."""
    peer = connection.scope["state"].get(_PEER)
    return peer if isinstance(peer, bytes) else None


def _named(peer: bytes | None) -> str | None:
    """The gateway that a verified certificate names; whether it is still welcome is asked on each request."""
    if peer is None:
        return None
    try:
        return gateway_of(x509.load_der_x509_certificate(peer))
    except (CertificateError, ValueError):
        return None
