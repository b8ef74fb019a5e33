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

    @property
    def outputs(self) -> set[str]:
        """What the network has to give beside ``score`` and ``heat``."""
        return set() if self.labels is None else self.labels.outputs

    def judge(self, outputs: Outputs, looked_at: Mask | None) -> tuple[float, Heat]:
        """Score and map, zero where nothing is looked at; ``looked_at`` None: everywhere.

        Raises `PackageError` where the network does not give what the labels need.
        """
        self.check(outputs)
        heat = _masked(outputs["heat"], looked_at)
        marked = outputs.get("marked")
        counted = marked if marked is None or looked_at is None else marked[looked_at]
        score = self.score(heat, outputs.get("defect"), counted)
        return score, _masked(self.shown(outputs["heat"], marked), looked_at)

    def check(self, outputs: Outputs) -> None:
        """Raises `PackageError` where the network does not give what the labels need."""
        for name in sorted(self.outputs - set(outputs)):
            raise PackageError(
                f"The model was taught defects, but its network does not give {name!r}.",
                "Train the model again; go back to the previous one meanwhile.",
            )

    def score(self, heat: Heat, defect: NDArray[np.float32] | None, marked: Heat | None) -> float:
        """The score of those values of the maps that count, and of the output ``defect``."""
        anomaly = self.combination.score(heat)
        if self.labels is None or self.labels.score is None:
            return anomaly
        of_anomaly, of_defect, of_top = self.labels.score.weights
        assert defect is not None  # `check`ed
        odds = of_anomaly * float(np.log(max(anomaly, FLOOR))) + of_defect * float(defect[0])
        if of_top:
            assert marked is not None
            odds += of_top * self.combination.score(marked)
        return float(self.labels.score.scale.apply(odds))

    def shown(self, heat: Heat, marked: Heat | None) -> Heat:
        """The map that people see, of both maps whole."""
        if self.labels is None or self.labels.heat_scale is None:
            return heat
        if not self.labels.map_is_shown:
            return np.asarray(self.labels.heat_scale.apply(np.log(np.maximum(heat, FLOOR))), np.float32)
        assert marked is not None  # `check`ed
        return np.asarray(self.labels.heat_scale.apply(marked), np.float32)


def _masked(heat: Heat, looked_at: Mask | None) -> Heat:
    return heat if looked_at is None else np.where(looked_at, heat, np.float32(0))
