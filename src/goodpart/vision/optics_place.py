"""How a picture lies against a golden one: moved, turned, or not alike at all, from grey thumbnails of both.

    shift        where the picture lies, as a share of its width and height: a phase correlation (Kuglin and Hines, IEEE
                 Conf. Cybernetics and Society, 1975), good to about a hundredth of the frame
    likeness     the height of its peak, 0 to 1: what is moved keeps it, what is turned, of another scale or another
                 picture loses it
    turn         degrees, clockwise. A small one from how much higher the peak is against the golden picture turned a
                 little to one side than to the other; a large one from the spectra in polar coordinates (Reddy and
                 Chatterji, IEEE Trans. Image Processing 5, 1996), and only where turning back makes the pictures alike

All are rough; what must be aligned to a fraction of a pixel is the business of registration.
"""

from dataclasses import dataclass
from math import log

import cv2
import numpy as np
from numpy.typing import NDArray

THUMBNAIL = 64
_LEAST_PEAK = 1.5
"""The best place must be so much better than the second best one: else the shift is not a figure."""
_LEAST_LIKENESS = 1e-4
_SIDEWAYS = 6.0
"""Degrees by which the golden picture is turned to both sides."""
_LEAST_SLOPE = 0.02
"""By so much, in logarithms for a degree, the two peaks must come apart: a round part looks the same however turned."""
_AS_TURNED = 1.5
"""So much more alike a picture must become by turning it back."""
_ANGLES, _RADII = 128, 32
_ROWS, _COLUMNS, _DOWN, _RIGHT = np.ogrid[0:THUMBNAIL, 0:THUMBNAIL, -2:3, -2:3]
_NEAR = ((_ROWS + _DOWN) % THUMBNAIL * THUMBNAIL + (_COLUMNS + _RIGHT) % THUMBNAIL).reshape(-1, 25)
"""For each place of a thumbnail the 25 around it, across the border to the other side."""
_WINDOW = np.outer(np.hanning(THUMBNAIL), np.hanning(THUMBNAIL)).astype(np.float32)

Gray = NDArray[np.float32]
Spectrum = NDArray[np.float32]
"""(64, 64, 2): real and imaginary parts."""


@dataclass(frozen=True)
class Lie:
    """How one picture lies. What cannot be told is None."""

    shift: tuple[float, float] | None
    likeness: float
    turn: float | None


@dataclass(frozen=True)
class _Peak:
    height: float
    shift: tuple[float, float] | None


class Golden:
    """A golden thumbnail, float32 (64, 64), of frames of ``aspect`` (width over height). Without an aspect no turn is
    told. May be used from several threads at once."""

    def __init__(self, thumbnail: Gray, aspect: float | None) -> None:
        self._spectrum = _spectrum_of(thumbnail)
        self._aspect = aspect
        self._slope = 0.0
        if aspect is not None:
            sides = [_turned(thumbnail, aspect, degrees) for degrees in (-_SIDEWAYS, _SIDEWAYS)]
            self._sides = [_spectrum_of(side) for side in sides]
            low, high = map(self._leaning, self._sides)
            self._slope = (high - low) / (2 * _SIDEWAYS)
            self._rays = _rays(aspect)
            self._polar = self._polar_of(self._spectrum)

    def lie_of(self, thumbnail: Gray, alike: float = 0.0) -> Lie:
        """Of another picture. One that is less alike than ``alike`` may be turned by any angle, others by little."""
        spectrum = _spectrum_of(thumbnail)
        peak = _peak_of(_correlation(self._spectrum, spectrum))
        if peak.height < alike:
            turn = self._turn_of(thumbnail, spectrum, peak.height, alike)
        else:
            turn = self._leaning(spectrum) / self._slope if self._slope > _LEAST_SLOPE else None
        return Lie(peak.shift, peak.height, turn)

    def _turn_of(self, thumbnail: Gray, spectrum: Spectrum, likeness: float, alike: float) -> float | None:
        """-180 to 180; None where turning back makes the picture no more alike."""
        if self._aspect is None:
            return None
        (_, down), _ = cv2.phaseCorrelate(self._polar, self._polar_of(spectrum))
        half = down * 180 / _ANGLES
        # A spectrum looks the same from both sides.
        found = [
            (_peak_of(_correlation(self._spectrum, _spectrum_of(_turned(thumbnail, self._aspect, -degrees)))), degrees)
            for degrees in (half, half - 180 if half > 0 else half + 180)
        ]
        peak, degrees = max(found, key=lambda one: one[0].height)
        is_alike = peak.height > likeness and peak.height >= min(alike, _AS_TURNED * likeness)
        return degrees if is_alike and peak.shift is not None else None

    def _leaning(self, spectrum: Spectrum) -> float:
        low, high = (_height(_around(_correlation(side, spectrum))[0]) for side in self._sides)
        return log(high / low)

    def _polar_of(self, spectrum: Spectrum) -> Gray:
        sizes = cv2.magnitude(spectrum[..., 0], spectrum[..., 1])
        polar = np.log1p(cv2.remap(sizes, *self._rays, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))
        return np.asarray(polar - polar.mean(axis=0), np.float32)


