"""Parts that can be found: a drawn lid with two marks, anywhere and turned in a larger frame."""

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.roi import Polygon, rectangle
from tests.integration.vision.drawn_parts import draw_part

HEIGHT, WIDTH = 240, 320
TOP, LEFT, SIDE = 56, 96, 128
PLACE: Polygon = rectangle(LEFT / WIDTH, TOP / HEIGHT, (LEFT + SIDE) / WIDTH, (TOP + SIDE) / HEIGHT)


def move(degrees: float, right: float, down: float) -> NDArray[np.float64]:
    """Turned about the middle of the frame, then shifted: where a pixel of the unmoved frame comes to lie."""
    matrix = np.asarray(cv2.getRotationMatrix2D(((WIDTH - 1) / 2, (HEIGHT - 1) / 2), degrees, 1.0), np.float64)
    matrix[:, 2] += right, down
    return matrix


def draw_frame(
    number: int, defect: str = "", moved: NDArray[np.float64] | None = None, light: float = 1.0
) -> NDArray[np.uint8]:
    """A frame with part ``number``, uint8 BGR (240, 320, 3)."""
    part = draw_part(number, defect, (SIDE, SIDE))
    cv2.rectangle(part, (58, 24), (70, 42), (20, 20, 20), -1)
    cv2.rectangle(part, (82, 72), (94, 84), (225, 225, 225), -1)
    frame = np.full((HEIGHT, WIDTH, 3), 45, np.uint8)
    frame[TOP : TOP + SIDE, LEFT : LEFT + SIDE] = part
    if moved is not None:
        frame = cv2.warpAffine(frame, moved, (WIDTH, HEIGHT), borderValue=(45, 45, 45)).astype(np.uint8)
    noise = np.random.default_rng([number, 1]).normal(0, 2, frame.shape)
    return np.clip(frame * light + noise, 0, 255).astype(np.uint8)
