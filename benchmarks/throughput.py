"""How many images a second a package judges, decoded to verdict, on as many threads as cores.

    python benchmarks/throughput.py part.gpm image.jpg

Prints one JSON object. `vision.py` runs it for each of its rows.
"""

import argparse
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from goodpart.vision.engine import Use
from goodpart.vision.evaluation.machine import fast_instructions, machine_name
from goodpart.vision.frame import decode
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import read_package


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("image", type=Path)
    parser.add_argument("--seconds", type=float, default=3.0)
    wished = parser.parse_args()
    inspector = Inspector(read_package(wished.package, keys=None), use=Use.THROUGHPUT)
    data = wished.image.read_bytes()
    inspector.inspect(decode(data, wished.image.name))
    started = time.perf_counter()

    def work(_worker: int) -> int:
        done = 0
        while time.perf_counter() < started + wished.seconds:
            inspector.inspect(decode(data, wished.image.name))
            done += 1
        return done

    workers = len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(workers) as pool:
        done = sum(pool.map(work, range(workers)))
    figures = {"images_per_s": round(done / (time.perf_counter() - started), 1), "precision": inspector.precision}
    print(json.dumps({**figures, "machine": machine_name(), "instructions": fast_instructions()}))


if __name__ == "__main__":
    main()
