"""Frames for tiles: drawn rough plates with a bright border and chalk marks anywhere, some with a small defect.

No chalk mark is like another, so the marks of good plates are as strange as the defects: a dent, which is a dark ring,
or a scratch, a short bright line that always runs the same way. Only labels tell them apart.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.training import TrainingImage
from tests.integration.vision.drawn_parts import encoded

HEIGHT, WIDTH = 384, 512
FIRST = {"dent": 600, "scratch": 650}


def place_of(number: int) -> tuple[int, int]:
    """x and y of the middle of a plate's defect."""
    rng = np.random.default_rng([number, 1])
    return int(rng.integers(60, WIDTH - 60)), int(rng.integers(60, HEIGHT - 60))


def draw_plate(number: int, defect: str = "") -> NDArray[np.uint8]:
    """Plate ``number``: uint8 BGR (384, 512, 3)."""
    rng = np.random.default_rng(number)
    grain = cv2.resize(rng.normal(0, 6, (HEIGHT // 4, WIDTH // 4)), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    plate = np.full((HEIGHT, WIDTH, 3), 110, np.uint8)
    cv2.rectangle(plate, (20, 20), (WIDTH - 20, HEIGHT - 20), (150, 150, 150), 6)
    for _ in range(int(rng.integers(3, 6))):
        _chalk(plate, rng)
    if defect:
        _mark(plate, defect, place_of(number))
    return np.clip(plate + grain[:, :, None] + rng.normal(0, 2, plate.shape), 0, 255).astype(np.uint8)


def mask_of(number: int, defect: str) -> bytes:
    """A PNG with 255 where plate ``number`` has its ``defect``."""
    drawn = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    _mark(drawn, defect, place_of(number), colour=(255, 255, 255))
    return encoded(drawn[:, :, 0], ".png")


def good_plates(count: int) -> list[TrainingImage]:
    return [TrainingImage(f"good-{n:03d}.jpg", encoded(draw_plate(n))) for n in range(count)]


def labelled_plates(
    count: int, defect: str, *, masks: int | None = None, first: int | None = None
) -> list[TrainingImage]:
    """Plates with that defect, the first so many of them marked; None: all."""
    start = FIRST[defect] if first is None else first
    numbers = range(start, start + count)
    marked = set(numbers[: count if masks is None else masks])
    return [
        TrainingImage(
            f"{defect}-{n}.jpg", encoded(draw_plate(n, defect)), defect, mask_of(n, defect) if n in marked else None
        )
        for n in numbers
    ]


def _chalk(plate: NDArray[np.uint8], rng: np.random.Generator) -> None:
    corner = rng.integers((50, 50), (WIDTH - 90, HEIGHT - 90))
    points = corner + rng.integers(0, 40, (int(rng.integers(2, 5)), 2))
    colour = (int(rng.integers(60, 220)), int(rng.integers(60, 220)), int(rng.integers(60, 220)))
    cv2.polylines(plate, [points.astype(np.int32)], isClosed=False, color=colour, thickness=int(rng.integers(2, 7)))


def _mark(
    plate: NDArray[np.uint8], defect: str, place: tuple[int, int], colour: tuple[int, int, int] | None = None
) -> None:
    x, y = place
    if defect == "dent":
        cv2.circle(plate, (x, y), 8, colour or (70, 70, 70), -1 if colour else 3, cv2.LINE_AA)
    else:
        cv2.line(plate, (x - 12, y + 12), (x + 12, y - 12), colour or (190, 190, 190), 4, cv2.LINE_AA)
