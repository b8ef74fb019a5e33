"""Operators that sum over windows or over a side that two tensors share: most of the work of a network."""

from collections.abc import Callable
from math import prod

from goodpart.vision.network.call import Call, Made, broadcast
from goodpart.vision.network.reading import Shape


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


WINDOWS: dict[str, Callable[[Call], Made]] = {
    **dict.fromkeys(("AveragePool", "LpPool", "MaxPool"), _pool),
    **dict.fromkeys(("GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool"), _global_pool),
    "Conv": _convolution(1),
    "ConvInteger": _convolution(1),
    "ConvTranspose": _transposed,
    "Einsum": _einsum,
    "Gemm": _gemm,
    "MatMul": _product(0, 1),
    "MatMulInteger": _product(0, 1),
    "QLinearConv": _convolution(3),
    "QLinearMatMul": _product(0, 3),
}
