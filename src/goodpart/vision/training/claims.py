"""What a training can claim of its result, and what a person should look at."""

import numpy as np

from goodpart.vision.engine import Precision
from goodpart.vision.parts import count_parts, one_a_part
from goodpart.vision.preprocessing import Preprocessing
from goodpart.vision.threshold import doubtful, outliers, prove, suggest_thresholds
from goodpart.vision.training.pictures import Intake, parts_of
from goodpart.vision.training.report import Candidate, ScoredImage, TrainingReport, TrainingSettings
from goodpart.vision.training.selection import Fitted, has_enough_defects
from goodpart.vision.training.taking import RECOMMENDED_IMAGES, Taken
from goodpart.vision.training.tiled import FittedTiles
from goodpart.vision.training.weighing import Learned

_MOST_DOUBTS = 3


def report_on(
    best: Fitted | FittedTiles,
    candidates: list[Candidate],
    taken: Taken,
    settings: TrainingSettings,
    intake: Intake,
    precision: Precision,
    seed: int,
    good_scores: list[float],
    bad_scores: list[float],
    learned: Learned | None = None,
) -> TrainingReport:
    """The report, but for the package's id and the duration, which come last.

    The scores are those of the finished detector: of ``taken.good`` each as if it had not learned its part, of
    ``taken.bad``. What they support counts parts, each at its worst image.
    """
    good_by_part = one_a_part(good_scores, parts_of(taken.good), max)
    bad_by_part = one_a_part(bad_scores, parts_of(taken.bad), min)
    thresholds = suggest_thresholds(good_by_part, bad_by_part)
    listed = [
        ScoredImage(name=picture.image.name, label=picture.image.label, score=score, part=picture.image.part)
        for picture, score in zip([*taken.good, *taken.bad], [*good_scores, *bad_scores], strict=True)
    ]
    on = "labelled defects" if has_enough_defects(taken.bad) else "synthetic defects"
    return TrainingReport(
        package_id="",
        n_good=intake.sizes.total() - len(taken.bad),
        n_bad=len(taken.bad),
        n_good_parts=intake.count_parts(good=True),
        n_bad_parts=intake.count_parts(good=False),
        thresholds=thresholds,
        scores=tuple(listed),
        selection_auroc=best.auroc,
        selected_on=on,
        candidates=tuple(sorted(candidates, key=lambda candidate: -candidate.auroc)),
        detector=best.combination,
        preprocessing=Preprocessing(fit=best.fit, side=settings.side),
        backbone=settings.backbone,
        bank_size=settings.bank_size,
        precision=precision.value,
        why=_why(best, candidates, on),
        proof=prove(good_by_part, bad_by_part, thresholds),
        warnings=(*_warnings(taken, good_scores, intake), *(learned.warnings if learned else ())),
        duration_s=0.0,
        seed=seed,
        labels=learned.report if learned else None,
    )


def _why(best: Fitted | FittedTiles, candidates: list[Candidate], on: str) -> str:
    weight = best.combination.weight
    parts = {0.0: "the memory bank alone", 1.0: "the position Gaussian alone"}.get(
        weight, f"memory bank and position Gaussian ({1 - weight:.0%} and {weight:.0%})"
    )
    count = len(best.bad) if on == "labelled defects" else len(best.synthetic)
    highest = max(candidate.auroc for candidate in candidates)
    if round(best.auroc, 4) >= highest:
        how = f"best (AUROC {best.auroc:.3f})"
    else:
        how = (
            f"as well as the best within one standard error (AUROC {best.auroc:.3f}, the best {highest:.3f}), and is "
            "nearest to what the number of parts suggests"
        )
    return (
        f"Of {len(candidates)} candidates {parts}, score by the {best.combination.pooling} of the map, "
        f"{best.pictures}, told {count} {on} from good parts not seen in training {how}."
    )


def _warnings(taken: Taken, good_scores: list[float], intake: Intake) -> list[str]:
    said, scores = intake.warnings(), np.array(good_scores)
    for index in np.flatnonzero(outliers(scores)):
        said.append(
            f"{taken.good[index].image.name} looks unlike the other good parts (score {scores[index]:.2f}): "
            "check that it is good, or leave it out."
        )
    for index in sorted(np.flatnonzero(doubtful(scores)), key=lambda index: -scores[index])[:_MOST_DOUBTS]:
        said.append(
            f"{taken.good[index].image.name} is stranger than the other good parts (score {scores[index]:.2f}, half of "
            f"them below {np.median(scores):.2f}) and counts as good: if it is not, it hides defects. Look at it."
        )
    if taken.surplus:
        said.append(f"{taken.surplus} images were not learned from: others show the same parts. More parts teach more.")
    count = count_parts(parts_of(taken.good))
    if count < RECOMMENDED_IMAGES:
        images = len(taken.good)
        what = "different images of good parts" if count == images else f"good parts in {images} images"
        said.append(f"Only {count} {what}: the thresholds are wide. {RECOMMENDED_IMAGES} or more make them reliable.")
    return said
