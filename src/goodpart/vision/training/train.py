"""Training: from images of good parts to a candidate package and a report of what it can claim."""

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import numpy as np

from goodpart.base.clock import Clock
from goodpart.vision.backbone import Backbone, load_backbone
from goodpart.vision.engine import Engine, LoadOptions, Precision, open_engine
from goodpart.vision.package import BackboneId, Manifest, NetworkSpec, write_candidate
from goodpart.vision.package.manifest import KIND, NETWORK_FILE, REPORT_FILE, SCHEMA
from goodpart.vision.package.writing import stored_files
from goodpart.vision.threads import one_blas_thread
from goodpart.vision.training.claims import report_on
from goodpart.vision.training.evidence import check_masks, gather_evidence
from goodpart.vision.training.extraction import fit_patch_projection
from goodpart.vision.training.images import TrainingImage
from goodpart.vision.training.labelled import learn_labels
from goodpart.vision.training.learning import learn
from goodpart.vision.training.packaging import (
    TOLERANCE,
    PackedNetwork,
    golden_pictures,
    pack_network,
    thresholds_by_precision,
)
from goodpart.vision.training.pictures import Intake
from goodpart.vision.training.progress import Course, Progress
from goodpart.vision.training.report import TrainingReport, TrainingSettings
from goodpart.vision.training.selection import Fitted, fit_pictures
from goodpart.vision.training.synthetic import draw_defects
from goodpart.vision.training.taking import FIT, Taken, take_images

_SHARES = {
    "images": 0.15,
    "defects": 0.15,
    "features": 0.35,
    "selection": 0.12,
    "comparison": 0.08,
    "learning": 0.07,
    "package": 0.08,
}
_SHARE_OF_ONE_MORE = 0.001


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
    taken = take_images(images, settings, intake, course, seed)
    check_masks(taken.bad)
    if taken.bad:
        course.shares = {**course.shares, "labels": 0.2, "package": course.shares.pop("package")}
    course.shares["learning"] += _SHARE_OF_ONE_MORE * len(taken.rest)
    patch_projection = fit_patch_projection(
        backbone,
        engine,
        precision,
        [picture.by_fit[FIT] for picture in taken.good],
        np.random.default_rng([seed, 3]),
    )
    drawn = draw_defects(
        [picture.image for picture in taken.good],
        (FIT,),
        settings.side,
        count=settings.synthetic_defects,
        seed=seed,
        workers=LoadOptions().cores,
        step=lambda done: course.step("defects", done, settings.synthetic_defects),
    )
    best = fit_pictures(
        FIT,
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
    detector = learn(best, taken, settings, intake, course, seed)
    learned = None
    if taken.bad:
        evidence = gather_evidence(
            best, taken, backbone, engine, precision, lambda done, total: course.step("labels", done, total)
        )
        learned = learn_labels(evidence, best.combination, seed)
    report = report_on(best, best.candidates(), taken, settings, intake, precision, seed, learned)
    course.step("package", 0, 2)
    network = pack_network(backbone, detector, engine, learned.labelled if learned else None)
    manifest, files = _pack(network, backbone, best, taken, report, settings, clock)
    course.step("package", 1, 2)
    package_id = write_candidate(out, manifest, files)
    course.end("package", 2)
    duration = round((clock.monotonic_ns() - started) / 1e9, 3)
    return msgspec.structs.replace(report, package_id=package_id, duration_s=duration)


def _pack(
    network: PackedNetwork,
    backbone: Backbone,
    best: Fitted,
    taken: Taken,
    report: TrainingReport,
    settings: TrainingSettings,
    clock: Clock,
) -> tuple[Manifest, dict[str, bytes]]:
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
        detector=best.combination,
        preprocessing=report.preprocessing,
        network=NetworkSpec(file=NETWORK_FILE, taps=network.taps),
        thresholds=thresholds,
        golden=tuple(golden),
        tolerance=TOLERANCE,
        files=stored_files(files),
        types=report.labels.types if report.labels else (),
        mm_per_pixel=settings.mm_per_pixel,
    )
    return manifest, files
