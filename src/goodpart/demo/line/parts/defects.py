"""What can be wrong with a part. Every type is graded: severity 0 is barely visible, 1 cannot be missed.

Each painter changes the picture of one part in place, before pose and light of the day, so that a defect turns and
shines with its part. Lengths are in pixels of the 640×480 picture.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from goodpart.demo.line.parts.shapes import HEIGHT, WIDTH, Hole, Plane
from goodpart.demo.line.parts.surface import BANK, LIGHT, Blank, cloud_bank

Points = npt.NDArray[np.float64]


class DefectType(StrEnum):
    SCRATCH = "scratch"
    DENT = "dent"
    STAIN = "stain"
    BLOCKED_HOLE = "blocked_hole"
    CRACK = "crack"
    CHIPPED_EDGE = "chipped_edge"
    BURR = "burr"
    CONTAMINATION = "contamination"


@dataclass(frozen=True)
class Defect:
    """One defect: its type and how bad it is, 0 to 1. Where it sits follows from the seed of the picture."""

    type: DefectType
    severity: float

    def __post_init__(self) -> None:
        if not 0 <= self.severity <= 1:
            raise ValueError(f"severity {self.severity} is not between 0 and 1")


@dataclass
class Canvas:
    """A part being painted: ``colour`` (480, 640, 3) float32 BGR 0 to 255, ``alpha`` (480, 640) float32 0 to 1.

    ``shadow`` replaces that of the blank where a defect changes the outline.
    """

    colour: npt.NDArray[np.float32]
    alpha: Plane
    blank: Blank
    holes: tuple[Hole, ...]
    shadow: npt.NDArray[np.uint8] | None = None


def paint(canvas: Canvas, defect: Defect, random: np.random.Generator) -> None:
    """Put ``defect`` on the part, at a place and in a form taken from ``random``."""
    _PAINTERS[defect.type](canvas, defect.severity, random)


def _grade(severity: float, subtle: float, obvious: float) -> float:
    return subtle + (obvious - subtle) * severity


def _spot(canvas: Canvas, margin: float, random: np.random.Generator) -> tuple[float, float]:
    """A point of the face at least ``margin`` pixels away from any edge, as x, y."""
    places = np.flatnonzero(canvas.blank.inside > margin)
    at = int(places[random.integers(len(places))])
    return float(at % WIDTH), float(at // WIDTH)


def _stroke(points: Points, thickness: float) -> Plane:
    """A soft line through ``points`` (n, 2), (480, 640), 0 to 1. Thinner than a pixel means fainter."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    fixed = np.round(points * 16).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(mask, [fixed], False, 255, max(1, round(thickness)), cv2.LINE_AA, 4)
    return np.asarray(mask, np.float32) / np.float32(255) * np.float32(min(1.0, thickness))


def _polygon(points: Points) -> Plane:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(mask, [np.round(points * 16).astype(np.int32).reshape(-1, 1, 2)], 255, cv2.LINE_AA, 4)
    return np.asarray(mask, np.float32) / np.float32(255)


def _blend(canvas: Canvas, mask: Plane, colour: tuple[float, float, float]) -> None:
    over = mask[..., None]
    canvas.colour += over * (np.array(colour, np.float32) - canvas.colour)


def _brighten(canvas: Canvas, factor: Plane) -> None:
    canvas.colour *= factor[..., None]


def _walk(start: tuple[float, float], length: float, bend: float, random: np.random.Generator) -> Points:
    """A path of 3-pixel steps that wanders by ``bend`` radians a step."""
    steps = max(4, round(length / 3))
    turns = np.cumsum(random.normal(0, bend, steps)) + random.uniform(0, 2 * np.pi)
    path = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1) * 3, axis=0)
    return np.asarray(path - path.mean(axis=0) + np.array(start), dtype=np.float64)


