"""From a frame to the picture a network sees: one size rule, shared by training and inspection."""

from enum import StrEnum
from math import sqrt

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.frame import Frame

MULTIPLE = 32
"""Sides of a network's input are multiples of this, so that every stride of the backbone divides evenly."""


class Fit(StrEnum):
    """How a frame is brought to the network's size."""

    SQUARE = "square"
    """Squashed to a square. The same place on the part is at the same place in every picture."""
    ASPECT = "aspect"
    """Resized to the area of that square, sides in proportion. Long parts keep their texture undistorted."""


class Preprocessing(msgspec.Struct, frozen=True, kw_only=True):
    """``side`` is the side in pixels of the square whose area every picture gets."""

    fit: Fit
    side: int = 256

    def size(self, height: int, width: int) -> tuple[int, int]:
        """(height, width) of the network's input for a frame of that size."""
        if self.fit is Fit.SQUARE:
            return self.side, self.side
        scale = self.side / sqrt(height * width)
        longest = 4 * self.side
        return _rounded(height * scale, longest), _rounded(width * scale, longest)

    def apply(self, frame: Frame) -> NDArray[np.uint8]:
        """The picture for the network: uint8 BGR, sides as `size` says."""
        height, width = self.size(frame.height, frame.width)
        if (height, width) == (frame.height, frame.width):
            return frame.pixels
        return _resized(halved(frame.pixels, height, width), height, width)


def halved(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """``pixels`` halved as long as its sides are even and it stays height × width at least.

    Averaging exact 2×2 blocks is many times faster than weighted areas, and a step towards the same averages.
    """
    while not (pixels.shape[0] % 2 or pixels.shape[1] % 2) and (
        pixels.shape[0] >= 2 * height and pixels.shape[1] >= 2 * width
    ):
        pixels = _resized(pixels, pixels.shape[0] // 2, pixels.shape[1] // 2)
    return pixels


def _resized(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _rounded(side: float, longest: int) -> int:
    return min(max(round(side / MULTIPLE), 1) * MULTIPLE, longest)
