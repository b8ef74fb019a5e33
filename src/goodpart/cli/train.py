"""``goodpart train``: from a folder of good parts to a candidate package."""

import re
from pathlib import Path

import click
import msgspec

from goodpart.base.clock import SystemClock
from goodpart.cli.backbones import backbone_option
from goodpart.cli.options import engine_option, part_option, say_parts, seed_option
from goodpart.cli.progress import Bar
from goodpart.cli.view_options import with_view
from goodpart.vision.engine import open_engine
from goodpart.vision.training import TrainingReport, TrainingSettings, images_in, passed_over
from goodpart.vision.training import train as learn
from goodpart.vision.training.kept import features_folder
from goodpart.vision.view import View


def _scale(_context: click.Context, _option: click.Parameter, given: float | None) -> float | None:
    try:
        return TrainingSettings(mm_per_pixel=given).mm_per_pixel
    except ValueError as error:
        raise click.UsageError(
            f"--mm-per-pixel {given} cannot be meant: {error}. "
            "Divide a length in millimetres by its length in pixels: 50 mm in 1000 pixels are 0.05."
        ) from error


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The package.")
@click.option("--name", default="", help="What the model is for; shown to people.")
@backbone_option
@engine_option
@part_option
@seed_option
@click.option("--mm-per-pixel", type=float, callback=_scale, help="Millimetres of the part in one pixel: areas in mm².")
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where features are kept between trainings with labelled defects, 2 GiB at most.  [default: the user's cache]",
)
@click.option("--no-cache", is_flag=True, help="Keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON on standard output.")
@with_view
def train(
    *,
    folder: Path,
    out: Path,
    name: str,
    backbone: str,
    engine: str,
    part: re.Pattern[str] | None,
    seed: int,
    mm_per_pixel: float | None,
    cache: Path | None,
    no_cache: bool,
    as_json: bool,
    view: View,
) -> None:
    """Teach a model from DIR: images of good parts, or a folder of MVTec shape (its train/good is used).

    Labelled defects are learned from where DIR has train/TYPE beside train/good, or TYPE beside good, with masks in
    ground_truth/TYPE/STEM_mask.png.

    The result is an unsigned candidate: `goodpart inspect` runs it with --trust, a gateway only after approval.
    """
    with Bar(f"{out} was not written.") as bar:
        images = images_in(folder, part)
        say_parts(part, [image.part for image in images])
        report = learn(
            images,
            TrainingSettings(
                name=name or folder.resolve().name, backbone=backbone, view=view, mm_per_pixel=mm_per_pixel
            ),
            out=out,
            progress=bar.show,
            cancelled=lambda: False,
            clock=SystemClock(),
            seed=seed,
            engine=open_engine(engine),
            keep=None if no_cache else cache or features_folder(),
        )
    report = msgspec.structs.replace(report, warnings=(*passed_over(folder), *report.warnings))
    click.echo(msgspec.json.encode(report).decode() if as_json else _told(report, out))


def _told(report: TrainingReport, out: Path) -> str:
    good = _of_parts(f"{report.n_good} good images", report.n_good, report.n_good_parts)
    shown = "1 labelled defect" if report.n_bad == 1 else f"{report.n_bad} labelled defects"
    defects = _of_parts(shown, report.n_bad, report.n_bad_parts)
    lines = [
        f"{out}: learned from {good}{f' and {defects}' if report.n_bad else ''} in {report.duration_s:.1f} s.",
        report.why,
        *([report.labels.why] if report.labels else []),
        f"Good below {report.thresholds.good_below:.3f}, bad from {report.thresholds.bad_above:.3f}, unsure between.",
        *report.proof.statements,
        *(f"Warning: {warning}" for warning in report.warnings),
        f"Unsigned candidate {report.package_id[:12]}. Try it: goodpart inspect {out} IMAGE --trust",
    ]
    return "\n".join(lines)


def _of_parts(what: str, images: int, parts: int) -> str:
    return what if images == parts else f"{what} of {parts} {'part' if parts == 1 else 'parts'}"
