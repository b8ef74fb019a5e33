"""Drawn parts: the same seed gives the same picture, and what is wrong with a part shows as badly as it is."""

import cv2
import numpy as np
import pytest

from goodpart.demo.line.parts.defects import Defect, DefectType
from goodpart.demo.line.parts.drawing import Picture, draw_empty_belt, draw_part, encode_jpeg
from goodpart.demo.line.parts.shapes import BRACKET, FLANGE, PART_NUMBERS

EVERY_DEFECT = [(number, kind) for number in PART_NUMBERS for kind in DefectType]


def difference(one: Picture, other: Picture) -> float:
    """How much two pictures differ, summed over all pixels."""
    return float(cv2.absdiff(one, other).astype(np.float64).sum())


@pytest.mark.parametrize("part_number", PART_NUMBERS)
def test_a_seed_gives_the_same_picture_every_time(part_number: str) -> None:
    defect = Defect(DefectType.SCRATCH, 0.8)
    assert np.array_equal(draw_part(part_number, defect, 7), draw_part(part_number, defect, 7))


@pytest.mark.parametrize("part_number", PART_NUMBERS)
def test_no_two_good_parts_look_the_same(part_number: str) -> None:
    first, second = draw_part(part_number, None, 1), draw_part(part_number, None, 2)
    assert first.shape == (480, 640, 3)
    assert first.dtype == np.uint8
    assert difference(first, second) / first.size > 2


def test_the_part_numbers_look_different() -> None:
    between = difference(draw_part(FLANGE, None, 1), draw_part(BRACKET, None, 1))
    within = difference(draw_part(FLANGE, None, 1), draw_part(FLANGE, None, 2))
    assert between > 2 * within


@pytest.mark.parametrize(("part_number", "kind"), EVERY_DEFECT)
def test_a_defect_changes_its_place_and_nothing_else(part_number: str, kind: DefectType) -> None:
    good, bad = draw_part(part_number, None, 5), draw_part(part_number, Defect(kind, 0.8), 5)
    changed = cv2.absdiff(good, bad).max(axis=2) > 12
    assert 30 < changed.sum() < 0.12 * changed.size


@pytest.mark.parametrize(("part_number", "kind"), EVERY_DEFECT)
def test_a_severe_defect_shows_more_than_a_subtle_one(part_number: str, kind: DefectType) -> None:
    def visible(severity: float) -> float:
        pairs = (
            (draw_part(part_number, None, seed), draw_part(part_number, Defect(kind, severity), seed))
            for seed in range(6)
        )
        return sum(difference(good, bad) for good, bad in pairs)

    subtle, middle, obvious = visible(0.0), visible(0.5), visible(1.0)
    assert 0 < subtle < middle < obvious


@pytest.mark.parametrize("severity", [-0.1, 1.1, float("nan")])
def test_a_severity_outside_its_scale_is_refused(severity: float) -> None:
    with pytest.raises(ValueError, match="severity"):
        Defect(DefectType.DENT, severity)


def test_an_unknown_part_number_is_refused() -> None:
    with pytest.raises(KeyError):
        draw_part("NO-SUCH", None, 1)


def test_the_empty_belt_shows_no_part() -> None:
    belt = draw_empty_belt()
    assert belt.shape == (480, 640, 3)
    assert belt[60:420].mean() < 0.6 * draw_part(BRACKET, None, 1)[60:420].mean()


def test_the_camera_sends_jpeg_that_opens_again() -> None:
    picture = draw_part(FLANGE, None, 3)
    opened = cv2.imdecode(np.frombuffer(encode_jpeg(picture), np.uint8), cv2.IMREAD_COLOR)
    assert opened is not None
    assert difference(picture, np.asarray(opened, np.uint8)) / picture.size < 4
