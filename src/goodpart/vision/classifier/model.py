"""What was learned from labels, in NumPy for training and as ONNX for everything after it.

score       the calibrated log-odds of anomaly score, classifier and map, or the anomaly score alone
heat        the patch head's map where masks were drawn and it marks defects better, else the anomaly map
types       (n_types,) the probability of each type, given that the part is bad
type_maps   (n_types, rows, columns) the share of each place that a type covers, as estimated: not clamped
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.backbone import Backbone
from goodpart.vision.classifier.ridge import Linear
from goodpart.vision.classifier.scale import Scale
from goodpart.vision.classifier.scoring import FLOOR, LabelledScore, LabelledScoring
from goodpart.vision.classifier.views import add_places, add_pooled, taps_of
from goodpart.vision.detector.combination import Pooling
from goodpart.vision.detector.model import Detector, add_scoring
from goodpart.vision.graph import NetworkGraph

_STEEPNESS = 4.0
"""Ridge predictions are near 1 for a type and near -1 for anything else: the highest decides, near ones add to it."""


@dataclass(frozen=True, eq=False)
class TypeHead:
    """Which type a bad part has: softmax of ``sharpness`` × ridge predictions over the types."""

    model: Linear
    sharpness: float

    def probabilities(self, predicted: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, n_types) ridge predictions → probabilities."""
        steep = self.sharpness * predicted
        raised = np.exp(steep - steep.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))


@dataclass(frozen=True, eq=False)
class DefectHead:
    """Whether a part has a defect of any type: the soft maximum of one linear map per type, each against all else.

    One map for all of them would need a direction in which defects that have nothing in common differ from good parts.
    """

    model: Linear

    def values(self, predicted: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, n_types) ridge predictions → (n,), near the highest: their log-sum-exp at a steepness of 4."""
        return np.asarray(np.logaddexp.reduce(_STEEPNESS * predicted, axis=1) / _STEEPNESS)


@dataclass(frozen=True, eq=False)
class PatchHead:
    """Where defects are: one linear map of place features and log anomaly per target, any defect first, then types.

    The first is averaged over ``reach`` × ``reach`` places, an odd number.
    """

    model: Linear
    reach: int = 1


@dataclass(frozen=True, eq=False)
class ScoreHead:
    """``weights`` of the log anomaly score, of the classifier ``defect`` and of the map's top."""

    defect: DefectHead
    weights: NDArray[np.float64]
    scale: Scale


@dataclass(frozen=True, eq=False)
class Labelled:
    """All heads; those that labels could not support, or that did not help, are None.

    ``heat_scale`` brings the shown map, of the patch head where ``map_is_shown``, to the units of the score.
    """

    types: TypeHead
    score: ScoreHead | None
    patches: PatchHead | None
    map_is_shown: bool
    heat_scale: Scale | None

    @property
    def outputs(self) -> list[str]:
        """The network's outputs beyond ``score`` and ``heat``."""
        return ["types", *(["type_maps"] if self.patches is not None else [])]

    @property
    def scoring(self) -> LabelledScoring:
        """The same for `Scoring`, where not every place counts."""
        score = None
        if self.score is not None:
            of_anomaly, of_defect, of_top = (float(weight) for weight in self.score.weights)
            score = LabelledScore(weights=(of_anomaly, of_defect, of_top), scale=self.score.scale)
        return LabelledScoring(score=score, heat_scale=self.heat_scale, map_is_shown=self.map_is_shown)


def labelled_network(
    backbone: Backbone, detector: Detector, labelled: Labelled, *, is_scored_later: bool = False
) -> tuple[bytes, tuple[str, ...]]:
    """The whole network with the outputs above, and its taps.

    Where it ``is_scored_later``, by `Scoring`, ``score`` and ``heat`` are those of good parts alone; ``defect`` (1,)
    and ``marked`` (rows, columns) tell the rest.
    """
    graph = NetworkGraph()
    names = taps_of(backbone, maps=labelled.patches is not None)
    taps = backbone.add_to(graph, names)
    heat = "heat" if labelled.heat_scale is None or is_scored_later else "anomaly_heat"
    score = "score" if labelled.score is None or is_scored_later else "anomaly_score"
    added = add_scoring(graph, taps, backbone, detector, heat=heat, score=score)
    pooled = add_pooled(graph, taps)
    _add_types(graph, pooled, labelled.types)
    log_heat = _log(graph, heat)
    marked = None
    if labelled.patches is not None:
        marked = _add_patches(graph, taps, log_heat, labelled.patches)
    count = len(labelled.types.model.bias)
    outputs: dict[str, Sequence[int | str]] = {"heat": ["rows", "columns"], "score": [1], "types": [count]}
    outputs |= {name: shape for name, shape in added.items() if name not in (heat, score)}
    if is_scored_later:
        outputs |= _add_parts(graph, pooled, marked, labelled)
    else:
        _add_heat(graph, log_heat, marked, labelled)
        _add_score(graph, pooled, marked, detector, labelled)
    if labelled.patches is not None:
        outputs["type_maps"] = [count, "rows", "columns"]
    return graph.serialized(outputs), names


