"""ResNet-50 as ONNX nodes: batch norm folded, input normalisation inside, cut after the last tap.

Architecture: He et al., "Deep Residual Learning for Image Recognition" (2015), table 1, as Keras has it: biases before
the batch norms, the stride on the first 1×1 of a stage, and the input in "caffe" mode: BGR less its mean, unscaled.
The weights go by their Keras names; how many channels a layer has is what its weights say.
"""

import string
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.graph import NetworkGraph

BATCH_NORM_EPSILON = 1e-3
"""What the topology beside the weights says, for every layer; keras.applications has another value."""
MEAN_BGR = (103.939, 116.779, 123.68)
STAGES = {"s4": ("2", 3), "s8": ("3", 4), "s16": ("4", 6), "s32": ("5", 3)}
"""Tap → the stage's number in the names of its layers, and how many blocks it has."""

Weights = Mapping[str, NDArray[np.float32]]


def tap_channels(weights: Weights) -> dict[str, int]:
    """Channels of every tap. Raises `KeyError` for a layer that is not there."""
    return {tap: weights[f"res{stage}a_branch2c/kernel"].shape[-1] for tap, (stage, _) in STAGES.items()}


def add_resnet50(graph: NetworkGraph, weights: Weights, taps: tuple[str, ...]) -> dict[str, str]:
    """Add the backbone up to the deepest of ``taps``; returns tap → tensor (1, channels, height/n, width/n).

    The input's sides must be multiples of 32. Raises `KeyError` when ``weights`` are of another network.
    """
    pixels = graph.node("Cast", ["image"], to=1)
    planes = graph.node("Transpose", [pixels], perm=[0, 3, 1, 2])
    x = graph.node("Sub", [planes, graph.constant(np.array(MEAN_BGR, np.float32)[:, None, None])])
    x = graph.node("Relu", [_layer(graph, weights, x, "conv1", "bn_conv1", stride=2)])
    # Keras pads with zeros where ONNX leaves the padding out: the same, for behind a ReLU nothing is below zero.
    x = graph.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    found: dict[str, str] = {}
    for tap, (stage, blocks) in STAGES.items():
        for block in string.ascii_lowercase[:blocks]:
            stride = 2 if block == "a" and tap != "s4" else 1
            x = _block(graph, weights, x, stage + block, stride, projected=block == "a")
        if tap in taps:
            found[tap] = graph.node("Identity", [x], name=tap)
        if set(taps) <= set(found):
            return found
    raise ValueError(f"ResNet-50 has the taps {list(STAGES)}, not {taps}")


def _block(graph: NetworkGraph, weights: Weights, x: str, name: str, stride: int, *, projected: bool) -> str:
    """A bottleneck: 1×1, 3×3 and 1×1 beside a shortcut, which is a 1×1 of its own where the shape changes."""

    def layer(inside: str, branch: str, stride: int = 1) -> str:
        return _layer(graph, weights, inside, f"res{name}_branch{branch}", f"bn{name}_branch{branch}", stride=stride)

    y = graph.node("Relu", [layer(x, "2a", stride)])
    y = graph.node("Relu", [layer(y, "2b")])
    y = layer(y, "2c")
    shortcut = layer(x, "1", stride) if projected else x
    return graph.node("Relu", [graph.node("Add", [y, shortcut])])


def _layer(graph: NetworkGraph, weights: Weights, x: str, conv: str, norm: str, *, stride: int) -> str:
    """A convolution, padded so that it keeps the size but for its stride, with the batch norm behind it folded in."""
    kernel = weights[f"{conv}/kernel"].astype(np.float64).transpose(3, 2, 0, 1)
    variance = weights[f"{norm}/moving_variance"].astype(np.float64)
    gain = weights[f"{norm}/gamma"] / np.sqrt(variance + BATCH_NORM_EPSILON)
    bias = (weights[f"{conv}/bias"] - weights[f"{norm}/moving_mean"]) * gain + weights[f"{norm}/beta"]
    side = kernel.shape[2]
    return graph.node(
        "Conv",
        [x, graph.constant(kernel * gain[:, None, None, None]), graph.constant(bias)],
        kernel_shape=[side, side],
        strides=[stride, stride],
        pads=[side // 2] * 4,
    )
