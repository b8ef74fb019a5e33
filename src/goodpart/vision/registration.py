"""Where is the part? Shift and rotation of a frame against the golden frame, and whether the part is there at all.

1. Small pictures of gradients, softly normalised so that light hardly matters, are correlated at every shift for every
   few degrees (orientation correlation after Fitch et al., BMVC 2002, with the Fourier transform). The correlation, -1
   to 1, is also the answer to "is it there?".
2. Gauss-Newton on grey values, inverse compositional (Baker and Matthews, IJCV 2004), refines to a fraction of a pixel.

Only what the regions look at counts, so a belt that stands still does not hold the part in its place. A part that looks
the same turned is taken as turned least.
"""

from dataclasses import dataclass
from math import ceil, hypot, radians
from typing import TypeVar

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.extent import Extent
from goodpart.vision.roi import Box, Regions

_PART, _WINDOW = 64, 128
"""Longest sides in pixels of the looked-at part, and of all that is searched for it, in the first step."""
_FINE, _FINE_WINDOW = 160, 240
"""The same in the second step."""
_STEP_DEGREES = 3.0
_AS_GOOD = 0.97
_ITERATIONS = 12
_LEAST_SHARE = 0.5
_LEAST = 0.15

Value = TypeVar("Value", np.uint8, np.float32)
Gray = NDArray[np.float32]
Field = NDArray[np.complex64]
Affine = NDArray[np.float64]
"""2×3: where a point (x, y) of the golden frame lies in the frame, corners at whole numbers, both in the same unit."""


class Alignment(msgspec.Struct, frozen=True, kw_only=True):
    """How far a part may lie from where it lies in the golden frame: turned either way, shifted as a share of a side.

    ``golden`` names the training image that all others are brought to; the first good one by default.
    """

    max_rotation: float = 15.0
    """Degrees, 0 to 180."""
    max_shift: float = 0.25
    golden: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.max_rotation <= 180:
            raise ValueError("parts may be turned by 0 to 180 degrees")
        if not 0 < self.max_shift <= 0.5:
            raise ValueError("parts may be shifted by a share of the frame up to 0.5")


@dataclass(frozen=True, eq=False)
class Position:
    """Where the part was found: ``to_frame`` in pixels of the frame, ``likeness`` to the golden one from -1 to 1."""

    to_frame: Affine
    likeness: float
    degrees: float


@dataclass(frozen=True, eq=False)
class _Turned:
    """The golden field turned by an angle, transformed."""

    degrees: float
    spectrum: Field
    norm: float


