"""Accuracy and speed of the vision core, side by side in one run on one machine.

    python benchmarks/vision.py ../shared/data/cookie ../shared/data/magtile --anomalib ~/anomalib/bin/python

Goodpart as it is; on a CPU that has AMX, kept from it; kept from bf16 altogether; and from AVX-512 too; the backbone
``resnet50`` where it is installed; and anomalib's PatchCore and PaDiM where ``--anomalib`` names a Python that has it
(`anomalib_models.py` runs there). Prints one JSON object (``--json FILE`` keeps it) and a table. Every row comes from
processes of its own. ``cold_start_s`` is the median of five, from the start of `goodpart inspect` to its end;
``images_per_s`` is decoding to verdict on as many threads as cores. ``--anchors`` adds published or earlier figures for
comparison; ``--quick`` measures Goodpart as it is, and anomalib, alone, without those two and the package's size.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from goodpart.vision.evaluation.machine import fast_instructions, machine_name

COLUMNS = (
    "tool",
    "data",
    "image_auroc",
    "pixel_auroc",
    "aupro",
    "train_s",
    "infer_ms_p50",
    "infer_ms_p95",
    "peak_rss_mb",
    "precision",
    "package_mb",
    "cold_start_s",
    "images_per_s",
)
STARTS = 5


@dataclass(frozen=True)
class Variant:
    """One way to run `goodpart benchmark`."""

    name: str
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    is_optional: bool = False
    needs: str = ""
    """Instructions that it leaves out: on a CPU without them a row above says the same."""


# What oneDNN, which computes for OpenVINO, may use: everything, a CPU's of 2020 (bf16 by AVX-512), of 2017, of 2013.
VARIANTS = (
    Variant("goodpart"),
    Variant("goodpart bf16 without AMX", environment={"ONEDNN_MAX_CPU_ISA": "AVX512_CORE_BF16"}, needs="amx_bf16"),
    Variant("goodpart f32 with AVX-512", environment={"ONEDNN_MAX_CPU_ISA": "AVX512_CORE"}, needs="avx512_bf16"),
    Variant("goodpart f32 with AVX2", environment={"ONEDNN_MAX_CPU_ISA": "AVX2"}, needs="avx512f"),
    Variant("goodpart resnet50", ("--backbone", "resnet50"), is_optional=True),
)


def main() -> None:
    """Measure, print the table on stderr and the JSON on stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--anchors", type=Path, help="figures of other tools, a JSON list")
    parser.add_argument("--anomalib", type=Path, metavar="PYTHON", help="a Python that has anomalib")
    parser.add_argument("--quick", action="store_true", help="Goodpart as it is, and anomalib, alone")
    parser.add_argument("--json", type=Path, help="write the JSON here as well")
    wished = parser.parse_args()
    rows: list[dict[str, Any]] = []
    instructions = fast_instructions()
    for variant in VARIANTS[:1] if wished.quick else VARIANTS:
        if not variant.needs or variant.needs in instructions:
            rows += benchmark(variant, wished.folders, is_quick=wished.quick)
    if wished.anomalib:
        rows += anomalib(wished.anomalib, wished.folders)
    anchors = json.loads(wished.anchors.read_text()) if wished.anchors else []
    names = {folder.resolve().name for folder in wished.folders}
    rows += [as_row(anchor) for anchor in anchors if anchor["data"] in names]
    result = {
        "machine": machine_name(),
        "instructions": instructions,
        "load": round(os.getloadavg()[0], 1),
        "rows": rows,
        "times_faster_than_patchcore": speed_ups(rows),
    }
    text = json.dumps(result, indent=1)
    if wished.json:
        wished.json.write_text(text + "\n")
    print(text)
    print(f"{machine_name()} ({', '.join(instructions)})", table(rows), sep="\n", file=sys.stderr)


def benchmark(variant: Variant, folders: list[Path], *, is_quick: bool) -> list[dict[str, Any]]:
    """The rows of `goodpart benchmark` with the figures of a package.

    None, with the reason on stderr, where an optional variant cannot run.
    """
    try:
        output = goodpart(
            "benchmark", *map(str, folders), "--json", *variant.arguments, environment=variant.environment
        )
    except subprocess.CalledProcessError:
        if not variant.is_optional:
            raise
        print(f"{variant.name} is left out: see the line above.", file=sys.stderr)
        return []
    return [
        {"tool": variant.name, **json.loads(line), **({} if is_quick else package_figures(variant, folder))}
        for folder, line in zip(folders, output.splitlines(), strict=True)
    ]


def anomalib(python: Path, folders: list[Path]) -> list[dict[str, Any]]:
    """The rows of anomalib's models, with this checkout's figures and the same weights."""
    from goodpart.vision.backbone.weights import lite0_weights_path  # noqa: PLC0415

    script = Path(__file__).with_name("anomalib_models.py")
    ran = subprocess.run(
        [python, script, lite0_weights_path(), *folders],
        env={**os.environ, "PYTHONPATH": str(script.parent.parent / "src"), "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    # The libraries have remarks of their own.
    return [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]


def speed_ups(rows: list[dict[str, Any]]) -> dict[str, float]:
    """How many times as long anomalib's PatchCore took for an image in this run, by variant and data."""
    slow = {row["data"]: row["infer_ms_p50"] for row in rows if row["tool"].endswith(" patchcore") and "n_test" in row}
    return {
        f"{row['tool']}, {row['data']}": round(slow[row["data"]] / row["infer_ms_p50"], 1)
        for row in rows
        if row["tool"].startswith("goodpart") and row["data"] in slow
    }


def package_figures(variant: Variant, folder: Path) -> dict[str, Any]:
    """Precision, package size, cold start to the first verdict, and images a second on all cores."""
    image = next(iter(sorted((folder / "test" / "good").iterdir())))
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(scratch) / "part.gpm"
        goodpart("train", str(folder), "-o", str(package), *variant.arguments, environment=variant.environment)
        starts = []
        for _ in range(STARTS):
            started = time.perf_counter()
            goodpart("inspect", str(package), str(image), "--trust", environment=variant.environment)
            starts.append(time.perf_counter() - started)
        script = Path(__file__).with_name("throughput.py")
        speed = json.loads(run(script, package, image, environment=variant.environment))
        return {
            "precision": speed["precision"],
            "package_mb": round(package.stat().st_size / 1e6, 2),
            "cold_start_s": round(median(starts), 3),
            "images_per_s": speed["images_per_s"],
        }


def goodpart(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """Run the command line in a process of its own."""
    return run("-m", "goodpart", *arguments, environment=environment)


def run(*arguments: str | Path, environment: dict[str, str] | None = None) -> str:
    """What this Python says."""
    ran = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return ran.stdout


def as_row(anchor: dict[str, Any]) -> dict[str, Any]:
    """A figure of another tool under this table's column names."""
    return {
        "tool": f"{anchor['tool']} {anchor['model']}",
        "data": anchor["data"],
        "image_auroc": anchor["image_auroc"],
        "pixel_auroc": anchor["pixel_auroc"],
        "train_s": anchor["train_s"],
        "infer_ms_p50": anchor["infer_ms"],
    }


def table(rows: list[dict[str, Any]]) -> str:
    """The rows in columns as wide as they need to be."""
    cells = [COLUMNS, *([str(row.get(column, "-")) for column in COLUMNS] for row in rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)


if __name__ == "__main__":
    main()
