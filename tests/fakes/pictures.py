"""Pictures of parts, drawn: enough to learn from and to be told apart."""

import cv2
import numpy as np


def good_part(number: int, *, side: int = 96, suffix: str = ".png") -> bytes:
    """A bright disc on noise, a little elsewhere each time; the same number is the same picture."""
    return _encoded(_disc(number, side), suffix)


def bad_part(number: int, *, side: int = 96) -> bytes:
    """The same with a dark scratch across."""
    pixels = _disc(number, side)
    cv2.line(pixels, (side // 5, side // 4), (side * 4 // 5, side * 3 // 4), (10, 10, 10), 3)
    return _encoded(pixels, ".png")


def _disc(number: int, side: int) -> np.ndarray:
    rng = np.random.default_rng(number)
    pixels = rng.normal(110, 6, (side, side, 3)).clip(0, 255).astype(np.uint8)
    centre = (side // 2 + int(rng.integers(-2, 3)), side // 2 + int(rng.integers(-2, 3)))
    cv2.circle(pixels, centre, side // 3, (190, 170, 60), -1)
    return pixels


def _encoded(pixels: np.ndarray, suffix: str) -> bytes:
    done, content = cv2.imencode(suffix, pixels)
    assert done
    return content.tobytes()