def _spectrum_of(thumbnail: Gray) -> Spectrum:
    """Of a thumbnail, its sides faded out: what a picture has at its border comes and goes with a shift."""
    faded = (thumbnail - np.float32(thumbnail.mean())) * _WINDOW
    return np.asarray(cv2.dft(faded, flags=cv2.DFT_COMPLEX_OUTPUT), np.float32)


def _correlation(reference: Spectrum, spectrum: Spectrum) -> Gray:
    """By how much the second picture must be moved to be alike the first: the phase correlation at every shift."""
    cross = cv2.mulSpectrums(spectrum, reference, 0, conjB=True)
    strength = cv2.magnitude(cross[..., 0], cross[..., 1])
    # Frequencies that neither picture has hold noise alone: they do not get the weight of the others.
    cross.view(np.complex64)[..., 0] *= 1 / (strength + (strength.mean() + np.float32(1e-9)))
    return np.asarray(cv2.dft(cross, flags=cv2.DFT_INVERSE | cv2.DFT_REAL_OUTPUT | cv2.DFT_SCALE), np.float32)


def _peak_of(peaks: Gray) -> _Peak:
    """The highest place and what is around it; where another place is nearly as high, none is told."""
    patch, near = _around(peaks)
    height, others = float(patch[2, 2]), peaks.copy()
    others.ravel()[near] = 0
    if not height > _LEAST_PEAK * cv2.minMaxLoc(others)[1] > 0:
        return _Peak(_height(patch), None)
    half = THUMBNAIL / 2
    row, column = divmod(int(near[12]), THUMBNAIL)
    right = (column + _vertex(*patch[2, 1:4].tolist()) + half) % THUMBNAIL - half
    down = (row + _vertex(*patch[1:4, 2].tolist()) + half) % THUMBNAIL - half
    return _Peak(_height(patch), (right / THUMBNAIL, down / THUMBNAIL))


def _around(peaks: Gray) -> tuple[Gray, NDArray[np.intp]]:
    """(5, 5) around the highest place, and where these are among all."""
    _, _, _, (column, row) = cv2.minMaxLoc(peaks)
    near = _NEAR[row * THUMBNAIL + column]
    return peaks.ravel()[near].reshape(5, 5), near


def _height(patch: Gray) -> float:
    """Of a peak between places as of one on a place: a shift by a part of a pixel spreads it, but keeps its energy."""
    return max(float(cv2.norm(patch[1:4, 1:4])), _LEAST_LIKENESS)


def _vertex(before: float, peak: float, after: float) -> float:
    """Where the parabola through three neighbours has its top, from the middle one."""
    bend = before - 2 * peak + after
    return 0.0 if bend >= 0 else min(max((before - after) / (2 * bend), -0.5), 0.5)


def _turned(thumbnail: Gray, aspect: float, degrees: float) -> Gray:
    """A thumbnail of the frame turned clockwise about its middle. What comes in at the corners is the border's."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    # A thumbnail squeezes the sides of a frame to the same length.
    affine = np.array([[cosine, -sine / aspect], [sine * aspect, cosine]])
    middle = np.full(2, (THUMBNAIL - 1) / 2)
    matrix = np.column_stack([affine, middle - affine @ middle])
    return np.asarray(
        cv2.warpAffine(thumbnail, matrix, (THUMBNAIL, THUMBNAIL), borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def _rays(aspect: float) -> tuple[Gray, Gray]:
    """Where in a thumbnail's spectrum the frame's frequencies lie, half a turn in rows: columns and rows, both float32
    (angles, radii), those below zero for the spectrum's other end."""
    angles = np.arange(_ANGLES) * np.pi / _ANGLES
    # Logarithmic, as a polar spectrum is taken: the lowest frequencies, which every picture has, get little room.
    radii = np.geomspace(3, THUMBNAIL / 2 - 2, _RADII) / max(aspect, 1 / aspect) ** 0.5
    columns, rows = np.outer(np.cos(angles), radii) * aspect**0.5, np.outer(np.sin(angles), radii) / aspect**0.5
    return columns.astype(np.float32), rows.astype(np.float32)
