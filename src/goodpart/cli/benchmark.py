"""``goodpart benchmark``: accuracy and speed on folders of MVTec shape."""

from pathlib import Path

import click
import msgspec

from goodpart.base.clock import SystemClock
from goodpart.cli.backbones import backbone_option
from goodpart.cli.options import engine_option, seed_option
from goodpart.cli.progress import Bar
from goodpart.vision.engine import open_engine
from goodpart.vision.evaluation.benchmark import BenchmarkRow
from goodpart.vision.evaluation.benchmark import benchmark as measure
from goodpart.vision.training import TrainingSettings


@click.command()
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per folder on standard output.")
@backbone_option
@engine_option
@seed_option
def benchmark(folders: tuple[Path, ...], as_json: bool, backbone: str, engine: str, seed: int) -> None:
    """Measure accuracy and speed on each DIR: train/good, test/good, test/DEFECT, ground_truth/DEFECT.

    The model is fitted on train/good only; no test image or mask is opened before scoring.
    """
    with Bar("Folders that were finished are told above; of the others nothing is left.") as bar:
        for folder in folders:
            warnings: list[str] = []
            row = measure(
                folder,
                settings=TrainingSettings(backbone=backbone),
                seed=seed,
                clock=SystemClock(),
                progress=bar.show,
                engine=open_engine(engine),
                warn=warnings.append,
            )
            bar.clear()
            for warning in warnings:
                click.echo(f"{folder}: warning: {warning}", err=True)
            click.echo(msgspec.json.encode(row).decode() if as_json else _table(row))


def _table(row: BenchmarkRow) -> str:
    figures = msgspec.structs.asdict(row)
    width = max(map(len, figures))
    return "\n".join(f"{name:<{width}}  {'-' if value is None else value}" for name, value in figures.items()) + "\n"
