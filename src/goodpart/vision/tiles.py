"""One frame in tiles: what the network sees of it, and what it says of the tiles put together.

The frame is as bad as its worst tile: a small defect is diluted neither in the frame nor by what is excluded.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.classifier.scoring import Heat, Mask, Scoring
from goodpart.vision.detector.combination import Combination
from goodpart.vision.engine import Outputs
from goodpart.vision.threads import in_order
from goodpart.vision.tiling import PLACE, TileGrid

Value = TypeVar("Value", bound=np.generic)
Corner = tuple[int, int]
Run = Callable[[NDArray[np.uint8]], Outputs]
"""The network: a picture to its outputs."""


@dataclass(frozen=True, eq=False)
class TiledLook:
    """``heat``, ``marked`` (rows, columns) and ``type_maps`` (types, rows, columns) are stitched and masked.

    ``defects`` (1,) and ``types`` (types,) are those of each tile. What the network does not give is None.
    """

    heat: Heat
    marked: Heat | None
    type_maps: Heat | None
    defects: list[NDArray[np.float32] | None]
    types: list[NDArray[np.float32] | None]


@dataclass(frozen=True, eq=False)
class Tiles:
    """One excerpt in tiles. ``corners`` are those of tiles that show something to look at.

    ``mask`` are the places of the stitched map that are looked at; None is all.
    """

    grid: TileGrid
    corners: list[Corner]
    mask: Mask | None
    _scaled: NDArray[np.uint8]

    @classmethod
    def of(cls, grid: TileGrid, pixels: NDArray[np.uint8], looked_at: Mask | None) -> "Tiles":
        """All tiles of an excerpt's ``pixels``, of which some may be ``looked_at`` only; none is cut out yet."""
        scaled = grid.scale(pixels)
        if looked_at is None:
            return cls(grid, grid.corners, None, scaled)
        mask = any_in_place(_on_places(grid, looked_at) > 0)
        return cls(grid, [corner for corner in grid.corners if mask[grid.window(corner)].any()], mask, scaled)

    def picture(self, corner: Corner) -> NDArray[np.uint8]:
        """What the network sees of one tile."""
        return self.grid.tile(self._scaled, corner)

    def shown(self, corner: Corner) -> Mask | None:
        """Which places of one tile are looked at, (side / 8, side / 8); None is all."""
        return None if self.mask is None else self.cut(self.mask, corner)

    def cut(self, values: NDArray[Value], corner: Corner) -> NDArray[Value]:
        """What lies on one tile of the stitched ``values`` (rows, columns): (side / 8, side / 8), 0 beyond them."""
        window, places = self.grid.window(corner), self.grid.tiling.side // PLACE
        found = values[window]
        whole = np.zeros((places, places), values.dtype)
        whole[: found.shape[0], : found.shape[1]] = found
        return whole

    def covered(self, drawn: Mask) -> Heat:
        """The share of every place of the stitched map that is ``drawn`` on the excerpt (height, width)."""
        rows, columns = self.grid.places
        fine = _on_places(self.grid, drawn).reshape(rows, PLACE, columns, PLACE)
        return np.asarray(fine.mean(axis=(1, 3), dtype=np.float32) / 255, np.float32)

    def look(self, run: Run, workers: int) -> TiledLook:
        """Look at all tiles, in the memory of a few of them: they are cut out as they are looked at.

        Their maps are added in the order of the corners, whichever is ready first.
        """
        defects: list[NDArray[np.float32] | None] = []
        types: list[NDArray[np.float32] | None] = []

        def maps(seen: Iterable[Outputs]) -> Iterator[tuple[Corner, Heat]]:
            for corner, outputs in zip(self.corners, seen, strict=True):
                defects.append(outputs.get("defect"))
                types.append(outputs.get("types"))
                yield corner, _layers(outputs)

        seen = in_order(lambda corner: run(self.picture(corner)), self.corners, workers)
        first = next(seen)
        stitched = self.stitched(maps(_led_by(first, seen)), (len(_layers(first)),))
        before = 2 if "marked" in first else 1
        return TiledLook(
            heat=stitched[0],
            marked=stitched[1] if "marked" in first else None,
            type_maps=stitched[before:] if "type_maps" in first else None,
            defects=defects,
            types=types,
        )

    def stitched(self, maps: Iterable[tuple[Corner, Heat]], layers: tuple[int, ...] = ()) -> Heat:
        """One masked map out of those of the tiles, in ``layers`` as they are."""
        heat = self.grid.stitch(maps, layers)
        return heat if self.mask is None else np.where(self.mask, heat, np.float32(0))

    def scores(self, look: TiledLook, scoring: Scoring) -> list[float]:
        """The score of every tile, of the stitched maps where it lies, by outputs that were `Scoring.check`ed."""
        return [
            scoring.score(self.values(look.heat, corner), defect, self._marked(look, corner))
            for corner, defect in zip(self.corners, look.defects, strict=True)
        ]

    def anomaly_scores(self, heat: Heat, combination: Combination) -> list[float]:
        """The score of every tile by the map ``heat`` alone."""
        return [combination.score(self.values(heat, corner)) for corner in self.corners]

    def values(self, heat: Heat, corner: Corner) -> Heat:
        """Those values of a stitched map that count for one tile, in any shape."""
        window = self.grid.window(corner)
        return heat[window] if self.mask is None else heat[window][self.mask[window]]

    def _marked(self, look: TiledLook, corner: Corner) -> Heat | None:
        return None if look.marked is None else self.values(look.marked, corner)


def any_in_place(fine: Mask) -> Mask:
    """Which places of 8 × 8 pixels hold one that is set."""
    rows, columns = fine.shape[0] // PLACE, fine.shape[1] // PLACE
    return np.asarray(fine.reshape(rows, PLACE, columns, PLACE).any(axis=(1, 3)))


def _on_places(grid: TileGrid, drawn: Mask) -> NDArray[np.uint8]:
    """A mask of the excerpt in network pixels, 0 to 255, as many of them as whole places have."""
    rows, columns = grid.places
    fine = np.zeros((rows * PLACE, columns * PLACE), np.uint8)
    shown = grid.scale(drawn.astype(np.uint8) * 255)
    fine[: shown.shape[0], : shown.shape[1]] = shown
    return fine


def _layers(outputs: Outputs) -> Heat:
    """All maps of a tile: (layers, rows, columns)."""
    heat, marked, of_types = outputs["heat"], outputs.get("marked"), outputs.get("type_maps")
    plain = [heat[None], *([] if marked is None else [marked[None]]), *([] if of_types is None else [of_types])]
    return plain[0] if len(plain) == 1 else np.concatenate(plain)


def _led_by(first: Outputs, rest: Iterator[Outputs]) -> Iterator[Outputs]:
    yield first
    yield from rest