class Registration:
    """Finds the part of one golden frame in others. Made once; `find` may be called from several threads."""

    def __init__(
        self, golden: NDArray[np.uint8], size: tuple[int, int], regions: Regions, alignment: Alignment
    ) -> None:
        """``golden`` is what `reference_picture` gave of a golden frame of ``size`` (height, width).

        Raises `ValueError` when it shows nothing to find a part by.
        """
        self.size = size
        self._window = search_window(size, regions, alignment)
        self._coarse = _reduced(size, regions, self._window, _PART, _WINDOW)
        fine = _reduced(size, regions, self._window, _FINE, _FINE_WINDOW)
        looked_at = regions.sampled(*size, self._window, self._coarse)
        self._area = looked_at.astype(np.float32)
        small = _gray(golden, self._coarse)
        self._field = _field(small) * self._area
        if not np.linalg.norm(self._field) > 1e-3 * self._field.size**0.5:
            raise ValueError("the golden frame shows nothing to find the part by")
        self.extent = Extent.of(small, looked_at, self._window)
        self._centre = _centre(self._area)
        reach = [
            max(1, round(alignment.max_shift * whole * short / full))
            for whole, short, full in zip(size, self._coarse, (self._window.height, self._window.width), strict=True)
        ]
        self._padded = _padded(self._area, reach)
        self._shifts = _allowed_shifts(self._padded, reach)
        steps = int(alignment.max_rotation // _STEP_DEGREES)
        angles = sorted((step * _STEP_DEGREES for step in range(-steps, steps + 1)), key=abs)
        self._turned = [self._turn(angle, small) for angle in angles]
        self._template = _Template.of(_gray(golden, fine), regions.sampled(*size, self._window, fine))

    def find(self, frame: NDArray[np.uint8]) -> Position:
        """The likeliest place of the part in a frame (height, width, 3) of any size; it may well not be there."""
        whole = frame.shape[0], frame.shape[1]
        window = _scaled(self._window, self.size, whole)
        gray = _grayed(window.cut(frame))
        small, fine = _gray(gray, self._coarse), _gray(gray, self._template.shape)
        coarse = self._search(_field(small))
        refined = self._template.refine(fine, _between(coarse, self._coarse, self._template.shape))
        refined = _between(refined, self._template.shape, self._coarse)
        likeness, other = (self._likeness(small, affine) for affine in (coarse, refined))
        affine = coarse
        # Where parts differ among themselves the grey values can lead astray: they refine, they do not overrule.
        if other >= likeness - 0.02 and self._is_near(coarse, refined):
            affine, likeness = refined, max(likeness, other)
        to_frame = _onto(window, self._coarse) @ _square(affine) @ np.linalg.inv(_onto(self._window, self._coarse))
        return Position(to_frame[:2], likeness, float(np.degrees(np.arctan2(affine[1, 0], affine[0, 0]))))

    def _search(self, field: Field) -> Affine:
        spectrum, norm = np.fft.fft2(field, self._padded), float(np.linalg.norm(field))
        found: list[tuple[float, float, int]] = []
        for turned in self._turned:
            correlation = np.fft.ifft2(spectrum * turned.spectrum).real
            peak = int(np.where(self._shifts, correlation, -np.inf).argmax())
            found.append((float(correlation.flat[peak]) / max(norm * turned.norm, 1e-9), turned.degrees, peak))
        best = max(value for value, _, _ in found)
        _, degrees, peak = next(one for one in found if one[0] >= _AS_GOOD * best)
        down, across = (int(at) for at in np.unravel_index(peak, self._shifts.shape))
        shift = [
            at - side if at > side // 2 else at for at, side in zip((across, down), self._padded[::-1], strict=True)
        ]
        affine = _rotation(self._centre, degrees)
        affine[:, 2] += shift
        return affine

    def _turn(self, degrees: float, golden: Gray) -> _Turned:
        affine = _rotation(self._centre, degrees)
        field = _field(_warped(golden, affine, golden.shape)) * (_warped(self._area, affine, golden.shape) > 0.99)
        return _Turned(degrees, np.conj(np.fft.fft2(field, self._padded)), float(np.linalg.norm(field)))

    def _likeness(self, small: Gray, affine: Affine) -> float:
        there = _field(unwarped(small, affine, self._field.shape)) * self._area
        norms = float(np.linalg.norm(self._field)) * float(np.linalg.norm(there))
        return float(np.vdot(self._field, there).real) / max(norms, 1e-9)

    def _is_near(self, coarse: Affine, refined: Affine) -> bool:
        """Whether the refinement moved no part of the picture by more than the first step can be wrong."""
        corner = np.array([self._coarse[1], self._coarse[0], 1.0])
        moved = (refined - coarse) @ corner, (refined - coarse) @ (0.0, 0.0, 1.0)
        reach = hypot(*self._coarse) * radians(_STEP_DEGREES)
        return max(float(np.abs(one).max()) for one in moved) <= 2.0 + reach


@dataclass(frozen=True, eq=False)
class _Template:
    """What Gauss-Newton needs of the golden frame: grey values without slow shading, under ``area``, unit deviation."""

    gray: Gray
    area: Gray
    steps: Gray
    """(3, rows, columns): how the grey values change with the angle and the shift, under ``area``."""
    products: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        return self.gray.shape[0], self.gray.shape[1]

    @classmethod
    def of(cls, gray: Gray, area: NDArray[np.bool_]) -> "_Template":
        weights = area.astype(np.float32)
        flat = _normalised(_levelled(gray), weights)
        across, down = cv2.Sobel(flat, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(flat, cv2.CV_32F, 0, 1, scale=1 / 8)
        rows, columns = np.indices(gray.shape, np.float32) + 0.5
        x, y = _centre(weights)
        turning = down * (columns - x) - across * (rows - y)
        steps = np.stack([turning, across, down]).astype(np.float32) * weights
        return cls(flat, weights, steps, _products(steps))

    def refine(self, gray: Gray, affine: Affine) -> Affine:
        """The affine that lays ``gray`` best on the golden grey values, starting from a near one."""
        levelled, centre = _levelled(gray), _centre(self.area)
        everywhere = np.ones_like(gray)
        # The part of the golden frame that the frame does not show says nothing.
        seen = self.area * (unwarped(everywhere, affine, self.shape, cv2.BORDER_CONSTANT) > 0.99)
        whole = bool((seen == self.area).all())
        steps, products = (self.steps, self.products) if whole else (self.steps * seen, _products(self.steps * seen))
        for _ in range(_ITERATIONS):
            difference = _normalised(unwarped(levelled, affine, self.shape), seen) - self.gray
            # Not as a product of matrices: the threads of a BLAS cost more than they bring on so few numbers.
            slope = np.einsum("iyx,yx->i", steps, difference)
            turn, across, down = np.linalg.solve(products, slope)
            change = _rotation(centre, float(np.degrees(turn)))
            change[:, 2] += across, down
            affine = (_square(affine) @ np.linalg.inv(_square(change)))[:2]
            if hypot(across, down) + abs(turn) * max(self.shape) < 0.03:
                break
        return affine


def least_likeness(of_good: list[float]) -> float:
    """The likeness below which a part counts as not found, from those of good frames.

    Half of the usual one: another part, or none, comes to a fraction of it. A defect lowers it too, and must not make
    a part unfindable, so the limit is no closer.
    """
    return max(_LEAST, _LEAST_SHARE * float(np.median(of_good))) if of_good else _LEAST


def search_window(size: tuple[int, int], regions: Regions, alignment: Alignment) -> Box:
    """The pixels of a golden frame of ``size`` (height, width) in which a part within reach lies."""
    box = regions.box(*size)
    turned = (hypot(box.height, box.width) - min(box.height, box.width)) / 2 if alignment.max_rotation else 0.0
    down, across = (ceil(alignment.max_shift * side + turned) for side in size)
    return Box(
        max(0, box.left - across),
        max(0, box.top - down),
        min(size[1], box.right + across),
        min(size[0], box.bottom + down),
    )


def reference_picture(frame: NDArray[np.uint8], regions: Regions, alignment: Alignment) -> NDArray[np.uint8]:
    """What a registration needs of the golden frame: its search window in grey, as small as the second step works."""
    size = frame.shape[0], frame.shape[1]
    window = search_window(size, regions, alignment)
    rows, columns = _reduced(size, regions, window, _FINE, _FINE_WINDOW)
    return np.asarray(cv2.resize(_grayed(window.cut(frame)), (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)


def _grayed(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return frame if frame.ndim == 2 else np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)


def _reduced(size: tuple[int, int], regions: Regions, window: Box, part: int, most: int) -> tuple[int, int]:
    """(rows, columns) for the window in which neither it nor the looked-at part has a longer side than is said."""
    box = regions.box(*size)
    scale = min(part / max(box.height, box.width), most / max(window.height, window.width), 1.0)
    return max(8, round(window.height * scale)), max(8, round(window.width * scale))


def _padded(area: Gray, reach: list[int]) -> tuple[int, int]:
    """The size of the transforms: a part shifted as far as it may be does not come in again at the other side."""
    sides = []
    for axis, far in enumerate(reach):
        used = np.flatnonzero(area.any(axis=1 - axis))
        beyond = max(0, int(used[-1]) + far + 1 - area.shape[axis], far - int(used[0]))
        sides.append(cv2.getOptimalDFTSize(area.shape[axis] + beyond))
    return sides[0], sides[1]


def _allowed_shifts(padded: tuple[int, int], reach: list[int]) -> NDArray[np.bool_]:
    down, across = (
        np.minimum(np.arange(side), side - np.arange(side)) <= far for side, far in zip(padded, reach, strict=True)
    )
    return np.logical_and.outer(down, across)


def _scaled(box: Box, of: tuple[int, int], to: tuple[int, int]) -> Box:
    """The same place in a frame of another size."""
    if of == to:
        return box
    left, right = (min(round(x * to[1] / of[1]), to[1] - one) for x, one in ((box.left, 1), (box.right, 0)))
    top, bottom = (min(round(y * to[0] / of[0]), to[0] - one) for y, one in ((box.top, 1), (box.bottom, 0)))
    return Box(left, top, max(right, left + 1), max(bottom, top + 1))


def _products(steps: Gray) -> NDArray[np.float64]:
    products = np.einsum("iyx,jyx->ij", steps, steps).astype(np.float64)
    return np.asarray(products + 1e-3 * np.eye(3) * max(float(np.trace(products)) / 3, 1e-9), np.float64)


def _gray(gray: NDArray[np.uint8], size: tuple[int, int]) -> Gray:
    small = cv2.resize(gray, size[::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 1.0), np.float32)


def _field(gray: Gray) -> Field:
    """Gradients as complex numbers, each divided by its length and the picture's mean length."""
    across, down = cv2.Scharr(gray, cv2.CV_32F, 1, 0), cv2.Scharr(gray, cv2.CV_32F, 0, 1)
    length = cv2.magnitude(across, down)
    return np.asarray((across + 1j * down) / (length + (float(length.mean()) + 1.0)), np.complex64)


def _levelled(gray: Gray) -> Gray:
    """Without what changes slowly over the picture: shading, and the level of the light."""
    side = 2 * (max(gray.shape) // 12) + 1
    # Two averages over squares come near a Gaussian at a fraction of its cost.
    slow = cv2.blur(cv2.blur(gray, (side, side)), (side, side))
    return np.asarray(gray - slow, np.float32)


def _normalised(gray: Gray, area: Gray) -> Gray:
    total = max(float(area.sum()), 1.0)
    centred = gray - float((gray * area).sum()) / total
    return np.asarray(centred / max(float(np.sqrt((centred**2 * area).sum() / total)), 1e-3), np.float32)


def _centre(area: Gray) -> tuple[float, float]:
    rows, columns = np.nonzero(area)
    return float(columns.mean()) + 0.5, float(rows.mean()) + 0.5


def _rotation(centre: tuple[float, float], degrees: float) -> Affine:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([turn, np.array(centre) - turn @ centre])


def _warped(gray: Gray, affine: Affine, shape: tuple[int, ...]) -> Gray:
    """The golden frame as it would lie in a frame."""
    return np.asarray(
        cv2.warpAffine(gray, _of_centres(affine), (shape[1], shape[0]), borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def unwarped(
    picture: NDArray[Value], affine: Affine, shape: tuple[int, ...], border: int = cv2.BORDER_REPLICATE
) -> NDArray[Value]:
    """A frame, grey or in colour, brought to the golden one; ``shape`` is that of the result (height, width)."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = shape[1], shape[0]
    return np.asarray(cv2.warpAffine(picture, _of_centres(affine), size, flags=flags, borderMode=border), picture.dtype)


def _of_centres(affine: Affine) -> Affine:
    """OpenCV counts from the centre of the first pixel, everything here from its corner."""
    moved = affine.copy()
    moved[:, 2] += affine[:, :2] @ (0.5, 0.5) - 0.5
    return moved


def _onto(box: Box, shape: tuple[int, int]) -> Affine:
    """3×3: from points of a reduced picture of ``box`` to points of the frame."""
    across, down = box.width / shape[1], box.height / shape[0]
    return np.array([[across, 0.0, box.left], [0.0, down, box.top], [0.0, 0.0, 1.0]])


def _scaling(of: tuple[int, int], to: tuple[int, int]) -> Affine:
    return np.diag([to[1] / of[1], to[0] / of[0], 1.0])


def _square(affine: Affine) -> Affine:
    return np.vstack([affine, (0.0, 0.0, 1.0)])


def _between(affine: Affine, of: tuple[int, int], to: tuple[int, int]) -> Affine:
    return (_scaling(of, to) @ _square(affine) @ _scaling(to, of))[:2]
