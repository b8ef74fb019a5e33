"""A whole detector: what was learned, in NumPy for training and as ONNX for everything after it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from goodpart.vision.backbone import Backbone
from goodpart.vision.detector.bank import MemoryBank
from goodpart.vision.detector.combination import Combination, Pooling
from goodpart.vision.detector.features import TAPS, add_grid, add_patches, channels_of
from goodpart.vision.detector.gaussian import PositionGaussian
from goodpart.vision.detector.projection import Projection
from goodpart.vision.graph import NetworkGraph

BANK_PRODUCTS = "bank_products"
"""The tensor (1, bank, rows, columns) whose minimum over the bank says which patch is nearest: see `explain`."""


@dataclass(frozen=True, eq=False)
class Detector:
    """Memory bank and position Gaussian with how they are combined.

    A part with no weight in it is left out of the network; the Gaussian and its projection may be None then.
    """

    patch_projection: Projection | None
    place_projection: Projection | None
    bank: MemoryBank
    gaussian: PositionGaussian | None
    combination: Combination


def scoring_network(backbone: Backbone, detector: Detector) -> bytes:
    """The whole network: picture → ``heat`` (rows, columns) at 1/8 of the picture, ``score`` (1,), and ``embedding``.

    That is the mean of the places on the grid, (1, size), by which drift is followed; a detector without a Gaussian has
    none.
    """
    graph = NetworkGraph()
    return graph.serialized(add_scoring(graph, backbone.add_to(graph, TAPS), backbone, detector))


def add_scoring(
    graph: NetworkGraph,
    taps: dict[str, str],
    backbone: Backbone,
    detector: Detector,
    *,
    heat: str = "heat",
    score: str = "score",
) -> dict[str, Sequence[int | str]]:
    """Add the detector behind ``taps``: a map and a score under the given names, and the embedding.

    Returns their shapes.
    """
    weight = detector.combination.weight
    parts = []
    if weight < 1:
        bank = _add_bank(graph, add_patches(graph, taps, detector.patch_projection), detector.bank)
        parts.append(_scaled(graph, bank, (1 - weight) / detector.combination.bank_scale))
    places = None
    if detector.gaussian is not None:
        places = add_grid(graph, taps, detector.gaussian.grid, channels_of(backbone), detector.place_projection)
        graph.node("ReduceMean", [places], name="embedding", axes=[1], keepdims=0)
    if weight > 0:
        assert detector.gaussian is not None
        assert places is not None
        gaussian = _add_gaussian(graph, places, detector.gaussian, like=taps["s8"])
        parts.append(_scaled(graph, gaussian, weight / detector.combination.gaussian_scale))
    # Summing one part too gives the output a node, and so a name, of its own in every engine.
    graph.node("Sum", parts, name=heat)
    flat = graph.node("Reshape", [heat, graph.constant(np.array([-1], np.int64))])
    if detector.combination.pooling is Pooling.MAXIMUM:
        graph.node("ReduceMax", [flat], axes=[0], keepdims=1, name=score)
    else:
        count = graph.constant(np.array([detector.combination.top], np.int64))
        highest = graph.top(flat, count)
        graph.node("ReduceMean", [highest], axes=[0], keepdims=1, name=score)
    outputs: dict[str, Sequence[int | str]] = {heat: ["rows", "columns"], score: [1]}
    if detector.gaussian is not None:
        outputs["embedding"] = [1, detector.gaussian.mean.shape[1]]
    return outputs


def _add_bank(graph: NetworkGraph, patches: str, bank: MemoryBank) -> str:
    # ‖x - b‖² = ‖x‖² + (‖b‖² - 2 x·b). The bracket is a 1×1 convolution with a bias, whose minimum is taken over each
    # set of the bank; written so, engines need half the time of a matrix product over transposed features.
    products = []
    for of_set in bank.sets:
        kernel = graph.constant(-2.0 * of_set[:, :, None, None])
        norms = graph.constant(np.einsum("ij,ij->i", of_set, of_set))
        products.append(graph.node("Conv", [patches, kernel, norms], kernel_shape=[1, 1]))
    # No score needs them side by side: engines leave this out, unless an explanation asks for it.
    graph.node("Concat", products, name=BANK_PRODUCTS, axis=1)
    minima = [graph.node("ReduceMin", [of_set], axes=[1], keepdims=1) for of_set in products]
    nearest = graph.node("Concat", minima, axis=1)
    own = graph.node("ReduceSumSquare", [patches], axes=[1], keepdims=1)
    squares = graph.node("Max", [graph.node("Add", [nearest, own]), graph.constant(np.float32(0.0))])
    mean = graph.node("ReduceMean", [graph.node("Sqrt", [squares])], axes=[1], keepdims=1)
    return graph.node("Squeeze", [mean, graph.constant(np.array([0, 1], np.int64))])


def _add_gaussian(graph: NetworkGraph, places: str, gaussian: PositionGaussian, like: str) -> str:
    centred = graph.node("Sub", [places, graph.constant(gaussian.mean[None])])
    columns = graph.node("Unsqueeze", [centred, graph.constant(np.array([3], np.int64))])
    spread = graph.node("MatMul", [graph.constant(gaussian.factors[None]), columns])
    squares = graph.node("ReduceSumSquare", [spread], axes=[2, 3], keepdims=0)
    size = np.float32(gaussian.mean.shape[1])
    distances = graph.node("Sqrt", [graph.node("Div", [squares, graph.constant(size)])])
    shape = graph.constant(np.array([1, 1, *gaussian.grid], np.int64))
    image = graph.node("Reshape", [distances, shape])
    rows_columns = graph.node("Shape", [like], start=2)
    sizes = graph.node("Concat", [graph.constant(np.array([1, 1], np.int64)), rows_columns], axis=0)
    placed = graph.node("Resize", [image, "", "", sizes], mode="linear", coordinate_transformation_mode="half_pixel")
    return graph.node("Squeeze", [placed, graph.constant(np.array([0, 1], np.int64))])


def _scaled(graph: NetworkGraph, x: str, factor: float) -> str:
    return graph.node("Mul", [x, graph.constant(np.float32(factor))])
