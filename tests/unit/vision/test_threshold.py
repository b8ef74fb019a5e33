"""Thresholds from good parts, and statements that the sample supports."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.vision.threshold import outliers, parts_needed, prove, suggest_thresholds, upper_bound
from goodpart.vision.verdict import Thresholds

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


def test_new_good_parts_stay_below_the_thresholds_as_promised() -> None:
    unsure, bad, parts = 0, 0, 0
    for seed in range(300):
        thresholds = suggest_thresholds(good_scores(30, seed))
        new = np.array(good_scores(100, 10_000 + seed))
        unsure += int((new >= thresholds.good_below).sum())
        bad += int((new >= thresholds.bad_above).sum())
        parts += new.size
    assert 0.005 < unsure / parts < 0.015
    assert bad / parts < 0.001


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
    assert sharpened.bad_above == plain.bad_above


def test_a_defect_among_the_good_parts_is_found_and_does_not_move_the_thresholds() -> None:
    good = good_scores(40)
    spoilt = [*good, 30.0]
    assert outliers(np.array(spoilt)).tolist() == [False] * 40 + [True]
    assert suggest_thresholds(spoilt).bad_above == pytest.approx(suggest_thresholds(good).bad_above, rel=0.02)


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
