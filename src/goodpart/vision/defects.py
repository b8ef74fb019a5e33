"""What a person is shown of a map: the regions above the threshold for good, else the strongest place."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.classifier.regions import TypeMaps, outline

_MOST_DEFECTS = 32
_REACH = 1
"""Features are averaged over 3×3 places: so much around a place speaks in it."""


@dataclass(frozen=True)
class Defect:
    """A region above the threshold for good, as a box in pixels of the frame, and its highest value.

    ``contour`` are the corners (x, y) of its outline. ``severity`` is the highest value over the threshold for bad:
    from 1 on the region alone makes the part bad. ``kind`` is the type of defect, empty where none was taught.

    One that is ``below_threshold`` is no region but a place to look at (`strongest_place`): it has no outline, area or
    severity, for nothing has measured them.
    """

    x: int
    y: int
    w: int
    h: int
    score: float
    kind: str = ""
    contour: tuple[tuple[int, int], ...] = ()
    area_px: float = 0.0
    area_mm2: float | None = None
    severity: float = 0.0
    below_threshold: bool = False


def find_defects(
    heat: NDArray[np.float32],
    level: float,
    width: int,
    height: int,
    *,
    bad_above: float | None = None,
    types: TypeMaps | None = None,
    mm_per_pixel: float | None = None,
) -> list[Defect]:
    """Connected regions of ``heat`` at or above ``level``, strongest first, as boxes in a width × height frame."""
    hot = (heat >= level).astype(np.uint8)
    if not hot.any():
        return []
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(hot, connectivity=8)
    across, down = width / heat.shape[1], height / heat.shape[0]
    strongest = np.full(count, -np.inf, np.float32)
    np.maximum.at(strongest, np.asarray(labels, np.intp).reshape(-1), heat.reshape(-1))
    order = [int(index) for index in np.argsort(-strongest, kind="stable") if index != 0][:_MOST_DEFECTS]
    found = []
    for index in order:
        left, top, columns, rows = (int(side) for side in boxes[index, :4])
        x, y = int(left * across), int(top * down)
        right, bottom = min(width, round((left + columns) * across)), min(height, round((top + rows) * down))
        kind, covered = types.of_region(labels == index) if types is not None else ("", None)
        # Masks taught how far a defect reaches: there its outline is at half of the highest cover.
        half = 0.5 * float(covered.max()) if covered is not None else 0.0
        drawn, edge = (covered, half) if covered is not None and half > 0 else (heat, level)
        contour, area = outline(drawn, edge, (left, top, columns, rows), width, height)
        found.append(
            Defect(
                x,
                y,
                max(1, right - x),
                max(1, bottom - y),
                float(strongest[index]),
                kind=kind,
                contour=contour,
                area_px=area,
                area_mm2=area * mm_per_pixel**2 if mm_per_pixel is not None else None,
                severity=float(strongest[index]) / bad_above if bad_above is not None and bad_above > 0 else 0.0,
            )
        )
    return found


def strongest_place(heat: NDArray[np.float32], width: int, height: int, types: TypeMaps | None = None) -> Defect | None:
    """Where to look on a part that is not good though no region is: what labels taught judged the whole picture.

    Where masks taught the part's type, that is where this type covers most, else where ``heat`` is highest. A box of
    3×3 places in a width × height frame, with the value of ``heat`` in the middle one; None where nothing is looked at.
    """
    looked_at = heat > 0
    if not looked_at.any():
        return None
    covered = types.map_of_likeliest() if types is not None else None
    strength = heat if covered is None or not (covered[looked_at] > 0).any() else covered
    at = int(np.where(looked_at, strength, -np.inf).argmax())
    row, column = divmod(at, heat.shape[1])
    across, down = width / heat.shape[1], height / heat.shape[0]
    x, y = int(max(0, column - _REACH) * across), int(max(0, row - _REACH) * down)
    right = min(width, round((column + _REACH + 1) * across))
    bottom = min(height, round((row + _REACH + 1) * down))
    return Defect(
        x,
        y,
        max(1, right - x),
        max(1, bottom - y),
        float(heat[row, column]),
        kind=types.likeliest[0] if types is not None else "",
        below_threshold=True,
    )
