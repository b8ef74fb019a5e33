"""What the network sees of a frame, piece by piece: the whole excerpt, or its tiles; and where its places lie."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.classifier.scoring import Heat, Mask
from goodpart.vision.frame import Frame
from goodpart.vision.framing import Framing
from goodpart.vision.preprocessing import Preprocessing
from goodpart.vision.registration import Affine
from goodpart.vision.tiling import PLACE


@dataclass(frozen=True, eq=False)
class Piece:
    """One picture of the network, uint8 BGR. ``to_frame`` leads from its pixels to those of the frame.

    ``shown`` are the places of its map that are looked at; None means all.
    """

    picture: NDArray[np.uint8]
    to_frame: Affine
    shown: Mask | None

    @property
    def places(self) -> tuple[int, int]:
        """Rows and columns of its map."""
        return self.picture.shape[0] // PLACE, self.picture.shape[1] // PLACE

    def middles(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and y in the frame of the middle of every place of its map, (rows, columns) each."""
        x, y = np.meshgrid(*(PLACE * (np.arange(count) + 0.5) for count in self.places[::-1]))
        (a, b, c), (d, e, f) = self.to_frame
        return a * x + b * y + c, d * x + e * y + f

    def masked(self, heat: Heat) -> Heat:
        """The piece's map, minus infinity where nothing is looked at."""
        return heat if self.shown is None else np.where(self.shown, heat, np.float32(-np.inf))


def pieces_of(frame: Frame, framing: Framing, preprocessing: Preprocessing) -> Iterator[Piece]:
    """The pieces in which a frame is looked at, made one at a time. Raises `FrameError`, `PartNotFoundError`."""
    excerpt = framing.see(frame)
    if framing.view.tiling is None:
        picture = preprocessing.apply(excerpt.frame)
        across, down = excerpt.frame.width / picture.shape[1], excerpt.frame.height / picture.shape[0]
        places = picture.shape[0] // PLACE, picture.shape[1] // PLACE
        yield Piece(picture, _scaled(excerpt.to_frame, across, down), framing.looked_at(places))
        return
    tiles = framing.tiles(excerpt)
    down, across = (of / scaled for of, scaled in zip(tiles.grid.size, tiles.grid.scaled, strict=True))
    for corner in tiles.corners:
        to_frame = _scaled(excerpt.to_frame, across, down)
        to_frame[:, 2] += to_frame[:, :2] @ corner[::-1]
        yield Piece(tiles.picture(corner), to_frame, tiles.shown(corner))


def _scaled(to_frame: Affine, across: float, down: float) -> Affine:
    """The map of points that were divided by these factors first."""
    return np.column_stack([to_frame[:, 0] * across, to_frame[:, 1] * down, to_frame[:, 2]])
