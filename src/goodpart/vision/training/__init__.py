"""Teaching: good images in, a candidate package and its report out. Needs nothing but a CPU and seconds."""

from goodpart.vision.progress import Progress
from goodpart.vision.training.images import TrainingImage, images_in, passed_over
from goodpart.vision.training.report import ScoredImage, TrainingReport, TrainingSettings
from goodpart.vision.training.train import train

__all__ = [
    "Progress",
    "ScoredImage",
    "TrainingImage",
    "TrainingReport",
    "TrainingSettings",
    "images_in",
    "passed_over",
    "train",
]
