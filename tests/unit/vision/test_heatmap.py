"""What people see of a map: regions as boxes, a see-through picture, the frame with it."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodpart.vision.defects import find_defects
from goodpart.vision.frame import from_pixels
from goodpart.vision.heatmap import render_heat, render_overlay, smooth_heat
from goodpart.vision.inspector import Look
from goodpart.vision.verdict import Thresholds, decide

LIMITS = Thresholds(good_below=1.0, bad_above=1.5)


def look_at(heat: NDArray[np.float32], width: int = 640, height: int = 480) -> Look:
    score = float(heat.max())
    defects = find_defects(heat, LIMITS.good_below, width, height)
    return Look(score, decide(score, LIMITS), LIMITS, heat, defects, {})


def spotted() -> NDArray[np.float32]:
    heat = np.full((30, 40), 0.5, np.float32)
    heat[10:14, 20:25] = 3.0
    heat[2, 2] = 1.2
    return heat


def decoded(data: bytes) -> NDArray[np.uint8]:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)


def test_regions_are_boxes_in_pixels_of_the_frame_the_strongest_first() -> None:
    first, second = find_defects(spotted(), 1.0, 640, 480)
    assert (first.x, first.y, first.w, first.h, first.score) == (320, 160, 80, 64, 3.0)
    assert (second.x, second.y, second.w, second.h) == (32, 32, 16, 16)


def test_a_good_part_has_no_region() -> None:
    assert find_defects(np.full((8, 8), 0.9, np.float32), 1.0, 100, 100) == []


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 3000), st.integers(1, 3000), st.integers(0, 99))
def test_boxes_lie_inside_the_frame(rows: int, columns: int, width: int, height: int, seed: int) -> None:
    heat = np.random.default_rng(seed).random((rows, columns)).astype(np.float32)
    for defect in find_defects(heat, 0.7, width, height):
        assert defect.w >= 1
        assert defect.h >= 1
        assert 0 <= defect.x < width
        assert 0 <= defect.y < height
        assert defect.x + defect.w <= max(width, defect.x + 1)
        assert defect.y + defect.h <= max(height, defect.y + 1)


def test_the_heat_map_is_small_and_clear_where_the_part_is_good() -> None:
    data = render_heat(look_at(spotted()))
    pixels = decoded(data)
    assert len(data) < 20_000
    assert pixels.shape == (120, 160, 4)
    assert pixels[80:, :, 3].max() == 0
    assert pixels[48, 90, 3] > 100


def test_a_good_part_has_a_clear_heat_map() -> None:
    assert decoded(render_heat(look_at(np.full((30, 40), 0.5, np.float32))))[:, :, 3].max() == 0


def test_the_overlay_has_the_size_of_the_frame_and_marks_the_region() -> None:
    frame = from_pixels(np.full((480, 640, 3), 90, np.uint8), "camera")
    pixels = decoded(render_overlay(frame, look_at(spotted())))
    assert pixels.shape == (480, 640, 3)
    assert np.abs(pixels[400, 600].astype(int) - 90).max() <= 6
    assert pixels[190, 360, 2] > 120


def test_smoothing_keeps_the_level_of_an_even_map() -> None:
    assert np.allclose(smooth_heat(np.full((8, 8), 2.0, np.float32), (100, 140)), 2.0, atol=1e-4)
