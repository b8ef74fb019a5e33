"""Live parts tighten what is known of the thresholds, whether anybody looks at them or not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodpart.vision.observed import LiveParts, prove_live, suggest_live
from goodpart.vision.threshold import suggest_thresholds, upper_bound
from goodpart.vision.verdict import Thresholds

THRESHOLDS = Thresholds(good_below=1.0, bad_above=2.0)
GOOD, UNSURE, BAD = 0.5, 1.5, 2.5


def test_sixty_live_parts_without_a_reject_show_five_percent_before_anyone_reviewed_one() -> None:
    proof = prove_live(LiveParts(unreviewed=[GOOD] * 60), THRESHOLDS)

    assert proof.false_rejects_below == upper_bound(0, 60) < 0.05
    assert (proof.overkill_rate_below, proof.passed_bad_below) == (None, None)
    on_rejects, on_passed = proof.statements
    assert on_rejects == (
        "0 of 60 live parts were judged bad and not found bad by a person: good parts that are rejected are below "
        "4.9 % of all parts at 95 % confidence. 300 parts without one show 1 %."
    )
    assert on_passed == "None of the 60 parts judged good was reviewed: nothing can be said about escapes among them."


def test_every_rejected_part_counts_as_a_false_reject_until_a_person_finds_it_bad() -> None:
    rejected = LiveParts(good=[GOOD] * 20, unreviewed=[GOOD] * 570 + [BAD] * 10)
    found_bad = LiveParts(good=[GOOD] * 20, bad=[BAD] * 9, unreviewed=[GOOD] * 570 + [BAD])

    before, after = prove_live(rejected, THRESHOLDS), prove_live(found_bad, THRESHOLDS)

    assert (before.false_rejects_at_most, after.false_rejects_at_most) == (10, 1)
    assert before.false_rejects_below == upper_bound(10, 600)
    assert after.false_rejects_below == upper_bound(1, 600)


def test_parts_that_pass_count_as_good_as_far_as_reviews_of_them_reach() -> None:
    some = prove_live(LiveParts(good=[GOOD] * 20, unreviewed=[GOOD] * 580), THRESHOLDS)
    more = prove_live(LiveParts(good=[GOOD] * 100, unreviewed=[GOOD] * 500), THRESHOLDS)

    assert some.good_at_least == int(600 * (1 - upper_bound(0, 20, 0.975))) < more.good_at_least
    assert some.overkill_rate_below == upper_bound(0, some.good_at_least, 0.975) < upper_bound(0, 20)
    assert some.passed_bad_below == upper_bound(0, 20)
    assert some.statements[1:] == (
        "Of good parts, of which at least 498 were seen, below 0.8 % are rejected.",
        "0 of 20 parts judged good and reviewed were bad: below 14 % of what passes.",
    )


def test_a_bad_part_that_passed_is_told_and_parts_for_a_person_are_no_rejects() -> None:
    proof = prove_live(LiveParts(bad=[GOOD], good=[GOOD] * 9, unreviewed=[UNSURE] * 3), THRESHOLDS)

    assert (proof.passed, proof.passed_reviewed, proof.passed_bad, proof.unsure) == (10, 10, 1, 3)
    assert proof.false_rejects_at_most == 0
    assert proof.passed_bad_below == upper_bound(1, 10)
    assert prove_live(LiveParts(), THRESHOLDS).statements == (
        "No live part was seen yet: nothing can be said of them.",
    )


scores = st.lists(st.floats(0, 4, allow_nan=False), max_size=40)


@given(good=scores, bad=scores, unreviewed=st.lists(st.tuples(st.floats(0, 4), st.booleans()), max_size=40))
def test_no_truth_about_the_unreviewed_parts_makes_more_false_rejects(
    good: list[float], bad: list[float], unreviewed: list[tuple[float, bool]]
) -> None:
    proof = prove_live(LiveParts(good=good, bad=bad, unreviewed=[score for score, _ in unreviewed]), THRESHOLDS)
    truly_good = [*good, *(score for score, is_good in unreviewed if is_good)]

    rejects = sum(score >= THRESHOLDS.bad_above for score in truly_good)
    assert rejects <= proof.false_rejects_at_most
    if proof.false_rejects_below is not None:
        assert rejects / proof.seen <= proof.false_rejects_below


@given(good=scores, bad=scores, unreviewed=scores, more=st.integers(1, 200))
def test_parts_that_pass_tighten_the_bound(
    good: list[float], bad: list[float], unreviewed: list[float], more: int
) -> None:
    before = prove_live(LiveParts(good=good, bad=bad, unreviewed=unreviewed), THRESHOLDS)
    after = prove_live(LiveParts(good=good, bad=bad, unreviewed=[*unreviewed, *[GOOD] * more]), THRESHOLDS)

    assert (after.false_rejects_below or 0) <= (before.false_rejects_below or 1)


def line(rng: np.random.Generator, parts: int) -> NDArray[np.float64]:
    """Scores of good parts with a longer tail than a normal distribution of logarithms has."""
    return np.asarray(np.exp(rng.normal(0, 0.15, parts) + 0.1 * rng.exponential(1, parts)))


def test_live_parts_sharpen_thresholds_that_people_who_review_what_looks_bad_would_spoil() -> None:
    rng = np.random.default_rng(5)
    ideal = float(np.quantile(line(rng, 200_000), 0.98))
    found, reviewed_alone = [], []
    for _ in range(20):
        present = suggest_thresholds(line(rng, 30).tolist())
        good, bad = line(rng, 590), np.exp(rng.normal(0.55, 0.35, 10))
        above, passed = good[good >= present.good_below], good[good < present.good_below].tolist()
        hidden = bad[bad < present.good_below].tolist()
        reviewed = [*above.tolist(), *passed[:20]]

        suggested = suggest_live(LiveParts(good=reviewed, unreviewed=[*passed[20:], *hidden]), present)

        assert suggested is not None
        found.append(suggested.good_below / ideal)
        reviewed_alone.append(suggest_thresholds(reviewed).good_below / ideal)
    assert np.mean(found) == pytest.approx(1.0, abs=0.04)
    assert np.mean(reviewed_alone) > 1.3


def test_parts_that_pass_count_in_the_proportion_in_which_the_others_were_reviewed() -> None:
    passed = np.linspace(0.4, 0.9, 200).tolist()
    half = LiveParts(good=[1.2, 1.3, *passed[:5]], unreviewed=[*passed[5:], 1.25, 1.35])
    none = LiveParts(good=passed[:5], unreviewed=[*passed[5:], 1.25, 1.35])

    assert suggest_live(half, THRESHOLDS) == suggest_thresholds([*passed[1::2], 1.2, 1.3])
    assert suggest_live(none, THRESHOLDS) is None
    assert suggest_live(LiveParts(good=passed[:4], unreviewed=passed), THRESHOLDS) is None


def test_nothing_is_let_pass_that_no_reviewed_part_speaks_for() -> None:
    strict = Thresholds(good_below=0.6, bad_above=0.61)
    close = np.linspace(0.3, 0.599, 25).tolist()

    suggested = suggest_live(LiveParts(good=close[:10], unreviewed=close[10:]), strict)

    assert suggest_thresholds(close).good_below > 0.6
    assert suggested is not None
    assert suggested.good_below == 0.6
    assert suggested.bad_above > 0.6


def test_bad_parts_pull_thresholds_under_them() -> None:
    passed = np.linspace(0.4, 0.9, 100).tolist()

    known = suggest_live(LiveParts(good=passed), THRESHOLDS)
    sharpened = suggest_live(LiveParts(good=passed), THRESHOLDS, also_bad=[0.88])

    assert known is not None
    assert sharpened is not None
    assert sharpened.good_below < 0.88 < known.good_below
