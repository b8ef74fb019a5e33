"""A network that would hang an engine, eat the memory or open a file is refused before an engine sees it; one that
gives something other than a score and a map is refused when it does."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec
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
from goodpart.vision.preprocessing import Fit, Preprocessing
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


def of_floats(nodes: list[Any], constants: list[Any], last: str) -> Any:
    """The usual network with the tensor ``last``, made from the floats of the picture, in its score."""
    more = [*nodes, helper.make_node("ReduceMax", [last], ["highest"], keepdims=0)]
    return whole(more=more, constants=constants)


def doubled(first: str, constants: list[Any]) -> Any:
    nodes = [
        helper.make_node("Concat", [f"twice{n}" if n else first] * 2, [f"twice{n + 1}"], axis=0) for n in range(18)
    ]
    return of_floats(nodes, constants, "twice18")


def outer_product() -> Any:
    nodes = [
        helper.make_node("Reshape", ["pixels", "column"], ["a"]),
        helper.make_node("Reshape", ["pixels", "row"], ["b"]),
        helper.make_node("Mul", ["a", "b"], ["ab"]),
    ]
    return of_floats(nodes, [constant("column", [-1, 1]), constant("row", [1, -1])], "ab")


def computed_size() -> Any:
    nodes = [helper.make_node("Mul", ["side", "side"], ["size"]), helper.make_node("ConstantOfShape", ["size"], ["x"])]
    return of_floats(nodes, [constant("side", [30_000, 30_000])], "x")


def size_of_pixels() -> Any:
    nodes = [
        helper.make_node("Cast", ["mean"], ["grey"], to=7),
        helper.make_node("Reshape", ["grey", "one"], ["size"]),
        helper.make_node("ConstantOfShape", ["size"], ["x"]),
    ]
    return of_floats(nodes, [], "x")


def enlarged_again() -> Any:
    nodes = [
        helper.make_node("Resize", [f"large{n}" if n else "pixels", "", "scales"], [f"large{n + 1}"]) for n in range(3)
    ]
    return of_floats(nodes, [constant("scales", [1, 64, 64, 1], np.float32)], "large3")


def chain(kind: str, length: int) -> Any:
    nodes = [helper.make_node(kind, [f"x{n}" if n else "pixels"], [f"x{n + 1}"]) for n in range(length)]
    return of_floats(nodes, [], f"x{length}")


def products() -> Any:
    nodes = [
        helper.make_node("Reshape", ["pixels", "rows"], ["y0"]),
        helper.make_node("Transpose", ["y0"], ["turned"], perm=[1, 0]),
    ]
    for n in range(600):
        nodes += [
            helper.make_node("MatMul", [f"y{n}", "turned"], [f"gram{n}"]),
            helper.make_node("MatMul", [f"gram{n}", f"y{n}"], [f"y{n + 1}"]),
        ]
    return of_floats(nodes, [constant("rows", [-1, 64])], "y600")


def of_version(version: int) -> Any:
    model = whole()
    model.opset_import[0].version = version
    return model


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
    "a constant doubled again and again": (
        lambda: doubled("k", [constant("k", np.ones(65_536), np.float32)]),
        "operations while it is loaded",
    ),
    "the picture doubled again and again": (lambda: doubled("pixels", []), "elements in use at one time"),
    "every pixel with every other": (outer_product, "asks Mul for a tensor"),
    "a huge size that is computed": (computed_size, "asks ConstantOfShape for a tensor"),
    "a size that the pixels say": (size_of_pixels, "cannot be told"),
    "a picture enlarged again and again": (enlarged_again, "asks Resize for a tensor"),
    "a chain of nodes": (lambda: chain("Sigmoid", 2_100), "more than the 2000 nodes allowed that work on pixels"),
    "too many nodes": (lambda: chain("Neg", 4_100), "more than the 4000 nodes allowed"),
    "matrix products without end": (products, "operations for one picture"),
    "a division by zero": (
        lambda: whole(more=[helper.make_node("Div", ["one", "none"], ["x"])], constants=[constant("none", [0])]),
        "divides by zero",
    ),
    "another version of operators": (lambda: of_version(11), "of version [11], not 17"),
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


@pytest.mark.parametrize("weights", [{"raw_data": b"1234"}, {"float_data": [1.0]}, {}], ids=["raw", "listed", "none"])
def test_weights_that_are_shorter_than_they_claim_are_refused(weights: dict[str, Any]) -> None:
    short = TensorProto(name="w", data_type=FLOAT, dims=[2**40], **weights)
    model = whole(constants=[short], more=[helper.make_node("Add", ["mean", "w"], ["more"])])
    with pytest.raises(PackageError, match="'w' is not as long as it says"):
        Inspector(package(model.SerializeToString()))


@pytest.mark.parametrize(("field", "reason"), [(b"\x0a\x00", "12000 nodes"), (b"\x10\x00", "400000 fields")])
def test_millions_of_nodes_or_fields_of_two_bytes_are_not_counted_to_the_end(field: bytes, reason: str) -> None:
    versions = b"\x42\x04\x0a\x00\x10\x11"
    graph = field * 2_500_000
    content = versions + b"\x3a" + varint(len(graph)) + graph
    with pytest.raises(PackageError, match=reason):
        check_network(content, "m")


def varint(value: int) -> bytes:
    low, high = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + varint(high) if high else bytes([low])


def test_a_network_that_is_harmless_for_squares_alone_is_run_on_squares_alone() -> None:
    nodes = [
        helper.make_node("Shape", ["image"], ["rows"], start=1, end=2),
        helper.make_node("Shape", ["image"], ["columns"], start=2, end=3),
        helper.make_node("Sub", ["columns", "rows"], ["apart"]),
        helper.make_node("Mul", ["apart", "thousands"], ["size"]),
        helper.make_node("ConstantOfShape", ["size"], ["many"]),
        helper.make_node("ReduceSum", ["many"], ["sum"], keepdims=0),
    ]
    inspector = Inspector(package(whole(more=nodes, constants=[constant("thousands", [10**8])]).SerializeToString()))
    assert inspector.inspect(FRAME).score == pytest.approx(90)
    long = package(whole(more=nodes, constants=[constant("thousands", [10**8])]).SerializeToString())
    long = replace(long, manifest=msgspec.structs.replace(long.manifest, preprocessing=Preprocessing(fit=Fit.ASPECT)))
    frame = Frame(np.full((64, 128, 3), 90, np.uint8), "long.png")
    with pytest.raises(PackageError, match="for a picture of 352×192 it asks ConstantOfShape"):
        Inspector(long).inspect(frame)


def test_the_networks_that_training_writes_are_read_as_onnx_itself_reads_them() -> None:
    content = whole().SerializeToString()
    onnx.checker.check_model(onnx.load_from_string(content))
    check_network(content, "m")
