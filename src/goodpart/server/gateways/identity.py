"""Who is at the other end of a request on the gateway listener.

The handshake has proven that the peer holds the key of a certificate of our CA. Everything else is looked at here, on
every request: that this CA issued it to a gateway that is known, that it is recorded, not expired, not revoked.
"""

from cryptography import x509

from goodpart.server.gateways import repository
from goodpart.server.gateways.errors import (
    CertificateExpiredError,
    CertificateMissingError,
    CertificateRevokedError,
    CertificateUnknownError,
)
from goodpart.server.gateways.model import SEEN_EVERY, Gateway
from goodpart.server.kit.work import Work, as_gateway
from goodpart.server.pki.authority import Authority
from goodpart.trust.certificates import CertificateError, fingerprint, gateway_of

_JOIN = "Enrol it again with a claim code from this server."


async def identify(
    work: Work, authority: Authority, peer_der: bytes | None, *, forgive_expiry: bool = False
) -> Gateway:
    """The gateway that sent the request; it becomes the actor of ``work``.

    Raises `CertificateMissingError`, `CertificateUnknownError`, `CertificateExpiredError`, `CertificateRevokedError`.
    """
    if peer_der is None:
        raise CertificateMissingError("The request came without a client certificate.", _JOIN)
    try:
        certificate = x509.load_der_x509_certificate(peer_der)
        authority.check_issued(certificate)
        named = gateway_of(certificate)
    except (CertificateError, ValueError) as error:
        raise CertificateUnknownError("The client certificate is not one of this server's gateways.", _JOIN) from error
    recorded = await repository.find_certificate(work.session, fingerprint(certificate))
    gateway = await repository.find(work.session, named)
    if recorded is None or gateway is None or recorded.gateway != gateway.id:
        raise CertificateUnknownError("The client certificate is not known here, or no longer.", _JOIN)
    if gateway.revoked_at is not None:
        raise CertificateRevokedError(
            f"The gateway {gateway.name} has been revoked.", "Make a new gateway on the server and enrol it."
        )
    if work.now >= recorded.not_after and not forgive_expiry:
        raise CertificateExpiredError(
            f"The certificate of {gateway.name} ended on {recorded.not_after:%Y-%m-%d}.", "Renew it."
        )
    work.actor = as_gateway(gateway.id, gateway.name)
    return gateway


def is_due_to_be_seen(work: Work, gateway: Gateway) -> bool:
    """Whether the row is to be told that the gateway is there; not on every request."""
    return gateway.last_seen_at is None or work.now - gateway.last_seen_at >= SEEN_EVERY
