"""One-time passwords are those of the standard, once each."""

import base64
from datetime import UTC, datetime

import pytest

from goodpart.server.users import totp

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_CODES = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
}
"""RFC 6238, appendix B, SHA-1: eight digits, of which the last six are ours."""


def at(second: float) -> datetime:
    return datetime.fromtimestamp(second, UTC)


@pytest.mark.parametrize(("second", "code"), RFC_CODES.items())
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert totp.code_at(RFC_SECRET, second // totp.STEP_S) == code[-6:]


@pytest.mark.parametrize(("off_by_s", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_off_by_one_step(off_by_s: int, accepted: bool) -> None:
    now = 1_800_000_000
    code = totp.code_at(RFC_SECRET, (now + off_by_s) // totp.STEP_S)

    assert (totp.step_of(code, RFC_SECRET, at(now), after=0) is not None) is accepted


def test_no_code_counts_twice() -> None:
    step = 60_000_000
    now = at(step * totp.STEP_S)

    assert totp.step_of(totp.code_at(RFC_SECRET, step), RFC_SECRET, now, after=step - 1) == step
    assert totp.step_of(totp.code_at(RFC_SECRET, step), RFC_SECRET, now, after=step) is None
    assert totp.step_of(totp.code_at(RFC_SECRET, step - 1), RFC_SECRET, now, after=step) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "000000\n", "💥"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert totp.step_of(code, RFC_SECRET, at(59), after=0) is None


@pytest.mark.parametrize("secret", ["", "AAAA", "not base32!", "A" * 400, "ÄÖÜ"])
def test_what_is_no_secret_of_ours_is_refused(secret: str) -> None:
    assert not totp.is_secret(secret)
    assert totp.is_secret(totp.new_secret())


def test_recovery_codes_are_all_different() -> None:
    codes = totp.new_recovery_codes()

    assert len(set(codes)) == totp.RECOVERY_CODES
    assert all(len(code) == 11 for code in codes)


def test_an_app_reads_name_and_secret_from_the_address() -> None:
    address = totp.address(RFC_SECRET, "Ada & Bob/é")

    assert address.startswith("otpauth://totp/Goodpart%3AAda%20%26%20Bob%2F%C3%A9?")
    assert f"secret={RFC_SECRET}&issuer=Goodpart" in address
