"""What the finished detector would score good parts that it had not learned: thresholds are about its scores.

Cross-fitted models have learned fewer parts, and a detector that has seen fewer is stricter: on textured parts with a
position Gaussian their scores lie a sixth above those that the finished detector gives new parts, and thresholds set
on them would let defects pass. So each part is taken out of the finished detector instead: the patches of all its
pictures out of the memory bank, and they out of the mean and covariance at every position, in closed form.
"""

from goodpart.vision.detector.model import Detector
from goodpart.vision.progress import Course
from goodpart.vision.training.banks import KnownBank
from goodpart.vision.training.crossfit import Unseen
from goodpart.vision.training.pictures import parts_of
from goodpart.vision.training.selection import Fitted, learned_views
from goodpart.vision.training.taking import Taken


def final_scores(
    detector: Detector, best: Fitted, taken: Taken, bank: KnownBank, learned_from: int, course: Course
) -> tuple[list[float], list[float]]:
    """The scores of ``taken.good``, each part left out, and of ``taken.bad``; ``learned_from`` counts all pictures."""
    combination = detector.combination
    course.step("thresholds", 0, 1)
    if bank is best.bank:  # no others were learned: the combination was chosen with these very detectors
        return best.cross.scores(combination, best.cross.good), best.cross.scores(combination, best.bad)
    assert detector.gaussian is not None  # only detectors of frames in tiles have none
    parts = parts_of(taken.good)
    unseen = Unseen(best.good, parts, bank, detector.gaussian, learned_from - len(taken.bad))
    workers = best.extractor.workers
    good = unseen.maps(
        best.good, range(len(best.good)), workers, lambda done: course.step("thresholds", done, len(best.good))
    )
    scores = []
    pictures = [picture.by_fit[best.fit] for picture in taken.bad]
    for raw, source in zip(
        best.extractor.extract(pictures, lambda _done: None), learned_views(parts, taken.bad), strict=True
    ):
        maps = unseen.maps([raw.whitened(best.place_projection)], [source], 1, lambda _done: None)
        scores += best.cross.scores(combination, maps)
    return best.cross.scores(combination, good), scores
