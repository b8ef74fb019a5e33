"""A preview is small whatever the camera sends, and shows what the picture shows."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodpart.vision.errors import FrameError
from goodpart.vision.frame import decode
from goodpart.vision.image_header import read_header
from goodpart.vision.preview import MAX_BYTES, render_preview


def image(width: int, height: int, *, suffix: str = ".jpg", noise: bool = False) -> bytes:
    """Dark on the left, bright on the right."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, width // 2 :] = 200
    if noise:
        pixels = np.random.default_rng(1).integers(0, 256, pixels.shape, np.uint8)
    return bytes(cv2.imencode(suffix, pixels)[1].tobytes())


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 1500), st.integers(2, 1500), st.sampled_from([".jpg", ".png"]))
def test_its_longer_side_is_bounded_and_its_shape_kept(width: int, height: int, suffix: str) -> None:
    header = read_header(render_preview(image(width, height, suffix=suffix), "a picture", 640))
    share = min(1.0, 640 / max(width, height))
    assert header.format == "JPEG"
    assert max(header.width, header.height) == min(640, max(width, height))
    # A large JPEG is halved while it is decoded, which rounds once more.
    assert abs(header.width - width * share) <= 1
    assert abs(header.height - height * share) <= 1


def test_of_a_large_jpeg_no_more_is_decoded_than_is_needed() -> None:
    large = image(4000, 3000)
    assert decode(large, "x", at_least=640).pixels.shape == (750, 1000, 3)
    assert decode(large, "x", at_least=1001).pixels.shape == (1500, 2000, 3)
    assert decode(large, "x", at_least=4001).pixels.shape == (3000, 4000, 3)
    small = decode(render_preview(large, "x", 640), "x")
    assert (small.height, small.width) == (480, 640)
    assert small.pixels[:, :300].mean() < 10
    assert small.pixels[:, 340:].mean() > 190


def test_noise_is_as_small_as_anything_else() -> None:
    content = render_preview(image(1200, 1200, noise=True), "noise", 640)
    assert len(content) <= MAX_BYTES
    assert read_header(content).width == 640


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(FrameError, match="camera"):
        render_preview(b"not a picture", "The camera's picture", 640)
