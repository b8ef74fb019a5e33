"""Defects drawn into pictures of good parts, to choose between detectors when no real defect is known yet.

They rank detectors; they prove nothing about escapes and never enter a threshold. Strength is graded, so that some are
hard to see: a set of obvious defects would rate every detector the same. They are drawn into the frame before it is
resized, so that ways of fitting it are compared on the same defects.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.frame import Frame, decode
from goodpart.vision.preprocessing import Fit, Preprocessing, halved
from goodpart.vision.training.images import TrainingImage
from goodpart.vision.training.pictures import in_order

Picture = NDArray[np.uint8]
_Mask = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class DrawnDefect:
    """A good picture with a defect, at the network's size; ``source`` is the good picture's number."""

    source: int
    by_fit: dict[Fit, Picture]


def draw_defects(
    images: Sequence[TrainingImage],
    fits: Sequence[Fit],
    side: int,
    *,
    count: int,
    seed: int,
    workers: int,
    step: Callable[[int], None],
) -> list[DrawnDefect]:
    """``count`` defects of growing strength, each in one of the good ``images``, the same whatever the fits."""

    def draw(number: int) -> DrawnDefect:
        rng = np.random.default_rng([seed, number])
        source, donor = (int(rng.integers(len(images))) for _ in range(2))
        strength = 0.05 + 0.95 * number / max(1, count - 1)
        picture = _reduced(decode(images[source].read(), images[source].name), side)
        other = _reduced(decode(images[donor].read(), images[donor].name), side) if donor != source else picture
        frame = Frame(draw_defect(picture, other, strength, rng), images[source].name)
        return DrawnDefect(source, {fit: Preprocessing(fit=fit, side=side).apply(frame) for fit in fits})

    return list(in_order(draw, range(count), workers, step))


def _reduced(frame: Frame, side: int) -> Picture:
    """Half as large as long as it stays twice the network's size: drawing on more pixels shows nothing more."""
    height, width = Preprocessing(fit=Fit.ASPECT, side=2 * side).size(frame.height, frame.width)
    return halved(frame.pixels, height, width)


def draw_defect(picture: Picture, donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """A copy of ``picture`` (height, width, 3) with one defect of a random kind.

    ``donor`` is another good picture to take foreign texture from; ``strength`` is 0 (barely there) to 1 (plain).
    """
    kind = _KINDS[int(rng.integers(len(_KINDS)))]
    return kind(picture, donor, strength, rng)


def _cut_and_paste(picture: Picture, donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    height, width = picture.shape[:2]
    donor = _like(donor, picture)
    rows, columns = _patch_size(picture, strength, rng)
    top, left = _place(height - rows, rng), _place(width - columns, rng)
    there, across = _place(height - rows, rng), _place(width - columns, rng)
    patch = np.roll(donor, (top - there, left - across), axis=(0, 1))
    return _blend(picture, patch.astype(np.float32), _ellipse(picture, top, left, rows, columns), strength)


def _rotated_texture(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    height, width = picture.shape[:2]
    rows, columns = _patch_size(picture, strength, rng)
    top, left = _place(height - rows, rng), _place(width - columns, rng)
    centre = (left + columns / 2, top + rows / 2)
    turn = cv2.getRotationMatrix2D(centre, float(rng.uniform(60, 300)), 1.0)
    turned = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    return _blend(picture, turned.astype(np.float32), _ellipse(picture, top, left, rows, columns), strength)


def _scratch(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    at = np.array([rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.9) * height])
    heading = rng.uniform(0, 2 * np.pi)
    points = [at]
    for _ in range(int(rng.integers(3, 7))):
        heading += rng.normal(0, 0.35)
        step = rng.uniform(0.03, 0.09) * np.sqrt(height * width)
        points.append(points[-1] + step * np.array([np.cos(heading), np.sin(heading)]))
    finest = np.sqrt(height * width) / 256
    thickness = max(1, round(finest * (1 if strength < 0.6 else float(rng.uniform(1, 3)))))
    line = np.array(points).round().astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(mask, [line], isClosed=False, color=255, thickness=thickness, lineType=cv2.LINE_AA)
    return _shifted(picture, np.asarray(mask / 255, np.float32), strength, rng, least=25, most=110)


def _blob(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    height, width = picture.shape[:2]
    rows, columns = (max(3, side // 2) for side in _patch_size(picture, strength, rng))
    mask = _ellipse(picture, _place(height - rows, rng), _place(width - columns, rng), rows, columns)
    return _shifted(picture, mask, strength, rng, least=15, most=90)


def _shading(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    height, width = picture.shape[:2]
    rows, columns = (2 * side for side in _patch_size(picture, strength, rng))
    mask = _ellipse(picture, _place(height - rows, rng), _place(width - columns, rng), rows, columns)
    soft = cv2.GaussianBlur(mask, (0, 0), max(rows, columns) / 4).astype(np.float32)
    return _shifted(picture, soft, strength, rng, least=15, most=60)


def _blur(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    height, width = picture.shape[:2]
    rows, columns = (2 * side for side in _patch_size(picture, strength, rng))
    mask = _ellipse(picture, _place(height - rows, rng), _place(width - columns, rng), rows, columns)
    blurred = cv2.GaussianBlur(picture, (0, 0), 1.0 + 3.0 * strength)
    return _blend(picture, blurred.astype(np.float32), mask, 1.0)


_KINDS: tuple[Callable[[Picture, Picture, float, np.random.Generator], Picture], ...] = (
    _cut_and_paste,
    _rotated_texture,
    _scratch,
    _blob,
    _shading,
    _blur,
)


def _patch_size(picture: Picture, strength: float, rng: np.random.Generator) -> tuple[int, int]:
    side = np.sqrt(picture.shape[0] * picture.shape[1]) * (0.04 + 0.14 * strength * rng.uniform(0.5, 1.0))
    stretch = rng.uniform(0.5, 2.0) ** 0.5
    rows, columns = (
        min(max(4, round(s)), most)
        for s, most in zip((side * stretch, side / stretch), picture.shape[:2], strict=False)
    )
    return rows, columns


def _place(room: int, rng: np.random.Generator) -> int:
    return int(rng.integers(max(1, room)))


def _ellipse(picture: Picture, top: int, left: int, rows: int, columns: int) -> _Mask:
    mask = np.zeros(picture.shape[:2], np.float32)
    centre = (left + columns // 2, top + rows // 2)
    cv2.ellipse(mask, centre, (max(1, columns // 2), max(1, rows // 2)), 0, 0, 360, 1.0, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.0), np.float32)


def _blend(picture: Picture, other: NDArray[np.float32], mask: _Mask, strength: float) -> Picture:
    share = (mask * (0.4 + 0.6 * strength))[:, :, None]
    return np.asarray(np.clip(picture * (1 - share) + other * share, 0, 255).round(), np.uint8)


def _shifted(
    picture: Picture, mask: _Mask, strength: float, rng: np.random.Generator, *, least: float, most: float
) -> Picture:
    amount = (least + (most - least) * strength) * (1 if rng.random() < 0.5 else -1)
    tint = amount * rng.uniform(0.85, 1.15, 3)
    return np.asarray(np.clip(picture + mask[:, :, None] * tint, 0, 255).round(), np.uint8)


def _like(donor: Picture, picture: Picture) -> Picture:
    if donor.shape == picture.shape:
        return donor
    return np.asarray(cv2.resize(donor, (picture.shape[1], picture.shape[0])), np.uint8)
