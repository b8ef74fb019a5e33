"""Operators that give elements another place, leave some out or repeat them: what the sizes of tensors follow from."""

from collections.abc import Callable
from math import ceil, prod

from goodpart.vision.network.call import Call, Made, axis_of, broadcast, without


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
    return without(x, axes, keep=False), 1


def _unsqueeze(call: Call) -> Made:
    x, axes = call.shape(), call.whole(1)
    rank = len(x) + len(axes)
    added, rest = {axis_of(axis, rank) for axis in axes}, iter(x)
    return [tuple(1 if axis in added else next(rest) for axis in range(rank))], 1


def _concat(call: Call) -> Made:
    shapes = [call.shape(place) for place in range(len(call.inputs))]
    axis = axis_of(call.integer("axis", 0), len(shapes[0]))
    if len({(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}) > 1:
        raise ValueError("sides that differ")
    return [(*shapes[0][:axis], sum(shape[axis] for shape in shapes), *shapes[0][axis + 1 :])], 1


def _split(call: Call) -> Made:
    x, parts = call.shape(), len(call.node.outputs)
    axis = axis_of(call.integer("axis", 0), len(x))
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
        place = axis_of(axis, len(sides))
        sides[place] = len(range(*slice(start, end, step).indices(sides[place])))
    return [tuple(sides)], 1


def _gather(call: Call) -> Made:
    x, places = call.shape(), call.shape(1)
    axis = axis_of(call.integer("axis", 0), len(x))
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


def _one_hot(call: Call) -> Made:
    x, depth = call.shape(), call.whole(1)[0]
    axis = axis_of(call.integer("axis", -1), len(x) + 1)
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
    axis = axis_of(call.integer("axis", -1), len(x))
    x[axis] = min(count, x[axis])
    return [tuple(x)] * 2, 1


LAYOUTS: dict[str, Callable[[Call], Made]] = {
    "Concat": _concat,
    "DepthToSpace": _depth_to_space,
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "GatherElements": _of_second,
    "GatherND": _gather_nd,
    "GridSample": _grid_sample,
    "OneHot": _one_hot,
    "Pad": _pad,
    "Reshape": _reshape,
    "Resize": _resize,
    "Slice": _slice,
    "SpaceToDepth": _space_to_depth,
    "Split": _split,
    "Squeeze": _squeeze,
    "Tile": _tile,
    "TopK": _top,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
