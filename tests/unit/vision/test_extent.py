"""A part is whole in a frame when what the golden frame shows of it is, whatever the corners of its region do."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from goodpart.vision.errors import PartNotFoundError
from goodpart.vision.extent import Extent, background
from goodpart.vision.frame import from_pixels
from goodpart.vision.framing import Framing
from goodpart.vision.registration import Alignment, Registration, reference_picture
from goodpart.vision.roi import Box, Polygon, Regions, rectangle
from goodpart.vision.view import View

SIDE, RADIUS = 256, 100
ANYHOW = Alignment(max_rotation=180)
SQUARE: Polygon = rectangle(0.1, 0.1, 0.9, 0.9)
ROUND: Polygon = tuple(
    (0.5 + 0.42 * float(np.cos(a)), 0.5 + 0.42 * float(np.sin(a))) for a in np.arange(16) * np.pi / 8
)


def belt(texture: float, size: int = SIDE) -> NDArray[np.float32]:
    """Light on one side, and with a texture of some pixels."""
    coarse = np.random.default_rng(0).normal(0, 1, (size // 4, size // 4)).astype(np.float32)
    shading = np.linspace(40, 70, size, dtype=np.float32)[None]
    return np.asarray(shading + texture * cv2.resize(coarse, (size, size), interpolation=cv2.INTER_LINEAR), np.float32)


def cap(degrees: float = 0.0, right: float = 0.0, texture: float = 0.0) -> NDArray[np.uint8]:
    """A round cap with a mark that shows how it lies."""
    disc = np.full((SIDE, SIDE), 150, np.uint8)
    cv2.putText(disc, "CAP", (78, 120), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 240, 6)
    cv2.circle(disc, (128, 128), RADIUS - 12, 110, 4)
    outline = np.zeros((SIDE, SIDE), np.uint8)
    cv2.circle(outline, (128, 128), RADIUS, 1, -1)
    turn = cv2.getRotationMatrix2D((127.5, 127.5), degrees, 1.0)
    turn[0, 2] += right
    there = cv2.warpAffine(outline, turn, (SIDE, SIDE)).astype(np.float32)
    grey = cv2.warpAffine(disc, turn, (SIDE, SIDE)) * there + belt(texture) * (1 - there)
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def looking_at(region: Polygon, texture: float = 0.0) -> Framing:
    regions = Regions(include=(region,))
    picture = reference_picture(cap(texture=texture), regions, ANYHOW)
    registration = Registration(picture, (SIDE, SIDE), regions, ANYHOW)
    return Framing(View(regions=regions, alignment=ANYHOW), registration, 0.3)


@pytest.mark.parametrize("texture", [0.0, 6.0], ids=["plain", "textured"])
@pytest.mark.parametrize("region", [SQUARE, ROUND], ids=["square", "round"])
def test_a_round_part_that_lies_turned_in_the_frame_is_whole(region: Polygon, texture: float) -> None:
    framing = looking_at(region, texture)
    for degrees, right in ((45, 0), (-135, 12), (30, -20), (100, 24)):
        framing.see(from_pixels(cap(degrees, right, texture), "whole"))
    for degrees, right in ((0, 48), (45, -50), (100, 60)):
        with pytest.raises(PartNotFoundError, match=r"partly outside of cut: \d+% of it cannot be seen"):
            framing.see(from_pixels(cap(degrees, right, texture), "cut"))


def test_a_region_within_something_plain_has_no_background() -> None:
    """A sheet that fills the picture, with one hole: what is plain is the part."""
    sheet = np.full((64, 64), 120, np.float32)
    cv2.circle(sheet, (32, 32), 5, 30, -1)
    extent = Extent.of(sheet, np.ones((64, 64), np.bool_), Box(0, 0, 256, 256))
    assert background(sheet).mean() > 0.8
    assert extent.missing(np.eye(3)[:2], (256, 256)) is None
    moved = np.array([[1.0, 0, 20], [0, 1, 0]])
    assert extent.missing(moved, (256, 256)) == pytest.approx(20 / 256, abs=0.01)


def test_no_more_than_a_fifth_of_the_region_goes_unseen_even_beside_the_part() -> None:
    gray = np.full((64, 64), 20, np.float32)
    gray[4:60, 2:40] = 200
    gray[20:40, 10:30] = 90
    extent = Extent.of(gray, np.ones((64, 64), np.bool_), Box(0, 0, 64, 64))
    assert extent.part[0].max() < 46
    assert extent.missing(np.array([[1.0, 0, 10], [0, 1, 0]]), (64, 64)) is None
    assert extent.missing(np.array([[1.0, 0, 15], [0, 1, 0]]), (64, 64)) == pytest.approx(15 / 64)
