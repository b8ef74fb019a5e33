"""A certificate authority as a server has one: two roots, an issuing CA, a signing key."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from goodpart.trust.certificates import (
    RENEW_AFTER,
    key_to_pem,
    load_request,
    make_gateway_certificate,
    make_issuer,
    make_root,
    make_server_certificate,
    new_key,
    to_der,
    to_pem,
)
from goodpart.trust.claims import ClaimCode, bundle_fingerprint
from goodpart.trust.signatures import SoftwareSigner
from goodpart.wire.enrollment import Identity, TrustBundle


class TestAuthority:
    """``now`` is when all of it was made."""

    __test__ = False

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime.now(UTC)
        self.root_key = new_key()
        self.roots = (make_root(self.root_key, "root 1", self.now), make_root(new_key(), "root 2", self.now))
        self.issuer_key = new_key()
        self.issuer = make_issuer(self.issuer_key, "issuer", self.roots[0], self.root_key, self.now)
        self.signer = SoftwareSigner.generate()

    @property
    def bundle(self) -> TrustBundle:
        return TrustBundle(roots_pem=tuple(to_pem(root) for root in self.roots))

    def new_code(self) -> ClaimCode:
        return ClaimCode.generate(bundle_fingerprint(tuple(to_der(root) for root in self.roots)))

    def certify(self, csr_pem: str, gateway: str, now: datetime | None = None) -> x509.Certificate:
        return make_gateway_certificate(
            load_request(csr_pem), gateway, self.issuer, self.issuer_key, now or datetime.now(UTC)
        )

    def identity(self, csr_pem: str, gateway: str, now: datetime | None = None) -> Identity:
        made = now or datetime.now(UTC)
        return Identity(
            gateway=gateway,
            name=f"name of {gateway}",
            certificate_pem=to_pem(self.certify(csr_pem, gateway, made), self.issuer),
            bundle=self.bundle,
            signing_keys=(self.signer.public_key,),
            renew_after=made + RENEW_AFTER,
        )

    def server_context(self, folder: Path, hosts: tuple[str, ...] = ("127.0.0.1",)) -> ssl.SSLContext:
        """As the gateway listener has it. The key goes through a file in ``folder``."""
        key = new_key()
        certificate = make_server_certificate(key, hosts, self.issuer, self.issuer_key, datetime.now(UTC))
        file = folder / "server.pem"
        file.write_bytes(key_to_pem(key) + to_pem(certificate, self.issuer).encode())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VerifyFlags(0x200000)
        context.load_verify_locations(cadata=to_pem(*self.roots, self.issuer))
        context.load_cert_chain(file)
        return context


LONG_AGO = timedelta(days=500)
