"""The issuing CA in use: it makes certificates, and tells whether one is of its own making."""

import ssl
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509

from goodpart.base.files import write_durably
from goodpart.server.pki.store import SECRET, make_folder, read
from goodpart.trust.certificates import (
    LEAF_LIFE,
    PrivateKey,
    check_issued_by,
    key_from_pem,
    key_to_pem,
    load_chain,
    load_request,
    make_gateway_certificate,
    make_server_certificate,
    new_key,
    to_der,
    to_pem,
)
from goodpart.trust.claims import bundle_fingerprint
from goodpart.trust.sealing import Seal
from goodpart.trust.signatures import Signer, SoftwareSigner
from goodpart.wire.enrollment import TrustBundle

GATEWAYS, BROWSERS = "server", "browser"
"""The listeners, by the file of their certificate and key."""
_SERVER_RENEWED_BEFORE_END = LEAF_LIFE / 3
_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL: an expired certificate reaches us, and renewal alone forgives it."""


class Authority:
    """Reads the folder ``pki``, making it at the first start. Raises `PkiFolderError`, `CertificateError`."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        if not folder.exists():
            make_folder(folder, now)
        self.roots = [load_chain(read(folder / f"root-{number}.pem"))[0] for number in (1, 2)]
        self.issuer = load_chain(read(folder / "issuer.pem"))[0]
        self._issuer_key: PrivateKey = key_from_pem(read(folder / "issuer.key", secret=True))
        self.signer: Signer = SoftwareSigner.from_pem(read(folder / "signing.key", secret=True))
        self.seal = Seal(self._sealing_key())
        """Of secrets in the database."""
        self.bundle = TrustBundle(roots_pem=tuple(to_pem(root) for root in self.roots))
        self.fingerprint = bundle_fingerprint(tuple(to_der(root) for root in self.roots))
        """Goes into claim codes."""

    def issue_to_gateway(self, request_pem: str, gateway: str, now: datetime) -> x509.Certificate:
        """Only the key of the request is taken. Raises `CertificateError`."""
        return make_gateway_certificate(load_request(request_pem), gateway, self.issuer, self._issuer_key, now)

    def check_issued(self, certificate: x509.Certificate) -> None:
        """Raises `CertificateError` for a certificate of another CA."""
        check_issued_by(certificate, self.issuer)

    def chain_pem(self, certificate: x509.Certificate) -> str:
        return to_pem(certificate, self.issuer)

    def renew_server_certificate(self, hosts: Sequence[str], now: datetime, listener: str = GATEWAYS) -> bool:
        """Make a listener's certificate where there is none for ``hosts``, or it nears its end. True: it is new."""
        file = self._certificate_file(listener)
        if file.exists() and self._is_good(load_chain(read(file))[0], hosts, now):
            return False
        key = new_key()
        certificate = make_server_certificate(key, hosts, self.issuer, self._issuer_key, now)
        write_durably(file, self.chain_pem(certificate).encode() + key_to_pem(key), mode=SECRET)
        return True

    def _is_good(self, certificate: x509.Certificate, hosts: Sequence[str], now: datetime) -> bool:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        held = {str(name.value) for name in names}
        return set(hosts) <= held and now < certificate.not_valid_after_utc - _SERVER_RENEWED_BEFORE_END

    def listener_context(self) -> ssl.SSLContext:
        """TLS for the gateway listener: a client certificate is asked for, its dates are left to us."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
        context.load_verify_locations(cadata=to_pem(*self.roots, self.issuer))
        self.load_server_certificate(context)
        return context

    def browser_context(self) -> ssl.SSLContext:
        """TLS for the browser listener, with a certificate of this CA."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.load_server_certificate(context, BROWSERS)
        return context

    def load_server_certificate(self, context: ssl.SSLContext, listener: str = GATEWAYS) -> None:
        """New connections of ``context`` show the certificate that is on disk."""
        context.load_cert_chain(self._certificate_file(listener))

    def _sealing_key(self) -> bytes:
        file = self._folder / "sealing.key"
        if not file.exists():  # the folder is of a version that sealed nothing
            write_durably(file, Seal.new_key(), mode=SECRET)
        return read(file, secret=True)

    def _certificate_file(self, listener: str) -> Path:
        return self._folder / f"{listener}.pem"
