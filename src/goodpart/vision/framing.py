"""From a frame to what the network sees of it, and back: one way for training and for inspection.

    frame › align › crop › paint › (tiles) › network › (stitch) › mask › score, and heat in the frame's own coordinates

What is excluded is painted in the network's zero before anything else looks at it, so nothing that happens there can
reach a feature, a statistic or a score; and what the map says there is set to zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.classifier.scoring import Heat, Mask, Scoring
from goodpart.vision.engine import Outputs
from goodpart.vision.errors import FrameError, PartNotFoundError
from goodpart.vision.frame import Frame
from goodpart.vision.preprocessing import Preprocessing
from goodpart.vision.registration import Affine, Registration, unwarped
from goodpart.vision.roi import Box
from goodpart.vision.tiles import Run, Tiles, any_in_place
from goodpart.vision.tiling import PLACE
from goodpart.vision.view import View

NOTHING = 127
"""What is not looked at becomes this grey, which the default backbone takes for zero, like the padding of its edges."""
_LEAST_PIXELS = 256
"""A square of 16: what is smaller shows nothing that a network could tell from anything else."""
_MOST_PLACES = 1 << 20
_KEPT_MASKS = 8
_HALF = 128

Size = TypeVar("Size", bound=tuple[int, ...])


@dataclass(frozen=True, eq=False)
class Excerpt:
    """The part of a frame that is looked at, aligned and painted. ``looked_at`` are its pixels; None means all.

    ``to_frame`` leads from its points to those of the frame it is from, of ``whole`` (height, width).
    """

    frame: Frame
    whole: tuple[int, int]
    to_frame: Affine
    looked_at: Mask | None

    def of_drawing(self, drawn: Mask) -> Mask:
        """What people drew on the whole frame, brought to the excerpt."""
        shape = self.frame.height, self.frame.width
        moved = unwarped(drawn.astype(np.uint8) * 255, self.to_frame, shape, cv2.BORDER_CONSTANT) >= _HALF
        return moved if self.looked_at is None else moved & self.looked_at


@dataclass(frozen=True, eq=False)
class Framed:
    """What the network says of a frame. ``heat`` is float32 (rows, columns) over the whole of it, 0 where unseen;
    ``type_maps`` (types, rows, columns) likewise. ``likely`` (types,) are the probabilities of the types, of the worst
    tile where there are several. Both are None where the network gives none."""

    score: float
    heat: Heat
    likely: NDArray[np.float32] | None
    type_maps: Heat | None


class Framing:
    """A `View` made ready. May be used by several threads at once."""

    def __init__(self, view: View, registration: Registration | None = None, least_likeness: float = 0.0) -> None:
        self.view = view
        self._registration = registration
        self._least_likeness = least_likeness
        self._pixel_masks: dict[tuple[int, int], Mask] = {}
        self._place_masks: dict[tuple[int, ...], Mask] = {}

    def see(self, frame: Frame) -> Excerpt:
        """What of ``frame`` is looked at. Raises `PartNotFoundError`, or `FrameError` for next to nothing."""
        if self._registration is not None:
            excerpt = self._aligned(frame, self._registration)
        else:
            box = self.view.regions.box(frame.height, frame.width)
            whole = frame.height, frame.width
            cut = Frame(box.cut(frame.pixels), frame.name)
            excerpt = Excerpt(cut, whole, _shifted(box), self._pixel_mask(whole, box, frame.name))
        if excerpt.looked_at is None:
            return excerpt
        pixels = excerpt.frame.pixels.copy()
        pixels[~excerpt.looked_at] = NOTHING
        return Excerpt(Frame(pixels, frame.name), excerpt.whole, excerpt.to_frame, excerpt.looked_at)

    def masked(self, heat: Heat) -> Heat:
        """The map of an excerpt, zero in places without one pixel that is looked at. For frames in one piece."""
        looked_at = self.looked_at(heat.shape)
        return heat if looked_at is None else np.where(looked_at, heat, np.float32(0))

    def looked_at(self, shape: tuple[int, ...]) -> Mask | None:
        """Which places of an excerpt's map of that ``shape`` are looked at; None is all. For frames in one piece."""
        return self._place_mask(shape) if self.view.regions else None

    def places(self, shape: tuple[int, ...]) -> int:
        """How many places of an excerpt's map are looked at."""
        return int(self._place_mask(shape).sum()) if self.view.regions else int(np.prod(shape))

    def tiles(self, excerpt: Excerpt) -> Tiles:
        """The tiles of an excerpt. Raises `FrameError` when they would be too many."""
        tiling = self.view.tiling
        assert tiling is not None
        try:
            grid = tiling.grid(excerpt.frame.height, excerpt.frame.width)
        except ValueError as error:
            raise FrameError(
                f"{excerpt.frame.name} cannot be looked at in tiles: {error}.",
                "Use larger tiles, a smaller scale, or an include region.",
            ) from error
        return Tiles.of(grid, excerpt.frame.pixels, excerpt.looked_at)

    def look(
        self, frame: Frame, run: Run, preprocessing: Preprocessing, scoring: Scoring, *, workers: int = 1
    ) -> Framed:
        """Look at a frame as the view says; tiles on so many threads, which changes nothing but the time it takes.

        Raises `FrameError`, `PartNotFoundError` and what ``run`` raises.
        """
        excerpt = self.see(frame)
        if self.view.tiling is not None:
            return self._look_at_tiles(excerpt, run, scoring, workers)
        outputs = run(preprocessing.apply(excerpt.frame))
        score, heat = scoring.judge(outputs, self.looked_at(outputs["heat"].shape))
        place = excerpt.frame.height / heat.shape[0], excerpt.frame.width / heat.shape[1]
        return _framed(excerpt, score, heat, outputs.get("types"), outputs.get("type_maps"), place)

    def _look_at_tiles(self, excerpt: Excerpt, run: Run, scoring: Scoring, workers: int) -> Framed:
        tiles = self.tiles(excerpt)

        def checked(picture: NDArray[np.uint8]) -> Outputs:
            outputs = run(picture)
            scoring.check(outputs)
            return outputs

        look = tiles.look(checked, workers)
        scores = tiles.scores(look, scoring)
        worst = int(np.argmax(scores))
        heat = scoring.shown(look.heat, look.marked)
        if tiles.mask is not None:
            heat = np.where(tiles.mask, heat, np.float32(0))
        down, across = (PLACE * of / scaled for of, scaled in zip(tiles.grid.size, tiles.grid.scaled, strict=True))
        return _framed(excerpt, scores[worst], heat, look.types[worst], look.type_maps, (down, across))

    def score_seen(self, outputs: Outputs, scoring: Scoring) -> float:
        """The score of a picture that went through `see`, and was cut to a tile, before it was stored."""
        looked_at = None if self.view.tiling is not None else self.looked_at(outputs["heat"].shape)
        return scoring.judge(outputs, looked_at)[0]

    def _aligned(self, frame: Frame, registration: Registration) -> Excerpt:
        position = registration.find(frame.pixels)
        golden, whole = registration.size, (frame.height, frame.width)
        box = self.view.regions.box(*golden)
        if position.likeness < self._least_likeness:
            raise PartNotFoundError(
                f"The part was not found in {frame.name}: its likeness to the golden frame is "
                f"{position.likeness:.2f}, {self._least_likeness:.2f} is needed.",
                "Check that the right part is under the camera, within reach of the alignment, and lit.",
            )
        missing = registration.extent.missing(position.to_frame, whole) if self.view.regions.include else None
        if missing is not None:
            raise PartNotFoundError(
                f"The part lies partly outside of {frame.name}: {missing:.0%} of it cannot be seen.",
                "Check the trigger's delay and the part's guides; draw the include region no larger than the part.",
            )
        to_frame = position.to_frame.copy()
        to_frame[:, 2] += position.to_frame[:, :2] @ (box.left, box.top)
        pixels = unwarped(frame.pixels, to_frame, (box.height, box.width))
        return Excerpt(Frame(pixels, frame.name), whole, to_frame, self._pixel_mask(golden, box, frame.name))

    def _pixel_mask(self, whole: tuple[int, int], box: Box, name: str) -> Mask | None:
        if not self.view.regions:
            return None

        def make() -> Mask:
            mask = self.view.regions.mask(*whole, box)
            if (seen := int(mask.sum())) < _LEAST_PIXELS:
                raise FrameError(
                    f"The regions leave too little of {name} to look at: {seen} pixels, {_LEAST_PIXELS} are the least.",
                    "Draw larger regions, or take pictures of more pixels.",
                )
            return mask

        return _kept(self._pixel_masks, whole, make)

    def _place_mask(self, shape: tuple[int, ...]) -> Mask:
        rows, columns = shape
        return _kept(
            self._place_masks,
            shape,
            lambda: any_in_place(self.view.regions.raster(rows * PLACE, columns * PLACE)),
        )


