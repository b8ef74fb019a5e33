"""A child that ends is started again: at once where it asked for it, after a growing pause where it fails."""

from hypothesis import given
from hypothesis import strategies as st

from goodpart.gateway.supervisor import PAUSE_FIRST_S, PAUSE_LONGEST_S, WELL_AFTER_S, next_pause_s


def test_the_pause_grows_to_its_limit_while_a_child_keeps_failing() -> None:
    pauses = [0.0]
    for _ in range(8):
        pauses.append(next_pause_s(pauses[-1], status=1, lived_s=0.5))
    assert pauses[1] == PAUSE_FIRST_S
    assert pauses == sorted(pauses)
    assert pauses[-1] == PAUSE_LONGEST_S


@given(previous=st.floats(0, PAUSE_LONGEST_S), status=st.integers(-15, 255), lived=st.floats(0, 1e6))
def test_a_pause_is_never_longer_than_its_limit(previous: float, status: int, lived: float) -> None:
    assert 0 <= next_pause_s(previous, status=status, lived_s=lived) <= PAUSE_LONGEST_S


def test_a_child_that_was_well_begins_with_the_first_pause() -> None:
    assert next_pause_s(PAUSE_LONGEST_S, status=-9, lived_s=WELL_AFTER_S) == PAUSE_FIRST_S


def test_a_child_that_asks_for_a_new_start_gets_it_at_once() -> None:
    assert next_pause_s(PAUSE_LONGEST_S, status=0, lived_s=0.1) == 0.0
