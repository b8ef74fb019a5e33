"""How much memory and arithmetic a network takes for a picture of one size, found out without running it.

Every node is asked what it makes, in order, with the picture's true sides: so a size that the network computes from
them is known too, and what cannot be known is refused. Counted in elements, most of which have four bytes:

    in use       the tensors that are needed at one time; an engine reuses the memory of others
    fixed        constants, and what does not depend on pixels, all together: an engine may keep it all
    work         multiplications, and sixteen for each element that is read or written

The limits leave a factor of about three to the most that was seen, in million elements in use and billion of work:

    of 2048×2048, the largest there is    805 and 1,100    the default backbone 201 and 70, resnet50 252 and 396
    of 256×256                            277 and 558      a DINOv2 of its own 448 pixels 14 and 34
"""

from collections.abc import Iterable, Mapping

from goodpart.vision.network.call import Call
from goodpart.vision.network.numbers import numbers_of
from goodpart.vision.network.operators import OPERATORS
from goodpart.vision.network.reading import INPUT, Node, ReadNetwork, Value
from goodpart.vision.network.refusal import NetworkRefusedError

MOST_COMPUTING = 2_000
"""Nodes that work on pixels: what an engine needs to compile them grows with their square. 600 were seen at most."""
MOST_IN_USE = 2**28
MOST_IN_USE_A_PIXEL = 2**7
MOST_FIXED = 2**28
MOST_WORK = 2**39
MOST_WORK_A_PIXEL = 2**17
MOST_FIXED_WORK = 2**33
_WORK_OF_AN_ELEMENT = 16
_LARGEST_SIDE = 2**31
# What a rule raises for inputs that no engine would take either.
_MISFITS = (ValueError, IndexError, KeyError, TypeError, OverflowError, ZeroDivisionError)


def check_sizes(network: ReadNetwork, height: int, width: int) -> None:
    """Raises `NetworkRefusedError` where a picture of that size would take more than the limits."""
    values = {**network.constants, INPUT: Value((1, height, width, 3))}
    last_use = {name: index for index, node in enumerate(network.nodes) for name in node.inputs}
    last_use |= dict.fromkeys(network.outputs, len(network.nodes))
    tally = _Tally(values.values(), height * width)
    for index, node in enumerate(network.nodes):
        made, work = _made(node, values)
        tally.add(node.kind, made, work)
        values.update(zip(node.outputs, made, strict=False))
        for name in {*node.inputs, *node.outputs}:
            if last_use.get(name, index) == index and name in values:
                tally.release(values[name])


class _Tally:
    def __init__(self, given: Iterable[Value], pixels: int) -> None:
        self._most_in_use = MOST_IN_USE + MOST_IN_USE_A_PIXEL * pixels
        self._most_work = MOST_WORK + MOST_WORK_A_PIXEL * pixels
        self._computing = self._in_use = self._work = self._fixed = self._fixed_work = 0
        self._hold(given)

    def _hold(self, values: Iterable[Value]) -> None:
        for value in values:
            if value.is_fixed:
                self._fixed += value.count
            else:
                self._in_use += value.count

    def add(self, kind: str, made: list[Value], work: int) -> None:
        self._hold(made)
        for value in made:
            if value.count > self._most_in_use or max(value.shape, default=0) > _LARGEST_SIDE:
                raise NetworkRefusedError(f"it asks {kind} for a tensor of {value.count:.1e} elements")
        is_fixed = all(value.is_fixed for value in made)
        self._work += work
        self._fixed_work += work if is_fixed else 0
        self._computing += 0 if is_fixed else 1
        if self._computing > MOST_COMPUTING:
            raise NetworkRefusedError(f"it has more than the {MOST_COMPUTING} nodes allowed that work on pixels")
        for what, found, most in (
            ("elements in use at one time", self._in_use, self._most_in_use),
            ("elements of constants", self._fixed, MOST_FIXED),
            ("operations for one picture", self._work, self._most_work),
            ("operations while it is loaded", self._fixed_work, MOST_FIXED_WORK),
        ):
            if found > most:
                raise NetworkRefusedError(f"it asks {kind} for too much: {found:.1e} {what}, {most:.1e} are allowed")

    def release(self, value: Value) -> None:
        self._in_use -= 0 if value.is_fixed else value.count


def _made(node: Node, values: Mapping[str, Value]) -> tuple[list[Value], int]:
    """The outputs of a node, and the work to make them."""
    rule = OPERATORS.get(node.kind)
    if rule is None:
        raise NetworkRefusedError(f"it uses the operator {node.kind[:40]}, which is not allowed")
    call = Call(node, [values[name] if name else None for name in node.inputs])
    try:
        shapes, factor = rule(call)
        if len(shapes) < len(node.outputs):
            raise ValueError("more outputs than it has")
        if min((side for shape in shapes for side in shape), default=0) < 0:
            raise ValueError("a negative side")
        numbers = numbers_of(call, shapes[0])
    except _MISFITS as error:
        raise NetworkRefusedError(f"it asks {node.kind} for sizes that do not fit: {error}") from error
    given = [value for value in call.inputs if value is not None]
    is_fixed = numbers is not None or all(value.is_fixed for value in given)
    made = [Value(shape, numbers if place == 0 else None, is_fixed) for place, shape in enumerate(shapes)]
    touched = sum(value.count for value in made) + sum(value.count for value in given)
    return made, made[0].count * factor + _WORK_OF_AN_ELEMENT * touched
