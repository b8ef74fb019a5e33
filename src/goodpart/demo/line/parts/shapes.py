"""The geometry of each part number, as signed distances in picture coordinates.

A signed distance is negative inside a shape and counts pixels of the 640×480 picture. Heights are in the same unit,
so that slopes are true to scale.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

WIDTH = 640
HEIGHT = 480
CENTRE = (320.0, 240.0)

Plane = npt.NDArray[np.float32]


class Finish(StrEnum):
    """How the surface was worked, which decides the direction of its grain."""

    TURNED = "turned"
    BRUSHED = "brushed"


@dataclass(frozen=True)
class Hole:
    """A round through hole: centre (x, y) and radius in pixels."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Shape:
    """One part number: its relief and outline as functions of pixel coordinates, its finish and colour.

    ``height(x, y)`` gives the relief in pixels, ``outside(x, y)`` the signed distance to the material (holes count
    as outside). ``colour`` is BGR, 0 to 255, of the lit flat surface.
    """

    height: Callable[[Plane, Plane], Plane]
    outside: Callable[[Plane, Plane], Plane]
    holes: tuple[Hole, ...]
    finish: Finish
    colour: tuple[float, float, float]


def circle(x: Plane, y: Plane, hole: Hole) -> Plane:
    return np.asarray(np.hypot(x - hole.x, y - hole.y) - hole.radius, dtype=np.float32)


def box(x: Plane, y: Plane, centre: tuple[float, float], half: tuple[float, float], rounding: float) -> Plane:
    """Signed distance to a rectangle with rounded corners; ``half`` are its half sides."""
    dx = np.abs(x - centre[0]) - half[0] + rounding
    dy = np.abs(y - centre[1]) - half[1] + rounding
    outer = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    return np.asarray(outer + np.minimum(np.maximum(dx, dy), 0) - rounding, dtype=np.float32)


def ring(distance: Plane, half_width: float) -> Plane:
    """Signed distance to a line of twice ``half_width`` along the edge of a shape."""
    return np.asarray(np.abs(distance) - half_width, dtype=np.float32)


def ramp(distance: Plane, width: float) -> Plane:
    """1 well inside the shape, 0 outside, a smooth step of ``width`` pixels along its edge."""
    t = np.clip(0.5 - distance / width, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def _flange() -> Shape:
    """A turned steel flange: raised hub around a bore with keyway, six countersunk bolt holes."""
    centre_x, centre_y = CENTRE
    rim, bore = Hole(centre_x, centre_y, 186), Hole(centre_x, centre_y, 52)
    bolts = tuple(
        Hole(centre_x + 134 * float(np.cos(a)), centre_y + 134 * float(np.sin(a)), 17)
        for a in np.deg2rad(np.arange(6) * 60 + 30)
    )

    def keyway(x: Plane, y: Plane) -> Plane:
        return box(x, y, (centre_x, centre_y - 56), (9, 13), 2)

    def outside(x: Plane, y: Plane) -> Plane:
        distance = np.maximum(circle(x, y, rim), -circle(x, y, bore))
        distance = np.maximum(distance, -keyway(x, y))
        for bolt in bolts:
            distance = np.maximum(distance, -circle(x, y, bolt))
        return distance

    def height(x: Plane, y: Plane) -> Plane:
        relief = 7 * ramp(circle(x, y, Hole(centre_x, centre_y, 184)), 8)
        relief += 9 * ramp(circle(x, y, Hole(centre_x, centre_y, 94)), 7)
        relief -= 4 * ramp(ring(circle(x, y, Hole(centre_x, centre_y, 168)), 2.5), 4)
        relief -= 6 * ramp(np.minimum(circle(x, y, Hole(bore.x, bore.y, 57)), keyway(x, y) - 3), 6)
        for bolt in bolts:
            relief -= 6 * ramp(circle(x, y, Hole(bolt.x, bolt.y, 23.5)), 7)
        return np.asarray(relief, dtype=np.float32)

    return Shape(height, outside, (*bolts,), Finish.TURNED, (176, 174, 170))


def _bracket() -> Shape:
    """A brushed aluminium bracket: four counterbored holes, a slot between two embossed ribs."""
    centre_x, centre_y = CENTRE
    screws = tuple(
        Hole(centre_x + dx, centre_y + dy, 17) for dx, dy in ((-190, -92), (190, -92), (190, 92), (-190, 92))
    )

    def slot(x: Plane, y: Plane) -> Plane:
        return box(x, y, (centre_x, centre_y), (78, 21), 21)

    def outside(x: Plane, y: Plane) -> Plane:
        distance = np.maximum(box(x, y, CENTRE, (242, 142), 44), -slot(x, y))
        for notch in (-1, 1):
            cut = box(x, y, (centre_x + notch * 250, centre_y), (26, 30), 12)
            distance = np.maximum(distance, -cut)
        for screw in screws:
            distance = np.maximum(distance, -circle(x, y, screw))
        return distance

    def height(x: Plane, y: Plane) -> Plane:
        relief = 8 * ramp(outside(x, y) + 4, 8)
        for side in (-1, 1):
            relief += 7 * ramp(box(x, y, (centre_x, centre_y + side * 78), (120, 11), 11), 9)
        relief += 5 * ramp(ring(slot(x, y) - 12, 5), 6)
        for screw in screws:
            relief -= 6 * ramp(circle(x, y, Hole(screw.x, screw.y, 27)), 5)
        return np.asarray(relief, dtype=np.float32)

    return Shape(height, outside, screws, Finish.BRUSHED, (198, 192, 186))


FLANGE = "FL-4010"
BRACKET = "BR-2207"
SHAPES: Mapping[str, Shape] = {FLANGE: _flange(), BRACKET: _bracket()}
PART_NUMBERS: tuple[str, ...] = tuple(SHAPES)
