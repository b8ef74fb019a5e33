"""A network that would hang an engine, eat the memory or open a file is refused before an engine sees it; one that
gives something other than a score and a map is refused when it does."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from goodpart.vision.engine import ENGINES, open_engine
from goodpart.vision.errors import EngineError, PackageError
from goodpart.vision.frame import Frame
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import Package
from goodpart.vision.package.network import check_network
from tests.unit.vision.test_package import manifest

FRAME = Frame(np.full((64, 64, 3), 90, np.uint8), "part.png")
FLOAT, UINT8 = TensorProto.FLOAT, TensorProto.UINT8


def constant(name: str, values: Any, kind: type = np.int64) -> Any:
    return numpy_helper.from_array(np.array(values, kind), name)


def network(
    nodes: list[Any],
    constants: list[Any],
    *,
    outputs: tuple[tuple[str, int, list[Any] | None], ...] = (
        ("score", FLOAT, [1]),
        ("heat", FLOAT, ["rows", "columns"]),
    ),
    inputs: tuple[tuple[str, int], ...] = (("image", UINT8),),
) -> Any:
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(name, kind, [1, "height", "width", 3]) for name, kind in inputs],
        [helper.make_tensor_value_info(*output) for output in outputs],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model


def whole(**changes: Any) -> Any:
    """A network that gives the mean grey as score and a map of it."""
    nodes = [
        helper.make_node("Cast", ["image"], ["pixels"], to=1),
        helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[0, 1, 2, 3], keepdims=0),
        helper.make_node("Reshape", ["mean", "one"], ["score"]),
        helper.make_node("ReduceMean", ["pixels"], ["heat"], axes=[0, 3], keepdims=0),
    ]
    return network(nodes + changes.pop("more", []), [constant("one", [1]), *changes.pop("constants", [])], **changes)


def package(content: bytes) -> Package:
    known = manifest()
    return Package("0" * 64, known, b"", None, {known.network.file: content})


def with_external_weights(location: str) -> Any:
    weights = TensorProto(name="w", data_type=FLOAT, dims=[4], data_location=TensorProto.EXTERNAL)
    for key, value in (("location", location), ("offset", "0"), ("length", "16")):
        weights.external_data.add(key=key, value=value)
    return whole(constants=[weights])


def loop() -> Any:
    boolean, integer = TensorProto.BOOL, TensorProto.INT64
    body = helper.make_graph(
        [helper.make_node("Identity", ["on"], ["on_out"]), helper.make_node("Add", ["x", "x"], ["y"])],
        "body",
        [
            helper.make_tensor_value_info("turn", integer, []),
            helper.make_tensor_value_info("on", boolean, []),
            helper.make_tensor_value_info("x", FLOAT, [1]),
        ],
        [helper.make_tensor_value_info("on_out", boolean, []), helper.make_tensor_value_info("y", FLOAT, [1])],
    )
    node = helper.make_node("Loop", ["turns", "yes", "score"], ["turned"], body=body)
    return whole(more=[node], constants=[constant("turns", 2**62), constant("yes", True, np.bool_)])


def with_function() -> Any:
    model = whole()
    function = helper.make_function("own", "f", ["x"], ["y"], [helper.make_node("Neg", ["x"], ["y"])], [])
    model.functions.append(function)
    return model


def made_by(kind: str, values: list[int]) -> Any:
    node = helper.make_node(kind, ["pixels", "size"], ["large"])
    if kind == "ConstantOfShape":
        node = helper.make_node(kind, ["size"], ["large"])
    if kind == "Resize":
        node = helper.make_node(kind, ["pixels", "", "", "size"], ["large"])
    return whole(more=[node], constants=[constant("size", values)])


def made_by_constant_node() -> Any:
    size = helper.make_node("Constant", [], ["size"], value=constant("", [10**6, 10**6]))
    return whole(more=[size, helper.make_node("ConstantOfShape", ["size"], ["large"])])


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a file elsewhere": (lambda: with_external_weights("/etc/passwd"), "weights are in another file"),
    "a file above": (lambda: with_external_weights("../../secret"), "weights are in another file"),
    "a device": (lambda: with_external_weights("/dev/zero"), "weights are in another file"),
    "a loop": (loop, "branches or loops"),
    "a function": (with_function, "functions of its own"),
    "a foreign operator": (
        lambda: whole(more=[helper.make_node("Shell", ["image"], ["x"], domain="com.evil")]),
        "com.evil:Shell",
    ),
    "a circle": (
        lambda: whole(more=[helper.make_node("Neg", ["b"], ["a"]), helper.make_node("Neg", ["a"], ["b"])]),
        "before that is made",
    ),
    "a name twice": (lambda: whole(more=[helper.make_node("Neg", ["mean"], ["score"])]), "have the name 'score'"),
    "a huge constant": (lambda: made_by("ConstantOfShape", [4_000_000_000]), "asks ConstantOfShape"),
    "a huge constant node": (made_by_constant_node, "asks ConstantOfShape"),
    "a huge expansion": (lambda: made_by("Expand", [60_000, 64, 64, 3]), "asks Expand"),
    "a huge tiling": (lambda: made_by("Tile", [1, 10_000, 10_000, 1]), "asks Tile"),
    "a huge picture": (lambda: made_by("Resize", [1, 100_000, 100_000, 3]), "asks Resize"),
    "chance": (lambda: whole(more=[helper.make_node("RandomNormal", [], ["x"], shape=[10**9])]), "RandomNormal"),
    "another input": (lambda: whole(inputs=(("image", UINT8), ("more", UINT8))), "its input is not 'image'"),
    "another kind of input": (lambda: whole(inputs=(("image", FLOAT),)), "its input is not 'image'"),
    "no map": (lambda: whole(outputs=(("score", FLOAT, [1]),)), "no output 'heat'"),
    "an output that nothing makes": (
        lambda: whole(outputs=(("score", FLOAT, [1]), ("heat", FLOAT, [1, 1]), ("ghost", FLOAT, [1]))),
        "nothing in it makes the output 'ghost'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_network_that_is_not_to_be_trusted_is_refused_unloaded(name: str) -> None:
    make, reason = REFUSED[name]
    with pytest.raises(PackageError, match="is refused") as caught:
        Inspector(package(make().SerializeToString()))
    assert reason in caught.value.cause
    assert caught.value.remedy


@pytest.mark.parametrize(
    "content",
    [b"", b"not a network", b"\x80\x04cos\nsystem\n.", bytes(1000), b"\xff" * 1000, b"PK\x03\x04" + bytes(99)],
)
def test_what_is_no_network_at_all_is_refused(content: bytes) -> None:
    with pytest.raises(PackageError, match=r"not an ONNX network|is damaged"):
        Inspector(package(content))


def test_a_network_as_it_should_be_is_looked_through() -> None:
    check_network(whole().SerializeToString(), "m")
    for engine in ENGINES:
        look = Inspector(package(whole().SerializeToString()), engine=open_engine(engine)).inspect(FRAME)
        assert look.score == pytest.approx(90)


@given(data=st.data())
def test_a_network_cut_or_overturned_anywhere_is_let_through_or_refused_but_never_breaks(data: st.DataObject) -> None:
    content = bytearray(whole().SerializeToString())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with suppress(PackageError):
        check_network(bytes(content[: data.draw(st.integers(0, len(content)))]), "m")


def to_float64() -> Any:
    nodes = [
        helper.make_node("Cast", ["image"], ["p"], to=11),
        helper.make_node("ReduceMean", ["p"], ["m"], keepdims=0),
    ]
    nodes += [helper.make_node("Reshape", ["m", "one"], ["score"]), helper.make_node("Reshape", ["m", "two"], ["heat"])]
    double = TensorProto.DOUBLE
    outputs = (("score", double, [1]), ("heat", double, [1, 1]))
    return network(nodes, [constant("one", [1]), constant("two", [1, 1])], outputs=outputs)


def reshaped(score: list[int], heat: list[int], value: float = 1.0) -> Any:
    nodes = [
        helper.make_node("Cast", ["image"], ["pixels"], to=1),
        helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[0, 1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["mean", "factor"], ["scaled"]),
        helper.make_node("Expand", ["scaled", "score_shape"], ["score"]),
        helper.make_node("Expand", ["scaled", "heat_shape"], ["heat"]),
    ]
    constants = [constant("score_shape", score), constant("heat_shape", heat), constant("factor", value, np.float32)]
    return network(nodes, constants, outputs=(("score", FLOAT, None), ("heat", FLOAT, None)))


ODD: dict[str, tuple[Callable[[], Any], str]] = {
    "numbers of 64 bits": (to_float64, "as float64"),
    "two scores": (lambda: reshaped([2], [4, 4]), "not as one number"),
    "a map of three sides": (lambda: reshaped([1], [1, 4, 4]), "not as rows and columns"),
    "an empty map": (lambda: reshaped([1], [0, 4]), "not as rows and columns"),
    "no number": (lambda: reshaped([1], [4, 4], float("nan")), "score that is not a number"),
    "no finite number": (lambda: reshaped([1], [4, 4], float("inf")), "score that is not a number"),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ODD)
def test_outputs_that_are_not_those_of_a_model_give_no_verdict(name: str, engine: str) -> None:
    make, reason = ODD[name]
    with pytest.raises((PackageError, EngineError)) as caught:
        Inspector(package(make().SerializeToString()), engine=open_engine(engine)).inspect(FRAME)
    assert reason in caught.value.cause or isinstance(caught.value, EngineError)
    assert caught.value.remedy


@pytest.mark.parametrize("engine", ENGINES)
def test_weights_that_are_shorter_than_they_claim_are_refused(engine: str) -> None:
    short = TensorProto(name="w", data_type=FLOAT, dims=[2**40], raw_data=b"1234")
    model = whole(constants=[short], more=[helper.make_node("Add", ["mean", "w"], ["more"])])
    with pytest.raises(EngineError, match="cannot load the network"):
        Inspector(package(model.SerializeToString()), engine=open_engine(engine))


def test_the_networks_that_training_writes_are_read_as_onnx_itself_reads_them() -> None:
    content = whole().SerializeToString()
    onnx.checker.check_model(onnx.load_from_string(content))
    check_network(content, "m")
