"""What all pictures of a part number share, drawn once per process: the lit blank, the belt, banks of grain.

The banks are larger than a picture; each picture takes its own window out of them, which costs microseconds where
fresh noise would cost milliseconds.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from goodpart.demo.line.parts.shapes import CENTRE, HEIGHT, SHAPES, WIDTH, Finish, Plane

# Towards the lamp: from the upper left, 50° above the belt (x right, y down, z towards the camera).
LIGHT = np.array([-0.45, -0.46, 0.766], dtype=np.float32)
BANK = 1024
_FINE = 2  # blanks are computed at twice the resolution, then averaged, so that edges are smooth


@dataclass(frozen=True)
class Blank:
    """A part number before grain, defects, pose and light of the day. All planes are 480×640 float32.

    ``lit``: brightness of the lit surface, about 1 on the flat. ``alpha``: 1 on material, 0 on holes and belt.
    ``inside``: distance in pixels to the nearest edge, 0 outside. ``shadow``: how much the part darkens the belt.
    ``lane``: along this coordinate the grain changes; across it, it stays. ``rim``: points (n, 2) as x, y on the
    outer edge.
    """

    lit: Plane
    alpha: Plane
    inside: Plane
    shadow: npt.NDArray[np.uint8]
    lane: npt.NDArray[np.intp]
    glint: Plane
    rim: npt.NDArray[np.float32]


@lru_cache(maxsize=8)
def blank_of(part_number: str) -> Blank:
    """The blank of a part number. Raises `KeyError` for one that no shape is known of."""
    shape = SHAPES[part_number]
    y, x = np.mgrid[0 : HEIGHT * _FINE, 0 : WIDTH * _FINE].astype(np.float32)
    x, y = (x + 0.5) / _FINE - 0.5, (y + 0.5) / _FINE - 0.5
    outside = shape.outside(x, y)
    lit = _lit(shape.height(x, y))
    alpha = np.clip(0.5 - outside * _FINE, 0, 1).astype(np.float32)

    def averaged(plane: Plane) -> Plane:
        return np.asarray(cv2.resize(plane, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.float32)

    lit, alpha, outside = averaged(lit), averaged(alpha), averaged(outside)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return Blank(
        lit=lit,
        alpha=alpha,
        inside=np.maximum(-outside, 0),
        shadow=_shadow(alpha),
        lane=_lane(shape.finish, x, y),
        glint=_glint(shape.finish, x, y),
        rim=_rim(alpha),
    )


def _lit(height: Plane) -> Plane:
    """Lambert and Blinn–Phong light on a height field, with the crevices darkened."""
    slope_x = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=_FINE / 8)
    slope_y = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=_FINE / 8)
    norm = np.sqrt(slope_x**2 + slope_y**2 + 1)
    lambert = (-slope_x * LIGHT[0] - slope_y * LIGHT[1] + LIGHT[2]) / norm
    half = (LIGHT + np.array([0, 0, 1], np.float32)) / np.linalg.norm(LIGHT + np.array([0, 0, 1], np.float32))
    gloss = np.clip((-slope_x * half[0] - slope_y * half[1] + half[2]) / norm, 0, 1) ** 40
    crevice = np.clip((cv2.GaussianBlur(height, (0, 0), 9 * _FINE) - height) / 12, -0.5, 1)
    light = 0.28 + 0.78 * np.clip(lambert, 0, 1) + 0.42 * gloss - 0.22 * crevice
    return np.asarray(light, dtype=np.float32)


def _shadow(alpha: Plane) -> npt.NDArray[np.uint8]:
    """A soft shadow away from the lamp and a tight one where the part touches the belt."""
    shift = np.array([[1, 0, 9], [0, 1, 9]], dtype=np.float32)
    cast = cv2.GaussianBlur(cv2.warpAffine(alpha, shift, (WIDTH, HEIGHT)), (0, 0), 6)
    contact = cv2.GaussianBlur(alpha, (0, 0), 3)
    return np.asarray(np.clip(0.62 * cast + 0.45 * contact, 0, 0.86) * 255, dtype=np.uint8)


def _lane(finish: Finish, x: Plane, y: Plane) -> npt.NDArray[np.intp]:
    if finish is Finish.TURNED:
        return np.asarray(np.hypot(x - CENTRE[0], y - CENTRE[1]) * 2.0, dtype=np.intp)
    return np.asarray(y * 2.0, dtype=np.intp)


def _glint(finish: Finish, x: Plane, y: Plane) -> Plane:
    """Where worked metal throws the lamp back: across the grain a fan on a turned face, a band on a brushed one."""
    if finish is Finish.TURNED:
        angle = np.arctan2(y - CENTRE[1], x - CENTRE[0]) - np.float32(np.arctan2(LIGHT[1], LIGHT[0]))
        return np.asarray(np.abs(np.cos(angle)) ** 6, dtype=np.float32)
    across = (x - CENTRE[0]) * 0.92 + (y - CENTRE[1]) * 0.30
    return np.asarray(np.exp(-((across / 120) ** 2)), dtype=np.float32)


def _rim(alpha: Plane) -> npt.NDArray[np.float32]:
    contours, _ = cv2.findContours((alpha > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(max(contours, key=len)[:, 0, :], dtype=np.float32)


@lru_cache(maxsize=1)
def belt_bank() -> npt.NDArray[np.uint8]:
    """A stretch of dark woven rubber belt, (1024, 1024, 3) BGR."""
    random = np.random.default_rng(4010)
    y, x = np.mgrid[0:BANK, 0:BANK].astype(np.float32)
    weave = 3.2 * np.sin(2 * np.pi * x / 8) * np.sin(2 * np.pi * y / 8) + 2.0 * np.sin(2 * np.pi * (x + y) / 16)
    worn = cv2.GaussianBlur(random.standard_normal((BANK, BANK)).astype(np.float32), (0, 0), 28)
    worn *= 4.5 / worn.std()
    streaks = cv2.GaussianBlur(random.standard_normal((BANK, 1)).astype(np.float32), (0, 0), 3)
    grey = 47 + weave + worn + 6 * streaks + 2.4 * random.standard_normal((BANK, BANK)).astype(np.float32)
    grey += 26 * (random.random((BANK, BANK)) > 0.99985)
    grey = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 0.7)
    return np.asarray(np.clip(grey[..., None] * np.array([1.05, 1.02, 0.93]), 0, 255), dtype=np.uint8)


@lru_cache(maxsize=1)
def rail_profile() -> npt.NDArray[np.uint8]:
    """The guide rail along the upper edge, (26, 640, 3) BGR: drawn aluminium, and its shadow on the belt."""
    across = np.interp(np.arange(26), (0, 4, 9, 14, 17, 18, 25), (96, 150, 118, 88, 60, 14, 40))
    random = np.random.default_rng(26)
    drawn = random.normal(0, 2.5, (26, 1)) * (np.arange(26) < 18)[:, None] + np.zeros((26, WIDTH))
    for bolt in (70, 250, 430, 610):
        x = np.arange(WIDTH)[None] - bolt
        y = np.arange(26)[:, None] - 8
        drawn -= 46 * np.exp(-((np.hypot(x, y) - 5) ** 2) / 2) - 10 * (np.hypot(x, y) < 4)
    grey = across[:, None] + drawn
    return np.asarray(np.clip(grey[..., None] * np.array([1.02, 1.0, 0.97]), 0, 255), dtype=np.uint8)


@lru_cache(maxsize=1)
def sensor_bank() -> npt.NDArray[np.int8]:
    """Noise of the sensor, (1024, 1024, 3), standard deviation 16; green is read twice, so it is quieter."""
    random = np.random.default_rng(2207)
    noise = random.standard_normal((BANK, BANK, 3)).astype(np.float32) * np.array([17, 13, 16], np.float32)
    return np.asarray(np.clip(cv2.GaussianBlur(noise, (0, 0), 0.55) * 1.6, -127, 127), dtype=np.int8)


@lru_cache(maxsize=1)
def cloud_bank() -> Plane:
    """Clouds of several sizes, (1024, 1024), between 0 and 1; they shape stains and uneven surfaces."""
    random = np.random.default_rng(77)
    cloud = np.zeros((BANK, BANK), np.float32)
    for size in (4, 9, 20, 45):
        layer = cv2.GaussianBlur(random.standard_normal((BANK, BANK)).astype(np.float32), (0, 0), size)
        cloud += layer / layer.std() * np.float32(size**0.6)
    low, high = np.quantile(cloud, (0.002, 0.998))
    return np.asarray(np.clip((cloud - low) / (high - low), 0, 1), dtype=np.float32)
