"""What size a network sees."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from goodpart.vision.frame import from_pixels
from goodpart.vision.preprocessing import MULTIPLE, Fit, Preprocessing


@given(st.integers(1, 5000), st.integers(1, 5000), st.sampled_from(list(Fit)))
def test_sides_are_multiples_and_the_area_is_bounded(height: int, width: int, fit: Fit) -> None:
    rows, columns = Preprocessing(fit=fit).size(height, width)
    assert rows % MULTIPLE == 0
    assert columns % MULTIPLE == 0
    assert MULTIPLE <= rows <= 1024
    assert MULTIPLE <= columns <= 1024
    assert rows * columns <= 2 * 256 * 256


def test_a_long_part_keeps_its_proportions() -> None:
    assert Preprocessing(fit=Fit.ASPECT).size(480, 640) == (224, 288)
    assert Preprocessing(fit=Fit.ASPECT).size(100, 400) == (128, 512)
    assert Preprocessing(fit=Fit.SQUARE).size(100, 400) == (256, 256)


def test_a_frame_of_the_right_size_is_left_as_it_is() -> None:
    frame = from_pixels(np.zeros((256, 256, 3), np.uint8), "same")
    assert Preprocessing(fit=Fit.ASPECT).apply(frame) is frame.pixels


def test_halving_first_changes_an_average_by_rounding_only() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (1024, 1024, 3), np.uint8)
    small = Preprocessing(fit=Fit.SQUARE).apply(from_pixels(pixels, "noise"))
    exact = pixels.reshape(256, 4, 256, 4, 3).mean(axis=(1, 3))
    assert np.abs(small - exact).max() <= 1.5


@given(st.integers(1, 70), st.integers(1, 70))
def test_tiny_frames_are_enlarged(height: int, width: int) -> None:
    preprocessing = Preprocessing(fit=Fit.ASPECT, side=64)
    frame = from_pixels(np.full((height, width, 3), 7, np.uint8), "tiny")
    assert preprocessing.apply(frame).shape == (*preprocessing.size(height, width), 3)
