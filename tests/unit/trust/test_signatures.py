"""Signatures: one key, one purpose, one message; nothing else verifies."""

import base64

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from goodpart.trust.documents import open_sealed, seal
from goodpart.trust.signatures import (
    DESIRED_STATE,
    PACKAGE,
    KeySet,
    PublicKey,
    Signature,
    SignatureError,
    SoftwareSigner,
)
from goodpart.wire.signed import SignedDocument

SIGNER = SoftwareSigner.generate()
KEYS = KeySet([SIGNER.public_key])


@given(st.binary(max_size=500), st.text(max_size=30))
def test_what_is_signed_verifies(message: bytes, purpose: str) -> None:
    KEYS.verify(purpose, message, SIGNER.sign(purpose, message))


@given(st.binary(max_size=100), st.binary(max_size=100), st.text(max_size=20), st.text(max_size=20))
def test_another_message_or_purpose_does_not(one: bytes, other: bytes, purpose: str, another: str) -> None:
    signature = SIGNER.sign(purpose, one)
    if (one, purpose) != (other, another) and not _same_bytes(purpose, one, another, other):
        with pytest.raises(SignatureError):
            KEYS.verify(another, other, signature)


def _same_bytes(purpose: str, message: bytes, another: str, other: bytes) -> bool:
    """A purpose with a zero byte could be taken for another one; the product's purposes have none."""
    return purpose.encode() + b"\0" + message == another.encode() + b"\0" + other


def test_the_purposes_of_the_product_cannot_be_mistaken_for_each_other() -> None:
    assert PACKAGE != DESIRED_STATE
    assert "\0" not in PACKAGE + DESIRED_STATE


@given(st.data())
def test_no_bit_of_a_signature_can_be_changed(data: st.DataObject) -> None:
    signature = SIGNER.sign(PACKAGE, b"manifest")
    value = bytearray(base64.b64decode(signature.value))
    value[data.draw(st.integers(0, len(value) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SignatureError):
        KEYS.verify(PACKAGE, b"manifest", Signature(key_id=signature.key_id, value=base64.b64encode(value).decode()))


@pytest.mark.parametrize("value", ["", "!", "AAAA", "ä", "A" * 10_000, "AAAA\n" * 22])
def test_a_signature_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(SignatureError) as caught:
        KEYS.verify(PACKAGE, b"manifest", Signature(key_id=SIGNER.public_key.key_id, value=value))
    assert caught.value.remedy


@pytest.mark.parametrize("value", ["", "!", "AAAA", "A" * 43 + "="])
def test_a_trusted_key_that_is_none_refuses_and_does_not_crash(value: str) -> None:
    keys = KeySet([PublicKey(key_id=SIGNER.public_key.key_id, value=value)])
    with pytest.raises(SignatureError):
        keys.verify(PACKAGE, b"manifest", SIGNER.sign(PACKAGE, b"manifest"))


def test_an_unknown_key_is_named() -> None:
    stranger = SoftwareSigner.generate()
    with pytest.raises(SignatureError, match=stranger.public_key.key_id):
        KEYS.verify(PACKAGE, b"manifest", stranger.sign(PACKAGE, b"manifest"))


def test_a_strangers_signature_under_a_trusted_id_does_not_verify() -> None:
    forged = msgspec.structs.replace(
        SoftwareSigner.generate().sign(PACKAGE, b"manifest"), key_id=SIGNER.public_key.key_id
    )
    with pytest.raises(SignatureError, match="altered"):
        KEYS.verify(PACKAGE, b"manifest", forged)


def test_keys_are_exchanged_with_an_overlap() -> None:
    following = SoftwareSigner.generate()
    both = KeySet([SIGNER.public_key, following.public_key])
    for signer in (SIGNER, following):
        both.verify(PACKAGE, b"manifest", signer.sign(PACKAGE, b"manifest"))
    with pytest.raises(SignatureError):
        KeySet([following.public_key]).verify(PACKAGE, b"manifest", SIGNER.sign(PACKAGE, b"manifest"))
    with pytest.raises(SignatureError):
        KeySet([]).verify(PACKAGE, b"manifest", SIGNER.sign(PACKAGE, b"manifest"))


def test_a_signing_key_is_the_same_after_its_file() -> None:
    again = SoftwareSigner.from_pem(SIGNER.to_pem())
    assert again.public_key == SIGNER.public_key
    assert again.sign(PACKAGE, b"manifest") == SIGNER.sign(PACKAGE, b"manifest")


def _other_kind_of_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    "pem",
    [b"", b"key", SIGNER.to_pem()[:60], _other_kind_of_key()],
    ids=["empty", "no_key", "cut_off", "other_kind"],
)
def test_a_file_that_holds_no_signing_key_is_a_sentence(pem: bytes) -> None:
    with pytest.raises(SignatureError) as caught:
        SoftwareSigner.from_pem(pem)
    assert "backup" in caught.value.remedy


@given(st.binary(max_size=300))
def test_a_sealed_document_opens_to_the_very_bytes(payload: bytes) -> None:
    document = seal(SIGNER, DESIRED_STATE, payload)
    sent = msgspec.json.decode(msgspec.json.encode(document), type=SignedDocument)
    assert open_sealed(KEYS, DESIRED_STATE, sent) == payload
    with pytest.raises(SignatureError):
        open_sealed(KEYS, PACKAGE, sent)
