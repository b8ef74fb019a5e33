"""A score and two thresholds make a verdict."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.vision.verdict import Thresholds, decide
from goodpart.wire.verdicts import Verdict

finite = st.floats(-1e6, 1e6)


@st.composite
def thresholds(draw: st.DrawFn) -> Thresholds:
    low, high = sorted((draw(finite), draw(finite)))
    return Thresholds(good_below=low, bad_above=high)


@given(st.floats(allow_nan=True), thresholds())
def test_every_score_has_exactly_one_verdict_and_none_is_no_read(score: float, limits: Thresholds) -> None:
    verdict = decide(score, limits)
    assert verdict in (Verdict.GOOD, Verdict.UNSURE, Verdict.BAD)
    assert (verdict is Verdict.GOOD) == (score < limits.good_below)


@given(finite, finite, thresholds())
def test_a_stranger_part_is_never_judged_better(one: float, other: float, limits: Thresholds) -> None:
    order = [Verdict.GOOD, Verdict.UNSURE, Verdict.BAD]
    low, high = sorted((one, other))
    assert order.index(decide(low, limits)) <= order.index(decide(high, limits))


@given(thresholds())
def test_the_thresholds_themselves_are_not_good_and_bad(limits: Thresholds) -> None:
    assert decide(limits.good_below, limits) is not Verdict.GOOD
    assert decide(limits.bad_above, limits) is Verdict.BAD


@given(thresholds())
def test_what_is_not_a_number_is_never_good(limits: Thresholds) -> None:
    assert decide(math.nan, limits) is Verdict.UNSURE
    assert decide(math.inf, limits) is Verdict.BAD


@pytest.mark.parametrize(("low", "high"), [(2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_thresholds_in_the_wrong_order_or_not_finite_do_not_exist(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        Thresholds(good_below=low, bad_above=high)
