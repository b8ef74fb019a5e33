"""Claim codes: typed by a person, carried once, and unmistakable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.trust.claims import (
    ClaimCode,
    ClaimCodeError,
    bundle_fingerprint,
    fingerprint_matches,
    hash_secret,
)

roots = st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=3).map(tuple)
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@given(roots, st.data())
def test_a_code_survives_being_typed(bundle: tuple[bytes, ...], data: st.DataObject) -> None:
    code = ClaimCode.generate(bundle_fingerprint(bundle))
    typed = str(code)
    typed = typed.upper() if data.draw(st.booleans()) else typed
    typed = typed.replace("-", data.draw(st.sampled_from(["", "-", " ", "\t", " - "])))
    assert ClaimCode.parse(f"  {typed}\n") == code
    assert len(str(code)) == 8 * 6 + 7


@given(st.text(max_size=80))
def test_text_that_is_no_code_is_refused_with_a_remedy(text: str) -> None:
    letters = "".join(text.replace("-", "").split()).lower()
    if len(letters) == 48 and set(letters) <= set(LETTERS):
        return
    with pytest.raises(ClaimCodeError) as caught:
        ClaimCode.parse(text)
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["", "-", "a" * 47, "a" * 49, "0" * 48, "1" * 48, "ß" * 48, "а" * 48, "a" * 100_000])
def test_near_misses_are_refused(text: str) -> None:
    with pytest.raises(ClaimCodeError):
        ClaimCode.parse(text)


@given(roots, roots)
def test_a_fingerprint_stands_for_one_bundle_in_any_order(one: tuple[bytes, ...], other: tuple[bytes, ...]) -> None:
    code = ClaimCode.generate(bundle_fingerprint(one))
    assert fingerprint_matches(code, bundle_fingerprint(tuple(reversed(one))))
    assert fingerprint_matches(code, bundle_fingerprint(other)) is (sorted(one) == sorted(other))


def test_two_codes_share_no_secret() -> None:
    codes = [ClaimCode.generate(bundle_fingerprint((b"root",))) for _ in range(100)]
    assert len({code.secret for code in codes}) == 100
    assert len({code.fingerprint for code in codes}) == 1
    assert len({hash_secret(code.secret) for code in codes}) == 100


def test_what_the_server_stores_does_not_hold_the_secret() -> None:
    code = ClaimCode.generate(bundle_fingerprint((b"root",)))
    stored = hash_secret(code.secret)
    assert code.secret not in stored
    assert len(stored) == 64
