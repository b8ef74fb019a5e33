"""The statistics that detectors learn, against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.vision.detector.bank import MemoryBank, build_bank
from goodpart.vision.detector.combination import Combination, Pooling, mean_of_top, top_count
from goodpart.vision.detector.coreset import choose_coreset
from goodpart.vision.detector.gaussian import PositionGaussian, PositionMoments
from goodpart.vision.detector.projection import fit_principal, fit_whitening


def covering_radius(points: np.ndarray, chosen: np.ndarray) -> float:
    apart = np.linalg.norm(points[:, None] - points[chosen][None], axis=2)
    return float(apart.min(axis=1).max())


def greedy_centres(points: np.ndarray, size: int, first: int) -> np.ndarray:
    chosen = [first]
    nearest = np.linalg.norm(points - points[first], axis=1)
    while len(chosen) < size:
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return np.array(chosen)


def test_a_coreset_covers_as_well_as_one_chosen_point_by_point() -> None:
    rng = np.random.default_rng(0)
    points = rng.standard_normal((2000, 8)).astype(np.float32)
    blockwise = choose_coreset(points, 200, rng)
    assert len(set(blockwise.tolist())) == 200
    one_by_one = greedy_centres(points, 200, int(blockwise[0]))
    assert covering_radius(points, blockwise) <= 1.05 * covering_radius(points, one_by_one)


@given(st.integers(1, 60), st.integers(1, 80), st.integers(0, 3))
def test_a_coreset_has_the_asked_size_or_everything(count: int, size: int, kinds: int) -> None:
    rng = np.random.default_rng(count)
    points = rng.integers(0, kinds + 1, (count, 4)).astype(np.float32)
    assert len(choose_coreset(points, size, rng)) == min(count, size)


def test_distances_are_to_the_nearest_stored_patch() -> None:
    rng = np.random.default_rng(1)
    bank = MemoryBank(rng.standard_normal((50, 12)).astype(np.float32))
    features = rng.standard_normal((9, 7, 12)).astype(np.float32)
    expected = np.linalg.norm(features[:, :, None] - bank.patches, axis=3).min(axis=2)
    assert bank.distances(features) == pytest.approx(expected, abs=1e-4)


def test_the_same_seed_builds_the_same_bank() -> None:
    patches = np.random.default_rng(2).standard_normal((30_000, 16)).astype(np.float32)
    one, other = (build_bank(patches, 300, np.random.default_rng(7)).patches for _ in range(2))
    assert one.shape == (300, 16)
    assert (one == other).all()


def test_a_bank_of_sets_says_the_mean_of_what_its_sets_say() -> None:
    rng = np.random.default_rng(10)
    patches = rng.standard_normal((60, 12)).astype(np.float32)
    features = rng.standard_normal((9, 7, 12)).astype(np.float32)
    of_sets = [MemoryBank(one).distances(features) for one in (patches[:10], patches[10:40], patches[40:])]
    bank = MemoryBank(patches, (10, 30, 20))
    assert bank.distances(features) == pytest.approx(np.mean(of_sets, axis=0), abs=1e-4)
    rest = bank.only(np.arange(60) >= 20)
    assert (rest.sizes, len(rest.patches)) == ((20, 20), 40)


@given(st.integers(1, 60), st.integers(4, 80), st.integers(0, 3))
def test_a_bank_of_sets_has_the_asked_size_or_everything(count: int, size: int, kinds: int) -> None:
    rng = np.random.default_rng(count)
    bank = build_bank(rng.integers(0, kinds + 1, (count, 4)).astype(np.float32), size, rng, sets=4)
    assert len(bank.patches) == min(count, size)
    assert sum(bank.sizes or (len(bank.patches),)) == len(bank.patches)


def test_banks_of_sets_agree_more_on_new_patches_than_banks_of_one_set() -> None:
    rng = np.random.default_rng(11)
    patches, new = (rng.standard_normal((count, 16)).astype(np.float32) for count in (30_000, 1000))

    def agreement(sets: int) -> float:
        one, other = (
            build_bank(patches, 200, np.random.default_rng(seed), sets=sets).distances(new) for seed in (0, 1)
        )
        return float(np.corrcoef(one, other)[0, 1])

    assert agreement(sets=4) > agreement(sets=1) + 0.1


def test_principal_axes_keep_distances_and_whitening_evens_them_out() -> None:
    rng = np.random.default_rng(3)
    sample = (rng.standard_normal((4000, 6)) * [5, 4, 3, 2, 0.01, 0.01]).astype(np.float32)
    principal = fit_principal(sample, 4)
    assert np.linalg.norm(principal.apply(sample), axis=1) == pytest.approx(
        np.linalg.norm(sample - sample.mean(axis=0), axis=1), abs=0.1
    )
    whitened = fit_whitening(sample, 4, 0.01).apply(sample)
    assert whitened.std(axis=0) == pytest.approx(np.ones(4), abs=0.05)


def test_the_gaussian_is_the_mahalanobis_distance_of_its_position() -> None:
    rng = np.random.default_rng(4)
    pictures = (rng.standard_normal((80, 6, 3)) * [1, 2, 3]).astype(np.float32)
    moments = PositionMoments(6, 3)
    moments.add(pictures[:50])
    moments.add(pictures[50:])
    gaussian = moments.gaussian((2, 3))
    covariances = np.stack([np.cov(pictures[:, position].T) for position in range(6)])
    shared = covariances.mean(axis=0)
    new = rng.standard_normal((1, 6, 3)).astype(np.float32)
    for position in range(6):
        mixed = 0.995 * covariances[position] + 0.005 * shared + 1e-3 * np.eye(3)
        away = new[0, position] - pictures[:, position].mean(axis=0)
        expected = np.sqrt(away @ np.linalg.inv(mixed) @ away / 3)
        assert gaussian.distances(new).reshape(6)[position] == pytest.approx(expected, rel=1e-3)


def never_saw(pictures: np.ndarray, number: int) -> PositionGaussian:
    moments = PositionMoments(*pictures.shape[1:])
    moments.add(np.delete(pictures, number, axis=0))
    return moments.gaussian((6, 10))


@pytest.mark.parametrize(("count", "off"), [(200, 0.02), (60, 0.04), (12, 0.12), (2, 0.01)])
def test_a_picture_left_out_in_closed_form_is_as_far_as_from_a_gaussian_that_never_saw_it(
    count: int, off: float
) -> None:
    rng = np.random.default_rng(count)
    pictures = rng.standard_normal((count, 60, 32)).astype(np.float32)
    moments = PositionMoments(60, 32)
    moments.add(pictures)
    everything = moments.gaussian((6, 10))
    for number, picture in enumerate(pictures[:3]):
        expected = never_saw(pictures, number).distances(picture[None])[0]
        assert everything.distances_left_out(picture[None], count)[0] == pytest.approx(expected, rel=off)


@pytest.mark.parametrize(("count", "off"), [(200, 0.02), (60, 0.04), (2, 0.01)])
def test_a_defect_is_as_far_as_from_a_gaussian_that_never_saw_the_part_it_was_drawn_into(
    count: int, off: float
) -> None:
    rng = np.random.default_rng(count)
    pictures = rng.standard_normal((count, 60, 32)).astype(np.float32)
    drawn = pictures[:3].copy()
    drawn[:, 20:30] += 2
    moments = PositionMoments(60, 32)
    moments.add(pictures)
    left_out = moments.gaussian((6, 10)).distances_left_out(drawn, count, pictures[:3])
    for number in range(min(3, count)):
        expected = never_saw(pictures, number).distances(drawn[number][None])[0]
        assert left_out[number] == pytest.approx(expected, rel=off)


@pytest.mark.parametrize(("count", "off"), [(200, 0.02), (60, 0.04), (5, 0.01)])
def test_a_part_in_several_pictures_is_left_out_as_if_none_of_them_had_been_learned(count: int, off: float) -> None:
    rng = np.random.default_rng(count)
    pictures = rng.standard_normal((count, 60, 32)).astype(np.float32)
    pictures[1:4] = pictures[0] + rng.normal(0, 0.2, (3, 60, 32)).astype(np.float32)
    moments = PositionMoments(60, 32)
    moments.add(pictures)
    left_out = moments.gaussian((6, 10)).distances_without_part(pictures[:2], count, pictures[:4])
    rest = PositionMoments(60, 32)
    rest.add(pictures[4:])
    expected = rest.gaussian((6, 10)).distances(pictures[:2])
    assert left_out == pytest.approx(expected, rel=off)


def test_one_picture_gives_a_usable_gaussian() -> None:
    moments = PositionMoments(4, 3)
    moments.add(np.ones((1, 4, 3), np.float32))
    assert np.isfinite(moments.gaussian((2, 2)).distances(np.zeros((1, 4, 3), np.float32))).all()


@given(st.lists(st.floats(0, 100, width=32), min_size=1, max_size=64), st.integers(1, 80))
def test_the_mean_of_the_top_lies_between_mean_and_maximum(values: list[float], count: int) -> None:
    array = np.array(values, np.float32)
    top = mean_of_top(array, count)
    assert array.mean() - 1e-3 <= top <= array.max() + 1e-3


@pytest.mark.parametrize("pooling", list(Pooling))
def test_a_score_is_one_where_both_maps_are_at_their_usual_level(pooling: Pooling) -> None:
    combination = Combination(weight=0.25, pooling=pooling, bank_scale=3.0, gaussian_scale=5.0, top=top_count(64))
    combined = combination.map(np.full((8, 8), 3.0, np.float32), np.full((4, 4), 5.0, np.float32))
    assert combination.score(combined) == pytest.approx(1.0)
