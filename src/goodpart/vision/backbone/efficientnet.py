"""EfficientNet-Lite0 as ONNX nodes: batch norm folded, input normalisation inside, cut after the last tap.

Architecture: Tan and Le, "EfficientNet" (2019), table 1, in the Lite variant: no squeeze-and-excitation, ReLU6, and
TensorFlow's SAME padding, which for even inputs and stride 2 pads more at the end than at the start.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.graph import NetworkGraph

BATCH_NORM_EPSILON = 1e-3
MEAN = 127.0
SCALE = 128.0

Weights = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Stage:
    """Repeated inverted bottlenecks; the first one has the stride."""

    repeats: int
    kernel: int
    stride: int
    expand: int
    channels: int
    tap: str | None = None


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24, "s4"),
    Stage(2, 5, 2, 6, 40, "s8"),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112, "s16"),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320, "s32"),
)
TAP_CHANNELS = {stage.tap: stage.channels for stage in STAGES if stage.tap is not None}


def add_lite0(graph: NetworkGraph, weights: Weights, taps: tuple[str, ...]) -> dict[str, str]:
    """Add the backbone up to the deepest of ``taps``; returns tap → tensor (1, channels, height/n, width/n).

    The input's sides must be multiples of 32, so that every stride divides evenly.
    """
    pixels = graph.node("Cast", ["image"], to=1)
    planes = graph.node("Transpose", [pixels], perm=[0, 3, 1, 2])
    centred = graph.node("Sub", [planes, graph.constant(np.float32(MEAN).reshape(1))])
    x = graph.node("Mul", [centred, graph.constant(np.float32(1 / SCALE).reshape(1))])

    stem, bias = _folded(weights, "_conv_stem", "_bn0")
    x = _relu6(graph, _conv(graph, x, stem[:, ::-1], bias, stride=2))  # the weights expect RGB, frames are BGR
    found: dict[str, str] = {}
    index, channels = 0, 32
    for stage in STAGES:
        for repeat in range(stage.repeats):
            stride = stage.stride if repeat == 0 else 1
            prefix = f"_blocks.{index}."
            y = x
            if stage.expand != 1:
                y = _relu6(graph, _conv(graph, y, *_folded(weights, prefix + "_expand_conv", prefix + "_bn0")))
            depthwise = _folded(weights, prefix + "_depthwise_conv", prefix + "_bn1")
            y = _relu6(graph, _conv(graph, y, *depthwise, stride=stride, groups=channels * stage.expand))
            y = _conv(graph, y, *_folded(weights, prefix + "_project_conv", prefix + "_bn2"))
            if stride == 1 and channels == stage.channels:
                y = graph.node("Add", [x, y])
            x, channels, index = y, stage.channels, index + 1
        if stage.tap in taps:
            found[stage.tap] = graph.node("Identity", [x], name=stage.tap)
        if set(taps) <= set(found):
            return found
    raise ValueError(f"EfficientNet-Lite0 has the taps {sorted(TAP_CHANNELS)}, not {taps}")


def _folded(weights: Weights, conv: str, norm: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    kernel = weights[f"{conv}.weight"].astype(np.float64)
    variance = weights[f"{norm}.running_var"].astype(np.float64)
    gain = weights[f"{norm}.weight"] / np.sqrt(variance + BATCH_NORM_EPSILON)
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * gain
    return kernel * gain[:, None, None, None], np.asarray(bias, np.float64)


def _conv(
    graph: NetworkGraph,
    x: str,
    kernel: NDArray[np.float64],
    bias: NDArray[np.float64],
    *,
    stride: int = 1,
    groups: int = 1,
) -> str:
    side = kernel.shape[2]
    total = max(side - stride, 0)
    pads = [total // 2, total // 2, total - total // 2, total - total // 2]
    return graph.node(
        "Conv",
        [x, graph.constant(kernel), graph.constant(bias)],
        kernel_shape=[side, side],
        strides=[stride, stride],
        pads=pads,
        group=groups,
    )


def _relu6(graph: NetworkGraph, x: str) -> str:
    return graph.node("Clip", [x, graph.constant(np.float32(0.0)), graph.constant(np.float32(6.0))])
