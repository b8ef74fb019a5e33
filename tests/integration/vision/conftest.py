"""One small model for all tests of this folder."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from goodpart.base.clock import SystemClock
from goodpart.vision.training import Progress, TrainingReport, train
from tests.integration.vision.drawn_parts import SMALL, good_images


@dataclass(frozen=True)
class Trained:
    path: Path
    report: TrainingReport
    progress: list[Progress]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A candidate from 24 drawn good parts."""
    path = tmp_path_factory.mktemp("trained") / "lid.gpm"
    seen: list[Progress] = []
    report = train(
        good_images(24),
        SMALL,
        out=path,
        progress=seen.append,
        cancelled=lambda: False,
        clock=SystemClock(),
        seed=3,
    )
    return Trained(path, report, seen)
