"""Certificate profiles (X.509 v3, RFC 5280): two roots, one issuing CA, servers and gateways below it.

The profile decides what a certificate says; a signing request contributes its public key and nothing else.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from goodpart.base.errors import GoodpartError

ROOT_LIFE = timedelta(days=20 * 365)
ISSUER_LIFE = timedelta(days=10 * 365)
LEAF_LIFE = timedelta(days=365)
RENEW_AFTER = LEAF_LIFE / 3
_BACKDATED = timedelta(days=1)
"""A gateway's clock may be slow: a certificate is valid from a day before it was made."""
GATEWAY_URI = "urn:goodpart:gateway:"

PrivateKey = ec.EllipticCurvePrivateKey


class CertificateError(GoodpartError):
    """A certificate or signing request is malformed, of another CA, or says what it may not say."""

    code = "certificate_refused"


def new_key() -> PrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def key_to_pem(key: PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def key_from_pem(pem: bytes) -> PrivateKey:
    """Raises `CertificateError`."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise CertificateError(f"A private key cannot be read: {error}.", "Restore it from a backup.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertificateError("A private key is not an elliptic-curve key.", "Restore it from a backup.")
    return key


def to_pem(*certificates: x509.Certificate) -> str:
    return "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in certificates)


def to_der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def load_chain(pem: str | bytes) -> list[x509.Certificate]:
    """Raises `CertificateError`."""
    try:
        return x509.load_pem_x509_certificates(pem.encode() if isinstance(pem, str) else pem)
    except ValueError as error:
        raise CertificateError(f"A certificate cannot be read: {error}.", "Enrol again, or restore it.") from error


def make_root(key: PrivateKey, name: str, now: datetime) -> x509.Certificate:
    return _make(name, key.public_key(), name, key, now, ROOT_LIFE, ca_path_length=1)


def make_issuer(
    key: PrivateKey, name: str, root: x509.Certificate, root_key: PrivateKey, now: datetime
) -> x509.Certificate:
    return _make(name, key.public_key(), _common_name(root), root_key, now, ISSUER_LIFE, ca_path_length=0, issuer=root)


def make_server_certificate(
    key: PrivateKey, hosts: Sequence[str], issuer: x509.Certificate, issuer_key: PrivateKey, now: datetime
) -> x509.Certificate:
    """For the gateway listener; ``hosts`` are the names and addresses that gateways reach it under."""
    return _make(
        "Goodpart server",
        key.public_key(),
        _common_name(issuer),
        issuer_key,
        now,
        LEAF_LIFE,
        issuer=issuer,
        usage=ExtendedKeyUsageOID.SERVER_AUTH,
        names=[_general_name(host) for host in hosts],
    )


def make_gateway_certificate(
    request: x509.CertificateSigningRequest,
    gateway: str,
    issuer: x509.Certificate,
    issuer_key: PrivateKey,
    now: datetime,
) -> x509.Certificate:
    """For client authentication only, naming the gateway by its id in a URI."""
    return _make(
        f"gateway {gateway}",
        _request_key(request),
        _common_name(issuer),
        issuer_key,
        now,
        LEAF_LIFE,
        issuer=issuer,
        usage=ExtendedKeyUsageOID.CLIENT_AUTH,
        names=[x509.UniformResourceIdentifier(GATEWAY_URI + gateway)],
    )


def make_request(key: PrivateKey) -> str:
    """A signing request as PEM. Its name is a placeholder: the issuer ignores it."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def load_request(pem: str) -> x509.CertificateSigningRequest:
    """Raises `CertificateError` unless it is a request signed by its own elliptic-curve P-256 key."""
    remedy = "Run the join command again; it makes a new request."
    try:
        request = x509.load_pem_x509_csr(pem.encode())
    except ValueError as error:
        raise CertificateError(f"The certificate signing request cannot be read: {error}.", remedy) from error
    if not request.is_signature_valid:
        raise CertificateError("The certificate signing request is not signed by its own key.", remedy)
    _request_key(request)
    return request


def key_fingerprint(request: x509.CertificateSigningRequest) -> str:
    """SHA-256 of the request's public key (SubjectPublicKeyInfo), as hex."""
    key = request.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()


def gateway_of(certificate: x509.Certificate) -> str:
    """The id of the gateway that a certificate names. Raises `CertificateError` for any other certificate."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        uris = []
    else:
        uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    if len(uris) != 1 or not uris[0].startswith(GATEWAY_URI):
        raise CertificateError("The client certificate is not a gateway's.", "Enrol this gateway with a claim code.")
    return uris[0].removeprefix(GATEWAY_URI)


def check_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    """Raises `CertificateError` unless ``issuer`` signed ``certificate``."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise CertificateError(
            "The certificate is not of this server's CA.", "Enrol this gateway here with a claim code."
        ) from error


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, as hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _make(
    subject: str,
    public_key: ec.EllipticCurvePublicKey,
    issuer_name: str,
    issuer_key: PrivateKey,
    now: datetime,
    life: timedelta,
    *,
    ca_path_length: int | None = None,
    issuer: x509.Certificate | None = None,
    usage: x509.ObjectIdentifier | None = None,
    names: Sequence[x509.GeneralName] = (),
) -> x509.Certificate:
    is_ca = ca_path_length is not None
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer_name))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=ca_path_length), critical=True)
        .add_extension(_key_usage(is_ca=is_ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if issuer is not None and issuer.not_valid_after_utc < now + life:
        raise CertificateError(
            "The issuing CA ends before the certificate that it is to sign.",
            "Renew the issuing CA from its root.",
        )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _request_key(request: x509.CertificateSigningRequest) -> ec.EllipticCurvePublicKey:
    key = request.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CertificateError("The signing request's key is not of curve P-256.", "Run the join command again.")
    return key


def _key_usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Goodpart"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _common_name(certificate: x509.Certificate) -> str:
    value = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return value if isinstance(value, str) else value.decode()


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
