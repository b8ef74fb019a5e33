"""What a package remembers of its training parts, so that a station can tell when the pictures or the parts change."""

import numpy as np

from goodpart.vision.drift import DriftReference, fit_drift
from goodpart.vision.optics import OpticsReference, reference_of
from goodpart.vision.training.report import TrainingReport
from goodpart.vision.training.selection import Fitted
from goodpart.vision.training.taking import Taken
from goodpart.vision.training.tiled import FittedTiles


def optics_reference(taken: Taken) -> OpticsReference | None:
    """How the good pictures were taken."""
    measured = [picture.measured for picture in taken.good if picture.measured is not None]
    return reference_of(measured) if measured else None


def drift_reference(best: Fitted | FittedTiles, report: TrainingReport, *, seed: int) -> DriftReference | None:
    """How the cross-fitted good parts score, and where their features lie: the network's ``embedding`` of each.

    A frame in tiles has no features of its own: its scores alone are followed. None where scores are not distances,
    whose shares of ``good_below`` mean nothing.
    """
    good_below = report.thresholds.good_below
    if good_below <= 0:
        return None
    shares = [scored.score / good_below for scored in report.scores if scored.label == "good"]
    if isinstance(best, FittedTiles):
        return fit_drift(shares, None, seed=seed)
    return fit_drift(shares, np.stack([one.places.mean(axis=0) for one in best.good]), seed=seed)
