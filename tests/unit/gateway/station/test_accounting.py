"""Every number between two numbers of the PLC is accounted for once, over the end of the counter too."""

from hypothesis import given
from hypothesis import strategies as st

from goodpart.gateway.station.accounting import (
    COUNTER_SIZE,
    FRESH_COUNT,
    LONGEST_GAP,
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


@given(last=st.integers(LONGEST_GAP + 10, COUNTER_SIZE - 1), back=st.integers(1, 1000))
def test_a_count_that_goes_back_is_followed_and_said(last: int, back: int) -> None:
    arrival = account_arrival(last, last - back)
    assert (len(arrival.missed), arrival.is_new, arrival.restarted) == (0, True, True)
    found = account_found(last, last - back)
    assert (found.is_new, found.restarted) == (False, True)


@given(last=st.integers(FRESH_COUNT + 1, 2**31), sequence=st.integers(1, FRESH_COUNT))
def test_a_count_that_began_anew_unseen_is_taken_to_have_begun_at_one(last: int, sequence: int) -> None:
    account = account_found(last, sequence)
    assert account.restarted
    assert list(account.missed) == list(range(1, sequence + 1))


def test_a_counter_set_back_to_zero_shows_no_part() -> None:
    account = account_arrival(5000, 0)
    assert (account.is_new, account.restarted) == (False, True)


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
