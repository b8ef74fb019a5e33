"""What a network takes is told as ONNX's own evaluator makes it, for every operator that is let through."""

from typing import Any

import numpy as np
import pytest
from onnx import helper
from onnx.reference import ReferenceEvaluator

from goodpart.vision.network.operators import OPERATORS
from goodpart.vision.network.protobuf import FieldReader
from goodpart.vision.network.reading import Value, _Reading
from goodpart.vision.network.refusal import NetworkRefusedError
from goodpart.vision.network.sizes import _made

RNG = np.random.default_rng(0)


def floats(*shape: int) -> Any:
    return RNG.uniform(0.1, 0.9, shape).astype(np.float32)


def whole(*values: int) -> Any:
    return np.array(values, np.int64)


X = floats(1, 4, 9, 7)
BYTES = RNG.integers(1, 9, (1, 4, 9, 7)).astype(np.uint8)
KERNEL = floats(6, 4, 3, 2)
YES = X > 0.5
PAIRS = [floats(4, 1, 7), floats(9, 1)]


def each(
    kinds: str, inputs: list[Any], attributes: dict[str, Any], *, prefix: str = ""
) -> list[tuple[str, list[Any], dict[str, Any]]]:
    return [(prefix + kind, inputs, attributes) for kind in kinds.split()]