def _add_types(graph: NetworkGraph, pooled: str, head: TypeHead) -> None:
    steep = _linear(graph, pooled, head.model, head.sharpness)
    likely = graph.node("Softmax", [steep], axis=1)
    graph.node("Squeeze", [likely, graph.constant(np.array([0], np.int64))], name="types")


def _add_patches(graph: NetworkGraph, taps: dict[str, str], log_heat: str, head: PatchHead) -> str:
    """Add ``type_maps``; returns the map of any defect, (rows, columns)."""
    plane = graph.node("Unsqueeze", [log_heat, graph.constant(np.array([0, 1], np.int64))])
    seen = graph.node("Concat", [add_places(graph, taps), plane], axis=1)
    kernel = head.model.weights.T[:, :, None, None]
    found = graph.node("Conv", [seen, graph.constant(kernel), graph.constant(head.model.bias)], kernel_shape=[1, 1])
    first, last, end = (graph.constant(np.array([n], np.int64)) for n in (0, 1, np.iinfo(np.int32).max))
    graph.node("Slice", [graph.node("Squeeze", [found, first]), last, end], name="type_maps")
    any_defect = graph.node("Slice", [found, first, last, last])
    if head.reach > 1:
        pads, sides = [head.reach // 2] * 4, [head.reach, head.reach]
        any_defect = graph.node("AveragePool", [any_defect], kernel_shape=sides, pads=pads, count_include_pad=0)
    return graph.node("Squeeze", [any_defect, graph.constant(np.array([0, 1], np.int64))])


def _add_parts(
    graph: NetworkGraph, pooled: str, marked: str | None, labelled: Labelled
) -> dict[str, Sequence[int | str]]:
    outputs: dict[str, Sequence[int | str]] = {}
    if labelled.score is not None:
        _add_defect(graph, pooled, labelled.score.defect, 1.0, name="defect")
        outputs["defect"] = [1]
    if marked is not None:
        graph.node("Identity", [marked], name="marked")
        outputs["marked"] = ["rows", "columns"]
    return outputs


def _add_heat(graph: NetworkGraph, log_heat: str, marked: str | None, labelled: Labelled) -> None:
    if labelled.heat_scale is None:
        return
    shown = marked if labelled.map_is_shown and marked is not None else log_heat
    _scaled(graph, shown, labelled.heat_scale, name="heat")


def _add_score(graph: NetworkGraph, pooled: str, marked: str | None, detector: Detector, labelled: Labelled) -> None:
    if labelled.score is None:
        return
    head = labelled.score
    parts = [graph.node("Mul", [_log(graph, "anomaly_score"), graph.constant(np.float32(head.weights[0]))])]
    parts.append(_add_defect(graph, pooled, head.defect, float(head.weights[1])))
    if marked is not None and head.weights[2]:
        flat = graph.constant(np.array([-1], np.int64))
        top = _top(graph, graph.node("Reshape", [marked, flat]), detector)
        parts.append(graph.node("Mul", [top, graph.constant(np.float32(head.weights[2]))]))
    _scaled(graph, graph.node("Sum", parts), head.scale, name="score")


def _add_defect(graph: NetworkGraph, pooled: str, head: DefectHead, weight: float, *, name: str | None = None) -> str:
    """Add ``weight`` × what the head says; returns the tensor (1,)."""
    steep = _linear(graph, pooled, head.model, _STEEPNESS)
    highest = graph.node("ReduceLogSumExp", [steep], axes=[1], keepdims=0)
    return graph.node("Mul", [highest, graph.constant(np.array([weight / _STEEPNESS], np.float32))], name=name)


def _top(graph: NetworkGraph, flat: str, detector: Detector) -> str:
    if detector.combination.pooling is Pooling.MAXIMUM:
        return graph.node("ReduceMax", [flat], axes=[0], keepdims=1)
    highest = graph.top(flat, graph.constant(np.array([detector.combination.top], np.int64)))
    return graph.node("ReduceMean", [highest], axes=[0], keepdims=1)


def _linear(graph: NetworkGraph, x: str, model: Linear, factor: float) -> str:
    product = graph.node("MatMul", [x, graph.constant(model.weights * factor)])
    return graph.node("Add", [product, graph.constant(model.bias * factor)])


def _log(graph: NetworkGraph, x: str) -> str:
    return graph.node("Log", [graph.node("Max", [x, graph.constant(np.float32(FLOOR))])])


def _scaled(graph: NetworkGraph, x: str, scale: Scale, *, name: str) -> str:
    centred = graph.node("Sub", [x, graph.constant(np.float32(scale.centre))])
    bent = graph.node("Elu", [graph.node("Mul", [centred, graph.constant(np.float32(scale.gain))])])
    raised = graph.node("Add", [bent, graph.constant(np.float32(1.0))])
    return graph.node("Mul", [raised, graph.constant(np.float32(scale.unit))], name=name)
