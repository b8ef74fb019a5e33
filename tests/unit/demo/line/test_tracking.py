"""Each part is decided exactly once: by a result in time, or by the PLC itself at the deadline."""

import math

from hypothesis import given
from hypothesis import strategies as st

from goodpart.demo.line.tracking import Decided, DecidedBy, Ejected, PartTracker

DEADLINE_S = 0.5


def tracker(*, acts: bool = True) -> PartTracker:
    return PartTracker(DEADLINE_S, seed=1, acts_on_results=acts)


def test_a_result_in_time_decides_the_part() -> None:
    parts = tracker()
    parts.arrived(7, 10.0)
    assert parts.result(7, reject=False, now=10.49) == Decided(7, DecidedBy.RESULT, reject=False)
    assert parts.due(20.0) == ()
    assert math.isinf(parts.next_due)


def test_a_result_at_the_deadline_is_too_late_also_when_nobody_looked_in_between() -> None:
    parts = tracker()
    parts.arrived(7, 10.0)
    assert parts.result(7, reject=False, now=10.5) is None
    assert parts.due(10.5) == (Decided(7, DecidedBy.FAIL_SAFE, reject=True),)


def test_without_a_result_the_fail_safe_rejects_and_the_part_is_seen_at_the_chute() -> None:
    parts = tracker()
    parts.arrived(7, 10.0)
    assert parts.next_due == 10.5
    assert parts.due(10.5) == (Decided(7, DecidedBy.FAIL_SAFE, reject=True),)
    assert 10.7 <= parts.next_due <= 10.9
    assert parts.due(10.9) == (Ejected(7),)
    assert math.isinf(parts.next_due)


def test_a_second_result_and_one_for_an_unknown_part_are_not_taken() -> None:
    parts = tracker()
    parts.arrived(7, 10.0)
    parts.result(7, reject=True, now=10.1)
    assert parts.result(7, reject=False, now=10.2) is None
    assert parts.result(8, reject=False, now=10.2) is None
    assert parts.due(10.6) == (Ejected(7),)


def test_with_the_key_off_every_part_passes() -> None:
    parts = tracker(acts=False)
    parts.arrived(1, 0.0)
    parts.arrived(2, 0.1)
    assert parts.result(1, reject=True, now=0.2) == Decided(1, DecidedBy.RESULT, reject=False)
    assert parts.due(5.0) == (Decided(2, DecidedBy.KEY_OFF, reject=False),)
    assert math.isinf(parts.next_due)


@given(
    st.lists(st.tuples(st.floats(0.01, 1.0), st.one_of(st.none(), st.floats(0.0, 1.0)), st.booleans()), max_size=40),
    st.booleans(),
)
def test_every_part_is_decided_once_and_every_rejected_part_is_seen_once_in_order(
    parts: list[tuple[float, float | None, bool]], acts: bool
) -> None:
    """Each part: the gap before it, when its result comes after it (`None`: never), and whether to reject it."""
    at, todo = 0.0, []
    for sequence, (gap, delay, reject) in enumerate(parts, start=1):
        at += gap
        todo.append((at, 0, sequence, reject))
        if delay is not None:
            todo.append((at + delay, 1, sequence, reject))
    tracked, outcomes = tracker(acts=acts), list[Decided | Ejected]()
    for now, what, sequence, reject in sorted(todo):
        outcomes += tracked.due(now)
        if what == 0:
            tracked.arrived(sequence, now)
        elif (taken := tracked.result(sequence, reject=reject, now=now)) is not None:
            outcomes.append(taken)
    outcomes += (*tracked.due(at + 60), *tracked.due(at + 120))
    decided = [each for each in outcomes if isinstance(each, Decided)]
    assert sorted(each.sequence for each in decided) == list(range(1, len(parts) + 1))
    ejected = [each.sequence for each in outcomes if isinstance(each, Ejected)]
    assert sorted(ejected) == sorted(each.sequence for each in decided if each.reject)
    assert ejected == [each.sequence for each in decided if each.reject]
    for each in decided:
        _, delay, reject = parts[each.sequence - 1]
        in_time = delay is not None and delay < DEADLINE_S - 1e-6
        if each.by is DecidedBy.RESULT:
            assert delay is not None
            assert each.reject == (reject and acts)
        else:
            assert not in_time
            assert each.reject == acts
    assert math.isinf(tracked.next_due)
