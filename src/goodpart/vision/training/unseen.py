"""What the finished detector would score good parts that it had not learned: thresholds are about its scores.

Cross-fitted models have learned fewer parts, and a detector that has seen fewer is stricter: on textured parts with a
position Gaussian their scores lie a sixth above those that the finished detector gives new parts, and thresholds set
on them would let defects pass. So each part is taken out of the finished detector instead: its own patches out of the
memory bank, itself out of the mean and covariance at every position, in closed form.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.detector.gaussian import PositionGaussian
from goodpart.vision.detector.model import Detector
from goodpart.vision.framing import Framing
from goodpart.vision.progress import Course
from goodpart.vision.training.banks import KnownBank
from goodpart.vision.training.extraction import Features
from goodpart.vision.training.pictures import in_order
from goodpart.vision.training.selection import Fitted
from goodpart.vision.training.taking import Taken

_TOGETHER = 8
"""The Gaussian reads its factors, ten megabytes of them, once for so many pictures."""


def scores_left_out(
    detector: Detector,
    good: Sequence[Features],
    distances: Callable[[int], NDArray[np.float32]],
    *,
    learned: int,
    framing: Framing,
    workers: int,
    step: Callable[[int], None],
) -> list[float]:
    """The score of every picture in ``good`` by ``detector`` without it.

    ``distances`` gives a picture's map by the bank without it; ``learned`` is the number of pictures in the Gaussian,
    at least two; the pictures are the first of them.
    """
    gaussian = _gaussian_of(detector)

    def score(number: int, at_places: NDArray[np.float32]) -> float:
        return detector.combination.score(framing.masked(detector.combination.map(distances(number), at_places)))

    def scores(start: int) -> list[float]:
        places = gaussian.distances_left_out(np.stack([one.places for one in good[start : start + _TOGETHER]]), learned)
        return [score(start + number, at_places) for number, at_places in enumerate(places)]

    starts = range(0, len(good), _TOGETHER)
    found = in_order(scores, starts, workers, lambda done: step(min(done * _TOGETHER, len(good))))
    return [one for some in found for one in some]


def scores_of_unlearned(
    detector: Detector,
    features: Callable[[NDArray[np.uint8]], Features],
    pictures: Sequence[NDArray[np.uint8]],
    framing: Framing,
) -> list[float]:
    """The scores of pictures that the detector has not learned: labelled defects."""
    gaussian = _gaussian_of(detector)
    found = []
    for picture in pictures:
        one = features(picture)
        at_places = gaussian.distances(one.places[None])[0]
        heat = detector.combination.map(detector.bank.distances(one.patches), at_places)
        found.append(detector.combination.score(framing.masked(heat)))
    return found


def final_scores(
    detector: Detector, best: Fitted, taken: Taken, bank: KnownBank, learned_from: int, course: Course
) -> tuple[list[float], list[float]]:
    """The scores of ``taken.good``, each left out, and of ``taken.bad``; ``learned_from`` counts all that was taken."""

    def distances(number: int) -> NDArray[np.float32]:
        # Unless others were learned too, this is the bank that the combination was chosen with.
        if bank is best.bank:
            return best.cross.good[number][0]
        return bank.without(number).distances(best.good[number].patches)

    good = scores_left_out(
        detector,
        best.good,
        distances,
        learned=learned_from - len(taken.bad),
        framing=best.cross.framing,
        workers=best.extractor.workers,
        step=lambda done: course.step("thresholds", done, len(best.good)),
    )
    bad = scores_of_unlearned(
        detector,
        lambda picture: best.extractor.features(picture).whitened(best.place_projection),
        [picture.by_fit[best.fit] for picture in taken.bad],
        best.cross.framing,
    )
    return good, bad


def _gaussian_of(detector: Detector) -> PositionGaussian:
    assert detector.gaussian is not None  # only detectors of frames in tiles have none
    return detector.gaussian
