"""What each operator makes of its inputs: the shapes of its outputs, and how many multiplications an element takes.

Of version 17 of the standard operators, those that networks for pictures are made of. An operator that is not here is
not let through: what it makes could not be told. Formulas are those of the ONNX operator specification.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, prod

from goodpart.vision.network.reading import Node, Shape, Value
from goodpart.vision.network.refusal import NetworkRefusedError

Made = tuple[list[Shape], int]
"""The shapes of the outputs, and the multiplications for each element of the first."""


@dataclass(frozen=True, slots=True)
class Call:
    """A node with what is known of its inputs."""

    node: Node
    inputs: Sequence[Value | None]

    def shape(self, place: int = 0) -> Shape:
        """The shape of an input that has to be there."""
        found = self.inputs[place] if place < len(self.inputs) else None
        if found is None:
            raise ValueError("an input is missing")
        return found.shape

    def has(self, place: int) -> bool:
        """Whether an optional input is there."""
        return place < len(self.inputs) and self.inputs[place] is not None

    def floats(self, place: int) -> list[float]:
        """The values of an input that sizes follow from, as one row."""
        self.shape(place)
        found = self.inputs[place]
        if found is None or found.numbers is None:
            raise NetworkRefusedError(f"it asks {self.node.kind} for a size that cannot be told before it runs")
        return [float(number) for number in found.numbers.reshape(-1).tolist()]

    def whole(self, place: int) -> list[int]:
        """The same, of whole numbers."""
        return [int(number) for number in self.floats(place)]

    def integer(self, name: str, default: int) -> int:
        """An attribute."""
        found = self.node.attributes.get(name, default)
        if not isinstance(found, int):
            raise TypeError(f"{name} is no whole number")
        return found

    def integers(self, name: str, default: Sequence[int]) -> list[int]:
        """An attribute that is a list."""
        found = self.node.attributes.get(name, tuple(default))
        if not isinstance(found, tuple):
            raise TypeError(f"{name} is no list of whole numbers")
        return list(found)

    def text(self, name: str, default: str) -> str:
        """An attribute."""
        return str(self.node.attributes.get(name, default))


def broadcast(*shapes: Shape) -> Shape:
    """The shape that NumPy's rule gives. Raises `ValueError`."""
    sides = []
    for axis in range(max(map(len, shapes)), 0, -1):
        wide = {shape[-axis] for shape in shapes if len(shape) >= axis} - {1}
        if len(wide) > 1:
            raise ValueError("shapes that do not broadcast")
        sides.append(wide.pop() if wide else 1)
    return tuple(sides)


def _same(call: Call) -> Made:
    return [call.shape()], 1


def _dropout(call: Call) -> Made:
    return [call.shape()] * 2, 1


def _layer_normalization(call: Call) -> Made:
    x = call.shape()
    axis = _axis(call.integer("axis", -1), len(x))
    statistics = (*x[:axis], *(1 for _ in x[axis:]))
    return [x, statistics, statistics], 1


def _broadcast(call: Call) -> Made:
    return [broadcast(*(call.shape(place) for place in range(len(call.inputs))))], 1


