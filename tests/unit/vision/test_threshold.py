"""Thresholds from good parts, and statements that the sample supports."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special

from goodpart.vision.parts import one_a_part
from goodpart.vision.threshold import (
    doubtful,
    good_part_bound,
    interval,
    outliers,
    parts_needed,
    prove,
    suggest_thresholds,
    upper_bound,
)
from goodpart.vision.verdict import Thresholds

Scores = NDArray[np.float64]

score_lists = st.lists(st.floats(0.01, 100.0), min_size=2, max_size=200)


def good_scores(count: int, seed: int = 0) -> list[float]:
    return [float(score) for score in np.exp(np.random.default_rng(seed).normal(0, 0.15, count))]


@given(score_lists, st.lists(st.floats(0.01, 100.0), max_size=20))
def test_suggested_thresholds_are_always_usable(good: list[float], bad: list[float]) -> None:
    thresholds = suggest_thresholds(good, bad)
    assert thresholds.good_below > 0
    assert thresholds.good_below <= thresholds.bad_above


@given(score_lists, st.floats(0.1, 10))
def test_thresholds_follow_the_unit_of_the_scores(good: list[float], factor: float) -> None:
    plain, scaled = suggest_thresholds(good), suggest_thresholds([score * factor for score in good])
    assert scaled.good_below == pytest.approx(plain.good_below * factor, rel=1e-6)
    assert scaled.bad_above == pytest.approx(plain.bad_above * factor, rel=1e-6)


def normal(rng: np.random.Generator, count: int) -> Scores:
    return np.exp(rng.normal(0, 0.15, count))


def heavy(rng: np.random.Generator, count: int) -> Scores:
    """Student's t with four degrees of freedom: now and then a good part that looks strange."""
    return np.exp(0.12 * rng.standard_t(4, count))


def skewed(rng: np.random.Generator, count: int) -> Scores:
    """What cross-fitted scores of real good parts look like: a hard left edge, a long right tail."""
    return np.exp(0.1 * rng.standard_exponential(count))


@pytest.mark.parametrize("scores_of", [normal, heavy, skewed])
@pytest.mark.parametrize("count", [30, 300])
def test_new_good_parts_stay_below_the_thresholds_as_promised(
    scores_of: Callable[[np.random.Generator, int], Scores], count: int
) -> None:
    rng = np.random.default_rng(7)
    unsure, bad = [], []
    for _ in range(200):
        thresholds = suggest_thresholds(scores_of(rng, count).tolist())
        new = scores_of(rng, 500)
        unsure.append(float((new >= thresholds.good_below).mean()))
        bad.append(float((new >= thresholds.bad_above).mean()))
    # One in fifty goes to a person. Tails heavier than any fit knows may double that, never more.
    assert 0.005 < np.mean(unsure) < 0.04
    assert np.mean(bad) < 0.003


def test_an_order_statistic_holds_on_any_distribution_where_parts_are_many() -> None:
    rng = np.random.default_rng(5)
    above = []
    for _ in range(200):
        # Two kinds of good part, one of them rare: no tail that anybody would fit.
        good = np.where(rng.random(600) < 0.03, rng.normal(0.4, 0.02, 600), rng.normal(0, 0.05, 600))
        new = np.where(rng.random(2000) < 0.03, rng.normal(0.4, 0.02, 2000), rng.normal(0, 0.05, 2000))
        above.append(float((new >= good_part_bound(good, 0.98)).mean()))
    assert np.mean(above) == pytest.approx(0.02, abs=0.003)


@given(st.lists(st.floats(-2.0, 2.0), min_size=2, max_size=400), st.floats(0.9, 0.999), st.floats(0.0, 0.0009))
def test_a_larger_share_of_good_parts_never_gives_a_lower_bound(logs: list[float], share: float, more: float) -> None:
    sample = np.array(logs)
    assert good_part_bound(sample, share + more) >= good_part_bound(sample, share) - 1e-9


