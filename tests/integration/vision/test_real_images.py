"""The figures on real inspection images, fitted on their good training images alone."""

from pathlib import Path

import pytest

from goodpart.base.clock import SystemClock
from goodpart.vision.evaluation.benchmark import benchmark
from goodpart.vision.training import TrainingSettings


@pytest.mark.parametrize(("data", "image_auroc", "pixel_auroc"), [("cookie", 0.995, 0.978), ("magtile", 0.92, 0.79)])
def test_the_detector_tells_bad_from_good(real_images: Path, data: str, image_auroc: float, pixel_auroc: float) -> None:
    row = benchmark(
        real_images / data,
        settings=TrainingSettings(),
        seed=0,
        clock=SystemClock(),
        progress=lambda _progress: None,
    )
    assert row.image_auroc >= image_auroc
    assert row.pixel_auroc is not None
    assert row.pixel_auroc >= pixel_auroc
    assert row.peak_rss_mb < 2048
