"""``goodpart train``: from a folder of good parts to a candidate package."""

import sys
from pathlib import Path

import click
import msgspec

from goodpart.base.clock import SystemClock
from goodpart.vision.training import Progress, TrainingReport, TrainingSettings, images_in
from goodpart.vision.training import train as learn


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The package.")
@click.option("--name", default="", help="What the model is for; shown to people.")
@click.option("--seed", default=0, show_default=True, help="For every random choice.")
@click.option("--mm-per-pixel", type=float, help="Millimetres of the part in one pixel: areas in mm².")
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON on standard output.")
def train(folder: Path, out: Path, name: str, seed: int, mm_per_pixel: float | None, as_json: bool) -> None:
    """Teach a model from DIR: images of good parts, or a folder of MVTec shape (its train/good is used).

    Labelled defects are learned from where DIR has train/TYPE, with masks in ground_truth/TYPE/STEM_mask.png.

    The result is an unsigned candidate: `goodpart inspect` runs it with --trust, a gateway only after approval.
    """
    show = _bar if sys.stderr.isatty() else lambda _progress: None
    report = learn(
        images_in(folder),
        TrainingSettings(name=name or folder.resolve().name, mm_per_pixel=mm_per_pixel),
        out=out,
        progress=show,
        cancelled=lambda: False,
        clock=SystemClock(),
        seed=seed,
    )
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    click.echo(msgspec.json.encode(report).decode() if as_json else _told(report, out))


def _bar(progress: Progress) -> None:
    filled = round(24 * progress.done / progress.total) if progress.total else 24
    remaining = "" if progress.remaining_s is None else f"  {progress.remaining_s:.0f} s left"
    line = f"\r\033[K{progress.stage.replace('_', ' '):<18} [{'#' * filled:<24}]{remaining}"
    click.echo(line, nl=False, err=True)


def _told(report: TrainingReport, out: Path) -> str:
    defects = f" and {report.n_bad} labelled defects" if report.n_bad else ""
    lines = [
        f"{out}: learned from {report.n_good} good images{defects} in {report.duration_s:.1f} s.",
        report.why,
        *([report.labels.why] if report.labels else []),
        f"Good below {report.thresholds.good_below:.3f}, bad from {report.thresholds.bad_above:.3f}, unsure between.",
        *report.proof.statements,
        *(f"Warning: {warning}" for warning in report.warnings),
        f"Unsigned candidate {report.package_id[:12]}. Try it: goodpart inspect {out} IMAGE --trust",
    ]
    return "\n".join(lines)
