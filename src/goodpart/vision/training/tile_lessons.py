"""Which tiles of large frames are learned from, and what they show.

Of a frame with a marked defect those that hold it, and a few that hold nothing of it; where nobody has drawn the
defect, the strangest tile; of a good frame the strangest ones, which a defect must be told from, and some at random.
Memory holds these tiles, bounded in places, and one frame.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.backbone import Backbone
from goodpart.vision.classifier.scoring import FLOOR, Heat
from goodpart.vision.engine import Engine, Precision
from goodpart.vision.framing import Framing
from goodpart.vision.parts import number_parts
from goodpart.vision.tiles import Corner, Tiles
from goodpart.vision.tiling import PLACE
from goodpart.vision.training.evidence import drawn_where_seen, look_at
from goodpart.vision.training.images import TrainingImage
from goodpart.vision.training.kept import KeptFeatures
from goodpart.vision.training.labelled import Evidence
from goodpart.vision.training.pictures import parts_of
from goodpart.vision.training.tile_samples import tiles_of
from goodpart.vision.training.tiled import FittedTiles

_MOST_PLACES = 300_000
"""Of all tiles together whose places are learned from: as many as 300 tiles of 256 pixels have."""
_LEAST_TILES = 48
_MOST_OF_A_GOOD_FRAME, _MOST_OF_A_BAD_ONE = 8, 6
_HOLDS = 0.5
"""A tile that holds less of a defect than this share of what the fullest one holds is not learned from."""


@dataclass(frozen=True, eq=False)
class TileLessons:
    """``evidence`` of tiles, and the number of the frame that each is ``of`` (tiles,)."""

    evidence: Evidence
    of: NDArray[np.intp]

    def without(self, frames: NDArray[np.bool_]) -> Evidence:
        """What tiles of all other than these ``frames`` (frames,) show."""
        return self.evidence.only(~frames[self.of])


@dataclass(frozen=True, eq=False)
class _Lesson:
    """One tile: ``kind`` is 0 where it shows nothing bad, else 1 + the type's index.

    ``coverage`` (rows, columns) is None where nobody has drawn the defect, ``counted`` where all places count.
    """

    frame: int
    kind: int
    picture: NDArray[np.uint8]
    log_heat: Heat
    coverage: Heat | None
    counted: NDArray[np.bool_] | None

    def by_type(self, count: int) -> NDArray[np.float32] | None:
        """The coverage by each of so many types (rows, columns, types)."""
        if self.kind and self.coverage is None:
            return None
        covered = np.zeros((*self.log_heat.shape, count), np.float32)
        if self.kind and self.coverage is not None:
            covered[:, :, self.kind - 1] = self.coverage
        return covered


@dataclass(frozen=True, eq=False)
class _Chooser:
    fitted: FittedTiles
    framing: Framing
    seed: int

    @property
    def most_tiles(self) -> int:
        """So many tiles may be learned from place by place, good and bad ones together."""
        tiling = self.framing.view.tiling
        assert tiling is not None
        return max(_LEAST_TILES, _MOST_PLACES // (tiling.side // PLACE) ** 2)

    def of_frame(self, frame: int) -> list[_Lesson]:
        """The tiles of a frame that are learned from."""
        image, kind = self.fitted.frames[frame].image, int(self.fitted.kinds[frame])
        tiles, scores = tiles_of(image, self.framing), np.array(self.fitted.left_out.tiles[frame])
        if not kind:
            return [self._lesson(frame, tiles, at, 0, None) for at in self._of_good(image, scores)]
        covered = covered_places(image, tiles, self.framing)
        if covered is None or not covered.any():
            return [self._lesson(frame, tiles, at, kind, None) for at in _strangest(scores, 1)]
        count = self._each(len(self.fitted.taken.bad), _MOST_OF_A_BAD_ONE)
        held = amount_held(tiles, covered)
        full = np.flatnonzero(holds_defect(held))
        of_defect = full[_strangest(held[full], (2 * count + 2) // 3)].tolist()
        empty = np.flatnonzero(held == 0)
        beside = empty[_strangest(scores[empty], count // 3)].tolist()
        return [
            *(self._lesson(frame, tiles, at, kind, covered) for at in of_defect),
            *(self._lesson(frame, tiles, at, 0, covered) for at in beside),
        ]

    def placed(self, lessons: list[_Lesson]) -> set[int]:
        """The tiles whose places are learned from: of defects that somebody has drawn, and of good tiles as many."""
        drawn = [n for n, one in enumerate(lessons) if one.kind and one.coverage is not None]
        if not drawn:
            return set()
        plain = [n for n, one in enumerate(lessons) if not one.kind]
        return {n for some in (drawn, plain) for n in _spread(some, self.most_tiles // 2)}

    def _of_good(self, image: TrainingImage, scores: NDArray[np.float64]) -> list[int]:
        count = self._each(len(self.fitted.taken.good), _MOST_OF_A_GOOD_FRAME)
        rng = np.random.default_rng([self.seed, 11, *image.name.encode()])
        some = rng.permutation(len(scores))[: count // 2].tolist()
        return list(dict.fromkeys([*_strangest(scores, (count + 1) // 2), *some]))

    def _each(self, frames: int, most: int) -> int:
        return int(np.clip(self.most_tiles // 2 // frames, 2, most))

    def _lesson(self, frame: int, tiles: Tiles, at: int, kind: int, covered: Heat | None) -> _Lesson:
        corner, left_out = tiles.corners[at], self.fitted.left_out
        picture = tiles.picture(corner)
        distances = left_out.banks[left_out.folds[frame]].distances(left_out.extractor.features(picture).patches)
        return _Lesson(
            frame,
            kind,
            picture,
            np.log(np.maximum(distances / np.float32(self.fitted.combination.bank_scale), np.float32(FLOOR))),
            None if covered is None else tiles.cut(covered, corner),
            _counted(tiles, corner),
        )


def gather_tiles(
    fitted: FittedTiles,
    framing: Framing,
    backbone: Backbone,
    engine: Engine,
    precision: Precision,
    seed: int,
    step: Callable[[int], None],
    kept: KeptFeatures | None,
) -> TileLessons:
    """Run the backbone over the tiles that are learned from. ``step`` is told how many frames were gone through."""
    chooser = _Chooser(fitted, framing, seed)
    lessons: list[_Lesson] = []
    for frame in range(len(fitted.frames)):
        lessons += chooser.of_frame(frame)
        step(frame + 1)
    placed = chooser.placed(lessons)
    pictures = [one.picture for one in lessons]
    seen = look_at(pictures, placed, backbone, engine, precision, lambda _done, _total: step(len(fitted.frames)), kept)
    of = np.array([one.frame for one in lessons], np.intp)
    of_parts = number_parts(parts_of(fitted.frames))
    evidence = Evidence(
        names=[fitted.frames[frame].image.name for frame in of],
        types=fitted.types,
        kinds=np.array([one.kind for one in lessons], np.intp),
        pooled=seen.pooled,
        log_scores=np.array([fitted.combination.score(one.log_heat) for one in lessons], np.float64),
        log_heat=[one.log_heat for one in lessons],
        places=seen.places,
        projection=seen.projection,
        coverage=[one.by_type(len(fitted.types)) if n in placed else None for n, one in enumerate(lessons)],
        parts=[str(of_parts[frame]) for frame in of],
        looked_at=[one.counted for one in lessons],
    )
    return TileLessons(evidence, of)


def covered_places(image: TrainingImage, tiles: Tiles, framing: Framing) -> Heat | None:
    """The share of every place of the stitched map that a mask covers, none in good frames; None where nobody drew."""
    if image.is_good:
        return np.zeros(tiles.grid.places, np.float32)
    return None if image.mask is None else tiles.covered(drawn_where_seen(image, framing))


def amount_held(tiles: Tiles, covered: Heat) -> NDArray[np.float64]:
    """How many places of each tile are covered."""
    return np.array([float(tiles.values(covered, corner).sum()) for corner in tiles.corners])


def holds_defect(held: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which tiles hold a defect, and no mere edge of it."""
    return np.asarray((held > 0) & (held >= _HOLDS * held.max()))


def _counted(tiles: Tiles, corner: Corner) -> NDArray[np.bool_] | None:
    """Which places of a tile lie in the frame and are looked at; None is all."""
    counted = tiles.cut(np.ones(tiles.grid.places, np.bool_) if tiles.mask is None else tiles.mask, corner)
    return None if counted.all() else counted


def _strangest(scores: NDArray[np.float64], count: int) -> list[int]:
    """The indices of the highest values, the highest first."""
    return [int(at) for at in np.argsort(-scores, kind="stable")[:count]]


def _spread(some: list[int], most: int) -> list[int]:
    """At most so many of them, evenly."""
    return some if len(some) <= most else [some[round(at)] for at in np.linspace(0, len(some) - 1, most)]
