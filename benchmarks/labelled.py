"""What labelled defects add: parts judged, defects marked, and types told apart, on splits drawn at random.

    python benchmarks/labelled.py --parts ../shared/data/magtile --types ../shared/data/neu

``--parts`` is a folder of MVTec shape: its train/good and ``--labels`` images of each type, with their masks, are
learned from as `goodpart train` does; the rest of test is judged as `goodpart evaluate` does. ``--types`` is a folder
with one folder of images per type and no good parts: ``--labels-of-types`` of each are learned from, the rest is
judged. Nothing is chosen by looking at the images that are judged. Figures ``_without`` are those of a model that was
taught from good parts alone, on the same images. Prints one JSON object and, on stderr, a table.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from goodpart.base.clock import SystemClock
from goodpart.vision.backbone import load_backbone
from goodpart.vision.engine import open_engine
from goodpart.vision.evaluation.evaluate import evaluate
from goodpart.vision.evaluation.folder import KnownImage, known_images
from goodpart.vision.evaluation.machine import fast_instructions, machine_name
from goodpart.vision.frame import read_frame
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import read_package
from goodpart.vision.preprocessing import Fit, Preprocessing
from goodpart.vision.threads import one_blas_thread
from goodpart.vision.training import TrainingImage, TrainingReport, TrainingSettings, train
from goodpart.vision.training.evidence import look_at
from goodpart.vision.training.images import image_files
from goodpart.vision.training.labelled import fit_types

Row = dict[str, Any]


def main() -> None:
    """Measure, print the table on stderr and the JSON on stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=Path, metavar="DIR")
    parser.add_argument("--types", type=Path, metavar="DIR")
    parser.add_argument("--backbone", default=TrainingSettings().backbone)
    parser.add_argument("--labels", type=int, default=10, help="labelled images of each type of --parts")
    parser.add_argument("--labels-of-types", type=int, default=20, help="labelled images of each type of --types")
    parser.add_argument("--splits", type=int, default=5)
    wished = parser.parse_args()
    rows: list[Row] = []
    if wished.parts:
        rows += parts_rows(wished.parts, wished.backbone, wished.labels, wished.splits)
    if wished.types:
        rows += types_rows(wished.types, wished.backbone, wished.labels_of_types, wished.splits)
    measured_on = {"machine": machine_name(), "instructions": fast_instructions(), "backbone": wished.backbone}
    print(json.dumps({**measured_on, "rows": rows}, indent=1))
    print(f"{measured_on['machine']} ({', '.join(fast_instructions())})", table(rows), sep="\n", file=sys.stderr)


def parts_rows(folder: Path, backbone: str, labels: int, splits: int) -> list[Row]:
    """One row per split, and one with their means."""
    known = known_images(folder)
    good = [TrainingImage(path.name, path) for path in image_files(folder / "train" / "good")]
    alone, _, _ = trained(good, backbone)
    rows = []
    for split in range(splits):
        shown = drawn([image.label for image in known], labels, split, leave_out="good")
        defects = [TrainingImage(told(known[i]), known[i].path, known[i].label, known[i].mask) for i in shown]
        rest = [image for index, image in enumerate(known) if index not in set(shown)]
        inspector, report, train_s = trained([*good, *defects], backbone)
        found, without = evaluate(inspector, rest), evaluate(alone, rest)
        learned = report.labels
        assert learned is not None
        assert found.types is not None
        rows.append(
            {
                "data": folder.resolve().name,
                "split": split,
                "n_labelled": len(defects),
                "image_auroc": found.image_auroc,
                "image_auroc_without": without.image_auroc,
                "pixel_auroc": found.pixel_auroc,
                "pixel_auroc_without": without.pixel_auroc,
                "type_accuracy": found.types.accuracy,
                "cross_validated": [learned.auroc_with, learned.pixel_auroc_with, learned.type_accuracy],
                "train_s": train_s,
            }
        )
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    return [*rows, mean_of(rows)]


def trained(images: Sequence[TrainingImage], backbone: str) -> tuple[Inspector, TrainingReport, float]:
    """A model of these images, what is reported of it, and the seconds that it took."""
    with tempfile.TemporaryDirectory(prefix="goodpart-") as scratch:
        out = Path(scratch) / "part.gpm"
        started = time.perf_counter()
        report = train(
            images,
            TrainingSettings(backbone=backbone),
            out=out,
            progress=lambda _progress: None,
            cancelled=lambda: False,
            clock=SystemClock(),
        )
        train_s = time.perf_counter() - started
        return Inspector(read_package(out, keys=None)), report, round(train_s, 2)


def types_rows(folder: Path, backbone: str, labels: int, splits: int) -> list[Row]:
    """One row per split, and one with their means; features are extracted once for all."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    files = [(path, name) for name in names for path in image_files(folder / name)]
    preprocessing = Preprocessing(fit=Fit.SQUARE)
    engine = open_engine()
    pixels = [preprocessing.apply(read_frame(path)) for path, _ in files]
    precision = engine.precisions()[0]
    pooled = look_at(pixels, set(), load_backbone(backbone), engine, precision, lambda _done, _total: None).pooled
    truth = np.array([names.index(name) for _, name in files])
    rows = []
    for split in range(splits):
        shown = drawn([name for _, name in files], labels, split)
        rest = np.setdiff1d(np.arange(len(files)), shown)
        started = time.perf_counter()
        with one_blas_thread():
            fit = fit_types(pooled[shown], truth[shown], len(names))
        train_s = time.perf_counter() - started
        judged = fit.head.model.apply(pooled[rest]).argmax(axis=1)
        rows.append(
            {
                "data": folder.resolve().name,
                "split": split,
                "n_labelled": len(shown),
                "type_accuracy": float((judged == truth[rest]).mean()),
                "cross_validated": [float((fit.unseen.argmax(axis=1) == truth[shown]).mean())],
                "train_s": round(train_s, 3),
            }
        )
    return [*rows, mean_of(rows)]


def drawn(labels: Sequence[str], count: int, split: int, *, leave_out: str = "") -> list[int]:
    """Indices of ``count`` of each label, at random."""
    rng = np.random.default_rng(split)
    chosen: list[int] = []
    for label in sorted(set(labels) - {leave_out}):
        of_label = np.flatnonzero(np.array(labels) == label)
        chosen += rng.permutation(of_label)[:count].tolist()
    return sorted(chosen)


def told(image: KnownImage) -> str:
    """The name that evaluation gives an image."""
    return f"{image.label}/{image.path.name}"


def mean_of(rows: list[Row]) -> Row:
    """The means of all figures."""
    figures = [name for name in rows[0] if name not in ("data", "split", "cross_validated")]
    means = {name: round(float(np.mean([row[name] for row in rows])), 4) for name in figures}
    together = np.array([[np.nan if one is None else one for one in row["cross_validated"]] for row in rows])
    means["cross_validated"] = together.mean(axis=0).round(4).tolist()
    return {"data": rows[0]["data"], "split": "mean", **means}


def table(rows: list[Row]) -> str:
    """The rows in columns as wide as they need to be."""
    columns = list(dict.fromkeys(name for row in rows for name in row if name != "cross_validated"))
    cells = [columns, *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)


def _cell(value: object) -> str:
    return "-" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
