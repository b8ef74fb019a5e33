"""Accuracy and speed on a folder of MVTec shape: fitted on ``train/good`` alone, then scored on ``test``."""

import resource
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from goodpart.base.clock import Clock
from goodpart.vision.engine import Engine
from goodpart.vision.errors import EvaluationError
from goodpart.vision.evaluation.evaluate import Evaluation, evaluate
from goodpart.vision.evaluation.folder import known_images
from goodpart.vision.evaluation.no_reads import no_read_statement
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import read_package
from goodpart.vision.progress import Course
from goodpart.vision.training import Progress, TrainingImage, TrainingReport, TrainingSettings, train
from goodpart.vision.training.images import image_files


class BenchmarkRow(msgspec.Struct, frozen=True, kw_only=True):
    """One folder. ``train_s`` runs from the first file opened to a usable package; ``infer_ms_*`` include decoding."""

    data: str
    n_train: int
    n_test: int
    image_auroc: float
    pixel_auroc: float | None
    aupro: float | None
    recall_at_1pct_overkill: float
    train_s: float
    infer_ms_p50: float
    infer_ms_p95: float
    peak_rss_mb: float
    detector: str
    backbone: str


def benchmark(
    folder: Path,
    *,
    settings: TrainingSettings,
    seed: int,
    clock: Clock,
    progress: Callable[[Progress], None],
    engine: Engine | None = None,
    warn: Callable[[str], None] = lambda _warning: None,
) -> BenchmarkRow:
    """Train, then evaluate. No test image or mask is opened before training has ended; nothing is left on disk.

    ``warn`` is told what training and scoring warn of, and of images that were not inspected: all change the figures.
    Raises `EvaluationError` or `TrainingError` when the folder has not that shape.
    """
    place = folder / "train" / "good"
    if not place.is_dir():
        raise EvaluationError(
            f"The folder {folder} has no train/good to learn from.",
            "Lay the images out as train/good/*, test/good/*, test/<defect>/*.",
        )
    _forget_peak_memory()
    started = clock.monotonic_ns()
    images = [TrainingImage(path.name, path) for path in image_files(place)]
    with tempfile.TemporaryDirectory(prefix="goodpart-") as scratch:
        out = Path(scratch) / "candidate.gpm"
        report = train(
            images,
            settings,
            out=out,
            progress=progress,
            cancelled=lambda: False,
            clock=clock,
            seed=seed,
            engine=engine,
        )
        inspector = Inspector(read_package(out, keys=None), engine=engine)
        train_s = (clock.monotonic_ns() - started) / 1e9
        course = Course({"scoring": 1.0}, progress, lambda: False, clock, work="benchmark")
        found = evaluate(
            inspector,
            known_images(folder),
            step=lambda done, total: course.step("scoring", done, total),
            warn=warn,
        )
    for warning in report.warnings:
        warn(warning)
    if (unread := no_read_statement(found)) is not None:
        warn(unread)
    return _row(folder, report, found, train_s)


def _row(folder: Path, report: TrainingReport, found: Evaluation, train_s: float) -> BenchmarkRow:
    return BenchmarkRow(
        data=folder.resolve().name,
        n_train=report.n_good,
        n_test=found.n_good + found.n_bad,
        image_auroc=round(found.image_auroc, 4),
        pixel_auroc=_rounded(found.pixel_auroc),
        aupro=_rounded(found.aupro),
        recall_at_1pct_overkill=round(found.recall_at_1pct_overkill, 4),
        train_s=round(train_s, 2),
        infer_ms_p50=round(found.infer_ms_p50, 2),
        infer_ms_p95=round(found.infer_ms_p95, 2),
        peak_rss_mb=round(peak_memory_mb(), 1),
        detector=describe(report),
        backbone=report.backbone,
    )


def describe(report: TrainingReport) -> str:
    """The detector in a few words."""
    weight = report.detector.weight
    parts = {0.0: "memory bank", 1.0: "position gaussian"}.get(
        weight, f"memory bank {1 - weight:g} + position gaussian {weight:g}"
    )
    preprocessing = report.preprocessing
    return f"{parts}, {report.detector.pooling}, {preprocessing.fit} {preprocessing.side}, {report.precision}"


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)


def _forget_peak_memory() -> None:
    """Start the kernel's high-water mark anew, so that each folder has its own; where not allowed, it is shared."""
    mark = Path("/proc/self/clear_refs")
    if mark.exists():
        try:
            mark.write_text("5")
        except PermissionError:
            return


def peak_memory_mb() -> float:
    """The most memory that this process ever held at once, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
