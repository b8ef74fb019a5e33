"""Measuring how a picture was taken, in well under a millisecond at 640×480.

    brightness   mean of all channels, 0 to 255
    contrast     standard deviation of all channels, 0 to 127
    dark         share of channel values that are clipped at the dark end
    bright       the same at the bright end
    focus        how fast the autocorrelation of grey values falls from one pixel to the next, 0 to about 1
    shift        where the picture lies against a reference picture, as a share of its width and height

Focus is Vollath's F4 (J. Microscopy 147, 1987, pp. 279-288) divided by the variance: a noise that differs from pixel to
pixel adds nothing to it, and neither does a lamp that is merely brighter. Shift is a phase correlation (Kuglin and
Hines, 1975) of thumbnails: rough, good to about a hundredth of the frame. Rotation is not measured here; what must be
aligned to a fraction of a pixel is the business of registration.
"""

from dataclasses import dataclass

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

THUMBNAIL = 64
_CLIPPED_LOW, _CLIPPED_HIGH = 2, 253
_MEASURED_PIXELS = 96 * 1024
"""Bands of whole rows are measured, spread over the frame, of about so many pixels together."""
_BANDS = 16
_LEAST_PEAK = 1.5
"""The best place must be so much better than the second best one: else the shift is not a figure."""
_WINDOW = np.outer(np.hanning(THUMBNAIL), np.hanning(THUMBNAIL))
_LEVELS = np.arange(256)


class OpticsFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Of one frame; the module says what each is. A shift that cannot be told is None."""

    height: int
    width: int
    brightness: float
    contrast: float
    dark: float
    bright: float
    focus: float
    shift_x: float | None = None
    shift_y: float | None = None


@dataclass(frozen=True, eq=False)
class Measured:
    """A frame's figures but for the shift, and its grey thumbnail, float32 (64, 64)."""

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
    figures = OpticsFigures(
        height=height,
        width=width,
        brightness=brightness,
        contrast=float(np.sqrt(variance)),
        dark=float(shares[: _CLIPPED_LOW + 1].sum()),
        bright=float(shares[_CLIPPED_HIGH:].sum()),
        focus=_focus(np.asarray(grey, np.uint8)),
    )
    return Measured(figures, _thumbnail(pixels))


def shift_between(reference: NDArray[np.complex128], thumbnail: NDArray[np.float32]) -> tuple[float, float] | None:
    """How far right and down ``thumbnail`` lies of the one whose `spectrum_of` is ``reference``, as shares of the
    sides; None where it is unclear."""
    cross = spectrum_of(thumbnail) * reference.conj()
    strength = np.abs(cross)
    # Frequencies that neither picture has hold noise alone: they do not get the weight of the others.
    peaks = np.fft.irfft2(cross / (strength + strength.mean() + 1e-9), s=thumbnail.shape)
    row, column = divmod(int(peaks.argmax()), THUMBNAIL)
    others = peaks.copy()
    for place in range(-2, 3):
        others[(row + place) % THUMBNAIL, np.arange(column - 2, column + 3) % THUMBNAIL] = 0
    if not peaks[row, column] > _LEAST_PEAK * others.max() > 0:
        return None
    down = row + _vertex(peaks[(row - 1) % THUMBNAIL, column], peaks[row, column], peaks[(row + 1) % THUMBNAIL, column])
    right = column + _vertex(
        peaks[row, (column - 1) % THUMBNAIL], peaks[row, column], peaks[row, (column + 1) % THUMBNAIL]
    )
    half = THUMBNAIL / 2
    right, down = (right + half) % THUMBNAIL - half, (down + half) % THUMBNAIL - half
    return float(right) / THUMBNAIL, float(down) / THUMBNAIL


def spectrum_of(thumbnail: NDArray[np.float32]) -> NDArray[np.complex128]:
    """Of a thumbnail, its sides faded out: what a picture has at its border comes and goes with a shift."""
    return np.fft.rfft2((thumbnail - thumbnail.mean()) * _WINDOW)


def _vertex(before: float, peak: float, after: float) -> float:
    """Where the parabola through three neighbours has its top, from the middle one."""
    bend = before - 2 * peak + after
    return 0.0 if bend >= 0 else min(max((before - after) / (2 * bend), -0.5), 0.5)


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
