"""Heat maps for people: a small see-through picture to lay over the frame, or the frame with it laid over."""

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.defects import Defect
from goodpart.vision.frame import Frame
from goodpart.vision.inspector import Look

_ENLARGED = 4
_STRONGEST_ALPHA = 200.0
# From the threshold for good to twice the threshold for bad: amber, orange, red. BGR.
_COLOURS = np.array([[60, 200, 255], [40, 120, 255], [30, 30, 230]], np.float32)
_MARK = (30, 30, 230)


def smooth_heat(heat: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """The map at (rows, columns) of a picture: bilinear, then smoothed over about half a place of the map."""
    rows, columns = shape
    large = cv2.resize(heat, (columns, rows), interpolation=cv2.INTER_LINEAR)
    deviation = 0.5 * (rows / heat.shape[0] + columns / heat.shape[1]) / 2
    return np.asarray(cv2.GaussianBlur(large, (0, 0), max(deviation, 0.5)), np.float32)


def render_heat(look: Look) -> bytes:
    """A PNG with alpha, four times the size of the map (128×128 for a 256×256 network): stretch it over the frame.

    It is clear where the part is as good parts are, and colours from ``good_below`` on.
    """
    shape = (look.heat.shape[0] * _ENLARGED, look.heat.shape[1] * _ENLARGED)
    return _encoded(".png", _coloured(look, shape), [cv2.IMWRITE_PNG_COMPRESSION, 6])


def render_overlay(frame: Frame, look: Look, *, quality: int = 85) -> bytes:
    """The frame as JPEG with the heat map drawn over it and the defects marked."""
    return _encoded(".jpg", overlay(frame, look), [cv2.IMWRITE_JPEG_QUALITY, quality])


def overlay(frame: Frame, look: Look, levels: tuple[float, float] | None = None) -> NDArray[np.uint8]:
    """The frame with the heat map drawn over it and ``look.defects`` marked: uint8 BGR of its size.

    ``levels`` are where colour starts and where it is strongest, for who wants to see more than what is wrong.
    """
    coloured = _coloured(look, (frame.height, frame.width), levels).astype(np.float32)
    share = coloured[:, :, 3:] / 255 * 0.6
    mixed = (frame.pixels * (1 - share) + coloured[:, :, :3] * share).astype(np.uint8)
    thickness = max(1, round(max(frame.width, frame.height) / 400))
    for defect in look.defects:
        _mark(mixed, defect, thickness)
    return mixed


def _mark(picture: NDArray[np.uint8], defect: Defect, thickness: int) -> None:
    """Draw a box round a region, and the four corners alone round what is below the threshold."""
    left, top, right, bottom = defect.x, defect.y, defect.x + defect.w - 1, defect.y + defect.h - 1
    if not defect.below_threshold:
        cv2.rectangle(picture, (left, top), (right, bottom), _MARK, thickness)
        return
    across, down = defect.w // 4, defect.h // 4
    for x, inwards in ((left, across), (right, -across)):
        for y, inside in ((top, down), (bottom, -down)):
            cv2.polylines(picture, [np.array([(x + inwards, y), (x, y), (x, y + inside)])], False, _MARK, thickness)


def render_pair(strange: NDArray[np.uint8], good: NDArray[np.uint8]) -> bytes:
    """Two crops of one size side by side as PNG, enlarged: the strange place left, the nearest good patch right."""
    gap = np.full((strange.shape[0], 2, 3), 128, np.uint8)
    both = np.hstack([strange, gap, good])
    size = (both.shape[1] * _ENLARGED, both.shape[0] * _ENLARGED)
    large = np.asarray(cv2.resize(both, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    return _encoded(".png", large, [cv2.IMWRITE_PNG_COMPRESSION, 6])


def _coloured(look: Look, shape: tuple[int, int], levels: tuple[float, float] | None = None) -> NDArray[np.uint8]:
    heat = smooth_heat(look.heat, shape)
    low, high = levels or (0.8 * look.thresholds.good_below, 2 * look.thresholds.bad_above)
    high = max(high, low + 1e-6)
    level = np.clip((heat - low) / (high - low), 0, 1)
    place = level * (len(_COLOURS) - 1)
    index = np.minimum(place.astype(int), len(_COLOURS) - 2)
    part = (place - index)[:, :, None]
    colour = _COLOURS[index] * (1 - part) + _COLOURS[index + 1] * part
    alpha = np.where(level > 0, 60 + (_STRONGEST_ALPHA - 60) * np.sqrt(level), 0) * np.minimum(level * 20, 1)
    return np.dstack([colour, alpha]).astype(np.uint8)


def _encoded(kind: str, pixels: NDArray[np.uint8], settings: list[int]) -> bytes:
    done, data = cv2.imencode(kind, pixels, settings)
    if not done:
        raise RuntimeError(f"the image encoder refused a {pixels.shape} picture as {kind}")
    return bytes(data.tobytes())
