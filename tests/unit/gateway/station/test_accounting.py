"""Every number between two numbers of the PLC is accounted for once, over the end of the counter too."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from goodpart.gateway.station.accounting import (
    COUNTER_SIZE,
    LONGEST_GAP,
    SHORT_STEP_BACK,
    PartRange,
    account_arrival,
    account_found,
)

numbers = st.integers(0, COUNTER_SIZE - 1) | st.integers(0, 5) | st.integers(COUNTER_SIZE - 5, COUNTER_SIZE - 1)
gaps = st.integers(0, 50)


@given(last=numbers, gap=gaps)
def test_an_arrival_leaves_exactly_the_numbers_between_as_missed(last: int, gap: int) -> None:
    arrived = (last + gap + 1) % COUNTER_SIZE
    account = account_arrival(last, arrived)
    assert account.is_new
    assert not account.restarted
    assert [*account.missed, arrived] == [(last + step) % COUNTER_SIZE for step in range(1, gap + 2)]


@given(last=numbers, gap=gaps)
def test_a_number_that_was_found_is_missed_itself(last: int, gap: int) -> None:
    found = (last + gap) % COUNTER_SIZE
    account = account_found(last, found)
    assert not account.is_new
    assert not account.restarted
    assert list(account.missed) == [(last + step) % COUNTER_SIZE for step in range(1, gap + 1)]


@given(last=numbers)
def test_the_same_number_again_is_nothing(last: int) -> None:
    for account in (account_arrival(last, last), account_found(last, last)):
        assert (len(account.missed), account.is_new, account.restarted) == (0, False, False)


def test_the_longest_gap_is_accounted_for_without_being_held_in_memory() -> None:
    account = account_found(0, LONGEST_GAP)
    assert len(account.missed) == LONGEST_GAP
    assert next(iter(account.missed)) == 1


@st.composite
def new_counts(draw: st.DrawFn) -> tuple[int, int]:
    """The last number of one count and a number of the next, neither near each other nor a rollover."""
    sequence = draw(st.integers(1, 2000) | st.integers(1, LONGEST_GAP))
    return draw(st.integers(sequence + SHORT_STEP_BACK + 1, COUNTER_SIZE - LONGEST_GAP)), sequence


@given(counts=new_counts())
@example(counts=(9000, 5))
@example(counts=(9000, 1500))
@example(counts=(480, 300))
@example(counts=(5, 2))
def test_a_count_that_began_anew_is_accounted_for_from_one_on(counts: tuple[int, int]) -> None:
    last, sequence = counts
    arrival = account_arrival(last, sequence)
    assert (arrival.is_new, arrival.restarted) == (True, True)
    assert arrival.missed == (PartRange(1, sequence - 1) if sequence > 1 else PartRange(0, 0))
    found = account_found(last, sequence)
    assert (found.is_new, found.restarted) == (False, True)
    assert found.missed == PartRange(1, sequence)


@given(last=st.integers(2 * SHORT_STEP_BACK, COUNTER_SIZE - 1), back=st.integers(1, SHORT_STEP_BACK - 2))
def test_a_short_step_back_is_said_and_its_parts_are_not_recorded_again(last: int, back: int) -> None:
    arrival = account_arrival(last, last - back)
    assert (len(arrival.missed), arrival.is_new, arrival.restarted) == (0, True, True)
    found = account_found(last, last - back)
    assert (len(found.missed), found.is_new, found.restarted) == (0, False, True)


@pytest.mark.parametrize(
    ("last", "sequence"),
    [(0, LONGEST_GAP + 1), (10, 2**31), (2**31, LONGEST_GAP + 1), (COUNTER_SIZE - 1, 2**31)],
)
def test_a_count_whose_beginning_nobody_knows_is_followed_and_said(last: int, sequence: int) -> None:
    arrival = account_arrival(last, sequence)
    assert (len(arrival.missed), arrival.is_new, arrival.restarted) == (0, True, True)
    found = account_found(last, sequence)
    assert (len(found.missed), found.is_new, found.restarted) == (0, False, True)


def test_a_counter_set_back_to_zero_shows_no_part() -> None:
    account = account_arrival(5000, 0)
    assert (len(account.missed), account.is_new, account.restarted) == (0, False, True)


@given(
    start=numbers,
    steps=st.lists(st.tuples(st.integers(1, 20), st.booleans()), max_size=30),
)
def test_no_part_is_doubled_or_forgotten_however_numbers_come_in(start: int, steps: list[tuple[int, bool]]) -> None:
    """Some numbers are seen to arrive, some are only found after a pause; all between are missed."""
    last, position, recorded = start, start, list[int]()
    for step, arrives in steps:
        position = (position + step) % COUNTER_SIZE
        account = account_arrival(last, position) if arrives else account_found(last, position)
        recorded += [*account.missed, *([position] if account.is_new else [])]
        last = position
    total = sum(step for step, _ in steps)
    assert recorded == [(start + step) % COUNTER_SIZE for step in range(1, total + 1)]
