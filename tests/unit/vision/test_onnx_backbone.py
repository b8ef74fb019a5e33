"""A person's own ONNX file as a backbone: it computes what the file computes, and whatever is wrong is named."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from goodpart.vision.backbone import Backbone, load_backbone
from goodpart.vision.detector.features import TAPS, feature_network
from goodpart.vision.engine import ENGINES, LoadOptions, open_engine
from goodpart.vision.errors import BackboneError
from goodpart.vision.graph import NetworkGraph

MEAN, STD = [120, 110, 100], [60, 50, 40]
INPUT: dict[str, Any] = {"order": "rgb", "mean": MEAN, "std": STD}
DESCRIPTION: dict[str, Any] = {
    "input": INPUT,
    "taps": {
        "s8": {"output": "fine", "channels": 5, "stride": 8},
        "s16": {"output": "coarse", "channels": 7, "stride": 16},
    },
}
RNG = np.random.default_rng(0)
KERNELS = {
    "fine": RNG.normal(0, 0.1, (5, 3, 8, 8)).astype(np.float32),
    "coarse": RNG.normal(0, 0.1, (7, 5, 2, 2)).astype(np.float32),
    "tokens": RNG.normal(0, 0.1, (5, 3, 14, 14)).astype(np.float32),
}


def conv(x: str, name: str) -> Any:
    side = KERNELS[name].shape[2]
    return helper.make_node("Conv", [x, f"{name}_kernel"], [name], strides=[side, side])


def own_network(
    nodes: list[Any] | None = None, outputs: tuple[str, ...] = ("fine", "coarse"), opset: int = 17
) -> onnx.ModelProto:
    """By default two convolutions, one behind the other, and a classifier's head that no tap needs."""
    nodes = nodes or [conv("image", "fine"), conv("fine", "coarse"), helper.make_node("Relu", ["coarse"], ["head"])]
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "own",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, "h", "w"])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", "c", "y", "x"]) for name in outputs],
        [numpy_helper.from_array(k, f"{name}_kernel") for name, k in KERNELS.items() if f"{name}_kernel" in used],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8
    return model


def write(folder: Path, model: onnx.ModelProto | bytes, description: object = DESCRIPTION) -> str:
    """The files beside each other; the id of the backbone."""
    content = model if isinstance(model, bytes) else model.SerializeToString()
    (folder / "own.onnx").write_bytes(content)
    (folder / "own.json").write_bytes(
        description if isinstance(description, bytes) else json.dumps(description).encode()
    )
    return f"onnx:{folder / 'own.onnx'}"


def taps_of(backbone: Backbone, pixels: NDArray[np.uint8], engine: str = "openvino") -> dict[str, NDArray[np.float32]]:
    graph = NetworkGraph()
    backbone.add_to(graph, TAPS)
    network = graph.serialized({tap: [1, backbone.channels[tap], tap + "h", tap + "w"] for tap in TAPS})
    return {tap: values[0] for tap, values in open_engine(engine).load(network, LoadOptions()).run(pixels).items()}


