"""Learning from large frames in tiles: one memory bank, shared by all tiles.

There is no position Gaussian: a tile's position says where in the grid it lies, not what of the part it shows, and a
covariance at every place of a large frame would need more memory than the frame, and more frames than anyone has.

Memory holds one frame, the patches that the bank is chosen from, and a score per frame, whatever their number. The
frames that are scored, by a bank that has not seen them, are bounded in tiles.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.backbone import Backbone
from goodpart.vision.detector.bank import MemoryBank, build_bank
from goodpart.vision.detector.combination import Combination, Pooling, top_count
from goodpart.vision.detector.model import Detector
from goodpart.vision.engine import Engine, Precision
from goodpart.vision.framing import Framing
from goodpart.vision.package import PatchAtlas
from goodpart.vision.parts import count_parts, number_parts, one_a_part
from goodpart.vision.preprocessing import Fit
from goodpart.vision.ranking import auroc, error_of_difference
from goodpart.vision.tiling import PLACE
from goodpart.vision.training.extraction import Extractor, fit_patch_projection, load_extractor
from goodpart.vision.training.images import TrainingImage
from goodpart.vision.training.labelled import stratified_folds
from goodpart.vision.training.pictures import Intake, Picture, parts_of
from goodpart.vision.training.report import Candidate, TrainingSettings
from goodpart.vision.training.selection import has_enough_defects, learned_views
from goodpart.vision.training.taking import Taken
from goodpart.vision.training.tile_learner import Scores, Step, TileLearner, sample_all, score_all
from goodpart.vision.training.tile_samples import TileSample, crops_of, tiles_of

_PROJECTION_TILES = 24
_SCORED_TILES = 10_000
_LEAST_SCORED = 8
_POOLINGS = (Pooling.TOP, Pooling.MAXIMUM)


@dataclass(frozen=True, eq=False)
class LeftOut:
    """What scored frames that it has not learned: a bank for each fold, of the good frames of all others.

    ``folds`` (frames,) are those of the scored good frames, then of the labelled ones; ``tiles`` are the raw scores of
    each frame's tiles.
    """

    extractor: Extractor
    banks: list[MemoryBank]
    folds: NDArray[np.intp]
    tiles: list[list[float]]


@dataclass(frozen=True, eq=False)
class FittedTiles:
    """What was learned from tiles, and what it says of parts that it has not seen. ``taken`` are the scored ones."""

    detector: Detector
    taken: Taken
    good_scores: list[float]
    bad_scores: list[float]
    synthetic: list[NDArray[np.uint8]]
    ranked: list[tuple[float, Combination]]
    pictures: str
    left_out: LeftOut
    crops: tuple[PatchAtlas, bytes]
    """The pictures of the bank's patches."""
    fit: Fit = Fit.SQUARE

    @property
    def auroc(self) -> float:
        """What the pooling was chosen by."""
        return self.ranked[0][0]

    @property
    def combination(self) -> Combination:
        """How a tile's map becomes a score."""
        return self.ranked[0][1]

    @property
    def bad(self) -> list[Picture]:
        """The labelled defects."""
        return self.taken.bad

    @property
    def frames(self) -> list[Picture]:
        """All scored frames, good ones first."""
        return [*self.taken.good, *self.taken.bad]

    @property
    def types(self) -> tuple[str, ...]:
        """The types of defects."""
        return tuple(sorted({picture.image.label for picture in self.taken.bad}))

    @property
    def kinds(self) -> NDArray[np.intp]:
        """Of each frame: 0 for a good one, else 1 + the type's index."""
        of_type = {name: 1 + index for index, name in enumerate(self.types)}
        return np.array([of_type.get(picture.image.label, 0) for picture in self.frames], np.intp)

    def candidates(self) -> list[Candidate]:
        """Both poolings, for the report."""
        return [Candidate(fit="tiles", weight=0.0, pooling=c.pooling, auroc=round(v, 4)) for v, c in self.ranked]


