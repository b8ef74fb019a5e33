"""Optics before blame: is the picture taken as the training pictures were?

A lamp that aged, a lens out of focus or a camera that was knocked makes a model reject good parts. So every frame is
measured (`goodpart.vision.optics_figures`) and compared with the same figures of the training pictures, which travel in
the package. All of it is pure. A finding marks an inspection; it changes no verdict.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, isfinite, log

import msgspec
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.optics_figures import THUMBNAIL, Measured, OpticsFigures, measure, shift_between, spectrum_of
from goodpart.vision.spread import middle_and_spread

__all__ = ["OpticsCheck", "OpticsFigures", "OpticsFinding", "OpticsReference", "Usual", "reference_of"]

_DEVIATIONS = 6.0
"""How far a figure may lie from the middle of the training pictures, in their robust deviations. Six, because pictures
of one afternoon vary less than those of a year."""
_LEAST_SHIFT = 0.005
_MOST_SIZES = 8
_LEAST_RATIO = 1e-4
_LARGEST_LOG = 20.0


class Usual(msgspec.Struct, frozen=True, kw_only=True):
    """A figure over the training pictures: its middle, and the bounds outside which it is unusual."""

    middle: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not all(map(isfinite, (self.low, self.middle, self.high))) or not self.low <= self.middle <= self.high:
            raise ValueError("the usual range of a figure is finite, with its middle inside")


class OpticsReference(msgspec.Struct, frozen=True, kw_only=True):
    """How the training pictures were taken.

    ``sizes`` are their (height, width), empty where there were many. ``thumbnail`` is the grey picture of 64×64 bytes
    against which shifts are measured, empty where it cannot be told where a picture lies.
    """

    images: int
    sizes: tuple[tuple[int, int], ...]
    brightness: Usual
    contrast: Usual
    dark: Usual
    bright: Usual
    focus: Usual
    shift_x: Usual
    shift_y: Usual
    thumbnail: bytes = b""

    def __post_init__(self) -> None:
        if len(self.thumbnail) not in (0, THUMBNAIL * THUMBNAIL):
            raise ValueError(f"the reference picture has {THUMBNAIL}×{THUMBNAIL} bytes")


class OpticsFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as in training: a code for programs, a sentence with what to do for people."""

    code: str
    sentence: str


def reference_of(measured: Sequence[Measured]) -> OpticsReference:
    """The usual figures of at least one training picture."""
    thumbnails = np.stack([one.thumbnail for one in measured])
    # The picture nearest to the mean of all: where parts lie anywhere the mean itself is a blur.
    nearest = int(((thumbnails - thumbnails.mean(axis=0)) ** 2).mean(axis=(1, 2)).argmin())
    golden = np.round(thumbnails[nearest]).astype(np.uint8)
    place = spectrum_of(golden.astype(np.float32))
    shifts = [shift_between(place, thumbnail) for thumbnail in thumbnails]
    told = [shift for shift in shifts if shift is not None]
    sizes = sorted({(one.figures.height, one.figures.width) for one in measured})
    usual = {row.figure: row.usual([row.of(one.figures) for one in measured]) for row in _TABLE}
    return OpticsReference(
        images=len(measured),
        sizes=tuple(sizes) if len(sizes) <= _MOST_SIZES else (),
        brightness=usual["brightness"],
        contrast=usual["contrast"],
        dark=usual["dark"],
        bright=usual["bright"],
        focus=usual["focus"],
        shift_x=_usual([x for x, _ in told] or [0.0], _LEAST_SHIFT),
        shift_y=_usual([y for _, y in told] or [0.0], _LEAST_SHIFT),
        thumbnail=golden.tobytes() if len(told) >= 0.9 * len(measured) else b"",
    )


class OpticsCheck:
    """Compares frames with one reference. May be used from several threads at once."""

    def __init__(self, reference: OpticsReference) -> None:
        self.reference = reference
        pixels = np.frombuffer(reference.thumbnail, np.uint8).astype(np.float32)
        self._place = spectrum_of(pixels.reshape(THUMBNAIL, THUMBNAIL)) if pixels.size else None

    def figures(self, pixels: NDArray[np.uint8]) -> OpticsFigures:
        """Of a frame, uint8 BGR (height, width, 3), its shift included."""
        measured = measure(pixels)
        shift = None
        if self._place is not None and min(pixels.shape[:2]) >= THUMBNAIL:
            shift = shift_between(self._place, measured.thumbnail)
        if shift is None:
            return measured.figures
        return msgspec.structs.replace(measured.figures, shift_x=shift[0], shift_y=shift[1])

    def judge(self, figures: OpticsFigures) -> tuple[OpticsFinding, ...]:
        """What is not as in training, in plant words; what may be the cause of the rest comes first."""
        found = [_size_finding(figures, self.reference)]
        found.extend(row.finding(figures, getattr(self.reference, row.figure)) for row in _TABLE)
        found.append(_shift_finding(figures, self.reference))
        return tuple(finding for finding in found if finding is not None)


