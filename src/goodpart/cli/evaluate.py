"""``goodpart evaluate``: a package against parts with known verdicts."""

from pathlib import Path

import click
import msgspec

from goodpart.vision.evaluation.evaluate import Evaluation
from goodpart.vision.evaluation.evaluate import evaluate as judge
from goodpart.vision.evaluation.folder import known_images
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import read_package


@click.command()
@click.argument("package", metavar="PART.gpm", type=click.Path(path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="All figures and every image as JSON on standard output.")
def evaluate(package: Path, folder: Path, as_json: bool) -> None:
    """Tell how many bad parts PART.gpm misses and how many good ones it rejects.

    DIR holds test/good, test/DEFECT and, for figures about pixels, ground_truth/DEFECT.
    """
    found = judge(Inspector(read_package(package, keys=None)), known_images(folder))
    click.echo(msgspec.json.encode(found).decode() if as_json else _told(found))


def _told(found: Evaluation) -> str:
    ranking = f"Image AUROC {found.image_auroc:.3f}; recall at 1 % overkill {found.recall_at_1pct_overkill:.1%}"
    speed = f"{found.infer_ms_p50:.1f} ms an image (95 % below {found.infer_ms_p95:.1f} ms)"
    lines = [*found.proof.statements, f"{ranking}; {speed}."]
    if found.pixel_auroc is not None and found.aupro is not None:
        lines.append(f"Pixel AUROC {found.pixel_auroc:.3f}, AUPRO {found.aupro:.3f}.")
    lines += [
        f"{kind.label}: {kind.n} parts, AUROC {kind.image_auroc:.3f}, {kind.missed} missed, {kind.unsure} unsure"
        for kind in found.kinds
    ]
    if found.types is not None and found.types.accuracy is not None:
        lines.append(f"Types: {found.types.accuracy:.1%} of {found.types.n} defects judged as what they are.")
    return "\n".join(lines)
