"""Learning from labelled defects of large frames: heads learn from some tiles, and are judged on all of them.

A frame is as bad as its worst tile, so whether labels help is only seen on whole frames. Those of each fold are looked
at by heads and a bank that have learned from the other folds alone, through the network and the framing that a package
has; what they say is weighed as it is for pictures in one piece. Memory holds one frame beside the tiles that are
learned from.
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
from goodpart.vision.tiles import TiledLook, Tiles
from goodpart.vision.training.kept import KeptFeatures
from goodpart.vision.training.labelled import fit_heads
from goodpart.vision.training.pictures import parts_of
from goodpart.vision.training.places import marked_auroc
from goodpart.vision.training.tile_lessons import amount_held, covered_places, gather_tiles, holds_defect
from goodpart.vision.training.tile_samples import tiles_of
from goodpart.vision.training.tiled import FittedTiles
from goodpart.vision.training.weighing import BETTER_MAP, Floats, HeldOut, Learned, Taught, weigh_labels

_BETTER_SHARE = 0.25
"""A defect covers few places even of one tile: both maps come near 1, and what counts is the share of errors."""
_ANOMALY, _MARKED = 0, 2
_ALL_COLUMNS = 3


@dataclass(frozen=True, eq=False)
class _Judged:
    """What is kept of one frame: ``columns``, ``likely`` of its tiles and the tops of its maps, as in `HeldOut`.

    ``compared`` (places, 3) are log anomaly, the patch head's value and the covered share; None where nobody has drawn.
    """

    columns: Floats
    likely: Floats
    heat_top: float
    marked_top: float | None
    compared: NDArray[np.float32] | None


@dataclass(frozen=True, eq=False)
class TileTeacher:
    """Labels of frames in tiles, and what was learned from the good ones alone."""

    fitted: FittedTiles
    backbone: Backbone
    engine: Engine
    precision: Precision
    framing: Framing
    seed: int
    step: Callable[[int, int], None]
    kept: KeptFeatures | None = None

    def learn(self) -> Learned:
        """Fit every head, cross-validate it on whole frames, and keep those that help."""
        fitted, folds = self.fitted, self.fitted.left_out.folds
        total = 2 * len(folds)
        lessons = gather_tiles(
            fitted,
            self.framing,
            self.backbone,
            self.engine,
            self.precision,
            self.seed,
            lambda done: self.step(done, total),
            self.kept,
        )
        judged: dict[int, _Judged] = {}
        for fold in np.unique(folds).tolist():
            network = self._network(fit_heads(lessons.without(folds == fold), self.seed).taught, fold)
            for frame in np.flatnonzero(folds == fold).tolist():
                judged[frame] = self._judge(frame, network)
                self.step(len(folds) + len(judged), total)
        held = _held_out(fitted, [judged[frame] for frame in range(len(folds))])
        return weigh_labels(fit_heads(lessons.evidence, self.seed).taught, held)

    def _network(self, taught: Taught, fold: int) -> Network:
        detector = replace(self.fitted.detector, bank=self.fitted.left_out.banks[fold])
        content, taps = labelled_network(self.backbone, detector, taught.unweighed(), is_scored_later=True)
        return self.engine.load(content, LoadOptions(self.precision, taps, Use.THROUGHPUT))

    def _judge(self, frame: int, network: Network) -> _Judged:
        """Look at a whole frame with heads that have not learned it."""
        image, combination = self.fitted.frames[frame].image, self.fitted.combination
        tiles = tiles_of(image, self.framing)
        look = tiles.look(network.run, self.fitted.left_out.extractor.workers)
        log_heat = np.log(np.maximum(look.heat, np.float32(FLOOR)))
        columns = [np.log(np.maximum(tiles.anomaly_scores(look.heat, combination), FLOOR))]
        columns.append(np.concatenate([one for one in look.defects if one is not None]))
        if look.marked is not None:
            columns.append(np.array(tiles.anomaly_scores(look.marked, combination)))
        of_tiles = np.stack(columns, axis=1).astype(np.float64)
        covered = covered_places(image, tiles, self.framing)
        return _Judged(
            of_tiles,
            np.stack([one for one in look.types if one is not None]).astype(np.float64),
            max(tiles.anomaly_scores(log_heat, combination)),
            None if look.marked is None else float(of_tiles[:, _MARKED].max()),
            None if covered is None else _compared(tiles, look, log_heat, covered, of_tiles),
        )


def _held_out(fitted: FittedTiles, judged: list[_Judged]) -> HeldOut:
    count = len(fitted.taken.good)
    used = min(one.columns.shape[1] for one in judged)  # where one fold holds all masks, the others teach no map
    has_maps = used == _ALL_COLUMNS
    pixel_aurocs = _pixel_aurocs(judged) if has_maps else None
    marked_tops = [one.marked_top for one in judged[:count] if one.marked_top is not None]
    return HeldOut(
        names=[frame.image.name for frame in fitted.frames],
        types=fitted.types,
        kinds=fitted.kinds,
        parts=parts_of(fitted.frames),
        fold_of=fitted.left_out.folds,
        views=np.array([len(one.columns) for one in judged], np.intp),
        columns=np.concatenate([one.columns[:, :used] for one in judged]),
        likely=np.concatenate([one.likely for one in judged[count:]]),
        heat_tops=np.array([one.heat_top for one in judged[:count]]),
        marked_tops=np.array(marked_tops) if has_maps else None,
        pixel_aurocs=pixel_aurocs,
        n_masks=sum(picture.image.mask is not None for picture in fitted.bad),
        better_map=BETTER_MAP if pixel_aurocs is None else min(BETTER_MAP, _BETTER_SHARE * (1 - pixel_aurocs[0])),
    )


def _compared(
    tiles: Tiles, look: TiledLook, log_heat: Heat, covered: Heat, columns: Floats
) -> NDArray[np.float32] | None:
    """The places of the tiles that either map finds worst, and of those that hold what was drawn.

    Nearly all places of a large frame are plain in both maps: over all of them any two maps would seem to mark alike.
    """
    if look.marked is None:
        return None
    worst = [int(columns[:, column].argmax()) for column in (_ANOMALY, _MARKED)]
    chosen = {*worst, *np.flatnonzero(holds_defect(amount_held(tiles, covered))).tolist()}
    places = np.stack([log_heat, look.marked, covered], axis=-1)
    return np.concatenate([tiles.values(places, tiles.corners[at]).reshape(-1, 3) for at in sorted(chosen)])


def _pixel_aurocs(judged: list[_Judged]) -> tuple[float, float]:
    """How well the anomaly map and the patch head's mark what people drew."""
    places = [one.compared for one in judged if one.compared is not None]
    covered = [one[:, 2] for one in places]
    return marked_auroc([one[:, 0] for one in places], covered), marked_auroc([one[:, 1] for one in places], covered)
