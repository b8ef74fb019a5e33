"""One picture of one part, as a pure function: the same arguments give the same bytes, on any run."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from goodpart.demo.line.parts.defects import Canvas, Defect, paint
from goodpart.demo.line.parts.shapes import CENTRE, HEIGHT, SHAPES, WIDTH, Finish, Plane
from goodpart.demo.line.parts.surface import (
    BANK,
    Blank,
    belt_bank,
    blank_of,
    cloud_bank,
    rail_profile,
    sensor_bank,
)

Picture = npt.NDArray[np.uint8]
JPEG_QUALITY = 92


def draw_part(part_number: str, defect: Defect | None, seed: int) -> Picture:
    """The part on the belt as the camera sees it: (480, 640, 3) uint8, BGR.

    ``seed`` gives pose, grain, light, noise, and where the defect sits. Raises `KeyError` for an unknown part number.
    """
    random = np.random.default_rng((seed, 1))
    shape, blank = SHAPES[part_number], blank_of(part_number)
    canvas = Canvas(_metal(blank, shape.finish, shape.colour, random), blank.alpha, blank, shape.holes)
    if defect is not None:
        # A stream of its own: the same seed with and without a defect gives the same part otherwise.
        paint(canvas, defect, np.random.default_rng((seed, 2)))
    return _photograph(canvas, blank, random)


def draw_empty_belt(seed: int = 0) -> Picture:
    """The belt with nothing on it: (480, 640, 3) uint8, BGR."""
    random = np.random.default_rng((seed, 3))
    return _exposed(_belt(random), random)


def encode_jpeg(picture: Picture) -> bytes:
    """The picture as the camera sends it."""
    done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as JPEG")
    return encoded.tobytes()


def _metal(
    blank: Blank, finish: Finish, colour: tuple[float, float, float], random: np.random.Generator
) -> npt.NDArray[np.float32]:
    """The blank with this part's own grain, glint and slight unevenness, (480, 640, 3) float32."""
    lanes = int(blank.lane.max()) + 1
    fine = random.standard_normal(lanes).astype(np.float32)
    coarse = cv2.GaussianBlur(random.standard_normal((lanes, 1)).astype(np.float32), (0, 0), 5)[:, 0] * 2.5
    grain = (0.022 * fine + 0.020 * coarse).astype(np.float32)[blank.lane]
    if finish is Finish.BRUSHED:
        # Brush strokes end: their strength changes along the part.
        grain *= np.float32(0.6) + np.float32(0.8) * _window(cloud_bank(), random)
    uneven = 0.05 * (_window(cloud_bank(), random) - np.float32(0.5))
    glint = np.float32(random.uniform(0.18, 0.30)) * blank.glint - np.float32(0.05)
    light = blank.lit * (1 + grain + uneven + glint * (1 + 5 * grain))
    tint = np.array(colour, np.float32) * random.normal(1, 0.008, 3).astype(np.float32)
    # One scalar per channel (and one that OpenCV wants for a fourth).
    return np.asarray(cv2.multiply(cv2.merge([light] * 3), np.array([*tint, 0], np.float64)), dtype=np.float32)


def _photograph(canvas: Canvas, blank: Blank, random: np.random.Generator) -> Picture:
    """Lay the part on the belt in this part's pose and expose the picture."""
    angle, shift = random.normal(0, 0.9), random.normal(0, 2.2, 2)
    turn = cv2.getRotationMatrix2D(CENTRE, float(np.clip(angle, -2.5, 2.5)), float(random.normal(1, 0.003)))
    turn[:, 2] += np.clip(shift, -6, 6)
    # Eight bits per layer are enough here: the sensor noise to come is larger than their steps.
    metal = cv2.warpAffine(cv2.add(canvas.colour, np.zeros(4), dtype=cv2.CV_8U), turn, (WIDTH, HEIGHT))
    cover = cv2.warpAffine(canvas.alpha, turn, (WIDTH, HEIGHT))
    shadow = cv2.warpAffine(blank.shadow if canvas.shadow is None else canvas.shadow, turn, (WIDTH, HEIGHT))
    dimmed = cv2.multiply(_belt(random), cv2.merge([255 - shadow] * 3), scale=1 / 255)
    scene = cv2.blendLinear(metal, dimmed, cover, 1 - cover)
    return _exposed(np.asarray(scene, dtype=np.uint8), random)


def _belt(random: np.random.Generator) -> Picture:
    """The belt where it happens to stand, between the two guide rails that stand still."""
    left = int(random.integers(0, BANK - WIDTH))
    belt = belt_bank()[:HEIGHT, left : left + WIDTH].copy()
    rail = rail_profile()
    belt[: len(rail)] = rail
    belt[-len(rail) :] = rail[::-1] * 0.82
    return belt


def _exposed(scene: Picture, random: np.random.Generator) -> Picture:
    """The light of the day, the lens and the sensor on a scene of (480, 640, 3)."""
    gain = np.float32(np.clip(random.normal(1, 0.025), 0.93, 1.07)) * _falloff()
    gain += _tilt(random)
    noise = _window(sensor_bank(), random)
    exposed = cv2.multiply(scene, cv2.merge([gain] * 3), dtype=cv2.CV_32F)
    exposed = cv2.addWeighted(exposed, 1, noise, random.uniform(0.14, 0.20), 0, dtype=cv2.CV_8U)
    return np.asarray(exposed, dtype=np.uint8)


def _falloff() -> Plane:
    """The lens is a little darker in the corners."""
    x = np.linspace(-1, 1, WIDTH, dtype=np.float32)[None]
    y = np.linspace(-0.75, 0.75, HEIGHT, dtype=np.float32)[:, None]
    return np.asarray(1.02 - 0.12 * (x * x + y * y), dtype=np.float32)


def _tilt(random: np.random.Generator) -> Plane:
    """Stray light from one side."""
    side_x, side_y = random.normal(0, 0.025, 2).astype(np.float32)
    x = np.linspace(-1, 1, WIDTH, dtype=np.float32)[None]
    y = np.linspace(-1, 1, HEIGHT, dtype=np.float32)[:, None]
    return np.asarray(side_x * x + side_y * y, dtype=np.float32)


def _window(bank: npt.NDArray[Any], random: np.random.Generator) -> npt.NDArray[Any]:
    """A picture-sized window of a bank, (480, 640, …), at a random place."""
    top, left = (int(v) for v in random.integers(0, (BANK - HEIGHT, BANK - WIDTH)))
    return bank[top : top + HEIGHT, left : left + WIDTH]
