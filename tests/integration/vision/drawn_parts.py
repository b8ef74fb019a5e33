"""Small parts drawn for tests: a round lid on a dark belt, each a little different, some with a scratch or a stain."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.training import TrainingImage, TrainingSettings

SMALL = TrainingSettings(
    name="lid", side=128, bank_size=200, synthetic_defects=24, selection_images=40, golden_images=3
)


def draw_part(number: int, defect: str = "", size: tuple[int, int] = (128, 128)) -> NDArray[np.uint8]:
    """Part ``number``: uint8 BGR of ``size`` (height, width), with a ``scratch`` or a ``stain`` if wished."""
    rng = np.random.default_rng(number)
    height, width = size
    picture = np.full((height, width, 3), 45, np.uint8)
    centre = (width // 2 + int(rng.integers(-2, 3)), height // 2 + int(rng.integers(-2, 3)))
    radius = min(size) // 3
    cv2.circle(picture, centre, radius, (150 + rng.integers(-4, 5, 3)).tolist(), -1, cv2.LINE_AA)
    cv2.circle(picture, centre, radius // 2, (110, 110, 120), 2, cv2.LINE_AA)
    if defect == "scratch":
        cv2.line(picture, (centre[0] - 20, centre[1] - 8), (centre[0] + 22, centre[1] + 16), (235, 240, 245), 2)
    if defect == "stain":
        cv2.circle(picture, (centre[0] + 12, centre[1] - 14), 9, (30, 60, 70), -1, cv2.LINE_AA)
    noise = rng.normal(0, 3, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def encoded(picture: NDArray[np.unsignedinteger], kind: str = ".jpg") -> bytes:
    done, data = cv2.imencode(kind, picture, [cv2.IMWRITE_JPEG_QUALITY, 95] if kind == ".jpg" else [])
    assert done
    return bytes(data.tobytes())


def good_images(count: int, first: int = 0) -> list[TrainingImage]:
    return [TrainingImage(f"good-{n:03d}.jpg", encoded(draw_part(n))) for n in range(first, first + count)]


def drawn_mask(number: int, defect: str) -> bytes:
    """A PNG with 255 where part ``number`` has its ``defect``."""
    plain, marked = draw_part(number).astype(int), draw_part(number, defect).astype(int)
    return encoded((np.abs(plain - marked).max(axis=2) > 20).astype(np.uint8) * 255, ".png")


def labelled_images(count: int, defect: str, *, masks: bool = True) -> list[TrainingImage]:
    """Parts with that defect, labelled and marked."""
    first = {"scratch": 600, "stain": 650}[defect]
    return [
        TrainingImage(
            f"{defect}-{n}.jpg", encoded(draw_part(n, defect)), defect, drawn_mask(n, defect) if masks else None
        )
        for n in range(first, first + count)
    ]


def write_folder(folder: Path, train: int, good: int, bad: int) -> Path:
    """A folder of MVTec shape with scratches (masks drawn) and stains (no masks)."""
    for place, numbers, defect in (
        ("train/good", range(train), ""),
        ("test/good", range(1000, 1000 + good), ""),
        ("test/scratch", range(2000, 2000 + bad), "scratch"),
        ("test/stain", range(3000, 3000 + bad), "stain"),
    ):
        (folder / place).mkdir(parents=True)
        for number in numbers:
            (folder / place / f"{number:04d}.png").write_bytes(encoded(draw_part(number, defect), ".png"))
    (folder / "ground_truth" / "scratch").mkdir(parents=True)
    for number in range(2000, 2000 + bad):
        (folder / "ground_truth" / "scratch" / f"{number:04d}_mask.png").write_bytes(drawn_mask(number, "scratch"))
    return folder
