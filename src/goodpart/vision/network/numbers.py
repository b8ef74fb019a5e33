"""The values of small tensors that depend on the picture's size alone: what reshapes and resizes are told.

Exported networks compute sizes from the sides of their input, by the arithmetic of NumPy. Nothing that depends on
pixels is computed here. Whole numbers beyond 32 bits stay unknown: engines hold sizes in no more.
"""

from collections.abc import Callable, Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.network.call import Call
from goodpart.vision.network.reading import MOST_NUMBERS, Shape, Value
from goodpart.vision.network.refusal import NetworkRefusedError

Numbers = NDArray[np.generic]
_KINDS: dict[int, type[np.generic]] = {
    1: np.float32,
    2: np.uint8,
    3: np.int8,
    6: np.int32,
    7: np.int64,
    9: np.bool_,
    10: np.float16,
    11: np.float64,
}
_LARGEST = 2**31


def numbers_of(call: Call, shape: Shape) -> Numbers | None:
    """The values of the first output, of that shape; None where they are not few, or not known."""
    rule = _RULES.get(call.node.kind)
    return rule(call, shape) if rule is not None and prod(shape) <= MOST_NUMBERS else None


def _constant(call: Call, _shape: Shape) -> Numbers | None:
    value = call.node.attributes.get("value")
    if isinstance(value, Value):
        return value.numbers
    listed = call.node.attributes.get("value_ints", call.node.attributes.get("value_int"))
    if listed is not None:
        return np.array(listed, np.int64)
    return np.array(call.node.attributes.get("value_float"), np.float32)


def _shape(call: Call, _shape: Shape) -> Numbers:
    whole = call.shape()
    return np.array(whole[call.integer("start", 0) : call.integer("end", len(whole))], np.int64)


def _size(call: Call, _shape: Shape) -> Numbers:
    return np.array(prod(call.shape()), np.int64)


def _filled(call: Call, shape: Shape) -> Numbers | None:
    value = call.node.attributes.get("value")
    if value is None:
        return np.zeros(shape, np.float32)
    return np.broadcast_to(value.numbers, shape) if isinstance(value, Value) and value.numbers is not None else None


def _known(make: Callable[[Call, list[Numbers], Shape], Numbers | None]) -> Callable[[Call, Shape], Numbers | None]:
    """A rule for where the values of all inputs are known."""

    def made(call: Call, shape: Shape) -> Numbers | None:
        values = [value.numbers for value in call.inputs if value is not None]
        known = [numbers for numbers in values if numbers is not None]
        if len(known) < len(values):
            return None
        with np.errstate(all="ignore"):
            return make(call, known, shape)

    return made


def _cast(call: Call, values: list[Numbers], _shape: Shape) -> Numbers | None:
    kind = _KINDS.get(call.integer("to", 0))
    if kind is None:
        return None
    if np.issubdtype(kind, np.integer) and not (np.abs(values[0].astype(np.float64)) < _LARGEST).all():
        return None
    return values[0].astype(kind)


