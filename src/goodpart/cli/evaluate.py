"""``goodpart evaluate``: a package against parts with known verdicts."""

import re
from pathlib import Path

import click
import msgspec

from goodpart.base.clock import SystemClock
from goodpart.cli.options import engine_option, key_set, keys_option, part_option, say_parts
from goodpart.cli.progress import Bar
from goodpart.vision.costs import Costs
from goodpart.vision.engine import open_engine
from goodpart.vision.errors import EvaluationError
from goodpart.vision.evaluation.evaluate import DefectFigures, Evaluation
from goodpart.vision.evaluation.evaluate import evaluate as judge
from goodpart.vision.evaluation.folder import KnownImage, known_images
from goodpart.vision.evaluation.machine import machine_name
from goodpart.vision.evaluation.no_reads import no_read_statement
from goodpart.vision.evaluation.page import check_page_place, report_page, write_page
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import read_package
from goodpart.vision.progress import Course

_STAGES = {"scoring": 0.92, "report": 0.08}
_MOST_NAMED = 10


@click.command()
@click.argument("package", metavar="PART.gpm", type=click.Path(path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="All figures and every image as JSON on standard output.")
@engine_option
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE.html",
    help="Where the HTML report goes.  [default: PART-DIR.html beside the package]",
)
@click.option("--no-report", is_flag=True, help="Write no HTML report.")
@part_option
@click.option("--cost-escape", type=click.FloatRange(min=0), metavar="COST", help="Of a bad part that is passed.")
@click.option("--cost-overkill", type=click.FloatRange(min=0), metavar="COST", help="Of a good part that is rejected.")
@click.option(
    "--cost-unsure",
    type=click.FloatRange(min=0),
    metavar="COST",
    help="Of a part that a person looks at.  [default: half of --cost-overkill]",
)
@click.option(
    "--defect-share",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.01,
    show_default=True,
    help="Share of bad parts in production.",
)
@keys_option
def evaluate(
    *,
    package: Path,
    folder: Path,
    as_json: bool,
    report: Path | None,
    no_report: bool,
    part: re.Pattern[str] | None,
    cost_escape: float | None,
    cost_overkill: float | None,
    cost_unsure: float | None,
    defect_share: float,
    engine: str,
    keys: Path | None,
) -> None:
    """Tell how many bad parts PART.gpm misses and how many good ones it rejects.

    DIR holds test/good, test/DEFECT and, for figures about pixels, ground_truth/DEFECT. The HTML report shows scores,
    rates, curves, and the worst images with their heat maps; it opens offline. With --cost-escape and --cost-overkill
    the thresholds that cost least are suggested. Any package is evaluated; with --keys only a signed one.
    """
    costs = _costs(cost_escape, cost_overkill, cost_unsure, defect_share)
    if report is not None and not no_report:
        check_page_place(report)
    with Bar("No report was written.") as bar:
        course = Course(_STAGES, bar.show, lambda: False, SystemClock(), work="evaluation")
        inspector = Inspector(
            read_package(package, keys=None if keys is None else key_set(keys)), engine=open_engine(engine)
        )
        images = known_images(folder, part)
        say_parts(part, [image.part for image in images])
        warnings: list[str] = []
        found = judge(
            inspector,
            images,
            costs=costs,
            step=lambda done, total: course.step("scoring", done, total),
            warn=warnings.append,
        )
        place = None if no_report else _write_report(report, package, folder, found, inspector, images, course)
    for warning in warnings:
        click.echo(f"Warning: {warning}", err=True)
    if place is not None:
        click.echo(f"Report: {place}", err=True)
    click.echo(msgspec.json.encode(found).decode() if as_json else _told(found))


def _write_report(
    wanted: Path | None,
    package: Path,
    folder: Path,
    found: Evaluation,
    inspector: Inspector,
    images: list[KnownImage],
    course: Course,
) -> Path | None:
    """Where the report lies. A place that nobody asked for and that cannot be written stops no evaluation."""
    place = wanted or package.with_name(f"{package.stem}-{folder.resolve().name}.html")
    page = report_page(
        found,
        inspector,
        images,
        data=folder.resolve().name,
        machine=machine_name(),
        at=SystemClock().now(),
        step=lambda done, total: course.step("report", done, total),
    )
    try:
        write_page(place, page)
    except EvaluationError as error:
        if wanted is not None:
            raise
        click.echo(f"goodpart: {error}", err=True)
        return None
    return place


def _costs(escape: float | None, overkill: float | None, unsure: float | None, defect_share: float) -> Costs | None:
    if escape is None and overkill is None and unsure is None:
        return None
    if escape is None or overkill is None:
        raise click.UsageError("A suggestion by cost needs both --cost-escape and --cost-overkill.")
    look = overkill / 2 if unsure is None else unsure
    try:
        return Costs(escape=escape, overkill=overkill, unsure=look, defect_share=defect_share)
    except ValueError as error:  # also for "nan", which is within every range that an option can state
        raise click.UsageError(f"{str(error).capitalize()}.") from error


def _told(found: Evaluation) -> str:
    ranking = f"Image AUROC {found.image_auroc:.3f}; recall at 1 % overkill {found.recall_at_1pct_overkill:.1%}"
    if not found.ranks:
        ranking = "No image AUROC: of good parts or of defects no image was inspected"
    speed = f"{found.infer_ms_p50:.1f} ms an image (95 % below {found.infer_ms_p95:.1f} ms)"
    lines = [*found.proof.statements, *_not_inspected(found), f"{ranking}; {speed}."]
    if found.pixel_auroc is not None and found.aupro is not None:
        lines.append(f"Pixel AUROC {found.pixel_auroc:.3f}, AUPRO {found.aupro:.3f}.")
    lines += [_of_kind(kind) for kind in found.kinds]
    if found.suggestion is not None:
        lines += found.suggestion.statements
    if found.types is not None and found.types.accuracy is not None:
        lines.append(f"Types: {found.types.accuracy:.1%} of {found.types.n} defects judged as what they are.")
    return "\n".join(lines)


def _not_inspected(found: Evaluation) -> list[str]:
    statement = no_read_statement(found)
    if statement is None:
        return []
    named = [f"no_read  {one.name}: {one.detail}" for one in found.no_reads[:_MOST_NAMED]]
    more = len(found.no_reads) - len(named)
    return [statement, *named, *([f"no_read  and {more} more, in the report and in --json."] if more else [])]


def _of_kind(kind: DefectFigures) -> str:
    ranked = "" if kind.n == kind.no_read else f"AUROC {kind.image_auroc:.3f}, "
    unread = f", {kind.no_read} not inspected" if kind.no_read else ""
    return f"{kind.label}: {kind.n} images, {ranked}{kind.missed} missed, {kind.unsure} unsure{unread}"
