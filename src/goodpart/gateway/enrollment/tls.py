"""What a connection to the server proves, and accepts: TLS 1.3, the server's own roots, this gateway's certificate."""

import os
import ssl
from datetime import datetime

from goodpart.gateway.enrollment.identity import Enrolled
from goodpart.trust.certificates import key_to_pem
from goodpart.wire.enrollment import TrustBundle

_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which the ssl module does not name."""


def unverified_context() -> ssl.SSLContext:
    """For one call only: fetching the bundle, which is then compared with the fingerprint in the claim code."""
    context = _context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def bundle_context(bundle: TrustBundle) -> ssl.SSLContext:
    """Accepts the servers of this bundle, under their names; proves nothing yet."""
    context = _context()
    context.load_verify_locations(cadata="".join(bundle.roots_pem))
    return context


def gateway_context(enrolled: Enrolled, now: datetime) -> ssl.SSLContext:
    """Mutual TLS.

    A clock that stands before this gateway's own certificate was made has lost its battery: it is not asked about the
    server's certificate, whose chain and name still have to be right. An outage must not end in a standstill.
    """
    context = bundle_context(enrolled.identity.bundle)
    if now < enrolled.certificate.not_valid_before_utc:
        context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    content = key_to_pem(enrolled.key) + enrolled.identity.certificate_pem.encode()
    # The ssl module reads key and certificate from a file alone: here one in memory, gone when it is closed.
    handle = os.memfd_create("identity", os.MFD_CLOEXEC)
    try:
        os.write(handle, content)
        context.load_cert_chain(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)
    return context


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