def _divided(_call: Call, values: list[Numbers], _shape: Shape) -> Numbers:
    above, below = (np.asarray(value) for value in values)
    if not np.issubdtype(above.dtype, np.integer):
        return np.asarray(np.divide(above, below))
    if not below.all():
        raise NetworkRefusedError("it divides by zero")
    # Towards zero, where NumPy rounds down.
    return np.asarray(np.sign(above) * np.sign(below) * (np.abs(above) // np.abs(below))).astype(above.dtype)


def _remainder(call: Call, values: list[Numbers], _shape: Shape) -> Numbers | None:
    if call.integer("fmod", 0) or not np.issubdtype(values[0].dtype, np.integer):
        return None
    if not values[1].all():
        raise NetworkRefusedError("it divides by zero")
    return np.asarray(np.mod(values[0], values[1]))


def _arithmetic(function: Callable[..., Numbers]) -> Callable[[Call, Shape], Numbers | None]:
    def make(_call: Call, values: list[Numbers], _shape: Shape) -> Numbers:
        found = values[0] if len(values) == 1 else function(values[0], values[1])
        for value in values[2:]:
            found = function(found, value)
        return np.asarray(found)

    def made(call: Call, shape: Shape) -> Numbers | None:
        found = _known(make)(call, shape)
        of = [value.numbers for value in call.inputs if value is not None and value.numbers is not None]
        return found if found is None or all(map(_is_small, [found, *of])) else None

    return made


def _is_small(value: Numbers) -> bool:
    return not np.issubdtype(value.dtype, np.integer) or bool((np.abs(value.astype(np.float64)) < _LARGEST).all())


def _one(function: Callable[[Numbers], Numbers]) -> Callable[[Call, Shape], Numbers | None]:
    return _known(lambda _call, values, _shape: np.asarray(function(values[0])))


def _sliced(call: Call, values: list[Numbers], shape: Shape) -> Numbers:
    starts, ends = call.whole(1), call.whole(2)
    axes = call.whole(3) if call.has(3) else list(range(len(starts)))
    steps = call.whole(4) if call.has(4) else [1] * len(starts)
    cut = [slice(None)] * values[0].ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        cut[axis] = slice(start, end, step)
    return values[0][tuple(cut)].reshape(shape)


def _clipped(call: Call, values: list[Numbers], _shape: Shape) -> Numbers:
    rest = iter(values[1:])
    low, high = (next(rest) if call.has(place) else None for place in (1, 2))
    found = values[0] if low is None else np.maximum(values[0], low)
    return np.asarray(found if high is None else np.minimum(found, high))


def _range(_call: Call, values: list[Numbers], shape: Shape) -> Numbers:
    start, _, step = (value.reshape(-1)[0] for value in values)
    return np.asarray(start + step * np.arange(shape[0], dtype=values[0].dtype))


def _reduced(function: Callable[..., Numbers]) -> Callable[[Call, Shape], Numbers | None]:
    def make(_call: Call, values: list[Numbers], shape: Shape) -> Numbers | None:
        # A size is a product or sum of a few numbers in a row.
        return np.asarray(function(values[0])).reshape(shape) if values[0].ndim == 1 and prod(shape) == 1 else None

    return _known(make)


def _concatenated(call: Call, values: list[Numbers], _shape: Shape) -> Numbers:
    return np.concatenate(list(values), axis=call.integer("axis", 0))


def _transposed(call: Call, values: list[Numbers], _shape: Shape) -> Numbers:
    return values[0].transpose(call.integers("perm", range(values[0].ndim)[::-1]))


def _gathered(call: Call, values: list[Numbers], _shape: Shape) -> Numbers:
    return np.take(values[0], values[1].astype(np.intp), axis=call.integer("axis", 0))


def _repeated(_call: Call, values: Sequence[Numbers], shape: Shape) -> Numbers:
    return np.broadcast_to(values[0], shape)


def _chosen(_call: Call, values: list[Numbers], _shape: Shape) -> Numbers:
    return np.where(values[0], values[1], values[2])


_reshaped = _known(lambda _call, values, shape: values[0].reshape(shape))
_RULES: dict[str, Callable[[Call, Shape], Numbers | None]] = {
    "Abs": _one(np.abs),
    "Add": _arithmetic(np.add),
    "And": _arithmetic(np.logical_and),
    "Cast": _known(_cast),
    "Ceil": _one(np.ceil),
    "Clip": _known(_clipped),
    "Concat": _known(_concatenated),
    "Constant": _constant,
    "ConstantOfShape": _filled,
    "Div": _known(_divided),
    "Equal": _arithmetic(np.equal),
    "Expand": _known(_repeated),
    "Flatten": _reshaped,
    "Floor": _one(np.floor),
    "Gather": _known(_gathered),
    "Greater": _arithmetic(np.greater),
    "GreaterOrEqual": _arithmetic(np.greater_equal),
    "Identity": _one(lambda value: value),
    "Less": _arithmetic(np.less),
    "LessOrEqual": _arithmetic(np.less_equal),
    "Max": _arithmetic(np.maximum),
    "Min": _arithmetic(np.minimum),
    "Mod": _known(_remainder),
    "Mul": _arithmetic(np.multiply),
    "Neg": _one(np.negative),
    "Not": _one(np.logical_not),
    "Or": _arithmetic(np.logical_or),
    "Range": _known(_range),
    "ReduceMax": _reduced(np.max),
    "ReduceMin": _reduced(np.min),
    "ReduceProd": _reduced(np.prod),
    "ReduceSum": _reduced(np.sum),
    "Reshape": _reshaped,
    "Round": _one(np.rint),
    "Shape": _shape,
    "Size": _size,
    "Slice": _known(_sliced),
    "Sqrt": _one(np.sqrt),
    "Squeeze": _reshaped,
    "Sub": _arithmetic(np.subtract),
    "Transpose": _known(_transposed),
    "Unsqueeze": _reshaped,
    "Where": _known(_chosen),
}
