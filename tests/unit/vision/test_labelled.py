"""What labels may change: only what cross-validation on their own pictures supports."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodpart.vision.classifier.regions import TypeMaps, outline
from goodpart.vision.classifier.ridge import balanced, fit_ridge
from goodpart.vision.classifier.scale import scale_to, spread_of
from goodpart.vision.defects import find_defects
from goodpart.vision.detector.combination import Combination, Pooling
from goodpart.vision.evaluation.types import type_figures
from goodpart.vision.ranking import auroc
from goodpart.vision.training.labelled import Evidence, fit_defect, fit_types, learn_labels, stratified_folds
from goodpart.vision.training.places import marked_auroc

MAXIMUM = Combination(weight=0.0, pooling=Pooling.MAXIMUM, bank_scale=1.0, gaussian_scale=1.0, top=1)


def evidence(good: int, bad: int, *, told_by_features: bool, masks: bool = False) -> Evidence:
    """Drawn pictures: the anomaly score is noise; features tell good from bad if wished, places tell where."""
    rng = np.random.default_rng(5)
    kinds = np.array([0] * good + [1 + n % 2 for n in range(bad)])
    pooled = rng.normal(size=(good + bad, 30)).astype(np.float32)
    if told_by_features:
        pooled[kinds > 0, 0] += 6
        pooled[kinds == 2, 1] += 6
    heat: list[NDArray[np.float32]] = []
    places: list[NDArray[np.float16] | None] = []
    coverage: list[NDArray[np.float32] | None] = []
    for kind in kinds:
        heat.append(rng.normal(0, 0.1, (8, 8)).astype(np.float32))
        seen = rng.normal(0, 1, (8, 8, 6)).astype(np.float16)
        covered = np.zeros((8, 8, 2), np.float32)
        if kind:
            covered[2:4, 5:7, kind - 1] = 1
            seen[2:4, 5:7, kind] += 5
        places.append(seen if masks else None)
        coverage.append(covered)
    return Evidence(
        names=[f"part {n}" for n in range(good + bad)],
        types=("dent", "scratch"),
        kinds=kinds,
        pooled=pooled,
        log_scores=np.array([float(one.max()) for one in heat]),
        log_heat=heat,
        places=places,
        coverage=coverage,
    )


def test_left_out_predictions_are_those_of_fits_without_the_picture() -> None:
    rng = np.random.default_rng(1)
    features, targets = rng.normal(size=(12, 5)), rng.normal(size=(12, 2))
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    weights = rng.uniform(0.5, 2, 12)
    ridge = fit_ridge(features, targets, weights, (0.01,))[0]
    # As the fit sees them: slightly shrunk, in units of the number of features, with a constant.
    seen = np.hstack([features / ((1 + 1e-3) * np.sqrt(5)), np.ones((12, 1))])
    weights /= weights.mean()
    for left_out in range(12):
        rest = np.arange(12) != left_out
        x, y, w = seen[rest], targets[rest], weights[rest]
        solution = np.linalg.solve(x.T @ (w[:, None] * x) + 0.01 * 12 * np.eye(6), x.T @ (w[:, None] * y))
        np.testing.assert_allclose(ridge.unseen[left_out], seen[left_out] @ solution, rtol=1e-6)
    np.testing.assert_allclose(
        ridge.model.apply(features), seen @ np.linalg.solve(*_normal(seen, targets, weights)), rtol=1e-6
    )


def test_left_out_predictions_are_without_all_pictures_of_the_part() -> None:
    rng = np.random.default_rng(2)
    features, targets = rng.normal(size=(12, 5)), rng.normal(size=(12, 2))
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    parts = np.array([0, 0, 0, 1, 2, 3, 4, 4, 5, 6, 7, 8])
    ridge = fit_ridge(features, targets, np.ones(12), (0.01,), parts=parts)[0]
    seen = np.hstack([features / ((1 + 1e-3) * np.sqrt(5)), np.ones((12, 1))])
    for part in (0, 1, 4):
        x, y = seen[parts != part], targets[parts != part]
        solution = np.linalg.solve(x.T @ x + 0.01 * 12 * np.eye(6), x.T @ y)
        np.testing.assert_allclose(ridge.unseen[parts == part], seen[parts == part] @ solution, rtol=1e-6)


def _normal(
    x: NDArray[np.float64], y: NDArray[np.float64], w: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return x.T @ (w[:, None] * x) + 0.01 * len(x) * np.eye(x.shape[1]), x.T @ (w[:, None] * y)


def test_rare_labels_count_as_much_as_common_ones() -> None:
    labels = np.array([0, 0, 0, 0, 2])
    weights = balanced(labels)
    assert weights[labels == 0].sum() == pytest.approx(weights[labels == 2].sum())
    assert weights.mean() == pytest.approx(1.0)


def test_types_are_told_apart_without_a_good_part() -> None:
    seen = evidence(1, 80, told_by_features=True)
    fit = fit_types(seen.pooled[1:], seen.kinds[1:] - 1, 2)
    assert (fit.unseen.argmax(axis=1) == seen.kinds[1:] - 1).mean() > 0.9
    np.testing.assert_allclose(fit.unseen.sum(axis=1), 1.0)


def test_one_type_is_certain() -> None:
    assert fit_types(np.zeros((3, 4), np.float32), np.zeros(3, np.intp), 1).unseen.tolist() == [[1.0]] * 3


def test_defects_that_have_nothing_in_common_are_told_from_good_parts() -> None:
    rng = np.random.default_rng(3)
    kinds = np.array([0] * 60 + [1, 2] * 12)
    pooled = rng.normal(size=(len(kinds), 20)).astype(np.float32)
    pooled[kinds == 1, 0] += 5
    pooled[kinds == 2, 0] -= 5
    fit = fit_defect(pooled, kinds, 2)
    assert auroc(fit.unseen[kinds == 0], fit.unseen[kinds > 0]) > 0.8, "one direction for both gives one half"
    as_one = fit_defect(pooled, np.minimum(kinds, 1), 1)
    assert auroc(as_one.unseen[kinds == 0], as_one.unseen[kinds > 0]) < 0.7


def test_labels_that_tell_bad_from_good_make_the_score_better() -> None:
    learned = learn_labels(evidence(40, 16, told_by_features=True), MAXIMUM, 0)
    assert learned.report.score_used
    assert learned.report.auroc_with > 0.9 > learned.report.auroc_without
    assert auroc(learned.good_scores, learned.bad_scores) == pytest.approx(learned.report.auroc_with)
    assert np.median(learned.good_scores) == pytest.approx(1.0, rel=0.01)
    assert min(learned.good_scores) > 0


def test_labels_that_tell_nothing_leave_every_score_as_it_was() -> None:
    seen = evidence(40, 16, told_by_features=False)
    learned = learn_labels(seen, MAXIMUM, 0)
    assert not learned.report.score_used
    np.testing.assert_allclose([*learned.good_scores, *learned.bad_scores], np.exp(seen.log_scores))
    assert learned.labelled.heat_scale is None


def test_masks_teach_where_defects_are() -> None:
    learned = learn_labels(evidence(40, 16, told_by_features=False, masks=True), MAXIMUM, 0)
    report = learned.report
    assert report.map_used
    assert report.pixel_auroc_with is not None
    assert report.pixel_auroc_without is not None
    assert report.pixel_auroc_with > 0.95 > report.pixel_auroc_without
    assert report.score_used, "the map's peak tells bad from good too"


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(0, 5))
def test_every_kind_is_spread_evenly_over_the_folds(kinds: list[int], seed: int) -> None:
    folds = stratified_folds(np.array(kinds), np.random.default_rng(seed))
    for kind in set(kinds):
        counts = np.bincount(folds[np.array(kinds) == kind], minlength=5)
        assert counts.max() - counts.min() <= 1


def test_pictures_of_one_part_are_never_on_both_sides_of_a_fold() -> None:
    parts = np.array([0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 7])
    kinds = np.array([0, 0, 0, 0, 1, 0, 1, 2, 0, 0, 1, 1])
    folds = stratified_folds(kinds, np.random.default_rng(3), parts)
    for part in range(8):
        assert len(set(folds[parts == part].tolist())) == 1
    assert set(folds.tolist()) == {0, 1, 2, 3, 4}


@given(st.lists(st.floats(-30, 30), min_size=4, max_size=30, unique=True))
def test_a_scale_keeps_the_order_and_every_score_positive(values: list[float]) -> None:
    scale = scale_to(values, unit=2.0)
    ordered = scale.apply(sorted(values))
    assert (np.diff(ordered) >= 0).all()
    assert (ordered >= 0).all()
    assert np.isfinite(ordered).all()
    assert np.median(scale.apply(values)) == pytest.approx(2.0, rel=0.6)


def test_a_scale_gives_scores_the_middle_and_the_spread_asked_for() -> None:
    values = np.random.default_rng(2).normal(7, 3, 2000)
    centre, spread = spread_of(scale_to(values, unit=1.5, spread=0.1).apply(values))
    assert centre == pytest.approx(1.5, rel=0.01)
    assert spread == pytest.approx(0.1, rel=0.15)


def test_marked_places_count_by_their_covered_share() -> None:
    values = [np.array([[0.1, 0.9]]), np.array([[0.2, 0.8]])]
    assert marked_auroc(values, [np.array([[0.0, 1.0]]), np.array([[0.0, 1.0]])]) == 1.0
    assert marked_auroc(values, [np.full((1, 2), 0.5)] * 2) == pytest.approx(0.5)
    assert np.isnan(marked_auroc(values, [np.zeros((1, 2))] * 2))


@settings(max_examples=40)
@given(st.integers(0, 15), st.integers(0, 23), st.integers(1, 6), st.integers(1, 6))
def test_an_outline_stays_in_the_frame_and_about_its_places(row: int, column: int, down: int, across: int) -> None:
    heat = np.zeros((16, 24), np.float32)
    heat[row : row + down, column : column + across] = 2.0
    (defect,) = find_defects(heat, 1.0, 240, 160, bad_above=4.0, mm_per_pixel=0.1)
    assert all(0 <= x < 240 and 0 <= y < 160 for x, y in defect.contour)
    places = int((heat > 0).sum())
    assert 0.5 * places * 100 <= defect.area_px <= 1.6 * places * 100
    assert defect.area_mm2 == pytest.approx(defect.area_px / 100)
    assert defect.severity == pytest.approx(0.5)


def test_a_ragged_outline_has_few_corners() -> None:
    heat = np.random.default_rng(3).uniform(0.4, 1.4, (40, 40)).astype(np.float32)
    contour, area = outline(heat, 0.5, (0, 0, 40, 40), 4000, 3000)
    assert 3 <= len(contour) <= 64
    assert area > 0.5 * 4000 * 3000


def test_a_region_has_the_type_that_covers_it_most() -> None:
    maps = np.zeros((2, 4, 4), np.float32)
    maps[0, :2], maps[1, 2:] = 0.8, 0.7
    types = TypeMaps(("dent", "scratch"), np.array([0.6, 0.4], np.float32), maps)
    upper = np.zeros((4, 4), np.bool_)
    upper[:2] = True
    assert types.of_region(upper)[0] == "dent"
    assert types.of_region(~upper)[0] == "scratch"
    assert TypeMaps(types.names, types.likely).of_region(~upper) == ("dent", None)


def test_types_that_were_not_taught_are_counted_apart() -> None:
    figures = type_figures(("dent", "scratch"), [("dent", "dent"), ("dent", "scratch"), ("hole", "dent")])
    assert figures is not None
    assert (figures.n, figures.accuracy) == (2, 0.5)
    assert figures.confusion["hole"] == {"dent": 1, "scratch": 0}
    assert type_figures((), []) is None