def convolved(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Blocks of the kernel's size, each as one place: (channels, rows, columns)."""
    side = KERNELS[name].shape[2]
    blocks = x.reshape(x.shape[0], x.shape[1] // side, side, x.shape[2] // side, side)
    return np.asarray(np.einsum("chiwj,ocij->ohw", blocks, KERNELS[name].astype(np.float64)))


def picture(height: int = 64, width: int = 96) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("engine", ENGINES)
def test_its_taps_are_what_the_file_computes_of_the_normalised_picture(engine: str, tmp_path: Path) -> None:
    backbone = load_backbone(write(tmp_path, own_network()))
    found = taps_of(backbone, picture(), engine)
    rgb = picture()[:, :, ::-1].astype(np.float64)
    fine = convolved(((rgb - MEAN) / STD).transpose(2, 0, 1), "fine")
    for tap, expected in (("s8", fine), ("s16", convolved(fine, "coarse"))):
        assert np.abs(found[tap] - expected).max() <= 2e-5 * np.abs(expected).max()


def test_channels_can_stay_in_the_order_of_frames(tmp_path: Path) -> None:
    bgr = {**DESCRIPTION, "input": {**INPUT, "order": "bgr"}}
    found = taps_of(load_backbone(write(tmp_path, own_network(), bgr)), picture())
    normalised = (picture().astype(np.float64) - MEAN) / STD
    expected = convolved(normalised.transpose(2, 0, 1), "fine")
    assert np.abs(found["s8"] - expected).max() <= 2e-5 * np.abs(expected).max()


def test_its_id_names_the_file_and_its_hash_covers_the_description(tmp_path: Path) -> None:
    first = load_backbone(write(tmp_path, own_network()))
    other = load_backbone(write(tmp_path, own_network(), {**DESCRIPTION, "input": {**INPUT, "order": "bgr"}}))
    assert (first.id, first.channels) == ("onnx:own.onnx", {"s8": 5, "s16": 7})
    assert first.sha256 != other.sha256


TOKENS = {
    "input": {**INPUT, "multiple": 14},
    "taps": {tap: {"output": "tokens", "channels": 5, "stride": 14} for tap in TAPS},
}


@pytest.mark.parametrize("size", [(64, 96), (256, 256), (32, 1024)])
@pytest.mark.parametrize("engine", ENGINES)
def test_patches_of_14_pixels_become_maps_at_an_eighth_and_a_sixteenth(
    size: tuple[int, int], engine: str, tmp_path: Path
) -> None:
    backbone = load_backbone(write(tmp_path, own_network([conv("image", "tokens")], ("tokens",)), TOKENS))
    found = taps_of(backbone, picture(*size), engine)
    assert found["s8"].shape == (5, size[0] // 8, size[1] // 8)
    assert found["s16"].shape == (5, size[0] // 16, size[1] // 16)


def test_a_network_of_one_size_sees_every_picture_at_that_size(tmp_path: Path) -> None:
    model = own_network([conv("image", "tokens")], ("tokens",))
    for axis, side in ((2, 56), (3, 84)):
        model.graph.input[0].type.tensor_type.shape.dim[axis].dim_value = side
    fixed = {**TOKENS, "input": {**INPUT, "size": [56, 84]}}
    backbone = load_backbone(write(tmp_path, model, fixed))
    flat = np.full((128, 64, 3), 90, np.uint8)
    found = taps_of(backbone, flat)
    assert found["s8"].shape == (5, 16, 8)
    assert np.allclose(found["s8"], found["s16"][:, :1, :1], atol=1e-4), "a flat picture is flat at any size"


@pytest.mark.parametrize("opset", [11, 13, 16, 18, 20])
def test_files_of_other_opsets_are_converted(opset: int, tmp_path: Path) -> None:
    expected = taps_of(load_backbone(write(tmp_path, own_network())), picture())
    found = taps_of(load_backbone(write(tmp_path, own_network(opset=opset))), picture())
    assert np.allclose(found["s16"], expected["s16"], atol=1e-4)


def test_a_tap_that_nobody_described_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match="has no s4, which this training looks at"):
        load_backbone(write(tmp_path, own_network())).add_to(NetworkGraph(), ("s4", "s8"))


def test_only_what_the_taps_need_goes_into_a_network(tmp_path: Path) -> None:
    nodes = [conv("image", "fine"), conv("fine", "coarse")]
    heavy = numpy_helper.from_array(np.zeros((1000, 1000), np.float32), "heavy")
    head = [helper.make_node("Constant", [], ["weights"], value=heavy), helper.make_node("Relu", ["weights"], ["head"])]
    backbone = load_backbone(write(tmp_path, own_network([*nodes, *head], ("fine", "coarse", "head"))))
    assert len(feature_network(backbone, (4, 4))) < 100_000


def test_it_goes_into_a_network_with_the_detectors(tmp_path: Path) -> None:
    content = feature_network(load_backbone(write(tmp_path, own_network())), (4, 4))
    found = [open_engine(name).load(content, LoadOptions(taps=TAPS)).run(picture()) for name in ENGINES]
    assert found[0]["patches"].shape == (1, 8, 12, 12)
    assert np.allclose(found[0]["grid"], found[1]["grid"], atol=1e-4)


def without(*path: str) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(DESCRIPTION))
    place = changed
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return changed


def with_tap(**changes: object) -> dict[str, Any]:
    return {**DESCRIPTION, "taps": {**DESCRIPTION["taps"], "s16": {**DESCRIPTION["taps"]["s16"], **changes}}}


@pytest.mark.parametrize(
    ("description", "cause"),
    [
        (b"", "not valid"),
        (b"{", "not valid"),
        (b"\xff\xfe", "not valid"),
        (b"[" * 50_000, "not valid"),
        (b" " * 70_000, "more than the"),
        ([], "not valid"),
        (without("input"), "missing required field `input`"),
        (without("taps"), "missing required field `taps`"),
        (without("taps", "s8"), "taps has no s8"),
        (without("taps", "s16", "channels"), "missing required field `channels`"),
        (with_tap(strides=16), "unknown field `strides`"),
        (with_tap(channels="many"), "Expected `int`"),
        (with_tap(stride=0), "stride is 1 to 64"),
        ({**DESCRIPTION, "input": {**INPUT, "order": "yuv"}}, "Invalid enum value 'yuv'"),
        ({**DESCRIPTION, "input": {**INPUT, "std": [1, 1, 0]}}, "above 0"),
        ({**DESCRIPTION, "input": {**INPUT, "mean": [1, 1]}}, "length 3"),
        ({**DESCRIPTION, "input": {**INPUT, "multiple": 1000}}, "multiple is 1 to 64"),
        ({**DESCRIPTION, "input": {**INPUT, "size": [8, 8]}}, "fixed size are 32 to 2048"),
        (
            {**DESCRIPTION, "taps": {**DESCRIPTION["taps"], "s7": DESCRIPTION["taps"]["s8"]}},
            "taps are s4, s8, s16, s32, not s7",
        ),
    ],
)
def test_a_description_that_is_not_right_says_where(description: object, cause: str, tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match=cause) as caught:
        load_backbone(write(tmp_path, own_network(), description))
    assert "own.json" in caught.value.cause
    assert "backbones.md" in caught.value.remedy


def test_without_a_description_or_a_file_the_missing_one_is_named(tmp_path: Path) -> None:
    identity = write(tmp_path, own_network())
    (tmp_path / "own.onnx").unlink()
    with pytest.raises(BackboneError, match=r"own.onnx cannot be opened"):
        load_backbone(identity)
    (tmp_path / "own.json").unlink()
    with pytest.raises(BackboneError, match=r"own.json of the backbone cannot be opened"):
        load_backbone(identity)


@pytest.mark.parametrize(
    ("description", "cause"),
    [
        (with_tap(output="layer3"), "no output 'layer3' for s16; it has fine, coarse"),
        (with_tap(channels=8), r"its output coarse is \(1, 7, 4, 6\).*\(1, 8, 4, 6\) by its description"),
        (with_tap(stride=32), r"and \(1, 7, 2, 3\) by its description"),
        (with_tap(stride=7), "by its description"),
        ({**DESCRIPTION, "input": {**INPUT, "multiple": 24}}, "by its description"),
    ],
)
def test_outputs_that_are_not_as_described_are_named(description: dict[str, Any], cause: str, tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match=cause):
        load_backbone(write(tmp_path, own_network(), description))


WHOLE = own_network().SerializeToString()


@pytest.mark.parametrize("content", [b"", b"no network", WHOLE[:100], WHOLE[:-100], WHOLE[: len(WHOLE) // 2]])
def test_what_is_no_onnx_file_or_cut_short_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match=r"own.onnx is refused"):
        load_backbone(write(tmp_path, content))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 7)), min_size=1, max_size=3))
