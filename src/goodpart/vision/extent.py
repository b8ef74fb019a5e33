"""Does a frame show the whole part? What must lie in it is what the golden frame shows of the part, not every corner.

A rectangle drawn around a part that may lie turned has corners that leave the frame while the part does not. They show
what the golden picture shows along its edge, and hang together with that: nothing of the part is there.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.roi import Box

_LEAST_OF_PART = 0.98
"""The registration is right to about a hundredth of a side."""
_LEAST_OF_ALL = 0.8
"""A square turned in a frame of its own size keeps .83 of its area there."""
_MOST_BACKGROUND = 0.5
"""Where more than this were background, the region would lie within something plain, not around a part."""
_EDGE = 2
"""Cells along the edge of the golden picture, which say what background is like."""
_PLAIN_LEVELS = 2.0
"""Grey levels from cell to cell that count as plain in any picture."""
_SPREADS = 6.0

Points = NDArray[np.float64]
"""(3, n): x, y, 1 in pixels of the golden frame."""


@dataclass(frozen=True, eq=False)
class Extent:
    """Where the part is in the golden frame: ``part`` are points of it, ``all`` those of all that is looked at."""

    part: Points
    all: Points

    @classmethod
    def of(cls, gray: NDArray[np.float32], looked_at: NDArray[np.bool_], window: Box) -> "Extent":
        """From the golden picture of ``window``, grey values and what is looked at, both (rows, columns)."""
        part = looked_at & ~background(gray)
        if part.sum() < (1 - _MOST_BACKGROUND) * looked_at.sum():
            part = looked_at
        return cls(_points(part, window), _points(looked_at, window))

    def missing(self, to_frame: NDArray[np.float64], whole: tuple[int, int]) -> float | None:
        """None where a frame of size ``whole`` shows the whole part, else the share of it that lies outside, 0 to 1.

        More than a fifth of all that is looked at is too much to go unseen, wherever the part is.
        """
        part, everything = (_outside(points, to_frame, whole) for points in (self.part, self.all))
        if part > 1 - _LEAST_OF_PART:
            return part
        return everything if everything > 1 - _LEAST_OF_ALL else None


def background(gray: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which cells of the golden picture are as plain as its edge and hang together with it.

    How much neighbours differ along the edge is the measure, so a belt with a texture is background too. Cells beside
    an outline are taken for part of what it outlines.
    """
    slopes = cv2.Scharr(gray, cv2.CV_32F, 1, 0, scale=1 / 32), cv2.Scharr(gray, cv2.CV_32F, 0, 1, scale=1 / 32)
    steps = np.asarray(cv2.magnitude(*slopes), np.float32)
    edge = np.ones(gray.shape, np.bool_)
    edge[_EDGE:-_EDGE, _EDGE:-_EDGE] = False
    usual = float(np.median(steps[edge]))
    spread = 1.4826 * float(np.median(np.abs(steps[edge] - usual)))
    plain = (steps <= max(_PLAIN_LEVELS, usual + _SPREADS * spread)).astype(np.uint8)
    _, pieces = cv2.connectedComponents(cv2.erode(plain, np.ones((3, 3), np.uint8)), connectivity=4)
    return np.asarray(np.isin(pieces, np.setdiff1d(pieces[edge], 0)), np.bool_)


def _points(cells: NDArray[np.bool_], window: Box) -> Points:
    rows, columns = np.nonzero(cells)
    x = window.left + (columns + 0.5) * window.width / cells.shape[1]
    y = window.top + (rows + 0.5) * window.height / cells.shape[0]
    return np.stack([x, y, np.ones_like(x)])


def _outside(points: Points, to_frame: NDArray[np.float64], whole: tuple[int, int]) -> float:
    # Not as a product of matrices: see the registration.
    across, down = (np.einsum("i,in->n", row, points) for row in to_frame)
    inside = (across >= 0) & (across <= whole[1]) & (down >= 0) & (down <= whole[0])
    return 1.0 - float(inside.mean())
