"""Signatures over packages and desired states: Ed25519 (RFC 8032) behind a port, and the keys that are accepted."""

import base64
import binascii
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from goodpart.base.errors import GoodpartError
from goodpart.wire.signed import PublicKey, Signature

__all__ = ["KeySet", "PublicKey", "Signature", "SignatureError", "Signer", "SoftwareSigner"]

PACKAGE = "package"
DESIRED_STATE = "desired-state"


class SignatureError(GoodpartError):
    """A document is not signed by a key that is accepted for it, or was altered after it was signed."""

    code = "signature_refused"


class Signer(ABC):
    """Holds a private key without giving it away: a file, a PKCS#11 token."""

    @property
    @abstractmethod
    def public_key(self) -> PublicKey: ...

    @abstractmethod
    def sign(self, purpose: str, message: bytes) -> Signature:
        """Sign ``message`` for one ``purpose``: a signature for another purpose does not verify."""


class SoftwareSigner(Signer):
    """A key in memory, read from a PEM file (PKCS #8)."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self._public = PublicKey(key_id=hashlib.sha256(raw).hexdigest()[:16], value=base64.b64encode(raw).decode())

    @classmethod
    def generate(cls) -> "SoftwareSigner":
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes) -> "SoftwareSigner":
        """Raises `SignatureError` where the file holds no Ed25519 key."""
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            raise SignatureError(
                f"The signing key cannot be read: {error}.", "Restore the key file from a backup."
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise SignatureError("The signing key is not an Ed25519 key.", "Restore the key file from a backup.")
        return cls(key)

    def to_pem(self) -> bytes:
        """The private key, unencrypted: for a file that only the server's user may read."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def public_key(self) -> PublicKey:
        return self._public

    def sign(self, purpose: str, message: bytes) -> Signature:
        value = self._key.sign(_framed(purpose, message))
        return Signature(key_id=self._public.key_id, value=base64.b64encode(value).decode())


class KeySet:
    """The keys whose signatures are accepted. Several at a time, so that keys can be exchanged with an overlap."""

    def __init__(self, keys: Iterable[PublicKey]) -> None:
        self.keys = tuple(keys)
        self._by_id = {key.key_id: key for key in self.keys}

    def verify(self, purpose: str, message: bytes, signature: Signature) -> None:
        """Raises `SignatureError` unless one of these keys signed exactly this ``message`` for this ``purpose``."""
        key = self._by_id.get(signature.key_id)
        if key is None:
            raise SignatureError(
                f"The {purpose} is signed by the key {signature.key_id!r}, which is not trusted here.",
                "Have it approved on the server that this gateway is enrolled with.",
            )
        try:
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.value, validate=True))
            public.verify(base64.b64decode(signature.value, validate=True), _framed(purpose, message))
        except (InvalidSignature, binascii.Error, ValueError) as error:
            raise SignatureError(
                f"The signature of the {purpose} does not match its content: it was altered after it was signed.",
                "Fetch it again from the server; if that does not help, approve and roll it out again.",
            ) from error


def _framed(purpose: str, message: bytes) -> bytes:
    return b"goodpart/" + purpose.encode() + b"\0" + message
