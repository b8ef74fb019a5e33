"""The figures of a picture, one by one: what is usual of each over training pictures, and what is said of the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, isfinite, log

import msgspec
import numpy as np

from goodpart.vision.optics_figures import OpticsFigures
from goodpart.vision.spread import middle_and_spread

_DEVIATIONS = 6.0
"""How far a figure may lie from the middle of the training pictures, in their robust deviations. Six, because pictures
of one afternoon vary less than those of a year."""
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


class OpticsFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as in training: a code for programs, a sentence with what to do for people."""

    code: str
    sentence: str


def usual_of(values: Sequence[float], least: float) -> Usual:
    """Of at least one value, with ``least`` as the deviation that is always granted.

    Few pictures tell the spread of all others badly: with two it is taken three times as wide as with many.
    """
    middle, spread = middle_and_spread(np.asarray(values, np.float64))
    allowed = _DEVIATIONS * max(spread, least) * (1 + 4 / len(values))
    return Usual(middle=middle, low=middle - allowed, high=middle + allowed)


class Scale(StrEnum):
    """How a figure's spread is taken."""

    LINEAR = "linear"
    RATIO = "ratio"
    """Half of the middle is as unusual as twice of it: the spread is that of the logarithms."""
    TAILED = "tailed"
    """A few pictures have far more of it than the rest: what they reach is usual too, and half as much again."""


@dataclass(frozen=True)
class Row:
    """One figure: how its range is taken, and what is said where a picture is below or above that.

    ``least`` is the deviation that is always granted, in the units of the scale.
    """

    figure: str
    name: str
    scale: Scale
    least: float
    shown: Callable[[float], str]
    below: tuple[str, str, str] | None
    above: tuple[str, str, str] | None

    def of(self, figures: OpticsFigures) -> float:
        value = float(getattr(figures, self.figure))
        return max(value, _LEAST_RATIO) if self.scale is Scale.RATIO else value

    def usual(self, values: Sequence[float]) -> Usual:
        if self.scale is Scale.RATIO:
            logs = usual_of([log(value) for value in values], self.least)
            low, high = max(logs.low, -_LARGEST_LOG), min(logs.high, _LARGEST_LOG)
            return Usual(middle=exp(logs.middle), low=exp(low), high=exp(high))
        usual = usual_of(values, self.least)
        reached = 1.5 * float(np.quantile(values, 0.99)) if self.scale is Scale.TAILED else usual.high
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


TABLE = (
    Row(
        "brightness",
        "mean",
        Scale.LINEAR,
        1.5,
        _whole,
        ("too_dark", "darker than the training pictures", "Check the light."),
        ("too_bright", "brighter than the training pictures", "Check the light, and for daylight."),
    ),
    Row(
        "contrast",
        "contrast",
        Scale.RATIO,
        0.03,
        _whole,
        ("low_contrast", "flatter than the training pictures", "Check for haze, a dirty lens or a missing part."),
        ("high_contrast", "harsher than the training pictures", "Check the light and how the part is placed."),
    ),
    Row(
        "dark",
        "share of black",
        Scale.TAILED,
        0.01,
        _percent,
        None,
        ("underexposed", "black in too many places", "Check the exposure."),
    ),
    Row(
        "bright",
        "share of white",
        Scale.TAILED,
        0.01,
        _percent,
        None,
        ("overexposed", "white in too many places", "Check the exposure, and for reflections."),
    ),
    Row(
        "focus",
        "sharpness",
        Scale.RATIO,
        0.06,
        _percent,
        ("blurred", "less sharp than the training pictures", "Check the focus, the lens, and for vibration."),
        None,
    ),
)

LIKENESS = Row(
    "likeness",
    "likeness",
    Scale.RATIO,
    0.02,
    _percent,
    (
        "not_alike",
        "less like the training pictures than these are like each other",
        "Check that the right part lies in its place, and the camera's mount.",
    ),
    None,
)
"""Told apart from the others, where none of them says why a picture is not alike."""