def _spread(call: Call, spatial: Shape, kernel: Shape) -> Shape:
    """The sides of what a window that moves over ``spatial`` gives."""
    count = len(spatial)
    strides, dilations = (call.integers(name, [1] * count) for name in ("strides", "dilations"))
    pads = call.integers("pads", [0] * 2 * count)
    if {len(kernel), len(strides), len(dilations), len(pads) / 2} != {count}:
        raise ValueError("a window of other sides")
    if min(*strides, *dilations, *kernel) < 1 or min(pads) < 0:
        raise ValueError("a window without a size")
    automatic = call.text("auto_pad", "NOTSET")
    if automatic.startswith("SAME"):
        return tuple(-(-side // stride) for side, stride in zip(spatial, strides, strict=True))
    if automatic == "VALID":
        pads = [0] * 2 * count
    sides = []
    for axis in range(count):
        left = spatial[axis] + pads[axis] + pads[axis + count] - dilations[axis] * (kernel[axis] - 1) - 1
        if left < 0:
            raise ValueError("a window larger than what it moves over")
        side = left // strides[axis] + 1
        # One more, where it begins on the picture or on the border before it.
        if call.integer("ceil_mode", 0) and left % strides[axis] and side * strides[axis] < spatial[axis] + pads[axis]:
            side += 1
        sides.append(side)
    return tuple(sides)


def _convolution(weights: int) -> Callable[[Call], Made]:
    def made(call: Call) -> Made:
        x, kernel = call.shape(), call.shape(weights)
        return [(x[0], kernel[0], *_spread(call, x[2:], kernel[2:]))], prod(kernel[1:])

    return made


def _transposed(call: Call) -> Made:
    x, kernel = call.shape(), call.shape(1)
    count = len(x) - 2
    strides, dilations = (call.integers(name, [1] * count) for name in ("strides", "dilations"))
    pads, more = call.integers("pads", [0] * 2 * count), call.integers("output_padding", [0] * count)
    if min(*strides, *dilations) < 1 or min(*pads, *more) < 0:
        raise ValueError("a window without a size")
    sides = [
        strides[axis] * (x[axis + 2] - 1) + more[axis] + dilations[axis] * (kernel[axis + 2] - 1) + 1
        for axis in range(count)
    ]
    automatic = call.text("auto_pad", "NOTSET")
    if automatic == "NOTSET":
        sides = [max(side - pads[axis] - pads[axis + count], 0) for axis, side in enumerate(sides)]
    elif automatic.startswith("SAME"):
        sides = [side * stride for side, stride in zip(x[2:], strides, strict=True)]
    sides = call.integers("output_shape", sides)[-count:]
    groups = call.integer("group", 1)
    return [(x[0], kernel[1] * groups, *sides)], x[1] * prod(kernel[2:])


def _pool(call: Call) -> Made:
    x, kernel = call.shape(), tuple(call.integers("kernel_shape", ()))
    made = (*x[:2], *_spread(call, x[2:], kernel))
    return [made] * len(call.node.outputs), prod(kernel)


def _global_pool(call: Call) -> Made:
    x = call.shape()
    return [(*x[:2], *(1 for _ in x[2:]))], 1


def _product(first: int, second: int) -> Callable[[Call], Made]:
    def made(call: Call) -> Made:
        a, b = call.shape(first), call.shape(second)
        rows = () if len(a) == 1 else (a[-2],)
        columns = () if len(b) == 1 else (b[-1],)
        if a[-1] != (b[0] if len(b) == 1 else b[-2]):
            raise ValueError("matrices that do not fit")
        return [(*broadcast(a[:-2], b[:-2]), *rows, *columns)], a[-1]

    return made


def _gemm(call: Call) -> Made:
    rows, inner = call.shape()[:: -1 if call.integer("transA", 0) else 1]
    again, columns = call.shape(1)[:: -1 if call.integer("transB", 0) else 1]
    if inner != again:
        raise ValueError("matrices that do not fit")
    return [(rows, columns)], inner


def _einsum(call: Call) -> Made:
    given, _, wanted = call.text("equation", "").replace(" ", "").partition("->")
    if not wanted or "." in given + wanted:
        raise ValueError("an equation that is not understood")
    sides: dict[str, int] = {}
    for place, letters in enumerate(given.split(",")):
        for letter, side in zip(letters, call.shape(place), strict=True):
            sides[letter] = max(side, sides.get(letter, 1))
    made = tuple(sides[letter] for letter in wanted)
    return [made], max(1, prod(side for letter, side in sides.items() if letter not in wanted))


def _reduced(call: Call) -> Made:
    x, named = call.shape(), call.node.kind == "ReduceSum"
    axes = call.whole(1) if named and call.has(1) else [] if named else call.integers("axes", ())
    if not axes and call.integer("noop_with_empty_axes", 0):
        return [x], 1
    return _without(x, axes or list(range(len(x))), keep=call.integer("keepdims", 1) != 0), 1


def _arg(call: Call) -> Made:
    return _without(call.shape(), [call.integer("axis", 0)], keep=call.integer("keepdims", 1) != 0), 1


def _without(x: Shape, axes: list[int], *, keep: bool) -> list[Shape]:
    gone = {_axis(axis, len(x)) for axis in axes}
    return [tuple(1 if axis in gone else side for axis, side in enumerate(x) if keep or axis not in gone)]


def _axis(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise ValueError("an axis that is not there")
    return axis % rank


def _reshape(call: Call) -> Made:
    x, wanted = call.shape(), call.whole(1)
    if not call.integer("allowzero", 0):
        wanted = [x[axis] if side == 0 else side for axis, side in enumerate(wanted)]
    if -1 in wanted:
        rest = -prod(wanted)
        if wanted.count(-1) > 1 or rest <= 0 or prod(x) % rest:
            raise ValueError("a shape that does not fit")
        wanted[wanted.index(-1)] = prod(x) // rest
    if prod(wanted) != prod(x) or min(wanted, default=1) < 0:
        raise ValueError("a shape that does not fit")
    return [tuple(wanted)], 1


def _flatten(call: Call) -> Made:
    x = call.shape()
    axis = call.integer("axis", 1)
    axis = axis + len(x) if axis < 0 else axis
    return [(prod(x[:axis]), prod(x[axis:]))], 1


def _transpose(call: Call) -> Made:
    x = call.shape()
    order = call.integers("perm", range(len(x))[::-1])
    if sorted(order) != list(range(len(x))):
        raise ValueError("an order of other axes")
    return [tuple(x[axis] for axis in order)], 1


def _squeeze(call: Call) -> Made:
    x = call.shape()
    axes = call.whole(1) if call.has(1) else [axis for axis, side in enumerate(x) if side == 1]
    if any(x[axis] != 1 for axis in axes):
        raise ValueError("a side that is not one")
    return _without(x, axes, keep=False), 1


def _unsqueeze(call: Call) -> Made:
    x, axes = call.shape(), call.whole(1)
    rank = len(x) + len(axes)
    added, rest = {_axis(axis, rank) for axis in axes}, iter(x)
    return [tuple(1 if axis in added else next(rest) for axis in range(rank))], 1


def _concat(call: Call) -> Made:
    shapes = [call.shape(place) for place in range(len(call.inputs))]
    axis = _axis(call.integer("axis", 0), len(shapes[0]))
    if len({(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}) > 1:
        raise ValueError("sides that differ")
    return [(*shapes[0][:axis], sum(shape[axis] for shape in shapes), *shapes[0][axis + 1 :])], 1


def _split(call: Call) -> Made:
    x, parts = call.shape(), len(call.node.outputs)
    axis = _axis(call.integer("axis", 0), len(x))
    sides = call.whole(1) if call.has(1) else [ceil(x[axis] / parts)] * parts
    if len(sides) != parts or min(sides) < 0:
        raise ValueError("parts that are not there")
    return [(*x[:axis], side, *x[axis + 1 :]) for side in sides], 1


def _slice(call: Call) -> Made:
    sides = list(call.shape())
    starts, ends = call.whole(1), call.whole(2)
    axes = call.whole(3) if call.has(3) else list(range(len(starts)))
    steps = call.whole(4) if call.has(4) else [1] * len(starts)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        place = _axis(axis, len(sides))
        sides[place] = len(range(*slice(start, end, step).indices(sides[place])))
    return [tuple(sides)], 1


def _gather(call: Call) -> Made:
    x, places = call.shape(), call.shape(1)
    axis = _axis(call.integer("axis", 0), len(x))
    return [(*x[:axis], *places, *x[axis + 1 :])], 1


def _gather_nd(call: Call) -> Made:
    x, places, batch = call.shape(), call.shape(1), call.integer("batch_dims", 0)
    return [(*places[:-1], *x[batch + places[-1] :])], 1


def _of_second(call: Call) -> Made:
    return [call.shape(1)], 1


def _expand(call: Call) -> Made:
    return [broadcast(call.shape(), tuple(call.whole(1)))], 1


def _tile(call: Call) -> Made:
    return [tuple(side * times for side, times in zip(call.shape(), call.whole(1), strict=True))], 1


def _pad(call: Call) -> Made:
    x, pads = call.shape(), call.whole(1)
    if len(pads) != 2 * len(x):
        raise ValueError("borders of other sides")
    return [tuple(max(side + pads[axis] + pads[axis + len(x)], 0) for axis, side in enumerate(x))], 1


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


def _one_hot(call: Call) -> Made:
    x, depth = call.shape(), call.whole(1)[0]
    axis = _axis(call.integer("axis", -1), len(x) + 1)
    return [(*x[:axis], depth, *x[axis:])], 1


def _resize(call: Call) -> Made:
    x = call.shape()
    if call.text("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize":
        raise ValueError("a cut that is not understood")
    if call.has(3) and call.shape(3) != (0,):
        sides = call.whole(3)
    else:
        sides = [int(side * scale) for side, scale in zip(x, call.floats(2), strict=True)]
    if len(sides) != len(x):
        raise ValueError("other sides")
    return [tuple(sides)], 16 if call.text("mode", "nearest") == "cubic" else 4


def _depth_to_space(call: Call) -> Made:
    n, channels, height, width = call.shape()
    block = call.integer("blocksize", 1)
    return [(n, channels // block**2, height * block, width * block)], 1


def _space_to_depth(call: Call) -> Made:
    n, channels, height, width = call.shape()
    block = call.integer("blocksize", 1)
    return [(n, channels * block**2, height // block, width // block)], 1


def _grid_sample(call: Call) -> Made:
    return [(*call.shape()[:2], *call.shape(1)[1:-1])], 16


def _top(call: Call) -> Made:
    x, count = list(call.shape()), call.whole(1)[0]
    axis = _axis(call.integer("axis", -1), len(x))
    x[axis] = min(count, x[axis])
    return [tuple(x)] * 2, 1


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
    **dict.fromkeys(_SAME.split(), _same),
    **dict.fromkeys(_BROADCAST.split(), _broadcast),
    **dict.fromkeys(_REDUCE.split(), _reduced),
    **dict.fromkeys(("ArgMax", "ArgMin"), _arg),
    **dict.fromkeys(("AveragePool", "LpPool", "MaxPool"), _pool),
    **dict.fromkeys(("GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool"), _global_pool),
    "Concat": _concat,
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Conv": _convolution(1),
    "ConvInteger": _convolution(1),
    "ConvTranspose": _transposed,
    "DepthToSpace": _depth_to_space,
    "Dropout": _dropout,
    "DynamicQuantizeLinear": _scaled_to_bytes,
    "Einsum": _einsum,
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "GatherElements": _of_second,
    "GatherND": _gather_nd,
    "Gemm": _gemm,
    "GridSample": _grid_sample,
    "LayerNormalization": _layer_normalization,
    "MatMul": _product(0, 1),
    "MatMulInteger": _product(0, 1),
    "OneHot": _one_hot,
    "Pad": _pad,
    "QLinearConv": _convolution(3),
    "QLinearMatMul": _product(0, 3),
    "Range": _range,
    "Reshape": _reshape,
    "Resize": _resize,
    "Shape": _shape,
    "Size": _scalar,
    "Slice": _slice,
    "SpaceToDepth": _space_to_depth,
    "Split": _split,
    "Squeeze": _squeeze,
    "Tile": _tile,
    "TopK": _top,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
