"""Each failure makes the wait longer, and no wait is for ever."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from goodpart.server.users.attempts import BY_ADDRESS, BY_NAME


def test_a_slip_costs_nothing_and_guessing_does() -> None:
    assert [BY_NAME.wait_after(failures).total_seconds() for failures in (1, 4, 5, 6, 7, 20)] == [
        *(0, 0),
        *(30, 60, 120, 900),
    ]
    assert BY_ADDRESS.wait_after(49) == timedelta(0)


@given(st.integers(0, 10**9))
def test_waits_grow_up_to_a_limit(failures: int) -> None:
    assert timedelta(0) <= BY_NAME.wait_after(failures) <= BY_NAME.wait_after(failures + 1) <= timedelta(minutes=15)