def _framed(
    excerpt: Excerpt,
    score: float,
    heat: Heat,
    likely: NDArray[np.float32] | None,
    type_maps: Heat | None,
    place: tuple[float, float],
) -> Framed:
    types = None if type_maps is None else np.stack([in_frame(excerpt, one, place) for one in type_maps])
    return Framed(score, in_frame(excerpt, heat, place), likely, types)


def in_frame(excerpt: Excerpt, heat: Heat, place: tuple[float, float]) -> Heat:
    """The map of an excerpt as one of its whole frame, zero elsewhere. ``place`` is the size of a place in pixels.

    Values are taken over as they are, and none is lost: places are at most as large as they were, and where that would
    be too many the highest of a few neighbours stands for them.
    """
    straight = np.array_equal(excerpt.to_frame[:, :2], np.eye(2))
    covered = place[0] * heat.shape[0], place[1] * heat.shape[1]
    if straight and excerpt.frame.pixels.shape[:2] == excerpt.whole and np.allclose(covered, excerpt.whole, atol=0.5):
        return heat
    scale = sqrt(abs(float(np.linalg.det(excerpt.to_frame[:, :2]))))
    # A square holds a point of every lattice as fine as itself, and turned, of one finer by the root of two.
    finer = scale if straight else scale / sqrt(2)
    wanted = excerpt.whole[0] / (place[0] * finer) * excerpt.whole[1] / (place[1] * finer)
    if wanted > _MOST_PLACES:
        together = ceil(sqrt(wanted / _MOST_PLACES))
        heat, place = _highest(heat, together), (place[0] * together, place[1] * together)
    rows, columns = (max(1, ceil(side / (one * finer) + 1e-6)) for side, one in zip(excerpt.whole, place, strict=True))
    y = (np.arange(rows) + 0.5) * excerpt.whole[0] / rows
    x = (np.arange(columns) + 0.5) * excerpt.whole[1] / columns
    back = np.linalg.inv(np.vstack([excerpt.to_frame, (0.0, 0.0, 1.0)]))
    across = np.floor((back[0, 0] * x[None] + back[0, 1] * y[:, None] + back[0, 2]) / place[1]).astype(np.intp)
    down = np.floor((back[1, 0] * x[None] + back[1, 1] * y[:, None] + back[1, 2]) / place[0]).astype(np.intp)
    inside = (down >= 0) & (down < heat.shape[0]) & (across >= 0) & (across < heat.shape[1])
    found = np.zeros((rows, columns), np.float32)
    found[inside] = heat[down[inside], across[inside]]
    return found


def _kept(masks: dict[Size, Mask], size: Size, make: Callable[[], Mask]) -> Mask:
    """The mask for a size: made once, and kept for as many sizes as a line has. Threads may make one twice."""
    mask = masks.get(size)
    if mask is None:
        if len(masks) >= _KEPT_MASKS:
            masks.clear()
        masks[size] = mask = make()
    return mask


def _highest(heat: Heat, together: int) -> Heat:
    rows, columns = (-(-side // together) for side in heat.shape)
    padded = np.zeros((rows * together, columns * together), np.float32)
    padded[: heat.shape[0], : heat.shape[1]] = heat
    return np.asarray(padded.reshape(rows, together, columns, together).max(axis=(1, 3)))


def _shifted(box: Box) -> Affine:
    return np.array([[1.0, 0.0, box.left], [0.0, 1.0, box.top]])