@pytest.mark.parametrize("bad_parts", [12, 40])
def test_the_escape_rate_claimed_for_a_threshold_set_under_known_defects_holds_for_new_ones(bad_parts: int) -> None:
    """The threshold is drawn from the defects that the claim counts. That it lies at their minimum keeps it true."""
    rng = np.random.default_rng(3)
    wrong = 0
    for _ in range(300):
        good, bad = normal(rng, 60), np.exp(rng.normal(0.55, 0.2, bad_parts))
        thresholds = suggest_thresholds(good.tolist(), bad.tolist())
        claim = prove(good.tolist(), bad.tolist(), thresholds).escape_rate_below
        truth = special.ndtr((np.log(thresholds.good_below) - 0.55) / 0.2)
        wrong += truth > claim
    assert wrong / 300 < 0.08  # 5 % and what chance adds


def test_few_parts_give_a_wider_band_of_unsure() -> None:
    few, many = suggest_thresholds(good_scores(5)), suggest_thresholds(good_scores(500))
    assert few.bad_above / few.good_below > many.bad_above / many.good_below


def test_known_defects_pull_good_below_under_them_but_not_into_the_good_parts() -> None:
    good = good_scores(50)
    plain = suggest_thresholds(good)
    lowest = plain.good_below * 0.97
    sharpened = suggest_thresholds(good, [lowest, 50.0])
    assert sharpened.good_below < lowest
    assert suggest_thresholds(good, [0.01]).good_below >= np.quantile(good, 0.9)
    assert sharpened.bad_above == plain.bad_above  # two defects say nothing of where the others are


def test_ten_known_defects_pull_bad_above_down_but_not_into_the_good_parts() -> None:
    good = good_scores(100)
    plain = suggest_thresholds(good)
    middle = (plain.good_below + plain.bad_above) / 2
    sharpened = suggest_thresholds(good, [middle * 0.99] + [middle] * 20)
    assert plain.good_below < sharpened.bad_above < plain.bad_above
    assert sum(score >= sharpened.bad_above for score in [middle] * 20) in (0, 20)
    among_good = suggest_thresholds(good, [float(np.median(good))] * 20)
    assert np.mean(np.array(good) >= among_good.bad_above) <= 0.01


def test_a_defect_among_the_good_parts_is_found_and_does_not_move_the_thresholds() -> None:
    good = good_scores(40)
    spoilt = [*good, 30.0]
    assert outliers(np.array(spoilt)).tolist() == [False] * 40 + [True]
    assert suggest_thresholds(spoilt).bad_above == pytest.approx(suggest_thresholds(good).bad_above, rel=0.02)


def test_a_good_part_that_is_strange_but_no_outlier_is_one_to_look_at() -> None:
    good = [1.0 + 0.01 * (number % 10) for number in range(40)]
    deviation = 1.4826 * float(np.median(np.abs(np.log(good) - np.median(np.log(good)))))
    strange = float(np.median(good)) * np.exp(max(deviation, 0.03) * np.array([3.0, 5.0, 9.0]))
    scores = np.array([*good, *strange])
    assert doubtful(scores).tolist() == [False] * 41 + [True, False]
    assert outliers(scores).tolist() == [False] * 42 + [True]


@pytest.mark.parametrize("scores", [[1.0, 1.02], [0.9, 1.1], [1.0, 1.0, 1.05]])
def test_of_two_or_three_parts_hardly_any_is_called_bad(scores: list[float]) -> None:
    thresholds = suggest_thresholds(scores)
    assert thresholds.bad_above > 2 * thresholds.good_below > 2 * max(scores)


def test_one_score_is_not_enough() -> None:
    with pytest.raises(ValueError, match="at least two"):
        suggest_thresholds([1.0])


@pytest.mark.parametrize(
    ("events", "parts", "bound"),
    [(0, 24, 0.1173), (0, 30, 0.0950), (0, 600, 0.00498), (1, 50, 0.0914), (5, 5, 1.0)],
)
def test_upper_bounds_match_published_tables(events: int, parts: int, bound: float) -> None:
    assert upper_bound(events, parts) == pytest.approx(bound, abs=5e-4)


@given(st.integers(1, 500), st.data())
def test_a_bound_never_lies_below_what_was_seen_and_more_events_raise_it(parts: int, data: st.DataObject) -> None:
    events = data.draw(st.integers(0, parts - 1))
    assert upper_bound(events, parts) > events / parts
    assert upper_bound(events + 1, parts) >= upper_bound(events, parts)


