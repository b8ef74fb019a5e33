"""ResNet-50 computes what its weights and its Keras topology say, in both engines."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from goodpart.vision.backbone.adding import RESNET50, backbone_file
from goodpart.vision.backbone.resnet import add_resnet50, tap_channels
from goodpart.vision.backbone.tensors import read_tensors
from goodpart.vision.engine import LoadOptions, Precision, open_engine
from goodpart.vision.graph import NetworkGraph
from tests.fakes.keras_resnet import draw_weights, reference, topology

TAPS = ("s4", "s8", "s16", "s32")


def network_of(weights: Mapping[str, NDArray[np.float32]], taps: tuple[str, ...] = TAPS) -> bytes:
    graph, channels = NetworkGraph(), tap_channels(weights)
    names = add_resnet50(graph, weights, taps)
    assert names == {tap: tap for tap in taps}
    return graph.serialized({tap: [1, channels[tap], tap + "h", tap + "w"] for tap in taps})


def check(weights: Mapping[str, NDArray[np.float32]], width: int, engine: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)
    found = open_engine(engine).load(network_of(weights), LoadOptions()).run(pixels)
    expected = reference(topology(width), weights, pixels)
    assert set(expected) == set(TAPS)
    for tap, maps in expected.items():
        assert found[tap].shape == (1, *maps.shape)
        assert np.abs(found[tap][0] - maps).max() <= 2e-5 * np.abs(maps).max()


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_every_tap_agrees_with_a_reference_from_the_topology(engine: str) -> None:
    check(draw_weights(topology(8)), 8, engine)


def test_the_real_weights_agree_with_the_reference_too(added_resnet50: Path) -> None:
    weights, metadata = read_tensors(backbone_file(RESNET50, added_resnet50).read_bytes())
    assert metadata["archive_sha256"] == RESNET50.sha256
    assert tap_channels(weights) == {"s4": 256, "s8": 512, "s16": 1024, "s32": 2048}
    check(weights, 64, "openvino")


def test_in_bf16_the_features_stay_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    engine, picture = open_engine(), np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    content = network_of(draw_weights(topology(8)), ("s8", "s16"))
    exact = engine.load(content, LoadOptions(Precision.F32)).run(picture)
    for precision in engine.precisions():
        found = engine.load(content, LoadOptions(precision, ("s8", "s16"))).run(picture)
        for tap, values in exact.items():
            assert np.abs(found[tap] - values).mean() <= 0.02 * values.max()


def test_a_network_without_the_deep_taps_holds_fewer_layers() -> None:
    weights = draw_weights(topology(8))
    assert len(network_of(weights, ("s8",))) < len(network_of(weights, ("s8", "s16"))) / 2


def test_weights_of_another_network_are_no_resnet50() -> None:
    weights = draw_weights(topology(8))
    del weights["bn4c_branch2b/gamma"]
    with pytest.raises(KeyError, match="bn4c_branch2b"):
        add_resnet50(NetworkGraph(), weights, TAPS)
