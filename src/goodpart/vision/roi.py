"""Where to look: regions to include and to exclude, in coordinates that hold for any size of frame.

(0, 0) is the frame's upper left corner and (1, 1) its lower right one. A pixel lies in a polygon when its centre does,
by the even-odd rule. Where both say something, exclusion wins; without an include region the whole frame is looked at.
"""

from math import ceil, floor, isfinite

import msgspec
import numpy as np
from numpy.typing import NDArray

MOST_POLYGONS = 64
MOST_POINTS = 256
_TRIED_AT = 256
_NOISE = 1e-9

Point = tuple[float, float]
Polygon = tuple[Point, ...]
"""At least three corners, each (x, y)."""


class Box(msgspec.Struct, frozen=True):
    """A rectangle of whole pixels: columns ``left`` to ``right`` and rows ``top`` to ``bottom``, ends not included."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    def cut(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """This part of a picture, not copied."""
        return pixels[self.top : self.bottom, self.left : self.right]


class Regions(msgspec.Struct, frozen=True, kw_only=True):
    """Polygons to look at and polygons not to look at. Raises `ValueError` for what cannot be meant."""

    include: tuple[Polygon, ...] = ()
    exclude: tuple[Polygon, ...] = ()

    def __post_init__(self) -> None:
        if len(self.include) + len(self.exclude) > MOST_POLYGONS:
            raise ValueError(f"there are at most {MOST_POLYGONS} regions")
        for polygon in (*self.include, *self.exclude):
            if not 3 <= len(polygon) <= MOST_POINTS:
                raise ValueError(f"a region has 3 to {MOST_POINTS} corners, not {len(polygon)}")
            if not all(isfinite(value) and 0 <= value <= 1 for point in polygon for value in point):
                raise ValueError("the corners of a region lie in the frame, from 0 to 1 each way")
        left, top, right, bottom = self.bounds
        if not (left < right and top < bottom) or not self._raster(self.bounds, _TRIED_AT, _TRIED_AT).any():
            raise ValueError("the regions leave nothing to look at")

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of all include regions together, 0 to 1; the whole frame where there is none."""
        if not self.include:
            return 0.0, 0.0, 1.0, 1.0
        points = np.array([point for polygon in self.include for point in polygon])
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def box(self, height: int, width: int) -> Box:
        """The pixels of a height × width frame that `bounds` touches: one at least."""
        left, top, right, bottom = self.bounds
        column, row = (min(floor(start * size + _NOISE), size - 1) for start, size in ((left, width), (top, height)))
        return Box(
            column,
            row,
            min(max(ceil(right * width - _NOISE), column + 1), width),
            min(max(ceil(bottom * height - _NOISE), row + 1), height),
        )

    def mask(self, height: int, width: int, box: Box) -> NDArray[np.bool_]:
        """Which pixels of ``box`` in a height × width frame are looked at."""
        return self.sampled(height, width, box, (box.height, box.width))

    def raster(self, rows: int, columns: int) -> NDArray[np.bool_]:
        """Which places of a rows × columns map over `bounds` are looked at, by their centres."""
        return self._raster(self.bounds, rows, columns)

    def sampled(self, height: int, width: int, box: Box, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """As `mask`, sampled at ``shape`` (rows, columns) points over the box."""
        return self._raster(_relative(box, height, width), *shape)

    def _raster(self, bounds: tuple[float, float, float, float], rows: int, columns: int) -> NDArray[np.bool_]:
        looked_at = np.full((rows, columns), not self.include)
        for polygon in self.include:
            looked_at |= _inside(polygon, bounds, rows, columns)
        for polygon in self.exclude:
            looked_at &= ~_inside(polygon, bounds, rows, columns)
        return looked_at


def rectangle(left: float, top: float, right: float, bottom: float) -> Polygon:
    """The polygon of a rectangle."""
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _relative(box: Box, height: int, width: int) -> tuple[float, float, float, float]:
    return box.left / width, box.top / height, box.right / width, box.bottom / height


def _inside(polygon: Polygon, bounds: tuple[float, float, float, float], rows: int, columns: int) -> NDArray[np.bool_]:
    """Which centres of a rows × columns raster over ``bounds`` lie in the polygon: even-odd, edge by edge."""
    left, top, right, bottom = bounds
    scale = np.array([columns / (right - left), rows / (bottom - top)])
    points = (np.array(polygon) - (left, top)) * scale - 0.5
    turns = np.zeros((rows, columns + 1), np.uint8)
    for start, end in zip(points, np.roll(points, -1, axis=0), strict=True):
        (x1, y1), (x2, y2) = (start, end) if start[1] <= end[1] else (end, start)  # downwards, whichever way it runs
        hit = np.arange(max(ceil(y1 - _NOISE), 0), min(ceil(y2 - _NOISE), rows))
        if not hit.size:
            continue
        across = x1 + (hit - y1) * ((x2 - x1) / (y2 - y1))
        turns[hit, np.clip(np.ceil(across - _NOISE), 0, columns).astype(np.intp)] ^= 1
    return np.asarray(np.bitwise_xor.accumulate(turns, axis=1)[:, :columns], np.bool_)
