"""Claim codes and presence: pure rules."""

from datetime import UTC, datetime, timedelta

import pytest

from goodpart.server.gateways.model import (
    Certificate,
    CertificateState,
    Claim,
    ClaimOutcome,
    certificate_state,
    is_online,
    judge_claim,
)

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
SOON, BEFORE = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (None, ClaimOutcome.WRONG),
        (Claim("g", SOON, None, None), ClaimOutcome.ACCEPTED),
        (Claim("g", NOW, None, None), ClaimOutcome.EXPIRED),
        (Claim("g", SOON, BEFORE, None), ClaimOutcome.USED),
        (Claim("g", BEFORE, BEFORE, None), ClaimOutcome.USED),
        (Claim("g", SOON, BEFORE, None, used_by_key="another"), ClaimOutcome.USED),
        (Claim("g", SOON, BEFORE, None, used_by_key="this"), ClaimOutcome.ACCEPTED),
        (Claim("g", BEFORE, BEFORE, None, used_by_key="this"), ClaimOutcome.EXPIRED),
        (Claim("g", SOON, BEFORE, BEFORE, used_by_key="this"), ClaimOutcome.WRONG),
        (Claim("g", SOON, None, BEFORE), ClaimOutcome.WRONG),
    ],
)
def test_a_claim_code_is_good_once_and_in_time(claim: Claim | None, outcome: ClaimOutcome) -> None:
    assert judge_claim(claim, NOW, "this") is outcome


@pytest.mark.parametrize(
    ("connected", "left_s_ago", "seen_s_ago", "online"),
    [
        (True, None, 0, True),
        (True, 5, 10, True),
        (True, None, None, False),  # connected, and refused
        (True, None, 76, False),  # silent behind a connection that still looks open
        (False, None, None, False),
        (False, None, 10, True),  # another replica heard of it
        (False, None, 80, False),
        (False, 2, 10, False),  # it left this process after it was last heard of
        (False, 10, 2, True),
    ],
)
def test_a_gateway_is_online_while_anyone_hears_of_it(
    connected: bool, left_s_ago: float | None, seen_s_ago: float | None, online: bool
) -> None:
    def ago(seconds: float | None) -> datetime | None:
        return None if seconds is None else NOW - timedelta(seconds=seconds)

    assert (
        is_online(connected=connected, disconnected_at=ago(left_s_ago), last_seen_at=ago(seen_s_ago), now=NOW) is online
    )


@pytest.mark.parametrize(
    ("days_left", "state"),
    [
        (364, CertificateState.VALID),
        (31, CertificateState.VALID),
        (30, CertificateState.EXPIRES_SOON),
        (0, CertificateState.EXPIRED),
        (-3, CertificateState.EXPIRED),
    ],
)
def test_a_certificate_that_was_not_renewed_is_told_a_month_before_its_end(
    days_left: int, state: CertificateState
) -> None:
    certificate = Certificate("f", "g", NOW - timedelta(days=1), NOW + timedelta(days=days_left))
    assert certificate_state(certificate, NOW) is state
