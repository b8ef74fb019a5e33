"""Training: from images of good parts to a candidate package and a report of what it can claim."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from goodpart.base.clock import Clock
from goodpart.vision.backbone import Backbone, load_backbone
from goodpart.vision.detector.bank import PREFILTER, build_bank
from goodpart.vision.detector.features import TAPS
from goodpart.vision.detector.model import Detector
from goodpart.vision.engine import Engine, LoadOptions, Precision, open_engine
from goodpart.vision.errors import FrameError, TrainingError
from goodpart.vision.package import BackboneId, Manifest, NetworkSpec, write_candidate
from goodpart.vision.package.manifest import KIND, NETWORK_FILE, REPORT_FILE, SCHEMA
from goodpart.vision.package.writing import stored_files
from goodpart.vision.preprocessing import Fit, Preprocessing
from goodpart.vision.threads import one_blas_thread
from goodpart.vision.threshold import outliers, prove, suggest_thresholds
from goodpart.vision.training.crossfit import WITHIN, moments_of, sample_patches, scores
from goodpart.vision.training.extraction import Features, fit_patch_projection
from goodpart.vision.training.images import TrainingImage, good_and_bad
from goodpart.vision.training.packaging import (
    TOLERANCE,
    golden_pictures,
    pack_network,
    thresholds_by_precision,
)
from goodpart.vision.training.pictures import Intake, Picture, in_order, load_picture
from goodpart.vision.training.progress import Course, Progress
from goodpart.vision.training.report import Candidate, ScoredImage, TrainingReport, TrainingSettings
from goodpart.vision.training.selection import ENOUGH_REAL_DEFECTS, Fitted, fit_pictures
from goodpart.vision.training.synthetic import draw_defects

RECOMMENDED_IMAGES = 30
_SHARES = {
    "images": 0.12,
    "defects": 0.1,
    "features_square": 0.2,
    "selection_square": 0.1,
    "comparison_square": 0.04,
    "features_aspect": 0.2,
    "selection_aspect": 0.1,
    "comparison_aspect": 0.04,
    "learning": 0.08,
    "package": 0.08,
}


@dataclass(frozen=True)
class _Taken:
    """The pictures that training works with. ``rest`` are good images beyond those that are cross-fitted."""

    good: list[Picture]
    bad: list[Picture]
    rest: list[TrainingImage]


def train(
    images: Iterable[TrainingImage],
    settings: TrainingSettings,
    *,
    out: Path,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
    clock: Clock,
    seed: int = 0,
    engine: Engine | None = None,
) -> TrainingReport:
    """Learn from good images, and labelled defects where there are any, and write a candidate package to ``out``.

    The result depends on the images, the settings and the seed alone. Memory does not grow with the number of images.
    Raises `TrainingError`, `TrainingCancelledError`, `BackboneError` or `PackageError`, with nothing written.
    """
    with one_blas_thread():
        return _train(images, settings, out, Course(dict(_SHARES), progress, cancelled, clock), seed, engine)


def _train(
    images: Iterable[TrainingImage],
    settings: TrainingSettings,
    out: Path,
    course: Course,
    seed: int,
    engine: Engine | None,
) -> TrainingReport:
    clock = course.clock
    started = clock.monotonic_ns()
    engine = engine or open_engine()
    precision = engine.precisions()[0]
    intake = Intake.empty()
    backbone = load_backbone(settings.backbone)
    taken = _take(images, settings, intake, course, seed)
    fits = [fit for fit in Fit if fit is Fit.SQUARE or _differs(taken.good)]
    if len(fits) == 1:
        course.shares = {name: share for name, share in _SHARES.items() if not name.endswith("_aspect")}
    patch_projection = fit_patch_projection(
        backbone,
        engine,
        precision,
        [picture.by_fit[Fit.SQUARE] for picture in taken.good],
        np.random.default_rng([seed, 3]),
    )
    drawn = draw_defects(
        [picture.image for picture in taken.good],
        fits,
        settings.side,
        count=settings.synthetic_defects,
        seed=seed,
        workers=LoadOptions().cores,
        step=lambda done: course.step("defects", done, settings.synthetic_defects),
    )
    best: Fitted | None = None
    candidates: list[Candidate] = []
    for fit in fits:
        fitted = fit_pictures(
            fit,
            taken.good,
            taken.bad,
            drawn,
            backbone=backbone,
            engine=engine,
            precision=precision,
            patch_projection=patch_projection,
            settings=settings,
            seed=seed,
            step=course.step,
        )
        candidates.extend(fitted.candidates())
        # Where both do about as well the later one is preferred: it does not distort.
        if best is None or fitted.auroc + WITHIN >= best.auroc:
            best = fitted
    assert best is not None
    detector = _learn(best, taken, settings, intake, course, seed)
    report = _report(best, candidates, taken, settings, intake, precision, seed)
    course.step("package", 0, 2)
    manifest, files = _pack(backbone, detector, best, taken, report, settings, engine, clock)
    course.step("package", 1, 2)
    package_id = write_candidate(out, manifest, files)
    course.end("package", 2)
    duration = round((clock.monotonic_ns() - started) / 1e9, 3)
    return msgspec.structs.replace(report, package_id=package_id, duration_s=duration)


def _take(
    images: Iterable[TrainingImage], settings: TrainingSettings, intake: Intake, course: Course, seed: int
) -> _Taken:
    good, bad = good_and_bad(images)
    if not good:
        raise TrainingError(
            "There is no image of a good part to learn from.",
            f"Add images of good parts, {RECOMMENDED_IMAGES} or more.",
        )
    order = np.random.default_rng([seed, 1]).permutation(len(good))
    first = [good[index] for index in np.sort(order[: settings.selection_images])]
    rest = [good[index] for index in np.sort(order[settings.selection_images :])]
    wanted = [*first, *bad]
    pictures = []
    for loaded in in_order(
        lambda image: load_picture(image, tuple(Fit), settings.side),
        wanted,
        workers=LoadOptions().cores,
        step=lambda done: course.step("images", done, len(wanted)),
    ):
        picture = intake.take(loaded)
        if picture is not None:
            pictures.append(picture)
    usable = [picture for picture in pictures if picture.image.is_good]
    if len(usable) < 2:
        raise _too_few(len(good), len(usable), intake)
    return _Taken(usable, [picture for picture in pictures if not picture.image.is_good], rest)


def _too_few(given: int, usable: int, intake: Intake) -> TrainingError:
    if usable == 0:
        why = intake.unreadable[0].cause if intake.unreadable else ""
        return TrainingError(
            f"None of the {given} files can be used as an image of a good part. The first: {why}",
            f"Add images of good parts, {RECOMMENDED_IMAGES} or more.",
        )
    said = "One image" if given == 1 else f"{given} files with one usable, different image"
    return TrainingError(
        f"{said} cannot show how good parts differ from each other.",
        f"Add images of other good parts: 2 at least, {RECOMMENDED_IMAGES} or more for a model to rely on.",
    )


def _differs(good: list[Picture]) -> bool:
    """Whether keeping the aspect changes any picture."""
    return any(picture.by_fit[Fit.ASPECT].shape != picture.by_fit[Fit.SQUARE].shape for picture in good)


def _learn(
    best: Fitted,
    taken: _Taken,
    settings: TrainingSettings,
    intake: Intake,
    course: Course,
    seed: int,
) -> Detector:
    """Fit on all good images; those beyond the cross-fitted ones stream through."""
    rng = np.random.default_rng([seed, 2])
    moments = moments_of(best.good)
    share = len(best.good) / (len(best.good) + len(taken.rest))
    patches = [sample_patches([one.patches for one in best.good], max(1, round(PREFILTER * share)), rng)]
    each = max(1, round(PREFILTER / (len(best.good) + len(taken.rest))))

    def read(image: TrainingImage) -> tuple[Picture | FrameError, Features | None]:
        loaded = load_picture(image, (best.fit,), settings.side)
        if isinstance(loaded, FrameError):
            return loaded, None
        return loaded, best.extractor.features(loaded.by_fit[best.fit]).whitened(best.place_projection)

    for loaded, features in in_order(
        read, taken.rest, best.extractor.workers, lambda done: course.step("learning", done, len(taken.rest))
    ):
        if intake.take(loaded) is None or features is None:
            continue
        moments.add(features.places[None])
        patches.append(sample_patches([features.patches], each, rng))
    bank = build_bank(np.concatenate(patches), settings.bank_size, rng)
    course.step("learning", 1, 1)
    return Detector(
        best.extractor.patch_projection,
        best.place_projection,
        bank,
        moments.gaussian(best.extractor.grid),
        best.combination,
    )


def _report(
    best: Fitted,
    candidates: list[Candidate],
    taken: _Taken,
    settings: TrainingSettings,
    intake: Intake,
    precision: Precision,
    seed: int,
) -> TrainingReport:
    good_scores = scores(best.combination, best.cross.good)
    bad_scores = scores(best.combination, best.bad)
    thresholds = suggest_thresholds(good_scores, bad_scores)
    listed = [
        ScoredImage(name=picture.image.name, label=picture.image.label, score=score)
        for picture, score in zip([*taken.good, *taken.bad], [*good_scores, *bad_scores], strict=True)
    ]
    on = "labelled defects" if len(best.bad) >= ENOUGH_REAL_DEFECTS else "synthetic defects"
    return TrainingReport(
        package_id="",
        n_good=intake.sizes.total() - len(taken.bad),
        n_bad=len(taken.bad),
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
        why=_why(best, len(candidates), on),
        proof=prove(good_scores, bad_scores, thresholds),
        warnings=tuple(_warnings(taken, good_scores, intake)),
        duration_s=0.0,
        seed=seed,
    )


def _why(best: Fitted, considered: int, on: str) -> str:
    weight = best.combination.weight
    parts = {0.0: "the memory bank alone", 1.0: "the position Gaussian alone"}.get(
        weight, f"memory bank and position Gaussian ({1 - weight:.0%} and {weight:.0%})"
    )
    count = len(best.bad) if on == "labelled defects" else len(best.synthetic)
    return (
        f"Of {considered} candidates {parts}, score by the {best.combination.pooling} of the map, images fitted by "
        f"{best.fit}, told {count} {on} from good parts not seen in training best (AUROC {best.auroc:.3f})."
    )


def _warnings(taken: _Taken, good_scores: list[float], intake: Intake) -> list[str]:
    said = intake.warnings()
    for index in np.flatnonzero(outliers(np.array(good_scores))):
        said.append(
            f"{taken.good[index].image.name} looks unlike the other good parts (score {good_scores[index]:.2f}): "
            "check that it is good, or leave it out."
        )
    count = len(taken.good)
    if count < RECOMMENDED_IMAGES:
        said.append(
            f"Only {count} different images of good parts: the thresholds are wide. {RECOMMENDED_IMAGES} or more "
            "make them reliable."
        )
    return said


def _pack(
    backbone: Backbone,
    detector: Detector,
    best: Fitted,
    taken: _Taken,
    report: TrainingReport,
    settings: TrainingSettings,
    engine: Engine,
    clock: Clock,
) -> tuple[Manifest, dict[str, bytes]]:
    network = pack_network(backbone, detector, engine)
    good_scores = [scored.score for scored in report.scores[: len(taken.good)]]
    golden, files = golden_pictures(
        network, report.preprocessing, taken.good, good_scores, best.synthetic, settings.golden_images
    )
    thresholds = thresholds_by_precision(network, Precision(report.precision), report.thresholds, best.synthetic)
    files[NETWORK_FILE] = network.content
    files[REPORT_FILE] = msgspec.json.encode(report)
    manifest = Manifest(
        schema=SCHEMA,
        kind=KIND,
        name=settings.name,
        created_at=clock.now(),
        backbone=BackboneId(id=backbone.id, sha256=backbone.sha256),
        detector=detector.combination,
        preprocessing=report.preprocessing,
        network=NetworkSpec(file=NETWORK_FILE, taps=TAPS),
        thresholds=thresholds,
        golden=tuple(golden),
        tolerance=TOLERANCE,
        files=stored_files(files),
    )
    return manifest, files
