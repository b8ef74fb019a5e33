"""Looking at tiles of good frames and labelled ones: what a memory bank is made of, and what it says of others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.classifier.scoring import Heat
from goodpart.vision.detector.bank import PREFILTER, MemoryBank
from goodpart.vision.detector.combination import Combination, Pooling
from goodpart.vision.detector.coreset import choose_coreset
from goodpart.vision.framing import Framing
from goodpart.vision.threads import in_order
from goodpart.vision.tiles import Tiles
from goodpart.vision.training.extraction import Extractor
from goodpart.vision.training.images import TrainingImage
from goodpart.vision.training.pictures import Intake, load_picture
from goodpart.vision.training.report import TrainingSettings
from goodpart.vision.training.synthetic import draw_where_seen
from goodpart.vision.training.tile_samples import TileSample, tiles_of

_SAMPLED_TILES = 2_000
_OF_A_TILE = 64
"""Patches that stand for a tile."""

Step = Callable[[str, int, int], None]
Scores = dict[Pooling, float]


@dataclass(eq=False)
class TileLearner:
    """Looks at the tiles of a frame: for patches that stand for it, and for its scores by a bank.

    ``drawn`` are the tiles that defects were drawn into, with the scores that their frames then have.
    """

    framing: Framing
    extractor: Extractor
    top: int
    seed: int
    drawn: list[tuple[NDArray[np.uint8], Scores]] = field(default_factory=list)

    def sample(self, image: TrainingImage, tiles: int, count: int) -> TileSample:
        """``count`` patches that stand for what a few tiles of a frame show.

        They are chosen apart from each other, tile by tile and then over the frame: of patches taken at random, what
        a large frame shows once (its corner, a single hole) would be missed, and found strange in good parts.
        """
        rng = np.random.default_rng([self.seed, 6, *image.name.encode()])
        frame = tiles_of(image, self.framing)
        some = [frame.corners[at] for at in rng.permutation(len(frame.corners))[:tiles]]

        def apart(corner: tuple[int, int]) -> TileSample:
            patches = self.extractor.features(frame.picture(corner)).patches
            seen = frame.shown(corner)
            at = np.argwhere(np.ones(patches.shape[:2], np.bool_) if seen is None else seen).astype(np.int32)
            flat = patches[at[:, 0], at[:, 1]]
            whole = TileSample(image, flat, np.hstack([np.full((len(at), 2), corner, np.int32), at]))
            return whole.taken(choose_coreset(flat, _OF_A_TILE, np.random.default_rng([self.seed, 9, *corner])))

        kept = list(in_order(apart, some, self.extractor.workers, lambda _done: None))
        of_frame = TileSample(
            image, np.concatenate([one.patches for one in kept]), np.concatenate([one.places for one in kept])
        )
        return of_frame.taken(choose_coreset(of_frame.patches, count, rng))

    def score(self, image: TrainingImage, bank: MemoryBank, defects: Sequence[float]) -> dict[Pooling, list[float]]:
        """The raw scores of a frame's tiles; defects of those strengths are drawn into it and kept in ``drawn``."""
        tiles = tiles_of(image, self.framing)
        maps = (bank.distances(patches) for patches in self._patches(tiles, tiles.corners))
        found = self._scores(tiles, tiles.stitched(zip(tiles.corners, maps, strict=True)))
        for number, strength in enumerate(defects):
            rng = np.random.default_rng([self.seed, 7, number, *image.name.encode()])
            corner, donor = (tiles.corners[int(rng.integers(len(tiles.corners)))] for _ in range(2))
            seen = tiles.shown(corner)
            picture = draw_where_seen(tiles.picture(corner), tiles.picture(donor), strength, rng, seen)
            heat = bank.distances(self.extractor.features(picture).patches)
            alone = self._scores(tiles, tiles.stitched([(corner, heat)]))
            self.drawn.append((picture, {pooling: max(*found[pooling], *alone[pooling]) for pooling in Pooling}))
        return found

    def _scores(self, tiles: Tiles, heat: Heat) -> dict[Pooling, list[float]]:
        return {
            pooling: tiles.anomaly_scores(
                heat, Combination(weight=0.0, pooling=pooling, bank_scale=1.0, gaussian_scale=1.0, top=self.top)
            )
            for pooling in Pooling
        }

    def _patches(self, tiles: Tiles, corners: Sequence[tuple[int, int]]) -> Iterator[NDArray[np.float32]]:
        return in_order(
            lambda corner: self.extractor.features(tiles.picture(corner)).patches,
            corners,
            self.extractor.workers,
            lambda _done: None,
        )


def sample_all(
    learner: TileLearner,
    images: list[TrainingImage],
    rest: list[TrainingImage],
    settings: TrainingSettings,
    intake: Intake,
    step: Step,
) -> list[TileSample]:
    """Patches of every good frame, in its order; those in ``rest`` are taken in on the way."""
    count = len(images) + len(rest)
    tiles, each = max(1, _SAMPLED_TILES // count), max(1, PREFILTER // count)
    samples = []
    for place, image in enumerate([*images, *rest]):
        if place < len(images) or intake.take(load_picture(image, (), settings.side, learner.framing)) is not None:
            samples.append(learner.sample(image, tiles, each))
        step("tiles_learned", place + 1, count)
    return samples


def score_all(
    learner: TileLearner,
    asked: list[TrainingImage],
    banks: list[MemoryBank],
    good: int,
    settings: TrainingSettings,
    step: Step,
) -> list[dict[Pooling, list[float]]]:
    """Of each image what its tiles score by its bank; on the first ``good`` of them defects are drawn, shared out."""
    strengths = np.linspace(0.05, 1.0, settings.synthetic_defects)
    order = np.random.default_rng([learner.seed, 8]).permutation(len(strengths)) % good
    found = []
    for place, (image, bank) in enumerate(zip(asked, banks, strict=True)):
        found.append(learner.score(image, bank, strengths[order == place].tolist()))
        step("tiles_scored", place + 1, len(asked))
    return found