def _longest(canvas: Canvas, paths: list[Points]) -> Points:
    """The path that runs over the most material: a defect beside the part would be none."""

    def on_part(path: Points) -> int:
        x, y = np.clip(np.round(path), 0, (WIDTH - 1, HEIGHT - 1)).astype(int).T
        return int((canvas.blank.alpha[y, x] > 0.5).sum())

    return max(paths, key=on_part)


def _cloud(random: np.random.Generator) -> Plane:
    top, left = (int(v) for v in random.integers(0, (BANK - HEIGHT, BANK - WIDTH)))
    return cloud_bank()[top : top + HEIGHT, left : left + WIDTH]


def _scratch(canvas: Canvas, severity: float, random: np.random.Generator) -> None:
    for _ in range(1 + int(severity > 0.7)):
        length = _grade(severity, 45, 190)
        path = _longest(canvas, [_walk(_spot(canvas, 14, random), length, 0.03, random) for _ in range(4)])
        width = _grade(severity, 0.9, 2.6)
        groove, ridge = _stroke(path + np.array([0.8, 0.9]), width), _stroke(path, width)
        _brighten(canvas, 1 - groove * canvas.alpha * np.float32(_grade(severity, 0.18, 0.5)))
        _blend(canvas, ridge * canvas.alpha * np.float32(_grade(severity, 0.3, 0.85)), (246, 248, 250))


