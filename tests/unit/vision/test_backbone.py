"""The backbone computes what its weights say, and its weights are read without running anything."""

import io
import pickle
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from goodpart.vision.backbone import load_backbone
from goodpart.vision.backbone.efficientnet import STAGES
from goodpart.vision.backbone.weights import lite0_weights_path, read_state
from goodpart.vision.engine import LoadOptions, open_engine
from goodpart.vision.errors import BackboneError
from goodpart.vision.graph import NetworkGraph

Array = NDArray[np.float64]


def convolve(x: Array, kernel: Array, stride: int, groups: int) -> Array:
    """TensorFlow's SAME convolution of (channels, height, width), in float64 from the definition."""
    side = kernel.shape[2]
    pads = []
    for length in x.shape[1:]:
        total = max((-(-length // stride) - 1) * stride + side - length, 0)
        pads.append((total // 2, total - total // 2))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, [(0, 0), *pads]), (side, side), (1, 2))
    windows = windows[:, ::stride, ::stride]
    if groups > 1:
        return np.asarray(np.einsum("chwij,cij->chw", windows, kernel[:, 0]))
    return np.asarray(np.einsum("chwij,ocij->ohw", windows, kernel, optimize=True))


def reference(pixels: NDArray[np.uint8]) -> dict[str, Array]:
    """EfficientNet-Lite0 with batch norm unfolded, from the raw weights."""
    weights = {name: value.astype(np.float64) for name, value in read_state(lite0_weights_path()).items()}

    def normed(x: Array, name: str) -> Array:
        mean, variance = weights[f"{name}.running_mean"], weights[f"{name}.running_var"]
        gain, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
        scaled = (x - mean[:, None, None]) / np.sqrt(variance + 1e-3)[:, None, None]
        return scaled * gain[:, None, None] + bias[:, None, None]

    def relu6(x: Array) -> Array:
        return np.clip(x, 0, 6)

    rgb = (pixels[:, :, ::-1].astype(np.float64).transpose(2, 0, 1) - 127) / 128
    x = relu6(normed(convolve(rgb, weights["_conv_stem.weight"], 2, 1), "_bn0"))
    taps, index = {}, 0
    for stage in STAGES:
        for repeat in range(stage.repeats):
            name, stride, y = f"_blocks.{index}", stage.stride if repeat == 0 else 1, x
            if stage.expand > 1:
                y = relu6(normed(convolve(y, weights[f"{name}._expand_conv.weight"], 1, 1), f"{name}._bn0"))
            depthwise = weights[f"{name}._depthwise_conv.weight"]
            y = relu6(normed(convolve(y, depthwise, stride, len(depthwise)), f"{name}._bn1"))
            y = normed(convolve(y, weights[f"{name}._project_conv.weight"], 1, 1), f"{name}._bn2")
            x = x + y if stride == 1 and x.shape == y.shape else y
            index += 1
        if stage.tap:
            taps[stage.tap] = x
    return taps


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_every_tap_agrees_with_a_reference_from_the_raw_weights(engine: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)
    backbone, graph = load_backbone(), NetworkGraph()
    taps = backbone.add_to(graph, ("s4", "s8", "s16", "s32"))
    network = graph.serialized({tap: [1, backbone.channels[tap], tap + "h", tap + "w"] for tap in taps})
    found = open_engine(engine).load(network, LoadOptions()).run(pixels)
    for tap, expected in reference(pixels).items():
        assert found[tap].shape == (1, *expected.shape)
        assert np.abs(found[tap][0] - expected).max() <= 2e-5 * np.abs(expected).max()


def test_a_network_without_the_deep_taps_holds_fewer_layers() -> None:
    backbone = load_backbone()

    def size(taps: tuple[str, ...]) -> int:
        graph = NetworkGraph()
        names = backbone.add_to(graph, taps)
        return len(graph.serialized({tap: [1, backbone.channels[tap], "h", "w"] for tap in names}))

    assert size(("s8",)) < size(("s8", "s16")) / 2 < size(("s32",)) / 2


def test_a_backbone_that_does_not_exist_is_an_error_with_a_way_out() -> None:
    with pytest.raises(BackboneError, match="no backbone named 'resnet9'") as caught:
        load_backbone("resnet9")
    assert "efficientnet-lite0" in caught.value.remedy


class Malicious:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("raise SystemExit",))


@pytest.mark.parametrize(
    "content",
    [b"", b"not a pickle", pickle.dumps(Malicious(), 2), pickle.dumps(1, 2) * 3, pickle.dumps(np.float32, 2)],
)
def test_a_file_that_is_not_weights_is_refused_and_runs_nothing(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(content)
    with pytest.raises(BackboneError, match="cannot be read"):
        read_state(path)


def test_truncated_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(lite0_weights_path().read_bytes()[:1_000_000])
    with pytest.raises(BackboneError, match="cannot be read"):
        read_state(path)


def test_a_tensor_that_reaches_beyond_its_storage_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO(lite0_weights_path().read_bytes())
    changed = content.getvalue().replace(b"K\x20K\x03K\x03K\x03t", b"K\xffK\x03K\x03K\x03t", 1)
    assert changed != content.getvalue()
    path = tmp_path / "weights.pth"
    path.write_bytes(changed)
    with pytest.raises(BackboneError, match="beyond its storage"):
        read_state(path)