class _Scale(StrEnum):
    """How a figure's spread is taken."""

    LINEAR = "linear"
    RATIO = "ratio"
    """Half of the middle is as unusual as twice of it: the spread is that of the logarithms."""
    TAILED = "tailed"
    """A few pictures have far more of it than the rest: what they reach is usual too, and half as much again."""


@dataclass(frozen=True)
class _Row:
    """One figure: how its range is taken, and what is said where a picture is below or above that.

    ``least`` is the deviation that is always granted, in the units of the scale.
    """

    figure: str
    name: str
    scale: _Scale
    least: float
    shown: Callable[[float], str]
    below: tuple[str, str, str] | None
    above: tuple[str, str, str] | None

    def of(self, figures: OpticsFigures) -> float:
        value = float(getattr(figures, self.figure))
        return max(value, _LEAST_RATIO) if self.scale is _Scale.RATIO else value

    def usual(self, values: Sequence[float]) -> Usual:
        if self.scale is _Scale.RATIO:
            logs = _usual([log(value) for value in values], self.least)
            low, high = max(logs.low, -_LARGEST_LOG), min(logs.high, _LARGEST_LOG)
            return Usual(middle=exp(logs.middle), low=exp(low), high=exp(high))
        usual = _usual(values, self.least)
        reached = 1.5 * float(np.quantile(values, 0.99)) if self.scale is _Scale.TAILED else usual.high
        return Usual(middle=usual.middle, low=usual.low, high=max(usual.high, reached))

    def finding(self, figures: OpticsFigures, usual: Usual) -> OpticsFinding | None:
        value = self.of(figures)
        told = self.below if value < usual.low else self.above if value > usual.high else None
        if told is None:
            return None
        code, what, remedy = told
        low, high = self.shown(max(usual.low, 0.0)), self.shown(usual.high)
        against = f"{low} to {high}" if self.below and self.above else f"{high} at most"
        if self.above is None:
            against = f"{low} at least"
        sentence = f"The picture is {what}: {self.name} {self.shown(value)} against {against}. {remedy}"
        return OpticsFinding(code=code, sentence=sentence)


def _whole(value: float) -> str:
    return f"{value:.0f}"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


_TABLE = (
    _Row(
        "brightness",
        "mean",
        _Scale.LINEAR,
        1.5,
        _whole,
        ("too_dark", "darker than the training pictures", "Check the light."),
        ("too_bright", "brighter than the training pictures", "Check the light, and for daylight."),
    ),
    _Row(
        "contrast",
        "contrast",
        _Scale.RATIO,
        0.03,
        _whole,
        ("low_contrast", "flatter than the training pictures", "Check for haze, a dirty lens or a missing part."),
        ("high_contrast", "harsher than the training pictures", "Check the light and how the part is placed."),
    ),
    _Row(
        "dark",
        "share of black",
        _Scale.TAILED,
        0.01,
        _percent,
        None,
        ("underexposed", "black in too many places", "Check the exposure."),
    ),
    _Row(
        "bright",
        "share of white",
        _Scale.TAILED,
        0.01,
        _percent,
        None,
        ("overexposed", "white in too many places", "Check the exposure, and for reflections."),
    ),
    _Row(
        "focus",
        "sharpness",
        _Scale.RATIO,
        0.06,
        _percent,
        ("blurred", "less sharp than the training pictures", "Check the focus, the lens, and for vibration."),
        None,
    ),
)


def _usual(values: Sequence[float], least: float) -> Usual:
    """Few pictures tell the spread of all others badly: with two it is taken three times as wide as with many."""
    middle, spread = middle_and_spread(np.asarray(values, np.float64))
    allowed = _DEVIATIONS * max(spread, least) * (1 + 4 / len(values))
    return Usual(middle=middle, low=middle - allowed, high=middle + allowed)


def _size_finding(figures: OpticsFigures, reference: OpticsReference) -> OpticsFinding | None:
    if not reference.sizes or (figures.height, figures.width) in reference.sizes:
        return None
    usual = ", ".join(f"{width}×{height}" for height, width in reference.sizes)
    return OpticsFinding(
        code="other_size",
        sentence=f"The picture has {figures.width}×{figures.height} pixels, the training pictures {usual}. "
        "Check the camera's settings.",
    )


def _shift_finding(figures: OpticsFigures, reference: OpticsReference) -> OpticsFinding | None:
    moved = []
    for shift, usual, side, forth, back in (
        (figures.shift_x, reference.shift_x, figures.width, "right", "left"),
        (figures.shift_y, reference.shift_y, figures.height, "down", "up"),
    ):
        if shift is not None and not usual.low <= shift <= usual.high:
            away = shift - usual.middle
            moved.append(f"about {abs(away) * side:.0f} pixels {forth if away > 0 else back}")
    if not moved:
        return None
    return OpticsFinding(
        code="moved",
        sentence=f"The picture lies {' and '.join(moved)} of where the training pictures do. "
        "Check the camera's mount and how the part is placed.",
    )
