"""``goodpart benchmark``: accuracy and speed on folders of MVTec shape."""

from pathlib import Path

import click
import msgspec

from goodpart.base.clock import SystemClock
from goodpart.cli.options import BACKBONE_HELP
from goodpart.vision.backbone import DEFAULT_BACKBONE
from goodpart.vision.evaluation.benchmark import BenchmarkRow
from goodpart.vision.evaluation.benchmark import benchmark as measure
from goodpart.vision.training import TrainingSettings


@click.command()
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per folder on standard output.")
@click.option("--backbone", metavar="ID", default=DEFAULT_BACKBONE, show_default=True, help=BACKBONE_HELP)
@click.option("--seed", default=0, show_default=True, help="For every random choice of the training.")
def benchmark(folders: tuple[Path, ...], as_json: bool, backbone: str, seed: int) -> None:
    """Measure accuracy and speed on each DIR: train/good, test/good, test/DEFECT, ground_truth/DEFECT.

    The model is fitted on train/good only; no test image or mask is opened before scoring.
    """
    for folder in folders:
        row = measure(
            folder,
            settings=TrainingSettings(backbone=backbone),
            seed=seed,
            clock=SystemClock(),
            progress=lambda _progress: None,
        )
        click.echo(msgspec.json.encode(row).decode() if as_json else _table(row))


def _table(row: BenchmarkRow) -> str:
    figures = msgspec.structs.asdict(row)
    width = max(map(len, figures))
    return "\n".join(f"{name:<{width}}  {'-' if value is None else value}" for name, value in figures.items()) + "\n"
