"""Training: from images of good parts to a candidate package and a report of what it can claim."""

from collections.abc import Callable, Iterable, Sequence
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
from goodpart.vision.training.atlas import PATCHES_FILE, Source, atlas_of, sources_of
from goodpart.vision.training.claims import report_on
from goodpart.vision.training.evidence import check_masks, gather_evidence
from goodpart.vision.training.extraction import fit_patch_projection
from goodpart.vision.training.images import TrainingImage
from goodpart.vision.training.labelled import learn_labels
from goodpart.vision.training.learning import learn
from goodpart.vision.training.monitoring import drift_reference, optics_reference
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
from goodpart.vision.training.tiled import FittedTiles, fit_tiles
from goodpart.vision.training.unseen import final_scores
from goodpart.vision.training.viewing import Viewing, prepare_view

_SHARES = {
    "images": 0.15,
    "defects": 0.15,
    "features": 0.35,
    "selection": 0.12,
    "comparison": 0.08,
    "learning": 0.07,
    "thresholds": 0.05,
    "package": 0.08,
}
_SHARES_OF_TILES = {"images": 0.1, "tiles_learned": 0.25, "tiles_scored": 0.6, "package": 0.05}
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
    engine = engine or open_engine()
    precision = engine.precisions()[0]
    intake = Intake.empty()
    backbone = load_backbone(settings.backbone)
    settings = msgspec.structs.replace(settings, backbone=backbone.id)  # without the folder of a person's own file
    given = list(images)
    viewing = prepare_view(settings.view, given)
    taken = take_images(given, settings, viewing, intake, course, seed)
    if settings.view.tiling is not None:
        course.shares = dict(_SHARES_OF_TILES)
        settings = msgspec.structs.replace(settings, side=settings.view.tiling.side)
        tiled = fit_tiles(
            taken,
            backbone=backbone,
            engine=engine,
            precision=precision,
            settings=settings,
            framing=viewing.framing,
            intake=intake,
            seed=seed,
            step=course.step,
        )
        scores = tiled.good_scores, tiled.bad_scores
        report = report_on(tiled, tiled.candidates(), tiled.taken, settings, intake, precision, seed, *scores)
        network = pack_network(backbone, tiled.detector, engine, viewing.framing)
        return _write(out, network, backbone, tiled, tiled.taken, report, settings, viewing, course)
    check_masks(taken.bad)
    if taken.bad and settings.view.is_plain:
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
        framing=viewing.framing,
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
        framing=viewing.framing,
        seed=seed,
        step=course.step,
    )
    detector = learn(best, taken, settings, viewing.framing, intake, course, seed)
    sources = sources_of(detector.bank.patches, [one.patches for one in best.good])
    good_scores, bad_scores = final_scores(detector, best, taken, sources, intake.sizes.total(), course)
    learned = None
    # A label speaks of the whole frame, a view of a part of it.
    if taken.bad and settings.view.is_plain:
        evidence = gather_evidence(
            best, taken, backbone, engine, precision, lambda done, total: course.step("labels", done, total)
        )
        learned = learn_labels(evidence, best.combination, seed)
        if learned.labelled.score is not None:
            good_scores, bad_scores = learned.good_scores, learned.bad_scores
    report = report_on(
        best, best.candidates(), taken, settings, intake, precision, seed, good_scores, bad_scores, learned
    )
    network = pack_network(backbone, detector, engine, viewing.framing, learned.labelled if learned else None)
    return _write(out, network, backbone, best, taken, report, settings, viewing, course, sources)


def _write(
    out: Path,
    network: PackedNetwork,
    backbone: Backbone,
    best: Fitted | FittedTiles,
    taken: Taken,
    report: TrainingReport,
    settings: TrainingSettings,
    viewing: Viewing,
    course: Course,
    sources: Sequence[Source] = (),
) -> TrainingReport:
    course.step("package", 0, 2)
    manifest, files = _pack(network, backbone, best, taken, report, settings, viewing, course.clock, sources)
    course.step("package", 1, 2)
    package_id = write_candidate(out, manifest, files)
    course.end("package", 2)
    return msgspec.structs.replace(report, package_id=package_id, duration_s=round(course.elapsed_s, 3))


def _pack(
    network: PackedNetwork,
    backbone: Backbone,
    best: Fitted | FittedTiles,
    taken: Taken,
    report: TrainingReport,
    settings: TrainingSettings,
    viewing: Viewing,
    clock: Clock,
    sources: Sequence[Source],
) -> tuple[Manifest, dict[str, bytes]]:
    good_scores = [scored.score for scored in report.scores[: len(taken.good)]]
    golden, files = golden_pictures(
        network, report.preprocessing, taken.good, good_scores, best.synthetic, settings.golden_images
    )
    thresholds = thresholds_by_precision(network, Precision(report.precision), report.thresholds, best.synthetic)
    files |= viewing.files
    patches = None
    if best.combination.weight < 1 and settings.view.is_plain and isinstance(best, Fitted):
        pictures = [picture.by_fit[best.fit] for picture in taken.good]
        places = [(one.patches.shape[0], one.patches.shape[1]) for one in best.good]
        patches, files[PATCHES_FILE] = atlas_of(sources, pictures, places)
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
        view=settings.view,
        reference=viewing.reference,
        optics=optics_reference(taken),
        drift=drift_reference(best, report, seed=report.seed),
        patches=patches,
        types=report.labels.types if report.labels else (),
        mm_per_pixel=settings.mm_per_pixel,
    )
    return manifest, files
