"""What the steps of one training share, and what they come to."""

from dataclasses import dataclass

from goodpart.vision.backbone import Backbone
from goodpart.vision.engine import Engine, Precision
from goodpart.vision.package import PatchAtlas
from goodpart.vision.progress import Course
from goodpart.vision.training.kept import KeptFeatures
from goodpart.vision.training.packaging import PackedNetwork
from goodpart.vision.training.pictures import Intake
from goodpart.vision.training.report import TrainingReport, TrainingSettings
from goodpart.vision.training.selection import Fitted
from goodpart.vision.training.taking import Taken
from goodpart.vision.training.tiled import FittedTiles
from goodpart.vision.training.viewing import Viewing


@dataclass(frozen=True, eq=False)
class Run:
    """What the steps of one training share."""

    settings: TrainingSettings
    backbone: Backbone
    engine: Engine
    viewing: Viewing
    intake: Intake
    course: Course
    seed: int
    kept: KeptFeatures | None

    @property
    def precision(self) -> Precision:
        """In which the networks of the training compute."""
        return self.engine.precisions()[0]


@dataclass(frozen=True, eq=False)
class Outcome:
    """``crops`` are the pictures of the memory bank's patches, where they are known."""

    best: Fitted | FittedTiles
    taken: Taken
    report: TrainingReport
    network: PackedNetwork
    crops: tuple[PatchAtlas, bytes] | None = None
