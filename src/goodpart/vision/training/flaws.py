"""What can be wrong with a part, drawn: a dozen kinds of defect that the known inspection data sets share.

Each is graded from barely there to plain, keeps grey pictures grey, and lies on the part rather than beside it where
the two can be told apart. Only the box around a defect is computed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Kind = Callable[[Picture, Picture, float, np.random.Generator], Picture]
_Pixels = NDArray[np.float32]

_TRIES = 6
"""Places that are looked at before one is chosen."""


@dataclass(frozen=True, eq=False)
class _Spot:
    """A box of a picture and, inside it, how much each pixel is part of the defect, 0 to 1."""

    box: tuple[slice, slice]
    mask: _Pixels

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) inside the box."""
        return self.mask.shape[1] / 2, self.mask.shape[0] / 2


def _foreign(picture: Picture, donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """A piece of another part, or of another place: print or a component where it does not belong."""
    spot = _spot(picture, strength, rng)
    rows, columns = spot.mask.shape
    top, left = int(rng.integers(picture.shape[0] - rows + 1)), int(rng.integers(picture.shape[1] - columns + 1))
    return _painted(picture, spot, donor[top : top + rows, left : left + columns], 0.5 + 0.5 * strength)


def _turned(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """The surface turned where it is: a woven or brushed pattern that runs wrong."""
    spot = _spot(picture, strength, rng, growth=1.5)
    turn = cv2.getRotationMatrix2D(spot.centre, float(rng.uniform(60, 300)), 1.0)
    turned = cv2.warpAffine(picture[spot.box], turn, spot.mask.shape[::-1], borderMode=cv2.BORDER_REFLECT_101)
    return _painted(picture, spot, turned, 0.5 + 0.5 * strength)


def _bent(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """Pushed aside: a bent lead, a shifted print, a dented edge."""
    spot = _spot(picture, strength, rng, growth=2.0)
    rows, columns = spot.mask.shape
    heading, way = rng.uniform(0, 2 * np.pi), (0.04 + 0.16 * strength) * np.sqrt(rows * columns)
    y, x = np.indices(spot.mask.shape, np.float32)
    soft = cv2.GaussianBlur(spot.mask, (0, 0), max(1.0, min(rows, columns) / 8))
    across, down = (np.float32(way * part) for part in (np.cos(heading), np.sin(heading)))
    moved = cv2.remap(
        picture[spot.box], x - across * soft, y - down * soft, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return _painted(picture, _Spot(spot.box, np.ones_like(spot.mask)), moved, 1.0)


def _missing(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """Not there: the place filled with what surrounds it."""
    spot = _spot(picture, strength, rng, growth=1.3)
    part = picture[spot.box].astype(np.float32)
    around = 1 - spot.mask
    reach = max(2.0, max(spot.mask.shape) / 4)
    weights = cv2.GaussianBlur(around, (0, 0), reach)
    filled = cv2.GaussianBlur(part * around[:, :, None], (0, 0), reach) / np.maximum(weights, 1e-3)[:, :, None]
    return _painted(picture, spot, filled + rng.normal(0, 2.0, spot.mask.shape)[:, :, None], 0.4 + 0.6 * strength)


def _scratch(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """A thin line, nearly straight, lighter or darker."""
    return _line(picture, strength, rng, wander=0.12, width=1.0, length=0.12 + 0.25 * strength)


def _crack(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """A jagged dark line."""
    return _line(picture, strength, rng, wander=0.7, width=1.0, length=0.1 + 0.3 * strength, sign=-1)


def _thread(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """A hair or a fibre: a long smooth curve, as wide as two or three pixels of the network."""
    return _line(picture, strength, rng, wander=0.3, width=1.6, length=0.15 + 0.35 * strength, curl=0.25)


def _stain(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """Dirt, glue, a drop: an uneven patch of another brightness and tint."""
    spot = _spot(picture, strength, rng, growth=0.7)
    uneven = cv2.resize(rng.uniform(0.5, 1.0, (5, 5)).astype(np.float32), spot.mask.shape[::-1])
    return _shifted(picture, _Spot(spot.box, spot.mask * uneven), _amount(strength, rng, 20, 110), rng)


def _hole(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """A small dark hole or pore with a bright rim."""
    spot = _spot(picture, strength, rng, growth=0.4)
    dark = _shifted(picture, spot, -(25 + 100 * strength), rng)
    rim = np.asarray(cv2.dilate(spot.mask, np.ones((3, 3), np.uint8)) - spot.mask, np.float32)
    return _shifted(dark, _Spot(spot.box, rim), 10 + 40 * strength, rng)


def _colour(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """Discoloured: the texture stays, brightness and tint change."""
    spot = _spot(picture, strength, rng, growth=1.5)
    gains = 1 + _amount(strength, rng, 0.12, 0.5) * _tint(picture, rng, 0.4)
    return _painted(picture, spot, picture[spot.box] * gains, 1.0)


def _shade(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """Uneven over a wide area, without an edge."""
    spot = _spot(picture, strength, rng, growth=2.5)
    soft = np.asarray(cv2.GaussianBlur(spot.mask, (0, 0), max(spot.mask.shape) / 8), np.float32)
    return _shifted(picture, _Spot(spot.box, soft), _amount(strength, rng, 15, 60), rng)


def _smear(picture: Picture, _donor: Picture, strength: float, rng: np.random.Generator) -> Picture:
    """Worn or smeared: the texture is gone."""
    spot = _spot(picture, strength, rng, growth=1.8)
    size = np.sqrt(picture.shape[0] * picture.shape[1]) / 256
    blurred = cv2.GaussianBlur(picture[spot.box], (0, 0), size * (1.0 + 3.0 * strength))
    return _painted(picture, spot, blurred, 1.0)


KINDS: tuple[Kind, ...] = (
    _foreign,
    _scratch,
    _stain,
    _missing,
    _crack,
    _colour,
    _bent,
    _hole,
    _turned,
    _thread,
    _shade,
    _smear,
)


def _spot(picture: Picture, strength: float, rng: np.random.Generator, growth: float = 1.0) -> _Spot:
    """An irregular, roughly round patch; its side grows with strength from 4 to 18 % of the picture's."""
    height, width = picture.shape[:2]
    side = growth * np.sqrt(height * width) * (0.04 + 0.14 * strength * rng.uniform(0.5, 1.0))
    stretch = rng.uniform(0.5, 2.0) ** 0.5
    rows = min(max(5, round(side * stretch)), height)
    columns = min(max(5, round(side / stretch)), width)
    top, left = _place(picture, rows, columns, rng)
    # A closed curve whose radius is 1 with a few waves: no two patches alike, none of them a disc.
    angles = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    radius = np.ones_like(angles)
    for waves in (2, 3, 5):
        radius += rng.normal(0, 0.3 / waves) * np.cos(waves * angles + rng.uniform(0, 2 * np.pi))
    radius *= 0.42 / max(radius.max(), 0.5)
    curve = np.stack([columns * (0.5 + radius * np.cos(angles)), rows * (0.5 + radius * np.sin(angles))], axis=1)
    mask = np.zeros((rows, columns), np.uint8)
    cv2.fillPoly(mask, [curve.round().astype(np.int32)], 255)
    soft = cv2.GaussianBlur(mask, (0, 0), 1.0).astype(np.float32) / np.float32(255)
    return _Spot((slice(top, top + rows), slice(left, left + columns)), soft)


def _place(picture: Picture, rows: int, columns: int, rng: np.random.Generator) -> tuple[int, int]:
    """Top and left of a box on the part, if the picture shows part and background.

    Of some random boxes one of those whose colour differs most from the picture's margin is taken.
    """
    height, width = picture.shape[:2]
    tops = rng.integers(height - rows + 1, size=_TRIES)
    lefts = rng.integers(width - columns + 1, size=_TRIES)
    small = cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    margin = np.median(np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]]), axis=0)
    apart = np.abs(small - margin).max(axis=2)
    at = ((tops + rows / 2) * 32 / height).astype(int), ((lefts + columns / 2) * 32 / width).astype(int)
    found = apart[at]
    likely = np.flatnonzero(found >= 0.5 * found.max())
    chosen = int(rng.choice(likely))
    return int(tops[chosen]), int(lefts[chosen])


def _line(
    picture: Picture,
    strength: float,
    rng: np.random.Generator,
    *,
    wander: float,
    width: float,
    length: float,
    curl: float = 0.0,
    sign: int = 0,
) -> Picture:
    """A thin line of ``length`` (share of the picture's side); ``wander`` and ``curl`` (rad a step) bend it."""
    height, columns = picture.shape[:2]
    side = np.sqrt(height * columns)
    top, left = _place(picture, 1, 1, rng)
    steps = 8 + int(rng.integers(5))
    turns = rng.normal(0, wander, steps) + curl * rng.choice([-1, 1])
    headings = rng.uniform(0, 2 * np.pi) + np.cumsum(turns)
    way = np.cumsum(np.stack([np.cos(headings), np.sin(headings)], axis=1), axis=0) * (length * side / steps)
    points = (way - way[steps // 2] + [left, top]).round().astype(np.int32)
    thick = max(1, round(width * side / 256 * float(rng.uniform(0.8, 1.0 + strength))))
    low = np.maximum(points.min(axis=0) - thick - 3, 0)
    high = np.minimum(points.max(axis=0) + thick + 3, [columns, height])
    mask = np.zeros((high - low)[::-1], np.uint8)
    cv2.polylines(mask, [(points - low).reshape(-1, 1, 2)], False, 255, thick, cv2.LINE_AA)
    spot = _Spot((slice(low[1], high[1]), slice(low[0], high[0])), mask.astype(np.float32) / np.float32(255))
    amount = _amount(strength, rng, 20, 110)
    return _shifted(picture, spot, sign * abs(amount) if sign else amount, rng)


def _amount(strength: float, rng: np.random.Generator, least: float, most: float) -> float:
    """A change of brightness, up or down."""
    return (least + (most - least) * strength) * (1 if rng.random() < 0.5 else -1)


def _tint(picture: Picture, rng: np.random.Generator, spread: float) -> NDArray[np.float64]:
    """Factors for the three channels around 1, all equal where the picture is grey."""
    factors = rng.uniform(1 - spread, 1 + spread, 3)
    sample = picture[::16, ::16].astype(np.int16)
    is_grey = int(np.abs(sample - sample[:, :, :1]).max()) <= 4
    return np.full(3, factors[0]) if is_grey else factors


def _shifted(picture: Picture, spot: _Spot, amount: float, rng: np.random.Generator) -> Picture:
    """``amount`` added where the spot is, with a tint."""
    return _painted(picture, spot, picture[spot.box] + amount * _tint(picture, rng, 0.2), 1.0)


def _painted(picture: Picture, spot: _Spot, other: NDArray[np.generic], opacity: float) -> Picture:
    """A copy of the picture with ``other``, of the box's size, in place of what the spot covers."""
    share = (spot.mask * np.float32(opacity))[:, :, None]
    result = picture.copy()
    mixed = picture[spot.box] * (1 - share) + np.asarray(other, np.float32) * share
    result[spot.box] = np.clip(mixed, 0, 255).round().astype(np.uint8)
    return result
