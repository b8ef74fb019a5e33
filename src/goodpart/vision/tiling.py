"""Large frames in tiles: every place at full resolution, in the memory of one tile.

The grid follows from three numbers. The frame is scaled by ``scale``; tiles of ``side`` network pixels start every
``side`` - ``overlap`` pixels; the last one of a row or column is moved back so that it ends where the picture ends,
to the next multiple of 8, the size of a place on the map. So all maps lie on one lattice, and are stitched by averages
that fade over the overlap. What lies beyond the picture repeats its last pixel.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import ceil, isfinite

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

PLACE = 8
"""Pixels of the network's picture to a place on its map, each way."""
MOST_TILES = 4096


class Tiling(msgspec.Struct, frozen=True, kw_only=True):
    """``side`` and ``overlap`` in network pixels, ``scale`` in network pixels to a pixel of the frame."""

    side: int = 256
    overlap: int = 32
    scale: float = 1.0

    def __post_init__(self) -> None:
        if self.side % 32 or not 64 <= self.side <= 1024:
            raise ValueError("the side of a tile is a multiple of 32 from 64 to 1024")
        if self.overlap % PLACE or not 0 <= self.overlap <= self.side // 2:
            raise ValueError(f"tiles overlap by a multiple of {PLACE} up to half their side")
        if not isfinite(self.scale) or not 1 / 16 <= self.scale <= 4:
            raise ValueError("the scale of tiles is from 1/16 to 4")

    def grid(self, height: int, width: int) -> "TileGrid":
        """The tiles of a picture of that size. Raises `ValueError` when they would be more than `MOST_TILES`."""
        size = max(1, round(height * self.scale)), max(1, round(width * self.scale))
        grid = TileGrid(self, (height, width), size)
        if len(grid.tops) * len(grid.lefts) > MOST_TILES:
            raise ValueError(
                f"a picture of {width}×{height} would be {len(grid.tops) * len(grid.lefts)} tiles, "
                f"more than {MOST_TILES}"
            )
        return grid


@dataclass(frozen=True)
class TileGrid:
    """The tiles of pictures of one ``size``; ``scaled`` is that size in network pixels. Both (height, width)."""

    tiling: Tiling
    size: tuple[int, int]
    scaled: tuple[int, int]

    @cached_property
    def tops(self) -> list[int]:
        """The first row of every row of tiles, in network pixels."""
        return _starts(self.scaled[0], self.tiling)

    @cached_property
    def lefts(self) -> list[int]:
        """The first column of every column of tiles."""
        return _starts(self.scaled[1], self.tiling)

    @property
    def corners(self) -> list[tuple[int, int]]:
        """(top, left) of every tile, row by row."""
        return [(top, left) for top in self.tops for left in self.lefts]

    @property
    def places(self) -> tuple[int, int]:
        """Rows and columns of the stitched map: whole places that cover the scaled picture."""
        return -(-self.scaled[0] // PLACE), -(-self.scaled[1] // PLACE)

    def scale(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The whole picture in network pixels."""
        if self.scaled == self.size:
            return pixels
        kind = cv2.INTER_AREA if self.tiling.scale < 1 else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(pixels, self.scaled[::-1], interpolation=kind), np.uint8)

    def tile(self, scaled: NDArray[np.uint8], corner: tuple[int, int]) -> NDArray[np.uint8]:
        """One tile of the picture that `scale` gave: side × side, contiguous."""
        top, left = corner
        side = self.tiling.side
        cut = scaled[top : top + side, left : left + side]
        below, right = side - cut.shape[0], side - cut.shape[1]
        if below or right:
            cut = np.asarray(cv2.copyMakeBorder(cut, 0, below, 0, right, cv2.BORDER_REPLICATE), np.uint8)
        return np.ascontiguousarray(cut)

    def window(self, corner: tuple[int, int]) -> tuple[slice, slice]:
        """The part of the stitched map that a tile lies on."""
        top, left = (start // PLACE for start in corner)
        places = self.tiling.side // PLACE
        return slice(top, min(top + places, self.places[0])), slice(left, min(left + places, self.places[1]))

    def stitch(
        self, maps: Iterable[tuple[tuple[int, int], NDArray[np.float32]]], layers: tuple[int, ...] = ()
    ) -> NDArray[np.float32]:
        """One map out of those of the tiles at the named corners; 0 where no tile lies.

        Maps are (rows, columns), or as many layers of them as ``layers`` says: (layers, rows, columns).
        """
        total, weights = np.zeros((*layers, *self.places), np.float32), np.zeros(self.places, np.float32)
        fade = _fade(self.tiling)
        for corner, heat in maps:
            window = self.window(corner)
            rows, columns = (part.stop - part.start for part in window)
            total[(..., *window)] += (heat * fade)[..., :rows, :columns]
            weights[window] += fade[:rows, :columns]
        return np.divide(total, weights, out=total, where=weights > 0)


def _starts(length: int, tiling: Tiling) -> list[int]:
    last = PLACE * ceil(max(0, length - tiling.side) / PLACE)
    step = max(tiling.side - tiling.overlap, PLACE)
    return [*range(0, last, step), last]


def _fade(tiling: Tiling) -> NDArray[np.float32]:
    """Weights of a tile's places: 1 inside, fading to its edges over the overlap so that two neighbours sum to one."""
    places, overlap = tiling.side // PLACE, tiling.overlap // PLACE
    from_edge = np.minimum(np.arange(places), np.arange(places)[::-1]) + 0.5
    ramp = np.minimum(from_edge / max(overlap, 1), 1.0) if overlap else np.ones(places)
    return np.asarray(np.outer(ramp, ramp), np.float32)
