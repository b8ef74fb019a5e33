"""A new certificate, with a new key, long before the old one ends.

The server forgives an expired certificate in this one call: a gateway that was off for a year comes back by itself.
"""

from datetime import datetime

from goodpart.gateway.enrollment.errors import AlreadyEnrolledError
from goodpart.gateway.enrollment.identity import Enrolled, check_identity, prepare_key, store_identity
from goodpart.gateway.folders import GatewayFolders
from goodpart.trust.certificates import make_request
from goodpart.wire.enrollment import Identity, RenewRequest


def is_due(enrolled: Enrolled, now: datetime) -> bool:
    """From one third of the certificate's life on, for as long as it takes."""
    return now >= enrolled.identity.renew_after


def renewal_request(folders: GatewayFolders) -> RenewRequest:
    """Asks for a certificate for a new key, which is on disk when this returns."""
    return RenewRequest(csr_pem=make_request(prepare_key(folders)))


def take_renewal(folders: GatewayFolders, enrolled: Enrolled, identity: Identity) -> Enrolled:
    """Check and store the answer. Raises `EnrollmentError`; the old identity goes on then."""
    key = prepare_key(folders)
    check_identity(identity, key)
    if identity.gateway != enrolled.gateway:
        raise AlreadyEnrolledError(
            f"The server renewed the certificate of {identity.name!r} for the gateway {enrolled.identity.name!r}.",
            "Look at the server's log.",
        )
    store_identity(folders, identity)
    return Enrolled(identity, key, enrolled.server)
