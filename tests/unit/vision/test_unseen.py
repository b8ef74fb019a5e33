"""What a finished detector makes of parts that it learned, as if it had not."""

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.detector.combination import Combination, Pooling
from goodpart.vision.detector.gaussian import PositionMoments
from goodpart.vision.detector.model import Detector
from goodpart.vision.detector.projection import Projection
from goodpart.vision.framing import Framing
from goodpart.vision.training.atlas import PATCHES_FILE, atlas_of, sources_of
from goodpart.vision.training.banks import KnownBank, known_bank
from goodpart.vision.training.crossfit import CrossFit, Unseen
from goodpart.vision.training.extraction import Features
from goodpart.vision.view import View

CHANNELS, GRID = 8, (3, 3)
NOTHING = Projection(np.zeros(CHANNELS, np.float32), np.eye(CHANNELS, dtype=np.float32))


def parts(count: int, seed: int) -> list[Features]:
    rng = np.random.default_rng(seed)
    return [
        Features(
            rng.standard_normal((6, 6, CHANNELS)).astype(np.float32),
            rng.standard_normal((9, CHANNELS)).astype(np.float32),
        )
        for _ in range(count)
    ]


def _noise(rng: np.random.Generator, like: NDArray[np.float32]) -> NDArray[np.float32]:
    return rng.normal(0, 0.1, like.shape).astype(np.float32)


WHOLE = Framing(View())


def bank_of(good: list[Features]) -> KnownBank:
    patches = np.concatenate([one.patches.reshape(-1, CHANNELS) for one in good])
    return known_bank(patches, [one.patches for one in good], 120, np.random.default_rng(0))


def learned_from(good: list[Features]) -> Detector:
    moments = PositionMoments(9, CHANNELS)
    moments.add(np.stack([one.places for one in good]))
    combination = Combination(weight=0.5, pooling=Pooling.TOP, bank_scale=1.0, gaussian_scale=1.0, top=3)
    return Detector(NOTHING, NOTHING, bank_of(good).bank, moments.gaussian(GRID), combination)


def test_learned_parts_left_out_score_like_new_ones_though_they_score_lower_when_left_in() -> None:
    good = parts(40, 1)
    detector = learned_from(good)
    left_out = _left_out(detector, good, [None] * 40)
    new = _scores(detector, good, parts(60, 2))
    left_in = _scores(detector, good, good)
    assert abs(np.median(left_out) / np.median(new) - 1) < 0.04
    assert np.median(left_in) < 0.94 * np.median(new)


def test_a_part_in_several_pictures_is_left_out_with_all_of_them() -> None:
    rng = np.random.default_rng(7)
    again = [
        Features(one.patches + _noise(rng, one.patches), one.places + _noise(rng, one.places))
        for one in parts(20, 6)
        for _ in range(3)
    ]
    detector = learned_from(again)
    names: list[str | None] = [f"SN{number // 3}" for number in range(60)]
    whole_parts = np.median(_left_out(detector, again, names))
    single_pictures = np.median(_left_out(detector, again, [None] * 60))
    new = np.median(_scores(detector, again, parts(60, 8)))
    assert abs(whole_parts / new - 1) < 0.06
    assert single_pictures < 0.94 * new


def test_every_patch_of_the_bank_is_found_where_it_came_from() -> None:
    good = parts(10, 3)
    bank = learned_from(good).bank.patches
    for patch, source in zip(bank, sources_of(bank, [one.patches for one in good]), strict=True):
        assert source.is_exact
        assert np.array_equal(good[source.picture].patches[source.row, source.column], patch)


def test_a_patch_of_a_part_that_is_not_at_hand_is_told_as_the_one_most_like_it() -> None:
    good = parts(4, 4)
    near = good[2].patches[1, 5] + np.float32(0.01)
    (source,) = sources_of(near[None], [one.patches for one in good])
    assert (source.picture, source.row, source.column, source.is_exact) == (2, 1, 5, False)


def test_the_crops_stand_in_the_order_of_the_bank_and_stay_small() -> None:
    good = parts(10, 5)
    bank = learned_from(good).bank.patches
    rng = np.random.default_rng(6)
    pictures: list[NDArray[np.uint8]] = [rng.integers(0, 256, (48, 48, 3)).astype(np.uint8) for _ in good]
    sources = sources_of(bank, [one.patches for one in good])
    atlas, content = atlas_of(sources, pictures, [(6, 6)] * 10)
    assert (atlas.file, atlas.count, atlas.side) == (PATCHES_FILE, len(bank), 48)
    assert atlas.columns**2 >= atlas.count
    assert content.startswith(b"\xff\xd8")


def _left_out(detector: Detector, good: list[Features], parts: list[str | None]) -> list[float]:
    return _asked(detector, good, parts, good, list(range(len(good))))


def _scores(detector: Detector, learned: list[Features], pictures: list[Features]) -> list[float]:
    return _asked(detector, learned, [None] * len(learned), pictures, [None] * len(pictures))


def _asked(
    detector: Detector,
    learned: list[Features],
    of_parts: list[str | None],
    pictures: list[Features],
    sources: list[int | None],
) -> list[float]:
    assert detector.gaussian is not None
    unseen = Unseen(learned, of_parts, bank_of(learned), detector.gaussian, len(learned))
    maps = unseen.maps(pictures, sources, 1, lambda _done: None)
    return CrossFit([], 1.0, 1.0, 3, WHOLE).scores(detector.combination, maps)
