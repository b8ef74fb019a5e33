"""Learning from labelled defects of large frames: the heads learn from some tiles, and are judged on all of them.

What is learned from a frame is what a few of its tiles show: those that hold the marked defect, or the strangest one
where nobody has drawn it, and of good frames the strangest and some at random. A frame is as bad as its worst tile, so
whether labels help is only seen on whole frames: those of each fold are looked at by heads and a bank that have learned
from the other folds alone, through the network and the framing that a package has.

Memory holds the tiles that are learned from, bounded in places, and one frame.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.backbone import Backbone
from goodpart.vision.classifier.model import labelled_network
from goodpart.vision.classifier.scoring import FLOOR, Heat
from goodpart.vision.engine import Engine, LoadOptions, Network, Precision, Use
from goodpart.vision.framing import Framing
from goodpart.vision.parts import number_parts
from goodpart.vision.tiles import Corner, TiledLook, Tiles
from goodpart.vision.tiling import PLACE
from goodpart.vision.training.evidence import drawn_where_seen, look_at
from goodpart.vision.training.kept import KeptFeatures
from goodpart.vision.training.labelled import Evidence, fit_heads
from goodpart.vision.training.pictures import Picture, parts_of
from goodpart.vision.training.places import marked_auroc
from goodpart.vision.training.tile_samples import tiles_of
from goodpart.vision.training.tiled import FittedTiles
from goodpart.vision.training.weighing import Floats, HeldOut, Learned, Taught, weigh_labels

_MOST_PLACES = 300_000
"""Of all tiles together whose places are learned from: as many as 300 tiles of 256 pixels have."""
_LEAST_TILES = 48
_MOST_OF_A_GOOD_FRAME, _MOST_OF_A_BAD_ONE = 8, 6
_HOLDS = 0.5
"""A tile that holds less of a defect than this share of what the fullest one holds is not learned from."""


@dataclass(frozen=True, eq=False)
class _Shown:
    """A tile that is learned from: ``kind`` is 0 where it shows nothing bad, else 1 + the type's index.

    ``coverage`` (rows, columns) is None where nobody has drawn the defect, ``counted`` where all places count.
    """

    frame: int
    kind: int
    picture: NDArray[np.uint8]
    log_heat: Heat
    coverage: Heat | None
    counted: NDArray[np.bool_] | None


@dataclass(frozen=True, eq=False)
class _Judged:
    """What is kept of one frame that was looked at: see `HeldOut`. ``compared`` (places, 3) are log anomaly, marked and
    covered share."""

    columns: Floats
    types: Floats
    heat_top: float
    marked_top: float | None
    compared: NDArray[np.float32] | None


@dataclass(frozen=True, eq=False)
class TileTeacher:
    """Labels of frames in tiles, with what was learned from the good ones alone."""

    fitted: FittedTiles
    backbone: Backbone
    engine: Engine
    precision: Precision
    framing: Framing
    seed: int
    step: Callable[[int, int], None]
    kept: KeptFeatures | None

    def learn(self) -> Learned:
        """Fit every head, cross-validate it on whole frames, and keep those that help."""
        evidence, frame_of = self._evidence()
        folds = self.fitted.left_out.folds
        judged: dict[int, _Judged] = {}
        for fold in np.unique(folds).tolist():
            taught = fit_heads(evidence.only(folds[frame_of] != fold), self.seed).taught
            network = self._network(taught, fold)
            for frame in np.flatnonzero(folds == fold).tolist():
                judged[frame] = self._judge(frame, network)
                self.step(len(judged), len(folds))
        return weigh_labels(
            fit_heads(evidence, self.seed).taught, self._held_out([judged[n] for n in range(len(folds))])
        )

    @property
    def _frames(self) -> list[Picture]:
        return [*self.fitted.taken.good, *self.fitted.taken.bad]

    @property
    def _types(self) -> tuple[str, ...]:
        return tuple(sorted({picture.image.label for picture in self.fitted.taken.bad}))

    def _kind(self, frame: int) -> int:
        image = self._frames[frame].image
        return 0 if image.is_good else 1 + self._types.index(image.label)

    def _evidence(self) -> tuple[Evidence, NDArray[np.intp]]:
        """What some tiles show, and the frame that each is of."""
        types, count = self._types, len(self._frames)
        shown: list[_Shown] = []
        for frame in range(count):
            shown += self._shown(frame)
            self.step(frame + 1, 2 * count)
        placed = self._placed(shown)
        seen = look_at(
            [one.picture for one in shown],
            placed,
            self.backbone,
            self.engine,
            self.precision,
            lambda _done, _total: self.step(count, 2 * count),
            self.kept,
        )
        frame_of = np.array([one.frame for one in shown], np.intp)
        of_parts = number_parts(parts_of(self._frames))
        evidence = Evidence(
            names=[self._frames[one.frame].image.name for one in shown],
            types=types,
            kinds=np.array([one.kind for one in shown], np.intp),
            pooled=seen.pooled,
            log_scores=np.array([self.fitted.combination.score(one.log_heat) for one in shown], np.float64),
            log_heat=[one.log_heat for one in shown],
            places=seen.places,
            projection=seen.projection,
            coverage=[_by_type(one, len(types)) if n in placed else None for n, one in enumerate(shown)],
            parts=[str(of_parts[frame]) for frame in frame_of],
            looked_at=[one.counted for one in shown],
        )
        return evidence, frame_of

    def _placed(self, shown: list[_Shown]) -> set[int]:
        """The tiles whose places are learned from: of defects that somebody has drawn and of good tiles as many."""
        drawn = [n for n, one in enumerate(shown) if one.kind and one.coverage is not None]
        if not drawn:
            return set()
        plain = [n for n, one in enumerate(shown) if not one.kind]
        return {n for some in (drawn, plain) for n in _spread(some, self._most_tiles // 2)}

    @property
    def _most_tiles(self) -> int:
        tiling = self.framing.view.tiling
        assert tiling is not None
        return max(_LEAST_TILES, _MOST_PLACES // (tiling.side // PLACE) ** 2)

    def _shown(self, frame: int) -> list[_Shown]:
        """The tiles of a frame that are learned from."""
        image = self._frames[frame].image
        tiles = tiles_of(image, self.framing)
        scores = np.array(self.fitted.left_out.tiles[frame])
        covered = None
        if not image.is_good and image.mask is not None:
            drawn = tiles.covered(drawn_where_seen(image, self.framing))
            covered = drawn if drawn.any() else None
        each = self._most_tiles // 2
        if image.is_good:
            count = int(np.clip(each // len(self.fitted.taken.good), 2, _MOST_OF_A_GOOD_FRAME))
            rng = np.random.default_rng([self.seed, 11, *image.name.encode()])
            chosen = dict.fromkeys(_strangest(scores, (count + 1) // 2))
            chosen |= dict.fromkeys(rng.permutation(len(scores)).tolist()[: count // 2])
            return [self._tile(frame, tiles, at, 0, None) for at in chosen]
        kind = self._kind(frame)
        if covered is None:
            return [self._tile(frame, tiles, at, kind, None) for at in _strangest(scores, 1)]
        count = int(np.clip(each // len(self.fitted.taken.bad), 2, _MOST_OF_A_BAD_ONE))
        held = _held(tiles, covered)
        full = [at for at in _strangest(held, (2 * count + 2) // 3) if held[at] >= _HOLDS * held.max()]
        beside = [at for at in _strangest(np.where(held > 0, -np.inf, scores), count // 3) if not held[at]]
        return [
            *(self._tile(frame, tiles, at, kind, covered) for at in full),
            *(self._tile(frame, tiles, at, 0, covered) for at in beside),
        ]

    def _tile(self, frame: int, tiles: Tiles, at: int, kind: int, covered: Heat | None) -> _Shown:
        corner, left_out = tiles.corners[at], self.fitted.left_out
        picture = tiles.picture(corner)
        distances = left_out.banks[left_out.folds[frame]].distances(left_out.extractor.features(picture).patches)
        return _Shown(
            frame,
            kind,
            picture,
            _log(distances / np.float32(self.fitted.combination.bank_scale)),
            None if covered is None else tiles.cut(covered, corner),
            _counted(tiles, corner),
        )

    def _network(self, taught: Taught, fold: int) -> Network:
        detector = replace(self.fitted.detector, bank=self.fitted.left_out.banks[fold])
        content, taps = labelled_network(self.backbone, detector, taught.unweighed(), is_scored_later=True)
        return self.engine.load(content, LoadOptions(self.precision, taps, Use.THROUGHPUT))

    def _judge(self, frame: int, network: Network) -> _Judged:
        """Look at a whole frame with heads that have not learned it."""
        image, combination = self._frames[frame].image, self.fitted.combination
        tiles = tiles_of(image, self.framing)
        look = tiles.look(network.run, self.fitted.left_out.extractor.workers)
        log_heat = _log(look.heat)
        columns = [np.log(np.maximum(tiles.anomaly_scores(look.heat, combination), FLOOR))]
        columns.append(np.concatenate([one for one in look.defects if one is not None]))
        marked_top = None
        if look.marked is not None:
            columns.append(np.array(tiles.anomaly_scores(look.marked, combination)))
            marked_top = float(columns[-1].max())
        covered = np.zeros(log_heat.shape, np.float32) if image.is_good else None
        if not image.is_good and image.mask is not None:
            covered = tiles.covered(drawn_where_seen(image, self.framing))
        of_tiles = np.stack(columns, axis=1).astype(np.float64)
        return _Judged(
            of_tiles,
            np.stack([one for one in look.types if one is not None]).astype(np.float64),
            max(tiles.anomaly_scores(log_heat, combination)),
            marked_top,
            None if covered is None else _compared(tiles, look, log_heat, covered, of_tiles),
        )

    def _held_out(self, judged: list[_Judged]) -> HeldOut:
        frames, count = self._frames, len(self.fitted.taken.good)
        used = min(one.columns.shape[1] for one in judged)  # a fold may hold all masks, and teach no map
        marked = [one.marked_top for one in judged[:count] if one.marked_top is not None]
        return HeldOut(
            names=[frame.image.name for frame in frames],
            types=self._types,
            kinds=np.array([self._kind(frame) for frame in range(len(frames))], np.intp),
            parts=parts_of(frames),
            fold_of=self.fitted.left_out.folds,
            views=np.array([len(one.columns) for one in judged], np.intp),
            columns=np.concatenate([one.columns[:, :used] for one in judged]),
            likely=np.concatenate([one.types for one in judged[count:]]),
            heat_tops=np.array([one.heat_top for one in judged[:count]]),
            marked_tops=np.array(marked) if used == 3 else None,
            pixel_aurocs=_pixel_aurocs(judged) if used == 3 else None,
            n_masks=sum(frame.image.mask is not None for frame in frames[count:]),
        )


def _pixel_aurocs(judged: list[_Judged]) -> tuple[float, float]:
    """How well the anomaly map and the patch head's mark what people drew."""
    places = [one.compared for one in judged if one.compared is not None]
    covered = [one[:, 2] for one in places]
    return marked_auroc([one[:, 0] for one in places], covered), marked_auroc([one[:, 1] for one in places], covered)