@given(st.floats(0.0005, 0.5))
def test_as_many_parts_as_needed_show_the_rate(rate: float) -> None:
    needed = parts_needed(rate)
    assert upper_bound(0, needed) <= rate * (1 + 1e-9)
    assert needed == 1 or upper_bound(0, needed - 1) > rate


@given(score_lists, score_lists, st.floats(0, 50), st.floats(0, 50))
def test_every_known_part_is_counted_once(good: list[float], bad: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    proof = prove(good, bad, Thresholds(good_below=low, bad_above=high))
    assert proof.escapes == sum(score < low for score in bad)
    assert proof.overkills == sum(score >= high for score in good)
    assert proof.unsure_good == sum(low <= score < high for score in good)
    assert 0 < proof.escape_rate_below <= 1
    assert proof.escape_rate_below > proof.escapes / proof.n_bad or proof.escapes == proof.n_bad


def test_the_proof_speaks_the_words_of_the_plant() -> None:
    proof = prove([1.0] * 30, [5.0] * 24, Thresholds(good_below=2.0, bad_above=3.0))
    assert proof.statements == (
        "0 of 24 known defects missed: escape rate below 12 % at 95 % confidence.",
        (
            "0 of 30 good parts rejected: false rejects below 9.6 % at 95 % confidence; 30 good parts cannot show "
            "less. 60 good parts in observe mode without a false reject show 5 %."
        ),
    )


def test_without_defects_nothing_is_claimed_about_escapes() -> None:
    proof = prove([1.0] * 30, [], Thresholds(good_below=2.0, bad_above=3.0))
    assert proof.escape_rate_below == 1.0
    assert "nothing can be said about escapes" in proof.statements[0]


@given(st.integers(1, 400), st.data())
def test_an_interval_holds_what_was_seen_and_narrows_with_more_parts(parts: int, data: st.DataObject) -> None:
    events = data.draw(st.integers(0, parts))
    low, high = interval(events, parts)
    assert 0 <= low <= events / parts <= high <= 1
    more_low, more_high = interval(10 * events, 10 * parts)
    assert more_high - more_low < high - low


def test_intervals_match_published_tables() -> None:
    assert interval(1, 10) == pytest.approx((0.0025, 0.4450), abs=5e-4)
    assert interval(0, 10) == pytest.approx((0.0, 0.3085), abs=5e-4)
    assert interval(10, 10) == pytest.approx((0.6915, 1.0), abs=5e-4)


@given(score_lists, st.integers(1, 100), st.floats(0.01, 100), st.floats(0.01, 100))
def test_more_good_parts_that_pass_never_widen_the_claim(
    good: list[float], more: int, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    thresholds = Thresholds(good_below=low, bad_above=high)
    before = prove(good, [], thresholds)
    after = prove([*good, *[low / 2] * more], [], thresholds)
    assert after.overkill_rate_below <= before.overkill_rate_below


@given(score_lists, score_lists, st.floats(0.01, 100), st.floats(0.01, 100))
def test_no_statement_claims_less_than_the_exact_bound(
    good: list[float], bad: list[float], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    proof = prove(good, bad, Thresholds(good_below=low, bad_above=high))
    said = float(proof.statements[0].split("below ")[1].split(" %")[0]) / 100
    assert said >= upper_bound(proof.escapes, proof.n_bad) - 1e-12
    said = float(proof.statements[1].split("below ")[1].split(" %")[0]) / 100
    assert said >= upper_bound(proof.overkills, proof.n_good) - 1e-12


def test_images_of_one_part_are_one_piece_of_evidence() -> None:
    assert sorted(one_a_part([1.0, 3.0, 2.0, 9.0, 8.0], ["a", "a", "b", None, None], max)) == [2.0, 3.0, 8.0, 9.0]
    assert one_a_part([5.0, 1.0], ["a", "a"], min) == [1.0]
    ten_photos = one_a_part([0.5] * 300, [f"part {n // 10}" for n in range(300)], max)
    proof = prove(ten_photos, [], Thresholds(good_below=1.0, bad_above=2.0))
    assert proof.n_good == 30
    assert proof.overkill_rate_below > 0.09
