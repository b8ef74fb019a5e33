"""Areas under curves, against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.vision.evaluation.pixels import aupro, pixel_auroc
from goodpart.vision.ranking import auroc, error_of_difference, recall_at_overkill

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=30)


@given(values, values)
def test_auroc_is_the_chance_that_bad_ranks_above_good(good: list[float], bad: list[float]) -> None:
    wins = sum((b > g) + (b == g) / 2 for g in good for b in bad)
    assert auroc(good, bad) == pytest.approx(wins / (len(good) * len(bad)))


def test_auroc_of_nothing_is_not_a_number() -> None:
    assert np.isnan(auroc([], [1.0]))


def test_recall_at_overkill_rejects_no_more_good_parts_than_allowed() -> None:
    good = np.arange(200, dtype=np.float64)
    bad = np.array([50.0, 197.5, 198.5, 300.0])
    assert recall_at_overkill(good, bad, 0.01) == 0.75
    assert recall_at_overkill(good, bad, 0.0) == 0.25
    assert recall_at_overkill(good, bad, 1.0) == 1.0


def test_pixel_auroc_counts_every_pixel() -> None:
    rng = np.random.default_rng(0)
    maps = [rng.random((16, 16)).astype(np.float32) for _ in range(4)]
    masks = [one > 0.6 + 0.4 * rng.random((16, 16)) for one in maps]
    good = np.concatenate([one[~mask] for one, mask in zip(maps, masks, strict=True)])
    bad = np.concatenate([one[mask] for one, mask in zip(maps, masks, strict=True)])
    assert pixel_auroc(maps, masks) == pytest.approx(auroc(good, bad), abs=1e-3)


def test_a_perfect_map_has_full_region_overlap_and_a_blind_one_almost_none() -> None:
    mask = np.zeros((32, 32), np.bool_)
    mask[4:9, 4:9] = True
    mask[20:28, 20:24] = True
    good = np.zeros((32, 32), np.bool_)
    perfect = [mask.astype(np.float32), good.astype(np.float32)]
    assert aupro(perfect, [mask, good]) == pytest.approx(1.0, abs=0.01)
    assert aupro([-one for one in perfect], [mask, good]) == pytest.approx(0.0, abs=0.01)


def test_a_small_region_counts_as_much_as_a_large_one() -> None:
    mask = np.zeros((64, 64), np.bool_)
    mask[2:4, 2:4] = True
    mask[20:60, 20:60] = True
    only_large = mask.astype(np.float32)
    only_large[2:4, 2:4] = -1
    assert aupro([only_large], [mask]) == pytest.approx(0.5, abs=0.01)


def test_figures_about_pixels_do_not_exist_without_marked_regions() -> None:
    clear = np.zeros((8, 8), np.bool_)
    assert np.isnan(pixel_auroc([np.zeros((8, 8), np.float32)], [clear]))
    assert np.isnan(aupro([], []))


def test_the_error_of_a_difference_is_what_repeated_samples_show() -> None:
    rng = np.random.default_rng(1)

    def sample() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
        good, bad = rng.normal(0, 1, 60), rng.normal(1, 1, 80)
        return (good, bad), (good + rng.normal(0, 0.5, 60), bad + rng.normal(0, 0.5, 80))

    pairs = [sample() for _ in range(300)]
    differences = [auroc(*one) - auroc(*other) for one, other in pairs]
    errors = [error_of_difference(one, other) for one, other in pairs]
    assert np.mean(errors) == pytest.approx(np.std(differences), rel=0.15)


@given(values, values)
def test_a_difference_to_itself_is_certain_unless_too_little_is_known(good: list[float], bad: list[float]) -> None:
    expected = 0.0 if min(len(good), len(bad)) > 1 else float("inf")
    assert error_of_difference((good, bad), (good, bad)) == expected
