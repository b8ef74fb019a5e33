"""What earns a recipe the right to reject."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.server.recipes.model import ObservedParts, PromotionRule, suggest_cheapest, weigh
from goodpart.server.recipes.schemas import CostSuggestionOut
from goodpart.vision.costs import Costs
from goodpart.vision.observed import LiveParts
from goodpart.vision.threshold import upper_bound
from goodpart.vision.verdict import Thresholds

THRESHOLDS = Thresholds(good_below=1.0, bad_above=2.0)
RULE = PromotionRule(reviewed=20, good=5, bad=0, max_escape_rate=0.05)
GOOD, UNSURE, BAD = 0.5, 1.5, 2.5


def seen(good: Sequence[float] = (), bad: Sequence[float] = (), *, unreviewed: Sequence[float] = ()) -> ObservedParts:
    """Parts by what a person said of them."""
    return ObservedParts(LiveParts(good=good, bad=bad, unreviewed=unreviewed))


def test_a_recipe_that_was_never_reviewed_stays_in_observe() -> None:
    evidence = weigh(seen(unreviewed=[BAD] * 5), THRESHOLDS, RULE)

    assert not evidence.may_promote
    assert evidence.reasons[0] == "0 of the 20 reviewed parts that are needed are there."
    assert evidence.escape_rate_upper is None
    assert evidence.live.overkill_rate_below is None


def test_twenty_reviewed_parts_without_an_escape_are_enough() -> None:
    parts = seen([GOOD] * 15, [BAD] * 5)

    evidence = weigh(parts, THRESHOLDS, RULE)

    assert evidence.may_promote
    assert evidence.reasons == ()
    assert (evidence.reviewed, evidence.escapes, evidence.overkills) == (20, 0, 0)
    assert evidence.escape_rate_upper == pytest.approx(1 - 0.05 ** (1 / 5))


def test_one_reviewed_part_short_is_not_enough() -> None:
    assert not weigh(seen([GOOD] * 19), THRESHOLDS, RULE).may_promote
    assert weigh(seen([GOOD] * 20), THRESHOLDS, RULE).may_promote


def test_a_recipe_that_was_shown_no_good_part_may_not_reject() -> None:
    evidence = weigh(seen([], [BAD] * 30), THRESHOLDS, RULE)

    assert evidence.reasons == ("0 of the 5 parts reviewed as good that are needed are there.",)


def test_a_recipe_that_lets_bad_parts_pass_may_not_be_promoted() -> None:
    evidence = weigh(seen([GOOD] * 20, [BAD] * 18 + [GOOD] * 2), THRESHOLDS, RULE)

    assert evidence.escapes == 2
    assert evidence.reasons == ("2 of 20 parts reviewed as bad were judged good; at most 5 % may be.",)


def test_an_unsure_part_is_neither_an_escape_nor_an_overkill() -> None:
    evidence = weigh(seen([UNSURE] * 20, [UNSURE] * 20), THRESHOLDS, RULE)

    assert (evidence.escapes, evidence.overkills) == (0, 0)


def test_reviewed_bad_parts_suggest_thresholds_that_catch_them() -> None:
    parts = seen([0.5, 0.52, 0.55, 0.6] * 5, [0.9, 1.1, 1.4])
    lax = Thresholds(good_below=1.2, bad_above=1.3)
    assert weigh(parts, lax, RULE).reasons != ()

    suggested = weigh(parts, lax, RULE).suggested

    assert suggested is not None
    assert weigh(parts, suggested, RULE).may_promote


def test_reviewed_parts_suggest_the_cheapest_thresholds_beside_what_the_present_ones_cost() -> None:
    parts = seen([0.4 + n / 100 for n in range(20)], [1.3 + n / 50 for n in range(20)])

    found = suggest_cheapest(parts, Costs(escape=200, overkill=2, unsure=1), Thresholds(good_below=1.5, bad_above=2.0))

    assert 0.59 < found.thresholds.good_below <= found.thresholds.bad_above < 1.3
    assert found.expected <= found.present
    with pytest.raises(ValueError, match="10 good and 10 bad"):
        suggest_cheapest(seen([0.5] * 9, [1.5] * 9), found.costs, THRESHOLDS)


def test_a_recipe_keeps_its_thresholds_where_nothing_is_shown_to_cost_less() -> None:
    parts = seen([0.4 + n / 100 for n in range(20)], [2.3 + n / 50 for n in range(20)])

    told = CostSuggestionOut.of(suggest_cheapest(parts, Costs(escape=200, overkill=2, unsure=1), THRESHOLDS))

    assert told.keeps_present
    assert (told.good_below, told.bad_above) == (THRESHOLDS.good_below, THRESHOLDS.bad_above)
    assert told.expected == told.present == 0


def test_parts_reviewed_long_ago_still_count_as_reviewed_but_say_nothing_of_how_many_there_are() -> None:
    long_ago = LiveParts(good=[GOOD] * 15, bad=[BAD] * 4 + [GOOD])

    evidence = weigh(ObservedParts(LiveParts(unreviewed=[GOOD] * 100), long_ago), THRESHOLDS, RULE)

    assert (evidence.reviewed, evidence.escapes, evidence.live.seen) == (20, 1, 100)
    assert evidence.live.false_rejects_below == upper_bound(0, 100)


def test_moving_a_threshold_moves_the_evidence() -> None:
    parts = seen([GOOD] * 20, [1.5] * 10)

    assert weigh(parts, Thresholds(good_below=1.0, bad_above=1.2), RULE).escapes == 0
    assert weigh(parts, Thresholds(good_below=1.6, bad_above=2.0), RULE).escapes == 10


scores = st.lists(st.floats(0, 5, allow_nan=False), max_size=60)


@given(good=scores, bad=scores)
def test_nothing_is_promoted_without_what_the_rule_asks_for(good: list[float], bad: list[float]) -> None:
    evidence = weigh(seen(good, bad), THRESHOLDS, RULE)

    shown = len(good) + len(bad) >= 20 and len(good) >= 5
    misses = sum(score < THRESHOLDS.good_below for score in bad)
    assert evidence.may_promote == (shown and misses <= 0.05 * len(bad))
    assert bool(evidence.reasons) != evidence.may_promote


@given(good=scores, bad=scores)
def test_a_stated_rate_is_never_below_what_was_seen(good: list[float], bad: list[float]) -> None:
    evidence = weigh(seen(good, bad), THRESHOLDS, RULE)

    if bad:
        assert evidence.escape_rate_upper == upper_bound(evidence.escapes, len(bad))
        assert evidence.escape_rate_upper >= evidence.escapes / len(bad)
    if good:
        assert evidence.live.overkill_rate_below == upper_bound(evidence.overkills, len(good))
