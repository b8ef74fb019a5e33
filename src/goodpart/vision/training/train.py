"""Training: from images of good parts to a candidate package and a report of what it can claim."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np

from goodpart.base.clock import Clock
from goodpart.vision.backbone import load_backbone
from goodpart.vision.engine import Engine, LoadOptions, open_engine
from goodpart.vision.package.writing import check_out
from goodpart.vision.progress import Course, Progress
from goodpart.vision.threads import one_blas_thread
from goodpart.vision.training.atlas import atlas_of
from goodpart.vision.training.candidate import write_outcome
from goodpart.vision.training.claims import report_on
from goodpart.vision.training.evidence import gather_evidence, with_masks, without_hidden
from goodpart.vision.training.extraction import fit_patch_projection, grid_of, load_extractor
from goodpart.vision.training.images import TrainingImage
from goodpart.vision.training.kept import KeptFeatures
from goodpart.vision.training.labelled import learn_labels
from goodpart.vision.training.learning import learn
from goodpart.vision.training.packaging import (
    FEW_DRAWN,
    pack_network,
)
from goodpart.vision.training.pictures import Intake
from goodpart.vision.training.report import TrainingReport, TrainingSettings
from goodpart.vision.training.run import Outcome, Run
from goodpart.vision.training.selection import Fitted, fit_pictures, has_enough_defects
from goodpart.vision.training.synthetic import draw_defects
from goodpart.vision.training.taking import FIT, Taken, take_images
from goodpart.vision.training.tile_labels import TileTeacher
from goodpart.vision.training.tiled import FittedTiles, fit_tiles
from goodpart.vision.training.unseen import final_scores
from goodpart.vision.training.viewing import prepare_view
from goodpart.vision.training.weighing import Learned

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
_SHARES_OF_LABELLED_TILES = {
    "images": 0.05,
    "tiles_learned": 0.15,
    "tiles_scored": 0.37,
    "labels": 0.4,
    "package": 0.03,
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
    keep: Path | None = None,
) -> TrainingReport:
    """Learn from good images, and labelled defects where there are any, and write a candidate package to ``out``.

    The result depends on the images, the settings and the seed alone. Memory does not grow with the number of images.
    Where defects are labelled, features of pictures are kept in the folder ``keep``: a training with one more label is
    the quicker for it.
    Raises `TrainingError`, `TrainingCancelledError`, `BackboneError` or `PackageError`, with nothing written; for a
    place where no package can be written, before the first image is read.
    """
    check_out(out)
    engine = engine or open_engine()
    backbone = load_backbone(settings.backbone)
    given = list(images)
    with one_blas_thread():
        run = Run(
            msgspec.structs.replace(settings, backbone=backbone.id),  # without the folder of a person's own file
            backbone,
            engine,
            prepare_view(settings.view, given),
            Intake.empty(),
            Course(dict(_SHARES), progress, cancelled, clock),
            seed,
            KeptFeatures(keep) if keep is not None and not all(image.is_good for image in given) else None,
        )
        taken = take_images(given, run.settings, run.viewing, run.intake, run.course, seed)
        taken = with_masks(taken, run.intake)
        taken = without_hidden(taken, run.viewing.framing, run.intake)
        outcome = _of_whole_frames(run, taken) if settings.view.tiling is None else _of_tiles(run, taken)
        if run.kept is not None:
            run.kept.trim()
        return write_outcome(run, outcome, out)


def _of_tiles(run: Run, taken: Taken) -> Outcome:
    tiling = run.viewing.framing.view.tiling
    assert tiling is not None
    run.course.shares = dict(_SHARES_OF_LABELLED_TILES if taken.bad else _SHARES_OF_TILES)
    settings = msgspec.structs.replace(run.settings, side=tiling.side)
    tiled = fit_tiles(
        taken,
        backbone=run.backbone,
        engine=run.engine,
        precision=run.precision,
        settings=settings,
        framing=run.viewing.framing,
        intake=run.intake,
        seed=run.seed,
        step=run.course.step,
    )
    scores = tiled.good_scores, tiled.bad_scores
    learned = _learn_tile_labels(run, tiled)
    if learned is not None and learned.labelled.score is not None:
        scores = learned.good_scores, learned.bad_scores
    report = report_on(
        tiled,
        tiled.candidates(),
        tiled.taken,
        settings,
        run.intake,
        run.precision,
        run.seed,
        *scores,
        learned=learned,
    )
    labelled = learned.labelled if learned else None
    network = pack_network(run.backbone, tiled.detector, run.engine, run.viewing.framing, labelled)
    return Outcome(tiled, tiled.taken, report, network, tiled.crops)


def _learn_tile_labels(run: Run, tiled: FittedTiles) -> Learned | None:
    if not tiled.bad:
        return None
    step = run.course.step
    teacher = TileTeacher(
        tiled,
        run.backbone,
        run.engine,
        run.precision,
        run.viewing.framing,
        run.seed,
        lambda done, total: step("labels", done, total),
        run.kept,
    )
    return teacher.learn()


def _of_whole_frames(run: Run, taken: Taken) -> Outcome:
    settings, course = run.settings, run.course
    if taken.bad:
        course.shares = {**course.shares, "labels": 0.2, "package": course.shares.pop("package")}
    course.shares["learning"] += _SHARE_OF_ONE_MORE * len(taken.rest)
    best = _fit(run, taken)
    detector, bank = learn(best, taken, settings, run.viewing.framing, run.intake, course, run.seed)
    scores = final_scores(detector, best, taken, bank, run.intake.sizes.total(), course)
    learned = _learn_labels(run, best, taken)
    if learned is not None and learned.labelled.score is not None:
        scores = learned.good_scores, learned.bad_scores
    report = report_on(
        best, best.candidates(), taken, settings, run.intake, run.precision, run.seed, *scores, learned=learned
    )
    labelled = learned.labelled if learned else None
    with ThreadPoolExecutor(1) as beside:
        crops = None
        if best.combination.weight < 1:
            places = [(one.patches.shape[0], one.patches.shape[1]) for one in best.good]
            crops = beside.submit(atlas_of, bank.sources, [picture.by_fit[best.fit] for picture in taken.good], places)
        network = pack_network(run.backbone, detector, run.engine, run.viewing.framing, labelled)
    return Outcome(best, taken, report, network, crops.result() if crops is not None else None)


def _fit(run: Run, taken: Taken) -> Fitted:
    settings = run.settings
    pictures = [picture.by_fit[FIT] for picture in taken.good]
    rng = np.random.default_rng([run.seed, 3])
    projection = fit_patch_projection(run.backbone, run.engine, run.precision, pictures, rng)
    # Enough labelled defects are compared themselves: drawn ones then only calibrate and prove the package.
    count = settings.synthetic_defects
    if has_enough_defects(taken.bad):
        count = min(count, FEW_DRAWN)
    with ThreadPoolExecutor(1) as beside:
        extractor = beside.submit(
            load_extractor, run.backbone, run.engine, run.precision, projection, grid_of(pictures), run.kept
        )
        drawn = draw_defects(
            [picture.image for picture in taken.good],
            (FIT,),
            settings.side,
            count=count,
            seed=run.seed,
            workers=LoadOptions().cores,
            framing=run.viewing.framing,
            step=lambda done: run.course.step("defects", done, count),
        )
    return fit_pictures(
        FIT,
        taken.good,
        taken.bad,
        drawn,
        extractor=extractor.result(),
        settings=settings,
        framing=run.viewing.framing,
        seed=run.seed,
        step=run.course.step,
    )


def _learn_labels(run: Run, best: Fitted, taken: Taken) -> Learned | None:
    if not taken.bad:
        return None
    evidence = gather_evidence(
        best,
        taken,
        run.backbone,
        run.engine,
        run.precision,
        lambda done, total: run.course.step("labels", done, total),
        run.kept,
    )
    return learn_labels(evidence, best.combination, run.seed)
