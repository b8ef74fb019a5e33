"""Frames of twelve megapixels with defects of a few pixels, in bounded memory."""

import subprocess
import sys
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.integration.vision.drawn_parts import encoded
from tests.integration.vision.large_frames import Told

HEIGHT, WIDTH = 3000, 4096
SPOT = (2222, 1234, 8, 8)


def draw_plate(number: int) -> NDArray[np.uint8]:
    """A plate with 300 holes, none of them quite in its place, and a grain."""
    rng = np.random.default_rng(number)
    grain = rng.normal(120, 4, (HEIGHT // 2, WIDTH // 2)).clip(0, 255).astype(np.uint8)
    plate = cv2.cvtColor(cv2.resize(grain, (WIDTH, HEIGHT)), cv2.COLOR_GRAY2BGR)
    for y in range(100, HEIGHT - 50, 200):
        for x in range(100, WIDTH - 50, 200):
            centre = x + int(rng.integers(-3, 4)), y + int(rng.integers(-3, 4))
            cv2.circle(plate, centre, 40, (70, 75, 80), -1, cv2.LINE_AA)
    cv2.rectangle(plate, (50, 50), (WIDTH - 50, HEIGHT - 50), (160, 160, 160), 12)
    return np.asarray(plate, np.uint8)


@pytest.mark.timeout(900)
def test_a_spot_of_a_few_pixels_is_found_in_a_large_frame_in_tiles_and_missed_without(tmp_path: Path) -> None:
    (tmp_path / "test").mkdir()
    for number in range(4):
        (tmp_path / f"{number}.jpg").write_bytes(encoded(draw_plate(number)))
    good = draw_plate(10)
    (tmp_path / "test" / "good.jpg").write_bytes(encoded(good))
    x, y, w, h = SPOT
    good[y : y + h, x : x + w] = 20
    (tmp_path / "test" / "spot.jpg").write_bytes(encoded(good))
    ran = subprocess.run(
        [sys.executable, "-m", "tests.integration.vision.large_frames", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=850,
    )
    told = msgspec.json.decode(ran.stdout, type=Told)
    assert told.tiled[0] == "good"
    assert told.tiled[1] in ("unsure", "bad")
    left, top, width, height = told.box
    assert left <= x <= x + w <= left + width
    assert top <= y <= y + h <= top + height
    assert max(width, height) <= 64
    assert told.untiled == ("good", "good")
    # A frame is 37 MB, and there is never more than a few of them; the rest is the engine.
    assert told.peak_mb < 700
