"""Regions of a heat map as a person would outline them: contour, area, severity, and the type they look like.

Needed where parts are inspected: NumPy and OpenCV only.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_ENLARGED = 8
_MOST_CORNERS = 64

Contour = tuple[tuple[int, int], ...]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class TypeMaps:
    """``names`` of the types; ``likely`` (types,) for the whole part; ``maps`` (types, rows, columns) from masks."""

    names: tuple[str, ...]
    likely: NDArray[np.float32]
    maps: NDArray[np.float32] | None = None

    @property
    def likeliest(self) -> tuple[str, float]:
        """The part's type, given that it is bad, and its probability."""
        best = int(self.likely.argmax())
        return self.names[best], float(self.likely[best])

    def map_of_likeliest(self) -> NDArray[np.float32] | None:
        """Which share of each place (rows, columns) the part's type covers; None without masks."""
        return None if self.maps is None else np.asarray(self.maps[int(self.likely.argmax())], np.float32)

    def of_region(self, inside: NDArray[np.bool_]) -> tuple[str, NDArray[np.float32] | None]:
        """The type of a region (rows, columns), and where in it that type is (the same; None without masks).

        The type is what covers the region most where masks taught that, else the part's.
        """
        if self.maps is None:
            return self.likeliest[0], None
        covered = np.maximum(self.maps[:, inside].mean(axis=1), 0.0)
        # What the whole part looks like settles regions that could be two types.
        best = int(((covered + 1e-3) * (self.likely + 0.05)).argmax())
        return self.names[best], np.where(inside, self.maps[best], np.float32(0.0))


def outline(heat: NDArray[np.float32], level: float, box: Box, width: int, height: int) -> tuple[Contour, float]:
    """The outline of the region at or above ``level`` in ``box``, and its area in pixels of the frame.

    ``box`` is (left, top, columns, rows) on the map, which covers a width × height frame. The map is interpolated, so
    the outline runs between its places. Corners are (x, y), 64 at most. A region too small to outline is its box.
    """
    left, top, columns, rows = box
    first_row, first_column = max(0, top - 1), max(0, left - 1)
    around = heat[first_row : top + rows + 1, first_column : left + columns + 1]
    across, down = width / heat.shape[1], height / heat.shape[0]
    fine = cv2.resize(around, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_LINEAR)
    found, _ = cv2.findContours((fine >= level).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not found:
        right, bottom = (left + columns) * across, (top + rows) * down
        sides = [(left * across, top * down), (right, top * down), (right, bottom), (left * across, bottom)]
        corners = tuple((min(round(x), width - 1), min(round(y), height - 1)) for x, y in sides)
        return corners, columns * rows * across * down
    areas = [int(cv2.drawContours(np.zeros(fine.shape, np.uint8), [one], -1, 1, cv2.FILLED).sum()) for one in found]
    largest = int(np.argmax(areas))
    line = _simplified(np.asarray(found[largest], np.int32))
    x = (first_column + (line[:, 0] + 0.5) / _ENLARGED) * across
    y = (first_row + (line[:, 1] + 0.5) / _ENLARGED) * down
    x, y = np.minimum(x, width - 1).round().astype(int), np.minimum(y, height - 1).round().astype(int)
    corners = tuple(dict.fromkeys(zip(x.tolist(), y.tolist(), strict=True)))
    return corners, areas[largest] * across * down / _ENLARGED**2


def _simplified(line: NDArray[np.int32]) -> NDArray[np.int32]:
    """(corners, 2) of the outline with as many corners as allowed (Douglas and Peucker 1973)."""
    tolerance = 0.5
    while len(found := cv2.approxPolyDP(line, tolerance, closed=True)) > _MOST_CORNERS:
        tolerance *= 1.5
    return np.asarray(found[:, 0], np.int32)