# Kind, inputs, attributes; None for an input that is left out.
CALLS: list[tuple[str, list[Any], dict[str, Any]]] = [
    *each("Abs Acos Asin Asinh Atan Atanh Ceil Celu Cos Cosh Elu Erf Exp Floor", [X], {}),
    *each("HardSigmoid HardSwish Hardmax Identity IsInf IsNaN LeakyRelu Log LogSoftmax", [X], {}),
    *each("LpNormalization MeanVarianceNormalization Neg Reciprocal Relu Round Selu", [X], {}),
    *each("Shrink Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt Tan Tanh", [X], {}),
    *each("ThresholdedRelu GlobalAveragePool GlobalMaxPool Shape Size Transpose Flatten", [X], {}),
    *each("Add Div Equal Greater GreaterOrEqual Less LessOrEqual Max Min Mul", PAIRS, {}),
    *each("Pow Sub Sum", PAIRS, {}),
    *each("And Or Xor", [YES, YES[:, :1]], {}),
    *each("L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare", [X], {}, prefix="Reduce"),
    *each("L2 LogSumExp Max Mean Min Prod", [X], {"axes": [2, -1], "keepdims": 0}, prefix="Reduce"),
    *((kind, [X], {"axis": 2, "keepdims": 0}) for kind in ("ArgMax", "ArgMin")),
    ("Acosh", [X + 1], {}),
    ("ArgMax", [X], {}),
    ("AveragePool", [X], {"kernel_shape": [3, 2], "strides": [2, 2], "pads": [1, 0, 1, 0]}),
    ("BatchNormalization", [X, *(floats(4) for _ in range(4))], {}),
    ("BitShift", [BYTES, BYTES], {"direction": "LEFT"}),
    ("Cast", [X], {"to": 7}),
    ("Cast", [floats(3)], {"to": 1}),
    ("CastLike", [X, BYTES], {}),
    ("Clip", [X, np.float32(0.2), np.float32(0.3)], {}),
    ("Clip", [floats(3), None, np.float32(0.3)], {}),
    ("Concat", [X, X[:, :2]], {"axis": 1}),
    ("Concat", [whole(1, 2), whole(3)], {"axis": 0}),
    ("Constant", [], {"value": helper.make_tensor("", 7, [2], [3, 4])}),
    ("Constant", [], {"value_int": 7}),
    ("ConstantOfShape", [whole(2, 3)], {"value": helper.make_tensor("", 7, [1], [3])}),
    ("ConstantOfShape", [whole(2, 30)], {}),
    ("Conv", [X, KERNEL], {}),
    ("Conv", [X, floats(8, 2, 3, 3), floats(8)], {"group": 2, "strides": [2, 3], "pads": [0, 1, 2, 1]}),
    ("Conv", [X, floats(2, 4, 2, 2)], {"dilations": [3, 2]}),
    ("Conv", [X, KERNEL], {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
    ("ConvInteger", [BYTES, BYTES[:, :, :3, :3]], {}),
    ("ConvTranspose", [X, floats(4, 5, 3, 3)], {"strides": [2, 2], "pads": [1, 1, 0, 1], "output_padding": [1, 1]}),
    ("ConvTranspose", [X, floats(4, 5, 2, 2)], {}),
    ("CumSum", [X, np.array(1, np.int64)], {}),
    ("DepthToSpace", [X], {"blocksize": 2}),
    ("Div", [whole(7, -7, 9), whole(2, 2, -4)], {}),
    ("Dropout", [X], {}),
    ("DynamicQuantizeLinear", [X], {}),
    ("Einsum", [floats(2, 3, 4), floats(2, 4, 5)], {"equation": "bij,bjk->bik"}),
    ("Einsum", [floats(2, 3, 4), floats(3, 4)], {"equation": "bij, ij -> b"}),
    ("Expand", [floats(3, 1), whole(2, 1, 6)], {}),
    ("EyeLike", [floats(3, 4)], {}),
    ("Flatten", [X], {"axis": -1}),
    ("Gather", [X, whole(1, 1, 0)], {"axis": 2}),
    ("Gather", [whole(5, 6, 7), np.array(1, np.int64)], {}),
    ("GatherElements", [X, np.zeros((1, 4, 2, 7), np.int64)], {"axis": 2}),
    ("GatherND", [X, np.zeros((3, 2), np.int64)], {}),
    ("Gemm", [floats(3, 4), floats(5, 3)], {"transA": 1, "transB": 1}),
    ("Gemm", [floats(3, 4), floats(4, 5), floats(5)], {}),
    ("GridSample", [X, floats(1, 5, 6, 2)], {}),
    ("InstanceNormalization", [X, floats(4), floats(4)], {}),
    ("LRN", [X], {"size": 3}),
    ("LayerNormalization", [X, floats(7), floats(7)], {}),
    ("LpPool", [X], {"kernel_shape": [2, 2]}),
    ("MatMul", [X, floats(4, 7, 5)], {}),
    ("MatMul", [X, floats(7)], {}),
    ("MatMulInteger", [BYTES, BYTES[0, :, :7]], {}),
    ("MaxPool", [X], {"kernel_shape": [3, 2], "strides": [2, 2], "ceil_mode": 1}),
    ("MaxPool", [X], {"kernel_shape": [2, 2], "strides": [5, 5], "ceil_mode": 1, "pads": [0, 0, 1, 1]}),
    ("Mean", [X, X], {}),
    ("Mod", [whole(7, -7), whole(3, 3)], {}),
    ("Mul", [whole(7, 8), whole(2)], {}),
    ("Not", [YES], {}),
    ("OneHot", [whole(1, 2), np.array(5, np.int64), floats(2)], {}),
    ("OneHot", [whole(1, 2), np.array(5, np.int64), floats(2)], {"axis": 0}),
    ("PRelu", [X, floats(4, 1, 1)], {}),
    ("Pad", [X, whole(0, 0, 1, 2, 0, 0, 3, 1)], {}),
    (
        "QLinearConv",
        [
            BYTES,
            np.float32(1),
            BYTES[0, 0, 0, 0],
            BYTES[:, :, :3, :3],
            np.float32(1),
            BYTES[0, 0, 0, 0],
            np.float32(1),
            BYTES[0, 0, 0, 0],
        ],
        {},
    ),
    (
        "QLinearMatMul",
        [
            BYTES,
            np.float32(1),
            BYTES[0, 0, 0, 0],
            BYTES[0, :, :7],
            np.float32(1),
            BYTES[0, 0, 0, 0],
            np.float32(1),
            BYTES[0, 0, 0, 0],
        ],
        {},
    ),
    ("QuantizeLinear", [X, np.float32(0.5), np.uint8(3)], {}),
    ("Range", [np.array(3, np.int64), np.array(11, np.int64), np.array(3, np.int64)], {}),
    ("Range", [np.float32(3), np.float32(-4), np.float32(-0.5)], {}),
    ("ReduceMax", [whole(3, 5)], {}),
    ("ReduceProd", [whole(3, 5)], {"keepdims": 0}),
    ("ReduceSum", [X, whole(1)], {"keepdims": 0}),
    ("ReduceSum", [X], {"noop_with_empty_axes": 1}),
    ("Reshape", [X, whole(2, -1, 0)], {}),
    ("Reshape", [whole(1, 2, 3, 4), whole(2, 2)], {}),
    ("Resize", [X, None, np.array([1, 1, 2.3, 0.6], np.float32)], {"mode": "nearest"}),
    ("Resize", [X, None, None, whole(1, 4, 5, 5)], {"mode": "linear"}),
    ("ScatterElements", [X, np.zeros((1, 1, 1, 1), np.int64), floats(1, 1, 1, 1)], {}),
    ("ScatterND", [floats(5, 2), whole(1)[None], floats(1, 2)], {}),
    ("Shape", [X], {"start": 1, "end": -1}),
    ("Slice", [X, whole(1, -2), whole(2**62, -100), whole(1, 3), whole(2, -2)], {}),
    ("Slice", [whole(1, 2, 3, 4), whole(-1), whole(-(2**62)), whole(0), whole(-1)], {}),
    ("SpaceToDepth", [X[:, :, :8, :6]], {"blocksize": 2}),
    ("Split", [X, whole(1, 3)], {"axis": 1}),
    ("Squeeze", [X], {}),
    ("Squeeze", [X[:, :1], whole(1)], {}),
    ("Tile", [X, whole(2, 1, 1, 3)], {}),
    ("TopK", [X, whole(3)], {"axis": 2}),
    ("Transpose", [X], {"perm": [0, 2, 3, 1]}),
    ("Trilu", [X], {}),
    ("Unsqueeze", [X, whole(0, -1)], {}),
    ("Where", [YES, X, np.float32(0)], {}),
    ("Where", [np.array([True, False]), whole(1, 2), whole(3, 4)], {}),
]
NOT_EVALUATED = {"GlobalLpPool", "DequantizeLinear"}
"""The evaluator does not have these in version 17; they are told like GlobalAveragePool and QuantizeLinear."""
OUTPUTS = {"Split": 2, "TopK": 2, "DynamicQuantizeLinear": 3, "Dropout": 2, "LayerNormalization": 3}


def told(node: Any, inputs: list[Any]) -> list[Value]:
    known = {f"i{n}": value for n, value in enumerate(inputs) if value is not None}
    read = _Reading(FieldReader(), ())._node(memoryview(node.SerializeToString()), set(known))
    values = {name: Value(np.shape(value), np.asarray(value), is_fixed=True) for name, value in known.items()}
    return _made(read, values)[0]


@pytest.mark.parametrize(("kind", "inputs", "attributes"), CALLS, ids=[f"{n}-{one[0]}" for n, one in enumerate(CALLS)])
def test_shapes_and_sizes_are_those_that_the_operator_makes(
    kind: str, inputs: list[Any], attributes: dict[str, Any]
) -> None:
    names = [f"i{n}" if value is not None else "" for n, value in enumerate(inputs)]
    outputs = [f"o{n}" for n in range(OUTPUTS.get(kind, 1))]
    node = helper.make_node(kind, names, outputs, **attributes)
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_value_info(name, helper.make_tensor_type_proto(1, None)) for name in names if name],
        [helper.make_value_info(name, helper.make_tensor_type_proto(1, None)) for name in outputs],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    fed = {name: np.asarray(value) for name, value in zip(names, inputs, strict=True) if name}
    made: list[Any] = list(ReferenceEvaluator(model).run(None, fed))
    found = told(node, inputs)
    assert [value.shape for value in found] == [np.shape(value) for value in made]
    if found[0].numbers is not None:
        np.testing.assert_allclose(np.asarray(found[0].numbers, np.float64), np.asarray(made[0], np.float64), rtol=1e-6)


def test_every_operator_that_is_let_through_is_among_them() -> None:
    assert {kind for kind, _, _ in CALLS} | NOT_EVALUATED == set(OPERATORS)


@pytest.mark.parametrize(
    ("kind", "inputs", "attributes"),
    [
        ("Add", [floats(3), floats(4)], {}),
        ("MatMul", [floats(3, 4), floats(3, 4)], {}),
        ("Reshape", [X, whole(5, -1)], {}),
        ("Reshape", [X, whole(-1, -1)], {}),
        ("Concat", [X, X], {"axis": 9}),
        ("Conv", [X, floats(6, 4, 30, 2)], {}),
        ("Conv", [X, KERNEL], {"strides": [0, 0]}),
        ("Conv", [X, KERNEL], {"pads": [-1, 0, 0, 0]}),
        ("MaxPool", [X], {"kernel_shape": [2, 2, 2]}),
        ("Transpose", [X], {"perm": [0, 0, 1, 2]}),
        ("Tile", [X, whole(1)], {}),
        ("Pad", [X, whole(1, 1)], {}),
        ("Range", [whole(0), whole(3), whole(0)], {}),
        ("Gather", [X], {}),
        ("Einsum", [floats(3, 3)], {"equation": "ii"}),
        ("ConstantOfShape", [whole(-1, 2)], {}),
        ("Cast", [floats(3)], {"to": "float"}),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_inputs_that_an_operator_cannot_take_are_refused_and_break_nothing(
    kind: str, inputs: list[Any], attributes: dict[str, Any]
) -> None:
    node = helper.make_node(kind, [f"i{n}" for n in range(len(inputs))], ["o"], **attributes)
    with pytest.raises(NetworkRefusedError):
        told(node, inputs)
