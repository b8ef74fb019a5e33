"""Drawn defects: believable enough to rank detectors by, and graded."""

from functools import cache

import cv2
import numpy as np
import pytest

from goodpart.vision.training.flaws import KINDS, Kind
from goodpart.vision.training.synthetic import draw_defect

NAMES = [kind.__name__.strip("_") for kind in KINDS]


@cache
def part(number: int, *, grey: bool = False) -> np.ndarray:
    """A textured part on a plain belt: uint8 (160, 200, 3)."""
    rng = np.random.default_rng(number)
    picture = np.full((160, 200, 3), 30, np.uint8)
    cv2.circle(picture, (100, 80), 50, (150, 150, 150) if grey else (90, 140, 190), -1)
    texture = np.repeat(cv2.GaussianBlur(rng.normal(0, 40, (160, 200, 1)), (0, 0), 1.5)[:, :, None], 3, axis=2)
    return np.asarray(np.clip(picture + texture, 0, 255), np.uint8)


def change(kind: Kind, strength: float, seed: int) -> np.ndarray:
    before = part(seed)
    after = draw_defect(before, part(seed + 1), strength, np.random.default_rng(seed), kind)
    return np.asarray(np.abs(after.astype(int) - before).max(axis=2), np.int_)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_defect_grows_with_its_strength_and_leaves_the_rest_of_the_part(kind: Kind) -> None:
    faint = [change(kind, 0.05, seed) for seed in range(16)]
    plain = [change(kind, 1.0, seed) for seed in range(16)]
    assert sum(one.any() for one in plain) >= 15
    assert np.mean([one.sum() for one in plain]) > 1.5 * np.mean([one.sum() for one in faint])
    assert np.mean([(one > 0).mean() for one in plain]) < 0.35


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_grey_part_stays_grey(kind: Kind) -> None:
    for seed in range(4):
        rng = np.random.default_rng(seed)
        drawn = draw_defect(part(seed, grey=True), part(seed + 1, grey=True), 0.8, rng, kind).astype(int)
        assert np.abs(drawn - drawn[:, :, :1]).max() <= 1


def test_most_defects_are_on_the_part_and_not_beside_it() -> None:
    on_part = np.zeros((160, 200), np.uint8)
    cv2.circle(on_part, (100, 80), 50, 1, -1)
    hit = [bool((change(KINDS[seed % len(KINDS)], 0.6, seed) * on_part).any()) for seed in range(60)]
    assert on_part.mean() < 0.3
    assert np.mean(hit) > 0.75


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (17, 5)])
def test_any_picture_can_be_drawn_on(size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), 120, np.uint8)
    for seed in range(2 * len(KINDS)):
        drawn = draw_defect(picture, part(1), 1.0, np.random.default_rng(seed), KINDS[seed % len(KINDS)])
        assert drawn.shape == picture.shape
        assert drawn.dtype == np.uint8


def test_the_same_seed_draws_the_same_defect() -> None:
    one, other = (draw_defect(part(1), part(2), 0.5, np.random.default_rng(3)) for _ in range(2))
    assert (one == other).all()
