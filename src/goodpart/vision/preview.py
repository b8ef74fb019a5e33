"""A frame made small for a person far away: bounded in pixels and in bytes, whatever the camera sends."""

import cv2
import numpy as np

from goodpart.vision.errors import FrameError
from goodpart.vision.frame import decode

MAX_BYTES = 150_000
_QUALITIES = (80, 55, 25)
"""Of JPEG. Noise, and only noise, takes the last one."""


def render_preview(content: bytes, name: str, longest: int) -> bytes:
    """The image file ``content`` as a JPEG whose longer side has at most ``longest`` pixels; never enlarged.

    Raises `FrameError`, also where it would be larger than `MAX_BYTES`.
    """
    frame = decode(content, name, at_least=longest)
    share = min(1.0, longest / max(frame.width, frame.height))
    size = (max(1, round(frame.width * share)), max(1, round(frame.height * share)))
    small = cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA) if share < 1 else frame.pixels
    for quality in _QUALITIES:
        done, data = cv2.imencode(".jpg", np.asarray(small, np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
        if done and data.size <= MAX_BYTES:
            return bytes(data.tobytes())
    raise FrameError(f"{name} cannot be made small enough for a preview.", "Nothing is lost: look at the inspection.")