def fit_tiles(
    taken: Taken,
    *,
    backbone: Backbone,
    engine: Engine,
    precision: Precision,
    settings: TrainingSettings,
    framing: Framing,
    intake: Intake,
    seed: int,
    step: Step,
) -> FittedTiles:
    """Learn from tiles of all good frames, score frames cross-fitted, and choose how a map becomes a score."""
    tiling = framing.view.tiling
    assert tiling is not None
    images = [picture.image for picture in taken.good]
    rng = np.random.default_rng([seed, 3])
    projection = fit_patch_projection(
        backbone, engine, precision, list(_some_tiles(images, framing, rng)), np.random.default_rng([seed, 3])
    )
    extractor = load_extractor(backbone, engine, precision, projection, (2, 2))
    learner = TileLearner(framing, extractor, top_count((tiling.side // PLACE) ** 2), seed)
    samples = sample_all(learner, images, taken.rest, settings, intake, step)
    scored = _scored(images, framing, rng)
    parts = [image.part for image in images]
    fold_of, folds = _folds(parts, settings.folds, seed)
    banks = [
        _bank(
            [one for index, one in enumerate(samples) if index >= len(images) or fold_of[index] != fold], settings, seed
        )
        for fold in range(folds)
    ]
    folds_of_bad = _folds_of_bad(taken.bad, learned_views(parts, taken.bad), fold_of, folds, seed)
    asked = [*(images[index] for index in scored), *(picture.image for picture in taken.bad)]
    folds_of_asked = np.concatenate([fold_of[scored], folds_of_bad])
    banks_of_asked = [banks[fold] for fold in folds_of_asked.tolist()]
    of_tiles = score_all(learner, asked, banks_of_asked, len(scored), settings, step)
    found = [{pooling: max(values) for pooling, values in one.items()} for one in of_tiles]
    good, bad = found[: len(scored)], found[len(scored) :]
    scale = max(float(np.mean([one[Pooling.TOP] for one in good])), 1e-6)
    of_good = _by_part(good, [parts[index] for index in scored], max)
    if has_enough_defects(taken.bad):
        known = _by_part(bad, parts_of(taken.bad), min)
    else:
        known = [scores for _, scores in learner.drawn]
    ranked = _ranked(of_good, known, scale, learner.top)
    pooling = ranked[0][1].pooling
    bank = _bank(samples, settings, seed)
    return FittedTiles(
        Detector(projection, None, bank, None, ranked[0][1]),
        Taken([taken.good[index] for index in scored], taken.bad, []),
        [one[pooling] / scale for one in good],
        [one[pooling] / scale for one in bad],
        [picture for picture, _ in learner.drawn],
        ranked,
        f"frames in tiles of {tiling.side}",
        LeftOut(extractor, banks, folds_of_asked, [one[pooling] for one in of_tiles]),
        crops_of(bank.patches, samples, framing),
    )


def _some_tiles(images: list[TrainingImage], framing: Framing, rng: np.random.Generator) -> Iterator[NDArray[np.uint8]]:
    some = rng.permutation(len(images))[:_PROJECTION_TILES]
    for index in some.tolist():
        tiles = tiles_of(images[index], framing)
        for at in rng.permutation(len(tiles.corners))[: -(-_PROJECTION_TILES // len(some))].tolist():
            yield tiles.picture(tiles.corners[at])


def _scored(images: list[TrainingImage], framing: Framing, rng: np.random.Generator) -> list[int]:
    """Which frames are scored: all of them, unless that would be too many tiles."""
    tiles = len(tiles_of(images[0], framing).corners)
    count = min(len(images), max(_LEAST_SCORED, _SCORED_TILES // tiles))
    return sorted(rng.permutation(len(images))[:count].tolist())


def _folds(parts: list[str | None], wished: int, seed: int) -> tuple[NDArray[np.intp], int]:
    """The fold of each image, all images of a part in the same one, and how many folds: with few parts one each."""
    count = count_parts(parts)
    folds = wished if count >= 2 * wished else count
    return (np.random.default_rng([seed, 4]).permutation(count) % folds)[number_parts(parts)], folds


def _folds_of_bad(
    bad: Sequence[Picture], views: list[int | None], fold_of: NDArray[np.intp], folds: int, seed: int
) -> NDArray[np.intp]:
    """The fold of each labelled defect: that of its part where good frames show it, else each type in all of them."""
    if not bad:
        return np.zeros(0, np.intp)
    types = sorted({picture.image.label for picture in bad})
    kinds = np.array([types.index(picture.image.label) for picture in bad])
    found = stratified_folds(kinds, np.random.default_rng([seed, 10]), number_parts(parts_of(bad)), folds)
    return np.array([one if view is None else fold_of[view] for one, view in zip(found, views, strict=True)], np.intp)


def _bank(samples: list[TileSample], settings: TrainingSettings, seed: int) -> MemoryBank:
    patches = np.concatenate([one.patches for one in samples])
    return build_bank(patches, settings.bank_size, np.random.default_rng([seed, 5]))


def _by_part(scores: list[Scores], parts: list[str | None], worst: Callable[[Sequence[float]], float]) -> list[Scores]:
    of_poolings = [one_a_part([one[pooling] for one in scores], parts, worst) for pooling in Pooling]
    return [dict(zip(Pooling, values, strict=True)) for values in zip(*of_poolings, strict=True)]


def _ranked(good: list[Scores], bad: list[Scores], scale: float, top: int) -> list[tuple[float, Combination]]:
    """Both poolings with their AUROC on drawn defects, the chosen one first: the mean unless the maximum is better."""
    found, pairs = [], []
    for pooling in _POOLINGS:
        pairs.append(([one[pooling] for one in good], [one[pooling] for one in bad]))
        combination = Combination(weight=0.0, pooling=pooling, bank_scale=scale, gaussian_scale=1.0, top=top)
        found.append((auroc(*pairs[-1]), combination))
    return found if found[0][0] >= found[1][0] - error_of_difference(*pairs) else found[::-1]
