"""Measuring how a picture was taken, in well under a millisecond at 640×480.

    brightness   mean of all channels, 0 to 255
    contrast     standard deviation of all channels, 0 to 127
    dark         share of channel values that are clipped at the dark end
    bright       the same at the bright end
    focus        how fast the autocorrelation of grey values falls from one pixel to the next, 0 to about 1
    warmth       logarithm of the mean of red over that of blue
    green        logarithm of the mean of green over the geometric mean of red and blue
    side_light   logarithm of the mean of the right half over that of the left one
    low_light    logarithm of the mean of the lower half over that of the upper one

Focus is Vollath's F4 (J. Microscopy 147, 1987, pp. 279-288) divided by the variance: a noise that differs from pixel to
pixel adds nothing to it, and neither does a lamp that is merely brighter. The logarithms are those of a brighter lamp's
pictures too. Where a picture lies against another one is told by `goodpart.vision.optics_place`.
"""

from dataclasses import dataclass
from math import log

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.optics_place import THUMBNAIL

_CLIPPED_LOW, _CLIPPED_HIGH = 2, 253
_MEASURED_PIXELS = 96 * 1024
"""Bands of whole rows are measured, spread over the frame, of about so many pixels together."""
_BANDS = 16
_BLACK = 8.0
"""Added to means before their logarithms: in the dark a grey value more or less is no other light."""
_LEVELS = np.arange(256)


class OpticsFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Of one frame; this module and `goodpart.vision.optics_place` say what each is. What cannot be told is None."""

    height: int
    width: int
    brightness: float
    contrast: float
    dark: float
    bright: float
    focus: float
    warmth: float
    green: float
    side_light: float
    low_light: float
    shift_x: float | None = None
    shift_y: float | None = None
    likeness: float | None = None
    turn: float | None = None


@dataclass(frozen=True, eq=False)
class Measured:
    """A frame's figures but for how it lies, and its grey thumbnail, float32 (64, 64)."""

    figures: OpticsFigures
    thumbnail: NDArray[np.float32]


def measure(pixels: NDArray[np.uint8]) -> Measured:
    """Measure uint8 BGR pixels (height, width, 3) of any size."""
    height, width = (int(side) for side in pixels.shape[:2])
    bands = _bands(pixels)
    counts = cv2.calcHist([bands.reshape(-1, width * 3)], [0], None, [256], [0, 256]).ravel().astype(np.float64)
    shares = counts / counts.sum()
    brightness = float(shares @ _LEVELS)
    variance = max(float(shares @ (_LEVELS - brightness) ** 2), 0.0)
    grey = cv2.cvtColor(bands.reshape(-1, width, 3), cv2.COLOR_BGR2GRAY).reshape(*bands.shape[:3])
    thumbnail = _thumbnail(pixels)
    blue, green, red = (log(mean + _BLACK) for mean in cv2.mean(bands.reshape(-1, width, 3))[:3])
    (upper_left, upper_right), (lower_left, lower_right) = cv2.resize(
        thumbnail, (2, 2), interpolation=cv2.INTER_AREA
    ).tolist()
    figures = OpticsFigures(
        height=height,
        width=width,
        brightness=brightness,
        contrast=float(np.sqrt(variance)),
        dark=float(shares[: _CLIPPED_LOW + 1].sum()),
        bright=float(shares[_CLIPPED_HIGH:].sum()),
        focus=_focus(np.asarray(grey, np.uint8)),
        warmth=red - blue,
        green=green - (red + blue) / 2,
        side_light=_over(upper_right + lower_right, upper_left + lower_left),
        low_light=_over(lower_left + lower_right, upper_left + upper_right),
    )
    return Measured(figures, thumbnail)


def _over(two: float, other_two: float) -> float:
    return log((two / 2 + _BLACK) / (other_two / 2 + _BLACK))


def _bands(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(bands, rows, width, 3): a small or a low frame as one band, else bands of rows of it."""
    height, width = pixels.shape[:2]
    if height * width <= _MEASURED_PIXELS or height < 4 * _BANDS:
        return pixels[None]
    rows = max(_MEASURED_PIXELS // (width * _BANDS), 3)
    starts = np.linspace(0, height - rows, _BANDS).astype(int)
    return np.stack([pixels[start : start + rows] for start in starts])


def _focus(grey: NDArray[np.uint8]) -> float:
    """The mean of both directions, over bands (bands, rows, columns); 0 for a picture without any contrast."""
    variance = float(cv2.meanStdDev(grey.reshape(-1, grey.shape[2]))[1].ravel()[0] ** 2)
    falls = [_fall(band, axis) for band in grey for axis in (0, 1) if band.shape[axis] >= 3]
    if variance <= 0 or not falls:
        return 0.0
    return float(np.mean(falls)) / variance


def _fall(grey: NDArray[np.uint8], axis: int) -> float:
    """R(1) - R(2) of one band along one axis, R the autocorrelation: half the mean squared difference of values two
    pixels apart, less half that of neighbours. Squared differences need no floats and no mean."""
    near = (grey[1:], grey[:-1]) if axis == 0 else (grey[:, 1:], grey[:, :-1])
    far = (grey[2:], grey[:-2]) if axis == 0 else (grey[:, 2:], grey[:, :-2])
    nearby, apart = (cv2.norm(one, other, cv2.NORM_L2SQR) / one.size for one, other in (near, far))
    return float(apart - nearby) / 2


def _thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    # Every n-th pixel, halved, halved: an exact mean over all pixels of a frame would take longer than all the rest.
    step = max(1, min(pixels.shape[:2]) // (4 * THUMBNAIL))
    small = cv2.cvtColor(np.ascontiguousarray(pixels[::step, ::step]), cv2.COLOR_BGR2GRAY)
    while min(small.shape) >= 2 * THUMBNAIL:
        small = cv2.resize(small, (small.shape[1] // 2, small.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA), np.float32)
