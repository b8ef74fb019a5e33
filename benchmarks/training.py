"""Training on very many images: time and memory, on JPEGs drawn for the purpose.

    python benchmarks/training.py --images 10000 --side 256

Prints one JSON object. ``train_s`` runs from the first file opened to the written package, ``cpu_s`` is what it took of
all cores together (on a busy machine the better figure), ``peak_rss_mb`` the most memory the process ever held.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from goodpart.base.clock import SystemClock
from goodpart.vision.evaluation.machine import fast_instructions, machine_name
from goodpart.vision.training import Progress, TrainingSettings, train
from goodpart.vision.training.images import images_in

MEGABYTE = 1024


def main() -> None:
    """Draw, train, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--side", type=int, default=256, help="of the drawn pictures, in pixels")
    parser.add_argument("--seed", type=int, default=0)
    wished = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="goodpart-") as scratch:
        folder, out = Path(scratch) / "good", Path(scratch) / "part.gpm"
        folder.mkdir()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda number: write_part(folder, number, wished.side), range(wished.images)))
        started, cpu = time.monotonic(), time.process_time()
        report = train(
            images_in(folder),
            TrainingSettings(),
            out=out,
            progress=tell,
            cancelled=lambda: False,
            clock=SystemClock(),
            seed=wished.seed,
        )
        figures = {
            "images": report.n_good,
            "side": wished.side,
            "train_s": round(time.monotonic() - started, 2),
            "cpu_s": round(time.process_time() - cpu, 2),
            "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE),
            "package_mb": round(out.stat().st_size / 1e6, 2),
            "machine": machine_name(),
            "instructions": fast_instructions(),
            "why": report.why,
        }
    print(json.dumps(figures))


def write_part(folder: Path, number: int, side: int) -> None:
    """A ring on a grained surface, each a little different: ``side`` × ``side`` JPEG."""
    rng = np.random.default_rng(number)
    grain = rng.normal(0, 12, (side // 4, side // 4, 1)).astype(np.float32)
    surface = cv2.resize(grain, (side, side), interpolation=cv2.INTER_CUBIC)[:, :, None] + rng.normal(
        0, 3, (side, side, 1)
    )
    picture = np.clip(90 + surface + np.zeros(3), 0, 255).astype(np.uint8)
    centre = (side // 2 + int(rng.integers(-3, 4)), side // 2 + int(rng.integers(-3, 4)))
    cv2.circle(picture, centre, side // 3, (150 + rng.integers(-6, 7, 3)).tolist(), side // 8, cv2.LINE_AA)
    cv2.imwrite(str(folder / f"{number:06d}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 90])


def tell(progress: Progress) -> None:
    """Every thousandth step on stderr."""
    if progress.done % 1000 == 0:
        print(f"{progress.stage} {progress.done}/{progress.total}", file=sys.stderr)


if __name__ == "__main__":
    main()
