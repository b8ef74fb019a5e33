"""What the optics check costs, and how often a stable line would be told to drift.

    python benchmarks/optics.py                    a drawn frame of 640×480, one core
    python benchmarks/optics.py --lines 100        more simulated lines, of 2,000 parts each

Prints one JSON object: the milliseconds of `OpticsCheck` (median and 95 %), its parts, and for several numbers of
training parts how many alarms opened on stable lines, and after how many parts a shift of two deviations was told.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.drift import DistanceMeter, DriftReference, DriftState, fit_drift, follow, levels_of
from goodpart.vision.optics import OpticsCheck, reference_of
from goodpart.vision.optics_figures import measure
from goodpart.vision.threads import one_blas_thread

_PARTS = 2_000
_SIZE = 96


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=20, help="simulated lines for each number of training parts")
    wished = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with one_blas_thread():
        result = {
            "cpu": cpu(),
            "optics_640x480": optics(480, 640),
            "optics_4096x3000": optics(3000, 4096),
            "drift": [drift(parts, wished.lines) for parts in (10, 30, 100, 240)],
        }
    json.dump(result, sys.stdout, indent=1)
    print()


def optics(height: int, width: int) -> dict[str, float]:
    """Milliseconds for one frame."""
    frames = [drawn(number, height, width) for number in range(4)]
    check = OpticsCheck(reference_of([measure(frame) for frame in frames]))
    took = timed(lambda: check.judge(check.figures(frames[0])), 300)
    return {"ms_p50": took[0], "ms_p95": took[1], "measure_ms_p50": timed(lambda: measure(frames[0]), 300)[0]}


def drift(training_parts: int, lines: int) -> dict[str, float | None]:
    """Alarms per million parts of stable lines, and after how many parts a shift of two deviations is told."""
    opened, until = 0, []
    for line in range(lines):
        rng = np.random.default_rng([training_parts, line])
        scores, features = parts(rng, training_parts)
        known = fit_drift(scores.tolist(), features)
        assert known is not None
        opened += alarms(known, *parts(rng, _PARTS))[0]
        until.append(alarms(known, *parts(rng, 400, shift=2.0))[1])
    told = [count for count in until if count is not None]
    return {
        "training_parts": training_parts,
        "stable_parts": lines * _PARTS,
        "alarms_per_million": 1e6 * opened / (lines * _PARTS),
        "told_after_parts_p50": float(np.median(told)) if told else None,
        "told_of_lines": len(told) / lines,
    }


def parts(rng: np.random.Generator, count: int, shift: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Scores as shares of ``good_below``, lognormal, and features that vary in some directions more than in others."""
    features = rng.normal(0, 1, (count, _SIZE)) * np.geomspace(2, 0.05, _SIZE)
    return np.exp(rng.normal(-0.4 + 0.12 * shift, 0.12, count)), features.astype(np.float32)


def alarms(known: DriftReference, scores: NDArray[np.float64], features: NDArray[np.float32]) -> tuple[int, int | None]:
    """How often an alarm opened, and after how many parts for the first time."""
    assert known.embeddings is not None
    meter, state, was_open, opened = DistanceMeter(known.embeddings), DriftState(), False, []
    for number, score in enumerate(scores.tolist()):
        state = follow(state, known, score, meter.distance(features[number : number + 1]))
        is_open = levels_of(state, known).alarm is not None
        if is_open and not was_open:
            opened.append(number + 1)
        was_open = is_open
    return len(opened), opened[0] if opened else None


def timed(work: Callable[[], object], count: int) -> tuple[float, float]:
    """Median and 95 % of the milliseconds that ``work`` takes."""
    took = []
    for _ in range(count):
        started = time.perf_counter_ns()
        work()
        took.append((time.perf_counter_ns() - started) / 1e6)
    return round(float(np.median(took)), 3), round(float(np.quantile(took, 0.95)), 3)


def drawn(number: int, height: int, width: int) -> NDArray[np.uint8]:
    """A plate on a belt, with noise."""
    rng = np.random.default_rng(number)
    picture = rng.normal(60, 4, (height, width, 3))
    top, left = height // 4 + int(rng.integers(0, 4)), width // 4 + int(rng.integers(0, 4))
    picture[top : top + height // 2, left : left + width // 2] += 90
    return np.clip(picture, 0, 255).astype(np.uint8)


def cpu() -> str:
    """What the figures were measured on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(": ", 1)[1] for line in lines if line.startswith("model name")), "unknown")


if __name__ == "__main__":
    main()
