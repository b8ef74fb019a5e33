"""Accuracy and speed of the vision core, side by side: this CPU as it is, and without its newest instructions.

    python benchmarks/vision.py ../shared/data/cookie ../shared/data/magtile --anchors anchors.json

Prints one JSON object (``--json FILE`` keeps it) and a table. Every row comes from one `goodpart benchmark` in a
process of its own. ``--anchors`` adds published or earlier figures of other tools on the same data for comparison.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

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
)
# What oneDNN, which computes for OpenVINO, may use: everything, or a CPU of 2013.
VARIANTS = {"goodpart": {}, "goodpart without AVX-512": {"ONEDNN_MAX_CPU_ISA": "AVX2"}}
THROUGHPUT_S = 3.0


def main() -> None:
    """Measure, print the table on stderr and the JSON on stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--anchors", type=Path, help="figures of other tools, a JSON list")
    parser.add_argument("--json", type=Path, help="write the JSON here as well")
    wished = parser.parse_args()
    rows = [
        {"tool": tool, **row}
        for tool, environment in VARIANTS.items()
        for row in benchmark(wished.folders, environment)
    ]
    anchors = json.loads(wished.anchors.read_text()) if wished.anchors else []
    names = {folder.resolve().name for folder in wished.folders}
    rows += [as_row(anchor) for anchor in anchors if anchor["data"] in names]
    result = {"cpu": cpu(), "cores": len(os.sched_getaffinity(0)), "rows": rows, **single_figures(wished.folders[0])}
    text = json.dumps(result, indent=1)
    if wished.json:
        wished.json.write_text(text + "\n")
    print(text)
    print(table(rows), file=sys.stderr)


def benchmark(folders: list[Path], environment: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of `goodpart benchmark`."""
    output = goodpart("benchmark", *map(str, folders), "--json", environment=environment)
    return [json.loads(line) for line in output.splitlines()]


def single_figures(folder: Path) -> dict[str, float]:
    """Package size, cold start to the first verdict, and images a second on all cores."""
    image = next(iter(sorted((folder / "test" / "good").iterdir())))
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(scratch) / "part.gpm"
        goodpart("train", str(folder), "-o", str(package))
        starts = []
        for _ in range(5):
            started = time.perf_counter()
            goodpart("inspect", str(package), str(image), "--trust")
            starts.append(time.perf_counter() - started)
        return {
            "package_mb": round(package.stat().st_size / 1e6, 2),
            "cold_start_s": round(min(starts), 3),
            "images_per_s": round(throughput(package, image), 1),
        }


def throughput(package: Path, image: Path) -> float:
    """Decode to verdict on as many threads as cores, images a second."""
    from goodpart.vision.engine import Use  # noqa: PLC0415  (after the measurements of whole processes)
    from goodpart.vision.frame import decode  # noqa: PLC0415
    from goodpart.vision.inspector import Inspector  # noqa: PLC0415
    from goodpart.vision.package import read_package  # noqa: PLC0415

    inspector = Inspector(read_package(package, keys=None), use=Use.THROUGHPUT)
    data = image.read_bytes()
    inspector.inspect(decode(data, image.name))
    end = time.perf_counter() + THROUGHPUT_S

    def work(_worker: int) -> int:
        done = 0
        while time.perf_counter() < end:
            inspector.inspect(decode(data, image.name))
            done += 1
        return done

    workers = len(os.sched_getaffinity(0))
    started = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        done = sum(pool.map(work, range(workers)))
    return done / (time.perf_counter() - started)


def goodpart(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """Run the command line in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "goodpart", *arguments],
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


def cpu() -> str:
    """The CPU by name, with the instructions that matter here."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
    flags = next((set(line.split()) for line in lines if line.startswith("flags")), set())
    fast = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
    return f"{model} ({', '.join(fast)})"


def table(rows: list[dict[str, Any]]) -> str:
    """The rows in columns as wide as they need to be."""
    cells = [COLUMNS, *([str(row.get(column, "-")) for column in COLUMNS] for row in rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)


if __name__ == "__main__":
    main()
