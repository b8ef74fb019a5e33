"""What the labelled side looks at: backbone features pooled over the picture, and at every place of the heat map.

    pooled    (1, size)                 mean, maximum and deviation of every channel at 1/8, 1/16 and 1/32
    places    (1, size, rows, columns)  channels at 1/8, those at 1/4 by mean and maximum, those at 1/16 interpolated

A backbone without one of these resolutions is looked at in those it has.
"""

import numpy as np

from goodpart.vision.backbone import Backbone
from goodpart.vision.detector.features import TAPS as DETECTOR_TAPS
from goodpart.vision.graph import NetworkGraph

POOLED = ("s8", "s16", "s32")
PLACES = ("s4", "s8", "s16")


def taps_of(backbone: Backbone, *, maps: bool) -> tuple[str, ...]:
    """The taps that detector and labelled side need together, the finest first."""
    wanted = {*DETECTOR_TAPS, *POOLED, *(PLACES if maps else ())}
    return tuple(sorted(wanted & set(backbone.channels), key=lambda tap: int(tap[1:])))


def add_pooled(graph: NetworkGraph, taps: dict[str, str], *, name: str | None = None) -> str:
    """Add the pooled features to ``graph``; returns the tensor (1, size)."""
    parts = []
    for tap in POOLED:
        if tap not in taps:
            continue
        mean = graph.node("ReduceMean", [taps[tap]], axes=[2, 3], keepdims=1)
        away = graph.node("Sub", [taps[tap], mean])
        variance = graph.node("ReduceMean", [graph.node("Mul", [away, away])], axes=[2, 3], keepdims=1)
        highest = graph.node("ReduceMax", [taps[tap]], axes=[2, 3], keepdims=1)
        parts += [mean, highest, graph.node("Sqrt", [variance])]
    return graph.node("Flatten", [graph.node("Concat", parts, axis=1)], axis=1, name=name)


def add_places(graph: NetworkGraph, taps: dict[str, str]) -> str:
    """Add the features of places to ``graph``; returns the tensor (1, size, rows, columns) at 1/8."""
    parts = []
    if "s4" in taps:
        parts += [
            graph.node(kind, [taps["s4"]], kernel_shape=[2, 2], strides=[2, 2]) for kind in ("AveragePool", "MaxPool")
        ]
    parts.append(taps["s8"])
    scales = graph.constant(np.array([1, 1, 2, 2], np.float32))
    parts.append(
        graph.node("Resize", [taps["s16"], "", scales], mode="linear", coordinate_transformation_mode="half_pixel")
    )
    return graph.node("Concat", parts, axis=1)


def sizes_of(backbone: Backbone) -> tuple[int, int]:
    """How many features `add_pooled` and `add_places` give."""
    channels = backbone.channels
    pooled = 3 * sum(channels[tap] for tap in POOLED if tap in channels)
    return pooled, 2 * channels.get("s4", 0) + channels["s8"] + channels["s16"]


def view_network(backbone: Backbone, *, maps: bool) -> bytes:
    """The network that training runs: picture → ``pooled`` and, with ``maps``, ``places`` (1, rows, columns, size)."""
    graph = NetworkGraph()
    taps = backbone.add_to(graph, taps_of(backbone, maps=maps))
    pooled, places = sizes_of(backbone)
    add_pooled(graph, taps, name="pooled")
    outputs: dict[str, list[int | str]] = {"pooled": [1, pooled]}
    if maps:
        graph.node("Transpose", [add_places(graph, taps)], name="places", perm=[0, 2, 3, 1])
        outputs["places"] = [1, "rows", "columns", places]
    return graph.serialized(dict(outputs))