def test_a_harmed_file_is_refused_or_computes_what_it_describes(flips: list[tuple[int, int]], tmp_path: Path) -> None:
    harmed = bytearray(WHOLE)
    for at, bit in flips:
        harmed[at] ^= 1 << bit
    try:
        backbone = load_backbone(write(tmp_path, bytes(harmed)))
    except BackboneError:
        return
    assert taps_of(backbone, picture())["s16"].shape == (7, 4, 6)


def with_inputs(*kinds: int) -> onnx.ModelProto:
    model = own_network()
    del model.graph.input[:]
    names = ("image", "more")
    model.graph.input.extend(
        helper.make_tensor_value_info(name, kind, [1, 3, "h", "w"]) for name, kind in zip(names, kinds, strict=False)
    )
    return model


def with_weights_outside() -> onnx.ModelProto:
    model = own_network()
    tensor = model.graph.initializer[0]
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    tensor.ClearField("raw_data")
    return model


def with_five_channels() -> onnx.ModelProto:
    model = own_network()
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 5
    return model


def with_foreign_operator() -> onnx.ModelProto:
    model = own_network([helper.make_node("Gelu", ["image"], ["fine"], domain="com.example"), conv("fine", "coarse")])
    model.opset_import.append(helper.make_opsetid("com.example", 1))
    return model