def _compared(
    tiles: Tiles, look: TiledLook, log_heat: Heat, covered: Heat, columns: Floats
) -> NDArray[np.float32] | None:
    """The places of the tiles that either map finds worst, and of those that hold what was drawn.

    In a whole frame nearly all places are plain in both maps, and any two maps would seem to mark alike.
    """
    if look.marked is None:
        return None
    chosen = {int(columns[:, column].argmax()) for column in (0, 2)}
    held = _held(tiles, covered)
    if held.any():
        chosen |= set(np.flatnonzero(held >= _HOLDS * held.max()).tolist())
    places = np.stack([log_heat, look.marked, covered], axis=-1)
    return np.concatenate([tiles.values(places, tiles.corners[at]).reshape(-1, 3) for at in sorted(chosen)])


def _held(tiles: Tiles, covered: Heat) -> NDArray[np.float64]:
    """How many places are covered in each tile."""
    return np.array([float(tiles.values(covered, corner).sum()) for corner in tiles.corners])


def _by_type(shown: _Shown, count: int) -> NDArray[np.float32] | None:
    """The coverage of a tile (rows, columns, types)."""
    covered = np.zeros((*shown.log_heat.shape, count), np.float32)
    if shown.kind:
        if shown.coverage is None:
            return None
        covered[:, :, shown.kind - 1] = shown.coverage
    return covered


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


def _log(heat: Heat) -> Heat:
    return np.log(np.maximum(heat, np.float32(FLOOR)))
