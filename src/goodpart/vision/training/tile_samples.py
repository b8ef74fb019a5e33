"""Patches that stand for frames in tiles, and crops of what they show."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.explain import pack_crops, patch_at
from goodpart.vision.frame import decode
from goodpart.vision.framing import Framing
from goodpart.vision.package import PatchAtlas
from goodpart.vision.tiles import Tiles
from goodpart.vision.tiling import PLACE
from goodpart.vision.training.atlas import PATCHES_FILE, side_of, sources_of
from goodpart.vision.training.images import TrainingImage


@dataclass(frozen=True, eq=False)
class TileSample:
    """``patches`` (n, channels) of a frame, and where each is: ``places`` (n, 4) of the tile's top and left, in network
    pixels, and of the row and column on its map."""

    image: TrainingImage
    patches: NDArray[np.float32]
    places: NDArray[np.int32]

    def taken(self, chosen: NDArray[np.intp]) -> "TileSample":
        """Some of the patches."""
        return TileSample(self.image, self.patches[chosen], self.places[chosen])


def tiles_of(image: TrainingImage, framing: Framing) -> Tiles:
    """The tiles of a training image. Raises `FrameError`, `PartNotFoundError`."""
    return framing.tiles(framing.see(decode(image.read(), image.name)))


def crops_of(bank: NDArray[np.float32], samples: Sequence[TileSample], framing: Framing) -> tuple[PatchAtlas, bytes]:
    """A crop around each patch of ``bank`` (size, channels), which are some of those in ``samples``.

    Frames are read again, one at a time, and only those that a patch comes from.
    """
    side = side_of(len(bank))
    sources = sources_of(bank, [one.patches[:, None] for one in samples])
    by_frame: dict[int, list[int]] = {}
    for number, source in enumerate(sources):
        by_frame.setdefault(source.picture, []).append(number)
    crops: dict[int, NDArray[np.uint8]] = {}
    for frame, numbers in by_frame.items():
        tiles = tiles_of(samples[frame].image, framing)
        rows = tiles.grid.tiling.side // PLACE
        for number in numbers:
            top, left, row, column = samples[frame].places[sources[number].row].tolist()
            crops[number] = patch_at(tiles.picture((top, left)), (rows, rows), row, column, side)
    return pack_crops([crops[number] for number in range(len(sources))], PATCHES_FILE)
