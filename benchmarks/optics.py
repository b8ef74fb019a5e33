"""What the optics check costs and finds, and how often a stable line would be told that something changed.

    python benchmarks/optics.py                    a drawn frame of 640×480, one core
    python benchmarks/optics.py --lines 100        more simulated lines for the drift, of 2,000 parts each

Prints one JSON object. ``optics_…`` are the milliseconds of `OpticsCheck`, for a picture as in training and for one
that is turned, which takes longest: the least of all repetitions is what a busy machine says of the code. ``pictures``
gives, for several numbers of training pictures, how many pictures of steady lines were marked, and of spoilt ones the
share that was; ``drift``, for several numbers of training parts, how many alarms opened on stable lines, and after how
many parts a shift of two deviations was told.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.drift import DistanceMeter, DriftReference, DriftState, fit_drift, follow, levels_of
from goodpart.vision.evaluation.machine import machine_name
from goodpart.vision.optics import OpticsCheck, reference_of
from goodpart.vision.optics_figures import measure
from goodpart.vision.threads import one_blas_thread

_PARTS = 2_000
_SIZE = 96
_SCENES, _STEADY, _SPOILT = 4, 250, 20
"""Scenes that are drawn, steady pictures of each, and pictures of each way to spoil them."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--lines", type=int, default=20, help="simulated lines of drift for each number of training parts"
    )
    wished = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with one_blas_thread():
        result = {
            "machine": machine_name(),
            "optics_640x480": optics(480, 640),
            "optics_4096x3000": optics(3000, 4096),
            "pictures": [pictures(count, _SCENES) for count in (10, 30, 100)],
            "drift": [drift(parts, wished.lines) for parts in (10, 30, 100, 240)],
        }
    json.dump(result, sys.stdout, indent=1)
    print()


def optics(height: int, width: int) -> dict[str, float]:
    """Milliseconds for one frame."""
    frames = [drawn(number, height, width) for number in range(8)]
    check = OpticsCheck(reference_of([measure(frame) for frame in frames]))
    turned = np.ascontiguousarray(frames[0][::-1, ::-1])
    for frame, codes in ((frames[0], []), (turned, ["turned"])):
        assert [finding.code for finding in check.judge(check.figures(frame))] == codes
    as_usual = timed(lambda: check.judge(check.figures(frames[0])), 300)
    return {
        "ms_least": as_usual[0],
        "ms_p50": as_usual[1],
        "ms_p95": as_usual[2],
        "turned_ms_least": timed(lambda: check.judge(check.figures(turned)), 300)[0],
        "measure_ms_least": timed(lambda: measure(frames[0]), 300)[0],
    }


def pictures(training_pictures: int, scenes: int) -> dict[str, object]:
    """Of steady pictures those that were marked, by what was said, and the shares of spoilt ones that were."""
    marked: Counter[str] = Counter()
    found = dict.fromkeys(SPOILT, 0)
    for number in range(scenes):
        rng = np.random.default_rng([training_pictures, number])
        scene = drawn_scene(rng)
        check = OpticsCheck(reference_of([measure(steady(rng, scene)) for _ in range(training_pictures)]))
        for _ in range(_STEADY):
            marked.update(one.code for one in check.judge(check.figures(steady(rng, scene))))
        for name, spoil in SPOILT.items():
            spoilt = (np.ascontiguousarray(spoil(steady(rng, scene))) for _ in range(_SPOILT))
            found[name] += sum(bool(check.judge(check.figures(pixels))) for pixels in spoilt)
    return {
        "training_pictures": training_pictures,
        "steady_pictures": scenes * _STEADY,
        "marked": dict(marked),
        "share_found": {name: count / (scenes * _SPOILT) for name, count in found.items()},
    }


def drawn_scene(rng: np.random.Generator) -> NDArray[np.float32]:
    """A grained plate with a hole on a dark belt, (240, 320, 3)."""
    grain = cv2.GaussianBlur(rng.normal(0, 40, (240, 320)).astype(np.float32), (0, 0), 1.2)
    scene = np.full((240, 320), 40, np.float32)
    scene[60:180, 80:240] = 140
    cv2.circle(scene, (int(rng.integers(110, 210)), int(rng.integers(90, 150))), 20, 30.0, -1)
    return np.asarray(np.add(scene, grain)[:, :, None] * rng.uniform(0.7, 1.1, 3), np.float32)


def steady(rng: np.random.Generator, scene: NDArray[np.float32]) -> NDArray[np.uint8]:
    """One more picture of it: within 3 pixels, 0.3 degrees, 1 % of the light and 0.3 % of each colour, with noise."""
    matrix = np.array(cv2.getRotationMatrix2D((159.5, 119.5), float(rng.normal(0, 0.3)), 1), np.float64)
    matrix[:, 2] += rng.uniform(-3, 3, 2)
    laid = cv2.warpAffine(scene, matrix, (320, 240), borderMode=cv2.BORDER_REPLICATE)
    light = (rng.normal(1, 0.01) * rng.normal(1, 0.003, 3)).astype(np.float32)
    noise = 3 * rng.standard_normal((240, 320, 3), np.float32)
    return np.asarray(np.clip(laid * light + noise, 0, 255), np.uint8)


def turned_by(degrees: float) -> Callable[[NDArray[np.uint8]], NDArray[np.uint8]]:
    """The frame about its middle."""
    matrix = cv2.getRotationMatrix2D((159.5, 119.5), degrees, 1)
    return lambda pixels: np.asarray(
        cv2.warpAffine(pixels, matrix, (320, 240), borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def lit(pixels: NDArray[np.uint8], gains: NDArray[np.float64]) -> NDArray[np.uint8]:
    """``gains`` are broadcast to (height, width, 3)."""
    return np.asarray(np.clip(pixels * gains, 0, 255), np.uint8)


SPOILT: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    "turned by 2 degrees": turned_by(2),
    "turned by 5 degrees": turned_by(-5),
    "turned by 20 degrees": turned_by(20),
    "upside down": lambda pixels: pixels[::-1, ::-1],
    "moved by 5 %": lambda pixels: np.roll(pixels, 16, 1),
    "red 20 % stronger": lambda pixels: lit(pixels, np.array([1, 1, 1.2])),
    "one half 30 % darker": lambda pixels: lit(pixels, np.where(np.arange(320) < 160, 0.7, 1.0)[:, None]),
    "20 % darker": lambda pixels: lit(pixels, np.array(0.8)),
    "out of focus": lambda pixels: np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.0), np.uint8),
}


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


def timed(work: Callable[[], object], count: int) -> tuple[float, float, float]:
    """Least, median and 95 % of the milliseconds that ``work`` takes."""
    took = []
    for _ in range(count):
        started = time.perf_counter_ns()
        work()
        took.append((time.perf_counter_ns() - started) / 1e6)
    return round(min(took), 3), round(float(np.median(took)), 3), round(float(np.quantile(took, 0.95)), 3)


def drawn(number: int, height: int, width: int) -> NDArray[np.uint8]:
    """A picture of the same scene, of any size."""
    scene = drawn_scene(np.random.default_rng(0))
    return np.asarray(cv2.resize(steady(np.random.default_rng(number), scene), (width, height)), np.uint8)


if __name__ == "__main__":
    main()
