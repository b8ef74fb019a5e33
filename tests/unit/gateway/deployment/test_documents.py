"""A desired state is parsed once, at the door: what passes can be run, the rest is a sentence."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.gateway.deployment.document import claimed_revision, open_desired, packages_of
from goodpart.gateway.deployment.errors import DocumentRefusedError
from goodpart.trust.documents import seal
from goodpart.trust.signatures import DESIRED_STATE, PACKAGE, KeySet, SignatureError, SoftwareSigner
from goodpart.wire.desired import DesiredState
from goodpart.wire.signed import SignedDocument
from tests.fakes.desired import desired, recipe, station_spec
from tests.fakes.gateway_server import GATEWAY

SIGNER = SoftwareSigner.generate()
KEYS = KeySet([SIGNER.public_key])
PACKAGE_ID = "ab" * 32


def opened(payload: bytes, purpose: str = DESIRED_STATE) -> DesiredState:
    return open_desired(seal(SIGNER, purpose, payload), KEYS, GATEWAY)


def spec(**changes: Any) -> DesiredState:
    named: dict[str, Any] = {"package": PACKAGE_ID, "size_bytes": 1000, **changes}
    return desired(1, station_spec(recipe(**named)))


def test_what_was_signed_is_what_is_read() -> None:
    wanted = spec()
    assert opened(msgspec.json.encode(wanted)) == wanted
    assert packages_of(wanted) == {PACKAGE_ID: 1000}


@pytest.mark.parametrize(
    "wanted",
    [
        desired(1, gateway="another"),
        desired(0),
        desired(-1),
        desired(1, v=2),
        desired(1, station_spec(), station_spec()),
        desired(1, station_spec(station="../../etc")),
        desired(1, station_spec(station="")),
        desired(1, station_spec(station="a/b")),
        desired(1, station_spec(station=".")),
        spec(package="../identity/key"),
        spec(package=PACKAGE_ID.upper()),
        spec(size_bytes=0),
        spec(size_bytes=-1),
        spec(good_below=3.0, bad_above=2.0),
        spec(deadline_ms=0),
        spec(good_image_every=0),
        desired(1, station_spec(recipe(PACKAGE_ID, 1), recipe("cd" * 32, 1))),
    ],
)
def test_a_signed_document_that_cannot_be_run_is_refused_with_a_reason(wanted: DesiredState) -> None:
    with pytest.raises(DocumentRefusedError) as caught:
        opened(msgspec.json.encode(wanted))
    assert caught.value.cause
    assert caught.value.remedy


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", '"1"', "null"])
def test_a_threshold_that_is_no_number_is_refused(number: str) -> None:
    payload = msgspec.json.encode(spec()).replace(b'"good_below":1.0', f'"good_below":{number}'.encode())
    with pytest.raises(DocumentRefusedError):
        opened(payload)


@given(st.binary(max_size=200))
def test_signed_nonsense_is_refused(payload: bytes) -> None:
    with pytest.raises(DocumentRefusedError):
        opened(payload)
    assert claimed_revision(SignedDocument(payload=payload, signature=SIGNER.sign(DESIRED_STATE, b""))) is None


def test_a_signature_for_another_purpose_does_not_count() -> None:
    with pytest.raises(SignatureError):
        opened(msgspec.json.encode(spec()), PACKAGE)


@given(st.data())
def test_no_byte_of_a_signed_document_can_be_changed(data: st.DataObject) -> None:
    document = seal(SIGNER, DESIRED_STATE, msgspec.json.encode(spec()))
    at = data.draw(st.integers(0, len(document.payload) - 1))
    change = data.draw(st.integers(1, 255))
    altered = bytearray(document.payload)
    altered[at] ^= change
    with pytest.raises(SignatureError):
        open_desired(SignedDocument(payload=bytes(altered), signature=document.signature), KEYS, GATEWAY)


def test_fields_that_a_newer_server_adds_are_passed_over() -> None:
    payload = msgspec.json.encode(spec()).replace(b'{"v":1,', b'{"v":1,"added_later":{"x":1},')
    assert opened(payload) == spec()
