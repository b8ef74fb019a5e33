"""Many slightly strange parts are told, a stable line is left in peace, and a restart changes nothing."""

from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodpart.vision.drift import (
    WINDOW,
    DistanceMeter,
    DriftReference,
    DriftState,
    Stream,
    StreamState,
    fit_drift,
    follow,
    levels_of,
)
from goodpart.vision.errors import PackageError


def shares(rng: np.random.Generator, count: int, *, shift: float = 0.0) -> NDArray[np.float64]:
    """Scores of good parts as shares of ``good_below``, ``shift`` deviations stranger than in training."""
    return np.exp(rng.normal(-0.5 + 0.15 * shift, 0.15, count))


def reference(rng: np.random.Generator, parts: int = 60) -> DriftReference:
    found = fit_drift(shares(rng, parts).tolist(), embeddings(rng, parts))
    assert found is not None
    return found


def embeddings(rng: np.random.Generator, parts: int, *, shift: float = 0.0) -> NDArray[np.float32]:
    """As of parts that vary in four directions of twenty, moved along a fifth one."""
    spread = np.array([3.0, 2.0, 1.0, 0.5] + [0.1] * 16)
    values = rng.normal(0, 1, (parts, 20)) * spread + 5
    values[:, 10] += shift
    return np.asarray(values, np.float32)


def openings(known: DriftReference, scores: NDArray[np.float64], features: NDArray[np.float32] | None) -> list[int]:
    """After which parts an alarm opened."""
    meter = DistanceMeter(known.embeddings) if known.embeddings is not None else None
    state, was_open, found = DriftState(), False, []
    for number, score in enumerate(scores.tolist()):
        distance = meter.distance(features[number : number + 1]) if meter and features is not None else None
        state = follow(state, known, score, distance)
        is_open = levels_of(state, known).alarm is not None
        if is_open and not was_open:
            found.append(number + 1)
        was_open = is_open
    return found


@pytest.mark.parametrize("parts", [8, 30, 120])
def test_stable_lines_raise_no_alarm(parts: int) -> None:
    for seed in range(6):
        rng = np.random.default_rng([parts, seed])
        known = reference(rng, parts)
        assert openings(known, shares(rng, 500), embeddings(rng, 500)) == []


@pytest.mark.parametrize("parts", [10, 30])
def test_of_many_lines_taught_from_few_parts_none_is_beyond_its_limit_by_the_chance_of_those_parts(parts: int) -> None:
    """Once the middle was taken for as exact as a mean: one line in a thousand with ten training parts had an alarm."""
    rng = np.random.default_rng(parts)
    for _ in range(4000):
        known = fit_drift(np.exp(rng.normal(0, 0.1, parts)).tolist(), None)
        assert known is not None
        average = float(rng.normal(0, 0.1 / np.sqrt(WINDOW)))
        assert abs(average - known.scores.middle) < known.scores.shift_limit * known.scores.spread


def test_one_defect_in_twenty_is_no_drift() -> None:
    rng = np.random.default_rng(1)
    known = reference(rng)
    scores = np.where(rng.random(1500) < 0.05, 4.0, shares(rng, 1500))
    assert openings(known, scores, None) == []


@pytest.mark.parametrize(("shift", "within"), [(1.5, 150), (3.0, 40)])
def test_parts_that_score_higher_are_told_within_the_window(shift: float, within: int) -> None:
    rng = np.random.default_rng(2)
    known = reference(rng)
    found = openings(known, np.concatenate([shares(rng, 100), shares(rng, 300, shift=shift)]), None)
    assert len(found) == 1
    assert 100 < found[0] <= 100 + within


def test_parts_whose_features_moved_are_told_though_their_scores_did_not() -> None:
    rng = np.random.default_rng(3)
    known = reference(rng)
    moved = np.concatenate([embeddings(rng, 100), embeddings(rng, 200, shift=1.5)])
    found = openings(known, shares(rng, 300), moved)
    assert len(found) == 1
    assert 100 < found[0] <= 200


def test_parts_of_two_kinds_are_told_though_their_average_stays() -> None:
    rng = np.random.default_rng(4)
    known = reference(rng, 200)
    split = np.where(rng.random(600) < 0.5, shares(rng, 600, shift=2.2), shares(rng, 600, shift=-2.2))
    assert openings(known, split, None)


def test_the_same_picture_again_and_again_is_told() -> None:
    rng = np.random.default_rng(5)
    known = reference(rng, 200)
    stuck = np.repeat(embeddings(rng, 1), 400, axis=0)
    assert openings(known, np.full(400, 0.55), stuck)


