"""What each operator makes of its inputs: the shapes of its outputs, and how many multiplications an element takes.

Of version 17 of the standard operators, those that networks for pictures are made of. An operator that is not here is
not let through: what it makes could not be told. Formulas are those of the ONNX operator specification.
"""

from collections.abc import Callable
from math import ceil

from goodpart.vision.network.call import Call, Made, axis_of, broadcast, without
from goodpart.vision.network.layouts import LAYOUTS
from goodpart.vision.network.reading import Value
from goodpart.vision.network.windows import WINDOWS


def _same(call: Call) -> Made:
    return [call.shape()], 1


def _dropout(call: Call) -> Made:
    return [call.shape()] * 2, 1


def _layer_normalization(call: Call) -> Made:
    x = call.shape()
    axis = axis_of(call.integer("axis", -1), len(x))
    statistics = (*x[:axis], *(1 for _ in x[axis:]))
    return [x, statistics, statistics], 1


def _broadcast(call: Call) -> Made:
    return [broadcast(*(call.shape(place) for place in range(len(call.inputs))))], 1


def _reduced(call: Call) -> Made:
    x, named = call.shape(), call.node.kind == "ReduceSum"
    axes = call.whole(1) if named and call.has(1) else [] if named else call.integers("axes", ())
    if not axes and call.integer("noop_with_empty_axes", 0):
        return [x], 1
    return without(x, axes or list(range(len(x))), keep=call.integer("keepdims", 1) != 0), 1


def _arg(call: Call) -> Made:
    return without(call.shape(), [call.integer("axis", 0)], keep=call.integer("keepdims", 1) != 0), 1


def _constant(call: Call) -> Made:
    value = call.node.attributes.get("value")
    if isinstance(value, Value):
        return [value.shape], 1
    listed = call.node.attributes.get("value_ints")
    if isinstance(listed, tuple):
        return [(len(listed),)], 1
    if isinstance(call.node.attributes.get("value_int", call.node.attributes.get("value_float")), int | float):
        return [()], 1
    raise ValueError("a constant of a kind that is not understood")


def _constant_of_shape(call: Call) -> Made:
    return [tuple(call.whole(0))], 1


def _range(call: Call) -> Made:
    start, limit, step = (call.floats(place)[0] for place in range(3))
    return [(max(0, ceil((limit - start) / step)),)], 1


def _shape(call: Call) -> Made:
    rank = len(call.shape())
    return [(len(range(*slice(call.integer("start", 0), call.integer("end", rank)).indices(rank))),)], 1


def _scalar(_call: Call) -> Made:
    return [()], 1


def _scaled_to_bytes(call: Call) -> Made:
    return [call.shape(), (), ()], 1


_SAME = (
    "Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization BitShift Cast CastLike Ceil Celu Clip Cos Cosh CumSum "
    "DequantizeLinear Elu Erf Exp EyeLike Floor HardSigmoid HardSwish Hardmax Identity InstanceNormalization "
    "IsInf IsNaN LRN LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Neg Not "
    "QuantizeLinear Reciprocal Relu Round ScatterElements ScatterND Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus "
    "Softsign Sqrt Tan Tanh ThresholdedRelu Trilu"
)
_BROADCAST = (
    "Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or PRelu Pow Sub Sum Where Xor"
)
_REDUCE = (
    "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare"
)
OPERATORS: dict[str, Callable[[Call], Made]] = {
    **LAYOUTS,
    **WINDOWS,
    **dict.fromkeys(_SAME.split(), _same),
    **dict.fromkeys(_BROADCAST.split(), _broadcast),
    **dict.fromkeys(_REDUCE.split(), _reduced),
    **dict.fromkeys(("ArgMax", "ArgMin"), _arg),
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Dropout": _dropout,
    "DynamicQuantizeLinear": _scaled_to_bytes,
    "LayerNormalization": _layer_normalization,
    "Range": _range,
    "Shape": _shape,
    "Size": _scalar,
}
