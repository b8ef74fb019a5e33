"""Secrets that have to be read again, kept so that a copy of the database alone does not give them away.

AES-256-GCM (NIST SP 800-38D) with a fresh nonce each time. Each secret is bound to its owner: one that was moved to
another owner's row does not open.
"""

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from goodpart.base.errors import GoodpartError

_FORM = "sealed:1:"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class SealError(GoodpartError):
    """A secret was sealed with another key, for another owner, or was altered; or the key is none."""

    code = "seal_broken"


class Seal:
    """Closes and opens secrets with one key. Raises `SealError` for a key that is not 32 bytes in hexadecimal."""

    def __init__(self, key: bytes) -> None:
        try:
            self._cipher = AESGCM(_checked(bytes.fromhex(key.decode("ascii"))))
        except ValueError as error:
            raise SealError("The sealing key is not one.", "Restore the folder pki from a backup, whole.") from error

    @staticmethod
    def new_key() -> bytes:
        """As it stands in a file."""
        return secrets.token_hex(_KEY_BYTES).encode()

    def close(self, secret: str, owner: str) -> str:
        """Text to store. Closing the same secret twice gives two texts."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORM + base64.b64encode(nonce + self._cipher.encrypt(nonce, secret.encode(), owner.encode())).decode()

    def open(self, stored: str, owner: str) -> str:
        """Raises `SealError`."""
        try:
            raw = base64.b64decode(stored.removeprefix(_FORM), validate=True)
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], owner.encode()).decode()
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise SealError(
                "A secret in the database was sealed with another key.",
                "Restore the database and the folder pki from one backup, or remove the second factor of this user.",
            ) from error


def is_sealed(stored: str) -> bool:
    return stored.startswith(_FORM)


def _checked(key: bytes) -> bytes:
    if len(key) != _KEY_BYTES:
        raise ValueError
    return key
