"""The cheapest thresholds: they minimise what is known to be the cost, and say no more than the sample does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special

from goodpart.vision.costs import LEAST_PARTS, PER, Costs, cheapest, cost_of, suggest_by_cost
from goodpart.vision.verdict import Thresholds

IN_USE = Thresholds(good_below=2.0, bad_above=2.5)
BAD_MEAN, DEVIATION = 3.0, 0.5
scores = st.lists(st.floats(0.1, 10), min_size=LEAST_PARTS, max_size=60)
amounts = st.floats(0, 1000)


def parts(count: int, mean: float, seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(mean, DEVIATION, count)


def true_cost(thresholds: Thresholds, costs: Costs) -> float:
    """On good parts around 1 and bad ones around 3, both normal: computed, not counted."""

    def above(limit: float, mean: float) -> float:
        return float(special.ndtr((mean - limit) / DEVIATION))

    low, high = thresholds.good_below, thresholds.bad_above
    of_good = above(high, 1) * costs.overkill + (above(low, 1) - above(high, 1)) * costs.unsure
    of_bad = (1 - above(low, BAD_MEAN)) * costs.escape + (above(low, BAD_MEAN) - above(high, BAD_MEAN)) * costs.unsure
    return PER * ((1 - costs.defect_share) * of_good + costs.defect_share * of_bad)


@pytest.mark.parametrize(
    "costs",
    [
        Costs(escape=200, overkill=1.5, unsure=0.75),
        Costs(escape=10, overkill=10, unsure=1, defect_share=0.2),
        Costs(escape=5, overkill=50, unsure=2, defect_share=0.05),
    ],
)
def test_the_suggestion_comes_close_to_the_least_cost_of_known_distributions(costs: Costs) -> None:
    found = cheapest(parts(2000, 1, 0), parts(2000, BAD_MEAN, 1), costs)
    grid = np.linspace(0, 5, 80)
    least = min(
        true_cost(Thresholds(good_below=float(low), bad_above=float(high)), costs)
        for low in grid
        for high in grid[grid >= low]
    )
    assert true_cost(found, costs) <= 1.1 * least + 1e-6


def test_a_dearer_escape_lowers_the_threshold_for_good_and_a_dearer_reject_raises_that_for_bad() -> None:
    good, bad = parts(300, 1, 2), parts(100, BAD_MEAN, 3)
    usual = cheapest(good, bad, Costs(escape=100, overkill=4, unsure=1))
    assert cheapest(good, bad, Costs(escape=2000, overkill=4, unsure=1)).good_below < usual.good_below
    assert cheapest(good, bad, Costs(escape=100, overkill=400, unsure=1)).bad_above > usual.bad_above


def test_where_a_look_costs_more_than_a_reject_nobody_is_asked() -> None:
    found = cheapest(parts(200, 1, 4), parts(100, BAD_MEAN, 5), Costs(escape=100, overkill=1, unsure=5))
    assert found.bad_above - found.good_below < 0.05


@settings(max_examples=20)
@given(scores, scores, amounts, amounts, amounts, st.floats(0.001, 0.5))
def test_every_suggestion_is_usable_and_its_interval_holds_the_estimate(
    good: list[float], bad: list[float], escape: float, overkill: float, unsure: float, share: float
) -> None:
    costs = Costs(escape=escape, overkill=overkill, unsure=unsure, defect_share=share)
    found = suggest_by_cost(good, bad, costs, IN_USE)
    assert found.thresholds.good_below <= found.thresholds.bad_above
    assert found.low <= found.expected <= found.high
    assert found == suggest_by_cost(good, bad, costs, IN_USE)


def test_no_escape_among_few_defects_is_no_promise_of_none() -> None:
    costs = Costs(escape=100, overkill=1, unsure=1, defect_share=0.1)
    found = suggest_by_cost(parts(30, 1, 6).tolist(), (parts(12, BAD_MEAN, 7) + 5).tolist(), costs, IN_USE)
    assert found.expected < 1
    assert found.high > 100 * PER * 0.1 * 0.2  # 0 of 12 leave an escape rate of a fifth possible


def test_the_present_thresholds_are_priced_on_the_same_parts() -> None:
    good, bad = np.array([1.0] * 10), np.array([1.5] * 5 + [3.0] * 5)
    costs = Costs(escape=10, overkill=1, unsure=1, defect_share=0.5)
    assert cost_of(good, bad, IN_USE, costs) == PER * 0.5 * 0.5 * 10
    assert suggest_by_cost(good.tolist(), bad.tolist(), costs, IN_USE).present == PER * 2.5


def test_thresholds_in_use_stay_unless_others_are_shown_to_cost_less() -> None:
    costs = Costs(escape=200, overkill=1.5, unsure=0.75)
    # Parts far apart: the pair in use makes no mistake, and what is fitted to them makes none or some.
    good, bad = parts(15, 1, 8), parts(40, BAD_MEAN + 3, 9)
    kept = suggest_by_cost(good.tolist(), bad.tolist(), costs, Thresholds(good_below=2.5, bad_above=3.5))
    assert kept.keeps_present
    assert kept.thresholds == Thresholds(good_below=2.5, bad_above=3.5)
    assert kept.low == kept.expected == kept.present == 0 < kept.high
    assert "no thresholds are shown to cost less than those in use: keep good below 2.500" in kept.statements[0]
    # Those that miss half of the defects are dearer beyond chance.
    better = suggest_by_cost(good.tolist(), bad.tolist(), costs, Thresholds(good_below=6.0, bad_above=6.5))
    assert not better.keeps_present
    assert better.expected < better.present
    assert "more than chance explains" in better.statements[0]


def test_a_saving_on_one_part_alone_is_taken_for_chance() -> None:
    good, bad = np.linspace(0.9, 1.1, 30), np.array([1.6] + [3.0] * 29)
    found = suggest_by_cost(good.tolist(), bad.tolist(), Costs(escape=100, overkill=1, unsure=1), IN_USE)
    assert found.keeps_present
    assert found.present == pytest.approx(PER * 0.01 * 100 / 30)


@settings(max_examples=20)
@given(scores, scores, amounts, amounts, amounts)
def test_no_suggestion_is_expected_to_cost_more_than_the_thresholds_in_use(
    good: list[float], bad: list[float], escape: float, overkill: float, unsure: float
) -> None:
    found = suggest_by_cost(good, bad, Costs(escape=escape, overkill=overkill, unsure=unsure), IN_USE)
    assert found.expected <= found.present
    assert found.keeps_present == (found.thresholds == IN_USE)


def test_too_few_parts_and_impossible_costs_are_refused() -> None:
    with pytest.raises(ValueError, match="10 good and 10 bad"):
        suggest_by_cost([1.0] * 30, [3.0] * 9, Costs(escape=1, overkill=1, unsure=1), IN_USE)
    with pytest.raises(ValueError, match="below zero"):
        Costs(escape=-1, overkill=1, unsure=1)
    with pytest.raises(ValueError, match="finite"):
        Costs(escape=float("nan"), overkill=1, unsure=1)
    with pytest.raises(ValueError, match=r"1e\+12 at most"):
        Costs(escape=1e308, overkill=1, unsure=1)
    with pytest.raises(ValueError, match="share of defects"):
        Costs(escape=1, overkill=1, unsure=1, defect_share=1.0)
