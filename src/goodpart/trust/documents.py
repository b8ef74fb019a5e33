"""Signed documents: seal one, open one."""

from goodpart.trust.signatures import KeySet, Signer
from goodpart.wire.signed import SignedDocument


def seal(signer: Signer, purpose: str, payload: bytes) -> SignedDocument:
    return SignedDocument(payload=payload, signature=signer.sign(purpose, payload))


def open_sealed(keys: KeySet, purpose: str, document: SignedDocument) -> bytes:
    """The payload. Raises `SignatureError` unless an accepted key signed it for this purpose."""
    keys.verify(purpose, document.payload, document.signature)
    return document.payload