@pytest.mark.parametrize(
    ("model", "cause"),
    [
        (with_weights_outside(), "weights are in other files"),
        (with_foreign_operator(), "com.example.Gelu, which is no standard operator"),
        (with_inputs(TensorProto.FLOAT, TensorProto.FLOAT), "it has 2 inputs"),
        (with_inputs(TensorProto.UINT8), "one of float32"),
        (with_five_channels(), r"its input is \(1, 5, any, any\); one of float32 \(1, 3, height, width\) is needed"),
        (own_network([conv("nowhere", "fine"), conv("fine", "coarse")]), "no valid network"),
        (own_network([helper.make_node("Log", ["image"], ["fine"]), conv("fine", "coarse")]), "cannot be run"),
    ],
)
def test_a_network_that_cannot_be_used_says_why(model: onnx.ModelProto, cause: str, tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match=cause) as caught:
        load_backbone(write(tmp_path, model))
    assert "Train the model again" not in str(caught.value), "that is for packages"


@pytest.mark.parametrize("name", ["", ".", "/"])
def test_a_name_without_a_file_is_refused(name: str) -> None:
    with pytest.raises(BackboneError, match=f"'onnx:{name}' names no file"):
        load_backbone(f"onnx:{name}")


def test_a_network_that_computes_no_numbers_is_refused(tmp_path: Path) -> None:
    nodes = [conv("image", "fine"), helper.make_node("Log", ["fine"], ["logs"]), conv("fine", "coarse")]
    logs = {**DESCRIPTION, "taps": {**DESCRIPTION["taps"], "s8": {"output": "logs", "channels": 5, "stride": 8}}}
    with pytest.raises(BackboneError, match="values that are not numbers"):
        load_backbone(write(tmp_path, own_network(nodes, ("logs", "coarse")), logs))


def test_a_network_that_no_gateway_would_load_is_refused_before_anything_is_learned(tmp_path: Path) -> None:
    noise = helper.make_node("RandomNormalLike", ["image"], ["noisy"])
    with pytest.raises(BackboneError, match="no package could hold it: it uses the operator RandomNormalLike"):
        load_backbone(write(tmp_path, own_network([noise, conv("noisy", "fine"), conv("fine", "coarse")])))
    wide = helper.make_node("Concat", ["image"] * 1500, ["wide"], axis=3)
    with pytest.raises(BackboneError, match="no package could hold it: it asks Concat for"):
        load_backbone(write(tmp_path, own_network([wide, conv("wide", "fine"), conv("fine", "coarse")])))


def test_a_file_too_large_for_a_package_is_refused_unread(tmp_path: Path) -> None:
    identity = write(tmp_path, own_network())
    with (tmp_path / "own.onnx").open("r+b") as file:
        file.truncate(1 << 40)
    with pytest.raises(BackboneError, match="more than the"):
        load_backbone(identity)
