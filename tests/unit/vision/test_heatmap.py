"""What people see of a map: regions as boxes, a see-through picture, the frame with it."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodpart.vision.classifier.regions import TypeMaps
from goodpart.vision.defects import find_defects, strongest_place
from goodpart.vision.frame import from_pixels
from goodpart.vision.heatmap import overlay, render_heat, render_overlay, smooth_heat
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


def test_the_strongest_place_is_a_box_of_three_places_within_the_frame_and_measures_nothing() -> None:
    heat = np.full((30, 40), 0.5, np.float32)
    heat[10, 20], heat[0, 39] = 0.9, 0.8
    place = strongest_place(heat, 640, 480)
    assert place is not None
    assert (place.x, place.y, place.w, place.h) == (19 * 16, 9 * 16, 48, 48)
    assert place.score == pytest.approx(0.9)
    assert place.below_threshold
    assert (place.contour, place.area_px, place.area_mm2, place.severity) == ((), 0.0, None, 0.0)
    heat[10, 20] = 0.5
    corner = strongest_place(heat, 640, 480)
    assert corner is not None
    assert (corner.x, corner.y, corner.w, corner.h) == (38 * 16, 0, 32, 32)


def test_the_strongest_place_is_where_the_part_s_type_covers_most() -> None:
    heat = np.full((4, 4), 0.5, np.float32)
    heat[0, 0] = 0.9
    maps = np.zeros((2, 4, 4), np.float32)
    maps[0, 0, 3], maps[1, 3, 3] = 0.9, 0.2
    place = strongest_place(heat, 40, 40, TypeMaps(("dent", "scratch"), np.array([0.1, 0.9], np.float32), maps))
    assert place is not None
    assert (place.x, place.y, place.kind) == (20, 20, "scratch")
    assert place.score == 0.5
    # Where no mask says anything of the type, and where there were none: the heat map.
    maps[1] = 0
    for types in (maps, None):
        place = strongest_place(heat, 40, 40, TypeMaps(("dent", "scratch"), np.array([0.1, 0.9], np.float32), types))
        assert place is not None
        assert (place.x, place.y, place.kind) == (0, 0, "scratch")


def test_a_place_that_nobody_looks_at_is_never_the_strongest() -> None:
    heat = np.zeros((4, 4), np.float32)
    assert strongest_place(heat, 40, 40) is None
    heat[1, 1] = 0.1
    maps = np.zeros((1, 4, 4), np.float32)
    maps[0, 3, 3], maps[0, 1, 1] = 0.9, 0.1
    place = strongest_place(heat, 40, 40, TypeMaps(("dent",), np.ones(1, np.float32), maps))
    assert place is not None
    assert (place.x, place.y) == (0, 0)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 3000), st.integers(1, 3000), st.integers(0, 99))
def test_boxes_lie_inside_the_frame(rows: int, columns: int, width: int, height: int, seed: int) -> None:
    heat = np.random.default_rng(seed).random((rows, columns)).astype(np.float32)
    place = strongest_place(heat, width, height)
    assert place is not None
    for defect in [*find_defects(heat, 0.7, width, height), place]:
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


def test_the_strongest_place_is_marked_at_its_corners_and_a_region_all_round() -> None:
    frame = from_pixels(np.full((480, 640, 3), 90, np.uint8), "camera")
    heat = np.full((30, 40), 0.5, np.float32)
    heat[10, 20] = 0.7
    place = strongest_place(heat, 640, 480)
    assert place is not None
    red = {}
    for below in (True, False):
        marked = replace(look_at(heat), defects=[replace(place, below_threshold=below)])
        pixels = overlay(frame, marked).astype(int)
        edge = pixels[place.y, place.x : place.x + place.w]
        red[below] = int((edge[:, 2] - edge[:, 0] > 100).sum())
    assert 0 < red[True] < 0.7 * red[False]


def test_smoothing_keeps_the_level_of_an_even_map() -> None:
    assert np.allclose(smooth_heat(np.full((8, 8), 2.0, np.float32), (100, 140)), 2.0, atol=1e-4)
