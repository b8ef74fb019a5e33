"""Claim codes: what a person carries from the server to a gateway, once.

A code is a secret and the fingerprint of the server's trust bundle, in one string of letters and digits that can be
typed. The server keeps only a hash of the secret; the fingerprint lets the gateway pin its very first contact.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from goodpart.base.errors import GoodpartError

_SECRET_BYTES = 15
_FINGERPRINT_BYTES = 15
_GROUP = 6


class ClaimCodeError(GoodpartError):
    """The text is not a claim code."""

    code = "claim_code_malformed"


@dataclass(frozen=True)
class ClaimCode:
    secret: str
    fingerprint: str
    """The first 120 bits of the bundle's SHA-256, as lower-case base32."""

    @classmethod
    def generate(cls, bundle_fingerprint: str) -> "ClaimCode":
        return cls(_to_text(secrets.token_bytes(_SECRET_BYTES)), bundle_fingerprint)

    @classmethod
    def parse(cls, text: str) -> "ClaimCode":
        """Hyphens, spaces and case do not matter. Raises `ClaimCodeError`."""
        letters = "".join(text.replace("-", "").split()).lower()
        size = _text_length(_SECRET_BYTES)
        if len(letters) != size + _text_length(_FINGERPRINT_BYTES) or set(letters) - set(
            "abcdefghijklmnopqrstuvwxyz234567"
        ):
            raise ClaimCodeError(
                f"{text!r} is not a claim code: it has 8 groups of 6 letters and digits.",
                "Copy the whole code from the gateway's page on the server, or make a new one there.",
            )
        return cls(letters[:size], letters[size:])

    def __str__(self) -> str:
        letters = self.secret + self.fingerprint
        return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def hash_secret(secret: str) -> str:
    """What the server stores. The secret has 120 random bits, so one SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bundle_fingerprint(roots_der: tuple[bytes, ...]) -> str:
    """Of all roots of a bundle together, whatever their order."""
    digest = hashlib.sha256(b"".join(hashlib.sha256(root).digest() for root in sorted(roots_der))).digest()
    return _to_text(digest[:_FINGERPRINT_BYTES])


def fingerprint_matches(code: ClaimCode, fingerprint: str) -> bool:
    return hmac.compare_digest(code.fingerprint, fingerprint)


def _to_text(value: bytes) -> str:
    return base64.b32encode(value).decode().rstrip("=").lower()


def _text_length(size: int) -> int:
    return -(-size * 8 // 5)
