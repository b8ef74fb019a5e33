"""Who this gateway is, on disk: whole or absent, whatever is killed while it changes.

A new certificate comes with a new key. The new key waits in ``next-key.pem``; writing ``identity.json`` is the moment
of the change; then the new key takes the place of the old one. A kill between the last two is repaired by the next
reader: the certificate says which of the two keys is meant.
"""

from dataclasses import dataclass

import msgspec
from cryptography import x509

from goodpart.base.files import sync_folder, write_durably
from goodpart.gateway.enrollment.errors import IdentityDamagedError, NotEnrolledError, UnusableAnswerError
from goodpart.gateway.folders import GatewayFolders
from goodpart.trust.certificates import (
    CertificateError,
    PrivateKey,
    check_issued_by,
    gateway_of,
    key_from_pem,
    key_to_pem,
    load_chain,
    new_key,
)
from goodpart.trust.signatures import KeySet
from goodpart.wire.enrollment import Identity

_JOIN = "Enrol it: `goodpart gateway --join URL --code CODE`, with a claim code from the gateway's page on the server."
_REPAIR = "Restore the folder from a backup, or remove it and enrol this gateway with a new claim code."


class ServerAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server is, and which claim code led here."""

    url: str
    code_hash: str = ""
    """Of the code's secret: the same join command again changes nothing."""


@dataclass(frozen=True)
class Enrolled:
    """An enrolled gateway: what it proves itself with, and whom it believes."""

    identity: Identity
    key: PrivateKey
    server: ServerAddress

    @property
    def gateway(self) -> str:
        return self.identity.gateway

    @property
    def certificate(self) -> x509.Certificate:
        return load_chain(self.identity.certificate_pem)[0]

    @property
    def keys(self) -> KeySet:
        """Whose signatures on desired states and packages are accepted."""
        return KeySet(self.identity.signing_keys)


def is_enrolled(folders: GatewayFolders) -> bool:
    return folders.identity.exists()


def read_enrolled(folders: GatewayFolders) -> Enrolled:
    """Raises `NotEnrolledError` and `IdentityDamagedError`. Ends a change of key that was cut short."""
    identity = _read_identity(folders)
    try:
        server = msgspec.json.decode(folders.server.read_bytes(), type=ServerAddress)
        certificate = load_chain(identity.certificate_pem)[0]
    except (OSError, msgspec.MsgspecError, CertificateError) as error:
        raise _damaged(folders, str(error)) from error
    return Enrolled(identity, _key_of(certificate, folders), server)


def read_signing_keys(folders: GatewayFolders) -> tuple[str, KeySet]:
    """The gateway's id and the keys whose signatures it accepts, for processes that have no business with its key.

    Raises `NotEnrolledError` and `IdentityDamagedError`.
    """
    identity = _read_identity(folders)
    return identity.gateway, KeySet(identity.signing_keys)


def prepare_key(folders: GatewayFolders) -> PrivateKey:
    """The key to ask a new certificate for, on disk before anybody hears of it. Asked again, the same one."""
    if folders.next_key.exists():
        try:
            return key_from_pem(folders.next_key.read_bytes())
        except CertificateError:
            folders.next_key.unlink()
    key = new_key()
    write_durably(folders.next_key, key_to_pem(key), mode=0o600)
    return key


def check_identity(identity: Identity, key: PrivateKey) -> None:
    """Raises `UnusableAnswerError` unless the certificate is for ``key``, names the gateway, and leads to a root of
    the identity's own bundle."""
    try:
        leaf, *issuers = load_chain(identity.certificate_pem)
        named = gateway_of(leaf)
        for issued, issuer in zip((leaf, *issuers), issuers, strict=False):
            check_issued_by(issued, issuer)
        roots = [each for pem in identity.bundle.roots_pem for each in load_chain(pem)]
        if not any(_is_issued_by((leaf, *issuers)[-1], root) for root in roots):
            raise CertificateError("The certificate does not lead to a root of the bundle.")
    except CertificateError as error:
        raise _refused(error.cause) from error
    if named != identity.gateway:
        raise _refused(f"The certificate is for the gateway {named}, not {identity.gateway}.")
    if leaf.public_key() != key.public_key():
        raise _refused("The certificate is for another key.")
    if not identity.signing_keys:
        raise _refused("It names no key whose signatures are accepted.")


def store_identity(folders: GatewayFolders, identity: Identity) -> None:
    """Take over a checked identity whose key was prepared with `prepare_key`."""
    write_durably(folders.identity, msgspec.json.encode(identity), mode=0o600)
    _take_next_key(folders)


def store_server(folders: GatewayFolders, server: ServerAddress) -> None:
    write_durably(folders.server, msgspec.json.encode(server))


def _read_identity(folders: GatewayFolders) -> Identity:
    try:
        return msgspec.json.decode(folders.identity.read_bytes(), type=Identity)
    except FileNotFoundError as error:
        raise NotEnrolledError(f"The gateway in {folders.root} is not enrolled with a server.", _JOIN) from error
    except (OSError, msgspec.MsgspecError) as error:
        raise _damaged(folders, str(error)) from error


def _key_of(certificate: x509.Certificate, folders: GatewayFolders) -> PrivateKey:
    for path in (folders.key, folders.next_key):
        if not path.exists():
            continue
        try:
            key = key_from_pem(path.read_bytes())
        except (OSError, CertificateError) as error:
            raise _damaged(folders, f"{path.name}: {error}") from error
        if key.public_key() == certificate.public_key():
            if path == folders.next_key:
                _take_next_key(folders)
            return key
    raise _damaged(folders, "the private key does not fit the certificate")


def _take_next_key(folders: GatewayFolders) -> None:
    folders.next_key.replace(folders.key)
    sync_folder(folders.identity_folder)


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        check_issued_by(certificate, issuer)
    except CertificateError:
        return False
    return True


def _damaged(folders: GatewayFolders, why: str) -> IdentityDamagedError:
    return IdentityDamagedError(f"The identity in {folders.identity_folder} cannot be used: {why}.", _REPAIR)


def _refused(why: str) -> UnusableAnswerError:
    return UnusableAnswerError(
        f"The server gave an identity that cannot be used: {why}", "Look at the server's log and at its clock."
    )
