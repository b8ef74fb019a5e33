"""``python -m tests.integration.vision.large_frames FOLDER``: train on large frames and look at others, and tell how.

A process of its own, so that its peak memory is that of this and nothing else. One line of JSON.
"""

import sys
import time
from pathlib import Path

import msgspec

from goodpart.base.clock import SystemClock
from goodpart.vision.evaluation.benchmark import peak_memory_mb
from goodpart.vision.frame import read_frame
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import read_package
from goodpart.vision.tiling import Tiling
from goodpart.vision.training import TrainingSettings, images_in, train
from goodpart.vision.view import View

TILED = TrainingSettings(view=View(tiling=Tiling()), bank_size=300, synthetic_defects=12, golden_images=1)
UNTILED = TrainingSettings(bank_size=300, synthetic_defects=12, golden_images=1)


class Told(msgspec.Struct):
    """The verdicts are on a good frame and one with a spot; ``box`` is the spot's as (x, y, w, h)."""

    peak_mb: float
    train_s: float
    inspect_s: float
    tiled: tuple[str, str]
    box: tuple[int, int, int, int]
    untiled: tuple[str, str]


def tell(folder: Path) -> Told:
    verdicts, boxes, seconds, peak = [], [], [], 0.0
    for settings in (TILED, UNTILED):
        out, started = folder / "plate.gpm", time.perf_counter()
        train(
            images_in(folder),
            settings,
            out=out,
            progress=lambda _progress: None,
            cancelled=lambda: False,
            clock=SystemClock(),
        )
        seconds.append(time.perf_counter() - started)
        inspector, started = Inspector(read_package(out, keys=None)), time.perf_counter()
        looks = [inspector.inspect(read_frame(folder / "test" / f"{name}.jpg")) for name in ("good", "spot")]
        seconds.append((time.perf_counter() - started) / len(looks))
        verdicts.append((looks[0].verdict.value, looks[1].verdict.value))
        boxes.append([(one.x, one.y, one.w, one.h) for one in looks[1].defects[:1]] or [(0, 0, 0, 0)])
        peak = peak or peak_memory_mb()
    return Told(peak, seconds[0], seconds[1], verdicts[0], boxes[0][0], verdicts[1])


if __name__ == "__main__":
    sys.stdout.write(msgspec.json.encode(tell(Path(sys.argv[1]))).decode() + "\n")
