"""What the detectors look at: backbone features, averaged over neighbours, at two resolutions.

    patches   (1, h, w, channels)   at 1/8 of the picture, for the memory bank. Mean over 3×3 with the zero padding
                                    counted: noisy borders shrink, which is worth more than any reweighting
    grid      (1, rows × columns, channels)   at 1/16, for the position Gaussian. Mean over 3×3, padding not counted,
                                    and brought to the same grid for any size of picture

Both can be projected inside the network.
"""

import numpy as np

from goodpart.vision.backbone import Backbone
from goodpart.vision.detector.projection import Projection
from goodpart.vision.graph import NetworkGraph

TAPS = ("s8", "s16")
FINE_STRIDE = 8
COARSE_STRIDE = 16


def channels_of(backbone: Backbone) -> int:
    """Channels of a patch and of a place on the grid, before any projection."""
    return sum(backbone.channels[tap] for tap in TAPS)


def add_patches(graph: NetworkGraph, taps: dict[str, str], projection: Projection | None) -> str:
    """Add the patch features to ``graph``; returns the tensor (1, size, h, w)."""
    fine = _mean3(graph, taps["s8"], count_padding=True)
    coarse = _mean3(graph, taps["s16"], count_padding=True)
    scales = graph.constant(np.array([1, 1, 2, 2], np.float32))
    doubled = graph.node("Resize", [coarse, "", scales], mode="linear", coordinate_transformation_mode="half_pixel")
    both = graph.node("Concat", [fine, doubled], axis=1)
    return _projected(graph, both, projection)


def add_grid(
    graph: NetworkGraph,
    taps: dict[str, str],
    grid: tuple[int, int],
    channels: int,
    projection: Projection | None,
    *,
    name: str | None = None,
) -> str:
    """Add the grid features to ``graph``; returns the tensor (1, rows × columns, size)."""
    fine = _mean3(graph, taps["s8"], count_padding=False)
    halved = graph.node("AveragePool", [fine], kernel_shape=[2, 2], strides=[2, 2])
    coarse = _mean3(graph, taps["s16"], count_padding=False)
    both = graph.node("Concat", [halved, coarse], axis=1)
    sizes = graph.constant(np.array([1, channels, *grid], np.int64))
    placed = graph.node("Resize", [both, "", "", sizes], mode="linear", coordinate_transformation_mode="half_pixel")
    size = projection.size if projection is not None else channels
    flat = graph.constant(np.array([1, size, grid[0] * grid[1]], np.int64))
    columns = graph.node("Reshape", [_projected(graph, placed, projection), flat])
    return graph.node("Transpose", [columns], name=name, perm=[0, 2, 1])


def feature_network(
    backbone: Backbone,
    grid: tuple[int, int],
    patches: Projection | None = None,
) -> bytes:
    """The network that training runs: picture → ``patches``, projected where a projection is given, and ``grid``."""
    graph = NetworkGraph()
    taps = backbone.add_to(graph, TAPS)
    channels = channels_of(backbone)
    graph.node("Transpose", [add_patches(graph, taps, patches)], name="patches", perm=[0, 2, 3, 1])
    add_grid(graph, taps, grid, channels, None, name="grid")
    return graph.serialized(
        {
            "patches": [1, "rows", "columns", patches.size if patches else channels],
            "grid": [1, grid[0] * grid[1], channels],
        }
    )


def _mean3(graph: NetworkGraph, x: str, *, count_padding: bool) -> str:
    return graph.node("AveragePool", [x], kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=int(count_padding))


def _projected(graph: NetworkGraph, x: str, projection: Projection | None) -> str:
    """(x - mean) @ axes on the channels, as a 1×1 convolution with bias."""
    if projection is None:
        return x
    kernel = projection.axes.T[:, :, None, None]
    bias = -projection.mean.astype(np.float64) @ projection.axes
    return graph.node("Conv", [x, graph.constant(kernel), graph.constant(bias)], kernel_shape=[1, 1])
