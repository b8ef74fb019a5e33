"""What a person is shown of a map: the regions that are above the threshold for good."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.classifier.regions import TypeMaps, outline

_MOST_DEFECTS = 32


@dataclass(frozen=True)
class Defect:
    """A region above the threshold for good, as a box in pixels of the frame, and its highest value.

    ``contour`` are the corners (x, y) of its outline. ``severity`` is the highest value over the threshold for bad:
    from 1 on the region alone makes the part bad. ``kind`` is the type of defect, empty where none was taught.
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
