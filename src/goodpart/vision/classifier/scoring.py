"""From the network's outputs to a score and a map, where only some places of a picture count.

A picture that is looked at whole gets both from its network. Regions are applied to the maps, after the network: so a
recipe can exclude more without a new model, and what follows from the places that are left is computed here, as
`goodpart.vision.classifier.model` writes it into networks.
"""

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.classifier.scale import Scale
from goodpart.vision.detector.combination import Combination
from goodpart.vision.engine import Outputs
from goodpart.vision.errors import PackageError

Heat = NDArray[np.float32]
Mask = NDArray[np.bool_]

FLOOR = 1e-6
"""Below any distance that occurs: logarithms are taken of no less."""


class LabelledScore(msgspec.Struct, frozen=True, kw_only=True):
    """Log-odds from three sources: the log anomaly score, the output ``defect`` and the top of the map ``marked``."""

    weights: tuple[float, float, float]
    scale: Scale


class LabelledScoring(msgspec.Struct, frozen=True, kw_only=True):
    """What labels changed. ``score`` None: the score is that of good parts alone.

    ``heat_scale`` brings the map, ``marked`` where ``map_is_shown``, else the log anomaly, to the units of the score.
    """

    score: LabelledScore | None = None
    heat_scale: Scale | None = None
    map_is_shown: bool = False

    @property
    def outputs(self) -> set[str]:
        """What the network has to give for it."""
        needed = {"defect"} if self.score is not None else set()
        marked = self.map_is_shown or (self.score is not None and self.score.weights[2] != 0)
        return needed | ({"marked"} if marked else set())


@dataclass(frozen=True)
class Scoring:
    """How the maps of a picture become its score and the map that people see."""

    combination: Combination
    labels: LabelledScoring | None = None

    def judge(self, outputs: Outputs, looked_at: Mask | None) -> tuple[float, Heat]:
        """Score and map, zero where nothing is looked at; ``looked_at`` None: everywhere.

        Raises `PackageError` where the network does not give what the labels need.
        """
        heat = _masked(outputs["heat"], looked_at)
        anomaly = self.combination.score(heat)
        labels = self.labels
        if labels is None:
            return anomaly, heat
        for name in labels.outputs - set(outputs):
            raise PackageError(
                f"The model was taught defects, but its network does not give {name!r}.",
                "Train the model again; go back to the previous one meanwhile.",
            )
        score = anomaly if labels.score is None else self._log_odds(labels.score, anomaly, outputs, looked_at)
        if labels.heat_scale is None:
            return score, heat
        shown = outputs["marked"] if labels.map_is_shown else np.log(np.maximum(outputs["heat"], FLOOR))
        return score, _masked(np.asarray(labels.heat_scale.apply(shown), np.float32), looked_at)

    def _log_odds(self, labelled: LabelledScore, anomaly: float, outputs: Outputs, looked_at: Mask | None) -> float:
        of_anomaly, of_defect, of_top = labelled.weights
        odds = of_anomaly * float(np.log(max(anomaly, FLOOR))) + of_defect * float(outputs["defect"][0])
        if of_top:
            marked = outputs["marked"]
            odds += of_top * self.combination.score(marked if looked_at is None else marked[looked_at])
        return float(labelled.scale.apply(odds))


def _masked(heat: Heat, looked_at: Mask | None) -> Heat:
    return heat if looked_at is None else np.where(looked_at, heat, np.float32(0))