def _dent(canvas: Canvas, severity: float, random: np.random.Generator) -> None:
    x, y = _spot(canvas, 18, random)
    radius = _grade(severity, 9, 26)
    turn, squash = random.uniform(0, np.pi), random.uniform(0.7, 1.0)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    along = (columns - x) * np.cos(turn) + (rows - y) * np.sin(turn)
    across = (-(columns - x) * np.sin(turn) + (rows - y) * np.cos(turn)) / squash
    bowl = np.exp(-(((along**2 + across**2) / radius**2) ** 1.6))
    slope_x = cv2.Sobel(bowl.astype(np.float32), cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    slope_y = cv2.Sobel(bowl.astype(np.float32), cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    tilt = (slope_x * LIGHT[0] + slope_y * LIGHT[1]) * np.float32(radius)
    strength = np.float32(_grade(severity, 0.2, 0.55))
    _brighten(canvas, np.clip(1 + strength * tilt - 0.3 * strength * bowl, 0.3, 1.5).astype(np.float32))


def _stain(canvas: Canvas, severity: float, random: np.random.Generator) -> None:
    x, y = _spot(canvas, 16, random)
    radius = _grade(severity, 16, 58)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    distance = np.hypot(columns - x, (rows - y) * np.float32(random.uniform(0.8, 1.4))) / np.float32(radius)
    body = np.clip((1.1 - distance + 0.9 * (_cloud(random) - 0.5)) * 4, 0, 1).astype(np.float32)
    drying = cv2.GaussianBlur(body, (0, 0), 2.5)
    ring = np.clip(body * (1 - drying) * 5, 0, 1)
    tone = np.array([0.42, 0.55, 0.72] if random.random() < 0.5 else [0.55, 0.56, 0.58], np.float32)
    depth = np.float32(_grade(severity, 0.2, 0.85)) * (0.75 * body + 0.5 * ring) * canvas.alpha
    canvas.colour *= 1 - np.clip(depth, 0, 1)[..., None] * (1 - tone)


def _blocked_hole(canvas: Canvas, severity: float, random: np.random.Generator) -> None:
    """A lump of swarf in a hole: more of it closes the hole and stands out over its edge."""
    hole = canvas.holes[int(random.integers(len(canvas.holes)))]
    turn = random.uniform(0, 2 * np.pi)
    heading = np.array([np.cos(turn), np.sin(turn)])
    centre = np.array([hole.x, hole.y]) + heading * hole.radius * _grade(severity, 0.75, 0.1)
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    radii = hole.radius * _grade(severity, 0.45, 1.35) * random.uniform(0.72, 1.12, (16, 1))
    lump = _polygon(centre + radii * np.stack([np.cos(angles), np.sin(angles)], axis=1))
    _brighten(canvas, 1 - np.float32(0.45) * cv2.GaussianBlur(np.roll(lump, (3, 3), (0, 1)), (0, 0), 2.5))
    rough = np.float32(0.25) + np.float32(1.1) * _cloud(random)
    canvas.colour += lump[..., None] * (rough[..., None] * np.array([118, 128, 142], np.float32) - canvas.colour)
    canvas.alpha = np.maximum(canvas.alpha, lump)
    for _ in range(round(_grade(severity, 2, 9))):
        chip = _walk((centre[0], centre[1]), hole.radius * _grade(severity, 0.6, 1.8), 0.5, random)
        chip += random.normal(0, hole.radius * _grade(severity, 0.2, 0.55), 2)
        shine = _stroke(chip, _grade(severity, 1.0, 2.4))
        canvas.alpha = np.maximum(canvas.alpha, shine)
        _brighten(canvas, 1 - np.float32(0.6) * _stroke(chip + np.array([1.6, 1.6]), 2))
        _blend(canvas, shine, (244, 246, 250) if random.random() < 0.6 else (52, 56, 62))


def _crack(canvas: Canvas, severity: float, random: np.random.Generator) -> None:
    hole = canvas.holes[int(random.integers(len(canvas.holes)))]
    steps = max(5, round(_grade(severity, 30, 130) / 5))

    def grown(heading: float) -> Points:
        turns = heading + np.cumsum(random.normal(0, 0.22, steps)) + random.normal(0, 0.45, steps)
        way = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1) * 5, axis=0)
        start = hole.radius * np.array([np.cos(heading), np.sin(heading)]) + (hole.x, hole.y)
        return np.asarray(way + start, dtype=np.float64)

    path = _longest(canvas, [grown(random.uniform(0, 2 * np.pi)) for _ in range(6)])
    width = _grade(severity, 1.0, 2.9)
    line = _stroke(path[: steps // 2 + 1], width)
    line = np.maximum(line, _stroke(path[steps // 2 :], max(0.8, width * 0.6)))
    if severity > 0.4:
        fork = path[steps // 2] + np.cumsum(random.normal(0, 2, (steps // 2, 2)) + (path[-1] - path[0]) / steps, 0)
        line = np.maximum(line, _stroke(fork + random.normal(0, 1, 2), max(0.8, width * 0.5)))
    glow = cv2.GaussianBlur(line, (0, 0), 2.2)
    _brighten(canvas, 1 - np.float32(_grade(severity, 0.1, 0.35)) * glow)
    _blend(canvas, line * canvas.alpha * np.float32(_grade(severity, 0.55, 0.95)), (26, 26, 30))


def _edge_frame(canvas: Canvas, random: np.random.Generator) -> tuple[Points, Points]:
    """A point of the outer rim and the unit vector from it into the material."""
    rim = canvas.blank.rim
    at = int(random.integers(len(rim)))
    before, after = rim[at - 6], rim[(at + 6) % len(rim)]
    along = (after - before) / max(1e-6, float(np.linalg.norm(after - before)))
    inward = np.array([-along[1], along[0]], np.float64)
    probe = rim[at] + 5 * inward
    if canvas.blank.alpha[int(np.clip(probe[1], 0, HEIGHT - 1)), int(np.clip(probe[0], 0, WIDTH - 1))] < 0.5:
        inward = -inward
    return rim[at].astype(np.float64), inward


def _chipped_edge(canvas: Canvas, severity: float, random: np.random.Generator) -> None:
    point, inward = _edge_frame(canvas, random)
    along = np.array([inward[1], -inward[0]])
    depth, width = _grade(severity, 5, 26), _grade(severity, 7, 30)
    angles = np.linspace(0, np.pi, 13)
    ragged = random.uniform(0.75, 1.15, len(angles))[:, None]
    bite = (
        point
        - 6 * inward
        + ragged * (np.cos(angles)[:, None] * along * width + np.sin(angles)[:, None] * inward * (depth + 6))
    )
    bite = np.vstack([bite, point - 14 * inward - along * width, point - 14 * inward + along * width])
    gone = _polygon(bite)
    wide = cv2.GaussianBlur(cv2.dilate(gone, np.ones((5, 5))), (0, 0), _grade(severity, 0.8, 1.4))
    face = np.clip(wide * 1.2, 0, 1) * np.clip(0.5 + 1.3 * _cloud(random), 0, 1)
    _blend(canvas, face * canvas.alpha, (226, 230, 236))
    _brighten(canvas, 1 - np.float32(0.35) * np.roll(wide * (1 - face), (-2, -2), (0, 1)))
    lifted = 1 - 0.7 * cv2.GaussianBlur(gone, (0, 0), 2)
    canvas.alpha = canvas.alpha * (1 - gone)
    canvas.shadow = np.asarray(canvas.blank.shadow * lifted, dtype=np.uint8)


def _burr(canvas: Canvas, severity: float, random: np.random.Generator) -> None:
    point, inward = _edge_frame(canvas, random)
    along = np.array([inward[1], -inward[0]])
    length, reach = _grade(severity, 16, 80), _grade(severity, 3, 13)
    t = np.linspace(-0.5, 0.5, 25)
    ragged = np.convolve(random.uniform(0.2, 1.1, len(t) + 4), np.full(5, 0.2), mode="valid")
    height = reach * np.cos(np.pi * t) ** 0.5 * ragged * 1.4 + random.uniform(-0.8, 0.8, len(t))
    crest = point + along * (t * length)[:, None] - inward * height[:, None]
    root = point + along * (t[::-1] * length)[:, None] + 2.5 * inward
    sliver = _polygon(np.vstack([crest, root]))
    torn = (0.55 + 0.7 * _cloud(random)[..., None]) * np.array([172, 174, 178], np.float32)
    canvas.colour += sliver[..., None] * (torn - canvas.colour)
    canvas.alpha = np.maximum(canvas.alpha, sliver)
    _blend(canvas, _stroke(crest, _grade(severity, 1, 2)) * np.float32(0.8), (236, 238, 240))
    _brighten(canvas, 1 - np.float32(0.4) * _stroke(root + 1.5 * inward, 2))


def _contamination(canvas: Canvas, severity: float, random: np.random.Generator) -> None:
    x, y = _spot(canvas, 12, random)
    for _ in range(round(_grade(severity, 2, 9))):
        spread = _grade(severity, 6, 34)
        at = (x + random.normal(0, spread), y + random.normal(0, spread))
        size = random.uniform(0.6, 1.2) * _grade(severity, 2.2, 6)
        angles = np.sort(random.uniform(0, 2 * np.pi, 7))
        radii = size * random.uniform(0.5, 1.2, (7, 1))
        crumb = _polygon(np.array(at) + radii * np.stack([np.cos(angles), np.sin(angles)], axis=1))
        _brighten(canvas, 1 - 0.5 * np.roll(crumb, (2, 2), (0, 1)))
        _blend(canvas, crumb * canvas.alpha * np.float32(_grade(severity, 0.6, 1)), (30, 38, 46))
    curl = _walk((x, y), _grade(severity, 20, 110), 0.24, random)
    width = _grade(severity, 1.0, 2.8)
    _brighten(canvas, 1 - np.float32(0.5) * _stroke(curl + np.array([2.0, 2.0]), width))
    _blend(canvas, _stroke(curl, width) * canvas.alpha * np.float32(_grade(severity, 0.5, 1)), (60, 96, 140))


_PAINTERS: Mapping[DefectType, Callable[[Canvas, float, np.random.Generator], None]] = {
    DefectType.SCRATCH: _scratch,
    DefectType.DENT: _dent,
    DefectType.STAIN: _stain,
    DefectType.BLOCKED_HOLE: _blocked_hole,
    DefectType.CRACK: _crack,
    DefectType.CHIPPED_EDGE: _chipped_edge,
    DefectType.BURR: _burr,
    DefectType.CONTAMINATION: _contamination,
}
