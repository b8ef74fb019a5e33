"""Areas under curves, against their definitions."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodpart.vision.evaluation.pixels import LARGEST_FALSE_POSITIVE_RATE, PixelFigures
from goodpart.vision.ranking import auroc, error_of_difference, recall_at_overkill

Maps = list[NDArray[np.float32]]
Masks = list[NDArray[np.bool_]]
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


def counted(maps: Maps, masks: Masks) -> PixelFigures:
    figures = PixelFigures()
    for heat, mask in zip(maps, masks, strict=True):
        figures.add(heat, mask)
    return figures


def aupro(maps: Maps, masks: Masks) -> float:
    return counted(maps, masks).aupro()


def ranked_aupro(maps: Maps, masks: Masks) -> float:
    """As it is defined: every pixel ranked, every region looked at by itself."""
    clear = np.sort(np.concatenate([heat[~mask] for heat, mask in zip(maps, masks, strict=True)]))
    rates = np.linspace(0, LARGEST_FALSE_POSITIVE_RATE, 400)
    levels = clear[np.clip(np.ceil((1 - rates) * clear.size).astype(int) - 1, 0, clear.size - 1)]
    overlaps = []
    for heat, mask in zip(maps, masks, strict=True):
        count, regions = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
        overlaps += [(heat[regions == n][:, None] > levels).mean(axis=0) for n in range(1, count)]
    return float(np.trapezoid(np.mean(overlaps, axis=0), rates) / LARGEST_FALSE_POSITIVE_RATE)


@pytest.mark.parametrize(
    ("offset", "scale"),
    [(1.0, 1.0), (1.0, 0.05), (0.0, 1e-3), (-3.0, 1.0)],
    ids=["usual", "narrow", "tiny", "negative"],
)
def test_pixels_counted_map_by_map_give_the_figures_of_all_pixels_ranked_to_four_decimals(
    offset: float, scale: float
) -> None:
    rng = np.random.default_rng(0)
    masks = [cv2.GaussianBlur(rng.random((96, 96)), (0, 0), 5) > 0.53 for _ in range(8)]
    masks[0][:] = False
    maps = [(offset + scale * (rng.lognormal(0, 0.4, mask.shape) + 0.4 * mask)).astype(np.float32) for mask in masks]
    good = np.concatenate([one[~mask] for one, mask in zip(maps, masks, strict=True)])
    bad = np.concatenate([one[mask] for one, mask in zip(maps, masks, strict=True)])
    figures = counted(maps, masks)
    assert figures.auroc() == pytest.approx(auroc(good, bad), abs=5e-5)
    assert 0.1 < figures.aupro() < 0.9
    assert figures.aupro() == pytest.approx(ranked_aupro(maps, masks), abs=5e-5)


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
    for figures in (counted([], []), counted([np.zeros((8, 8), np.float32)], [clear])):
        assert np.isnan(figures.auroc())
        assert np.isnan(figures.aupro())


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
