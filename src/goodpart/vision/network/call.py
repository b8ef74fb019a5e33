"""A node with what is known of its inputs, as every rule about an operator is given it."""

from collections.abc import Sequence
from dataclasses import dataclass

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


def axis_of(axis: int, rank: int) -> int:
    """The place of an axis that may be counted from the end. Raises `ValueError`."""
    if not -rank <= axis < rank:
        raise ValueError("an axis that is not there")
    return axis % rank


def without(x: Shape, axes: list[int], *, keep: bool) -> list[Shape]:
    """The shape without the named axes, or with a side of one for each where they are kept."""
    gone = {axis_of(axis, len(x)) for axis in axes}
    return [tuple(1 if axis in gone else side for axis, side in enumerate(x) if keep or axis not in gone)]