def test_lower_scores_than_in_training_are_no_drift() -> None:
    rng = np.random.default_rng(6)
    assert openings(reference(rng), shares(rng, 400, shift=-1.5), None) == []


def test_an_alarm_stays_until_the_parts_are_well_back() -> None:
    rng = np.random.default_rng(7)
    known = reference(rng)
    scores = np.concatenate([shares(rng, 150, shift=2.5), shares(rng, 400)])
    state, told = DriftState(), []
    for score in scores.tolist():
        state = follow(state, known, score, None)
        told.append(levels_of(state, known).alarm is not None)
    assert told[149]
    assert not told[-1]
    assert sum(one != other for one, other in pairwise(told)) == 2
    assert "deviations above those of the training parts" in str(levels_of_at(known, scores[:150]))


def levels_of_at(known: DriftReference, scores: NDArray[np.float64]) -> str | None:
    state = DriftState()
    for score in scores.tolist():
        state = follow(state, known, score, None)
    return levels_of(state, known).alarm


@given(values=st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=40), cut=st.integers(0, 40))
@settings(max_examples=30)
def test_a_restart_at_any_part_changes_nothing_and_the_state_stays_small(values: list[float], cut: int) -> None:
    known = reference(np.random.default_rng(8), 10)
    straight = resumed = DriftState()
    for number, value in enumerate(values):
        straight = follow(straight, known, value, value)
        if number == cut:
            resumed = msgspec.json.decode(msgspec.json.encode(resumed), type=DriftState)
        resumed = follow(resumed, known, value, value)
    assert straight == resumed
    assert len(msgspec.json.encode(straight)) < 600
    assert straight.parts == len(values)


def test_the_same_training_gives_the_same_reference_that_is_json() -> None:
    one, other = (reference(np.random.default_rng(9)) for _ in range(2))
    assert one == other
    assert msgspec.json.decode(msgspec.json.encode(one), type=DriftReference) == one


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_few_or_identical_training_parts_make_a_reference_with_room(parts: int) -> None:
    rng = np.random.default_rng(10)
    few = fit_drift([0.6] * parts, np.repeat(embeddings(rng, 1), parts, axis=0))
    assert few is not None
    assert few.scores.shift_limit > 1.5
    assert few.scores.spread > 0
    assert few.embeddings is not None
    assert np.isfinite(DistanceMeter(few.embeddings).distance(embeddings(rng, 1)))


def test_one_part_has_no_distribution() -> None:
    assert fit_drift([0.6], None) is None


def test_a_distance_is_about_one_for_parts_as_in_training() -> None:
    rng = np.random.default_rng(11)
    known = reference(rng, 200)
    assert known.embeddings is not None
    meter = DistanceMeter(known.embeddings)
    usual = [meter.distance(embeddings(rng, 1)) for _ in range(200)]
    assert 0.8 < float(np.median(usual)) < 1.3
    assert meter.distance(embeddings(rng, 1, shift=2.0)) > 2 * float(np.median(usual))


@pytest.mark.parametrize("embedding", [None, np.zeros((1, 19), np.float32), np.zeros(20, np.float32)])
def test_an_embedding_of_another_size_is_refused(embedding: NDArray[np.float32] | None) -> None:
    known = reference(np.random.default_rng(12))
    assert known.embeddings is not None
    with pytest.raises(PackageError, match="embeddings of 20 numbers"):
        DistanceMeter(known.embeddings).distance(embedding)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Stream(parts=0, middle=0.0, spread=1.0, edges=(0.0,) * 4),
        lambda: Stream(parts=5, middle=float("nan"), spread=1.0, edges=(0.0,) * 4),
        lambda: Stream(parts=5, middle=0.0, spread=0.0, edges=(0.0,) * 4),
        lambda: Stream(parts=5, middle=0.0, spread=1.0, edges=(0.0, 1.0)),
        lambda: Stream(parts=5, middle=0.0, spread=1.0, edges=(1.0, 0.0, 0.0, 0.0)),
        lambda: StreamState(shares=(1.0,)),
        lambda: StreamState(shift=float("inf")),
    ],
)
def test_what_cannot_be_a_distribution_or_a_state_does_not_exist(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"distribution|drift state"):
        wrong()


def test_the_window_is_what_the_alarm_says() -> None:
    assert f"last {WINDOW} parts" in str(levels_of_at(reference(np.random.default_rng(13)), np.full(80, 5.0)))
