"""Optics before blame: is the picture taken as the training pictures were?

A lamp that aged, a lens out of focus or a camera that was knocked makes a model reject good parts. So every frame is
measured (`goodpart.vision.optics_figures`, `goodpart.vision.optics_place`) and compared with the same figures of the
training pictures, which travel in the package. All of it is pure. A finding marks an inspection; it changes no verdict.
"""

from collections.abc import Sequence
from math import expm1

import msgspec
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.optics_figures import Measured, OpticsFigures, measure
from goodpart.vision.optics_place import THUMBNAIL, Golden, Lie
from goodpart.vision.optics_rows import LIKENESS, TABLE, OpticsFinding, Usual, usual_of

__all__ = ["OpticsCheck", "OpticsFigures", "OpticsFinding", "OpticsReference", "Usual", "reference_of"]

_LEAST_SHIFT = 0.005
_LEAST_TURN = 0.3
"""Degrees."""
_LEAST_LIGHT = 0.015
"""Of the logarithms of one part of the light over another."""
_MOST_LIKENESS = 0.3
"""Pictures of a camera are less alike than this, or it tells nothing more: of training pictures that are copies of each
other a live one would be found to differ by its noise."""
_MOST_SIZES = 8
_LARGEST_SIDE = 2**20


class OpticsReference(msgspec.Struct, frozen=True, kw_only=True):
    """How the training pictures were taken.

    ``sizes`` are their (height, width), empty where there were many. ``thumbnail`` is the grey picture of 64×64 bytes
    against which shifts, likeness and turns are measured, empty where it cannot be told where a picture lies. What is
    None is not compared: a turn where the part looks alike however it is turned, all that is optional in packages of
    earlier versions.
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
    likeness: Usual | None = None
    turn: Usual | None = None
    warmth: Usual | None = None
    green: Usual | None = None
    side_light: Usual | None = None
    low_light: Usual | None = None

    def __post_init__(self) -> None:
        if len(self.thumbnail) not in (0, THUMBNAIL * THUMBNAIL):
            raise ValueError(f"the reference picture has {THUMBNAIL}×{THUMBNAIL} bytes")
        if not all(1 <= side <= _LARGEST_SIDE for size in self.sizes for side in size):
            raise ValueError("a picture has sides of at least one pixel")


def reference_of(measured: Sequence[Measured]) -> OpticsReference:
    """The usual figures of at least one training picture."""
    thumbnails = np.stack([one.thumbnail for one in measured])
    # The picture nearest to the mean of all: where parts lie anywhere the mean itself is a blur.
    nearest = int(((thumbnails - thumbnails.mean(axis=0)) ** 2).mean(axis=(1, 2)).argmin())
    golden = np.round(thumbnails[nearest]).astype(np.uint8)
    sizes = sorted({(one.figures.height, one.figures.width) for one in measured})
    place = Golden(golden.astype(np.float32), _aspect(sizes))
    lies = [place.lie_of(thumbnail) for thumbnail in thumbnails]
    told = [lie.shift for lie in lies if lie.shift is not None]
    has_place = len(told) >= 0.9 * len(measured)
    usual = {row.figure: row.usual([row.of(one.figures) for one in measured]) for row in TABLE}
    light = {
        figure: usual_of([getattr(one.figures, figure) for one in measured], _LEAST_LIGHT)
        for figure in ("warmth", "green", "side_light", "low_light")
    }
    # What the golden picture is to itself says nothing of others.
    others = [lie for index, lie in enumerate(lies) if index != nearest] or lies
    return OpticsReference(
        images=len(measured),
        sizes=tuple(sizes) if len(sizes) <= _MOST_SIZES else (),
        brightness=usual["brightness"],
        contrast=usual["contrast"],
        dark=usual["dark"],
        bright=usual["bright"],
        focus=usual["focus"],
        shift_x=usual_of([x for x, _ in told] or [0.0], _LEAST_SHIFT),
        shift_y=usual_of([y for _, y in told] or [0.0], _LEAST_SHIFT),
        thumbnail=golden.tobytes() if has_place else b"",
        likeness=LIKENESS.usual([min(lie.likeness, _MOST_LIKENESS) for lie in others]) if has_place else None,
        turn=_usual_turn(others) if has_place else None,
        **light,
    )


class OpticsCheck:
    """Compares frames with one reference. May be used from several threads at once."""

    def __init__(self, reference: OpticsReference) -> None:
        self.reference = reference
        pixels = np.frombuffer(reference.thumbnail, np.uint8).astype(np.float32)
        self._golden = None
        if pixels.size:
            aspect = _aspect(reference.sizes) if reference.turn is not None else None
            self._golden = Golden(pixels.reshape(THUMBNAIL, THUMBNAIL), aspect)

    def figures(self, pixels: NDArray[np.uint8]) -> OpticsFigures:
        """Of a frame, uint8 BGR (height, width, 3), how it lies included."""
        measured = measure(pixels)
        if self._golden is None or min(pixels.shape[:2]) < THUMBNAIL:
            return measured.figures
        likeness = self.reference.likeness
        lie = self._golden.lie_of(measured.thumbnail, 0.0 if likeness is None else likeness.low)
        right, down = lie.shift or (None, None)
        return msgspec.structs.replace(
            measured.figures, shift_x=right, shift_y=down, likeness=lie.likeness, turn=lie.turn
        )

    def judge(self, figures: OpticsFigures) -> tuple[OpticsFinding, ...]:
        """What is not as in training, in plant words; what may be the cause of the rest comes first."""
        known = self.reference
        found = [_size_finding(figures, known)]
        found.extend(row.finding(figures, getattr(known, row.figure)) for row in TABLE)
        found.append(_colour_finding(figures, known))
        # A part that lies elsewhere changes where the light is.
        found.append(_turn_finding(figures, known) or _shift_finding(figures, known) or _uneven_finding(figures, known))
        told = tuple(finding for finding in found if finding is not None)
        if told or known.likeness is None or figures.likeness is None:
            return told
        unlike = LIKENESS.finding(figures, known.likeness)
        return () if unlike is None else (unlike,)


def _aspect(sizes: Sequence[tuple[int, int]]) -> float | None:
    """Width over height of all pictures; None where they are of several sizes."""
    return sizes[0][1] / sizes[0][0] if len(sizes) == 1 else None


def _usual_turn(lies: Sequence[Lie]) -> Usual | None:
    turns = [lie.turn for lie in lies if lie.turn is not None]
    return usual_of(turns, _LEAST_TURN) if turns else None


def _away(value: float | None, usual: Usual | None) -> float:
    """How far from the middle, 0 where that is usual or not known."""
    return 0.0 if value is None or usual is None or usual.low <= value <= usual.high else value - usual.middle


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


def _turn_finding(figures: OpticsFigures, reference: OpticsReference) -> OpticsFinding | None:
    away = _away(figures.turn, reference.turn)
    if not away:
        return None
    way = "clockwise" if away > 0 else "anticlockwise"
    return OpticsFinding(
        code="turned",
        sentence=f"The picture is turned by about {abs(away):.0f} degrees {way} against the training pictures. "
        "Check the camera's mount and how the part is placed.",
    )


def _colour_finding(figures: OpticsFigures, reference: OpticsReference) -> OpticsFinding | None:
    warmer, greener = _away(figures.warmth, reference.warmth), _away(figures.green, reference.green)
    casts = []
    if warmer:
        strong, weak = ("red", "blue") if warmer > 0 else ("blue", "red")
        casts.append(f"{strong} is {_more(warmer)} stronger against {weak}")
    if greener:
        casts.append(f"green is {_more(greener)} {'stronger' if greener > 0 else 'weaker'}")
    if not casts:
        return None
    return OpticsFinding(
        code="other_colour",
        sentence=f"The picture has other colours than the training pictures: {' and '.join(casts)}. "
        "Check the light, the camera's white balance, and that it is the right part.",
    )


def _uneven_finding(figures: OpticsFigures, reference: OpticsReference) -> OpticsFinding | None:
    sides = []
    for figure, end, start in (("side_light", "right", "left"), ("low_light", "lower", "upper")):
        away = _away(getattr(figures, figure), getattr(reference, figure))
        if away:
            bright, dark = (end, start) if away > 0 else (start, end)
            sides.append(f"the {bright} half is {_more(away)} brighter against the {dark} one")
    if not sides:
        return None
    return OpticsFinding(
        code="uneven_light",
        sentence=f"The picture is lit otherwise than the training pictures: {' and '.join(sides)}. "
        "Check every lamp, and for shadows and daylight.",
    )


def _more(away: float) -> str:
    return f"{100 * expm1(abs(away)):.0f} %"
