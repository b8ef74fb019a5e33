"""The candidate package of a training: manifest, network, golden pictures, and what parts are held against later."""

from pathlib import Path

import msgspec

from goodpart.vision.package import BackboneId, Manifest, NetworkSpec, write_candidate
from goodpart.vision.package.manifest import KIND, NETWORK_FILE, REPORT_FILE, schema_of
from goodpart.vision.package.writing import stored_files
from goodpart.vision.training.atlas import PATCHES_FILE
from goodpart.vision.training.monitoring import drift_reference, optics_reference
from goodpart.vision.training.packaging import TOLERANCE, golden_pictures, thresholds_by_precision
from goodpart.vision.training.report import TrainingReport
from goodpart.vision.training.run import Outcome, Run


def write_outcome(run: Run, outcome: Outcome, out: Path) -> TrainingReport:
    """Write the candidate package; the report with its id and the time that all took. Raises `PackageError`."""
    run.course.step("package", 0, 2)
    manifest, files = _pack(run, outcome)
    run.course.step("package", 1, 2)
    package_id = write_candidate(out, manifest, files)
    run.course.end("package", 2)
    return msgspec.structs.replace(outcome.report, package_id=package_id, duration_s=round(run.course.elapsed_s, 3))


def _pack(run: Run, outcome: Outcome) -> tuple[Manifest, dict[str, bytes]]:
    report, network, best, settings = outcome.report, outcome.network, outcome.best, run.settings
    good_scores = [scored.score for scored in report.scores[: len(outcome.taken.good)]]
    golden, files = golden_pictures(
        network, report.preprocessing, outcome.taken.good, good_scores, best.synthetic, settings.golden_images
    )
    files |= run.viewing.files
    if outcome.crops is not None:
        files[PATCHES_FILE] = outcome.crops[1]
    files[NETWORK_FILE] = network.content
    files[REPORT_FILE] = msgspec.json.encode(report)
    labels = None if settings.view.is_plain else network.scoring.labels
    manifest = Manifest(
        schema=schema_of(settings.view, labels),
        kind=KIND,
        name=settings.name,
        created_at=run.course.clock.now(),
        backbone=BackboneId(id=run.backbone.id, sha256=run.backbone.sha256),
        detector=best.combination,
        preprocessing=report.preprocessing,
        network=NetworkSpec(file=NETWORK_FILE, taps=network.taps),
        thresholds=thresholds_by_precision(network, run.precision, report.thresholds, best.synthetic),
        golden=tuple(golden),
        tolerance=TOLERANCE,
        files=stored_files(files),
        view=settings.view,
        reference=run.viewing.reference,
        optics=optics_reference(outcome.taken),
        drift=drift_reference(best, report, seed=run.seed),
        patches=outcome.crops[0] if outcome.crops is not None else None,
        types=report.labels.types if report.labels else (),
        labels=labels,
        mm_per_pixel=settings.mm_per_pixel,
    )
    return manifest, files
