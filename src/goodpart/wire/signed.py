"""A document and the signature over its very bytes."""

import msgspec


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    key_id: str
    value: str
    """Ed25519 (RFC 8032), base64."""


class SignedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """``payload`` is JSON as bytes (base64 on the wire): what was signed is what is read."""

    payload: bytes
    signature: Signature


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    key_id: str
    value: str
    """The raw Ed25519 public key, base64."""
