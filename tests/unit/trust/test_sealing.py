import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.trust.sealing import Seal, SealError, is_sealed

KEY = Seal.new_key()


@given(st.text(max_size=200), st.text(max_size=50))
def test_what_was_closed_opens_for_its_owner(secret: str, owner: str) -> None:
    stored = Seal(KEY).close(secret, owner)
    assert is_sealed(stored)
    assert Seal(KEY).open(stored, owner) == secret


def test_nothing_of_the_secret_can_be_read_or_compared() -> None:
    first, second = (Seal(KEY).close("JBSWY3DPEHPK3PXP", "anna") for _ in range(2))
    assert "JBSWY3DPEHPK3PXP" not in first
    assert first != second


@pytest.mark.parametrize("owner", ["bert", ""])
def test_a_secret_that_was_moved_to_somebody_else_does_not_open(owner: str) -> None:
    with pytest.raises(SealError):
        Seal(KEY).open(Seal(KEY).close("secret", "anna"), owner)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(SealError, match="another key"):
        Seal(Seal.new_key()).open(Seal(KEY).close("secret", "anna"), "anna")


@given(st.integers(0, 8 * (12 + len("secret") + 16) - 1))
def test_an_altered_secret_is_refused(bit: int) -> None:
    form, content = Seal(KEY).close("secret", "anna").rsplit(":", 1)
    raw = bytearray(base64.b64decode(content))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealError):
        Seal(KEY).open(f"{form}:{base64.b64encode(raw).decode()}", "anna")


@pytest.mark.parametrize("stored", ["sealed:1:", "sealed:1:!!!!", "sealed:1:AAAA", "Ä"], ids=range(4))
def test_what_is_no_sealed_secret_is_refused(stored: str) -> None:
    with pytest.raises(SealError):
        Seal(KEY).open(stored, "anna")


@pytest.mark.parametrize("key", [b"", b"zz" * 32, b"ab" * 16, b"\xff" * 64], ids=["none", "no hex", "short", "binary"])
def test_a_key_that_is_none_is_refused(key: bytes) -> None:
    with pytest.raises(SealError, match="sealing key"):
        Seal(key)
