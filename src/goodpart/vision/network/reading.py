"""A network's graph as its file says it, refused unless it is

    one graph, its nodes in order, each with outputs of its own, of the standard operators of version 17
    without branches, loops and functions
    whole in itself, with constants that are as long as they say     no tensor in another file
    with the input ``image`` and the outputs that were asked for

Field numbers are those of ``onnx.proto3``, IR version 8 to 10.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.network.protobuf import FieldReader, integer, integers, message, text
from goodpart.vision.network.refusal import DAMAGED, NetworkRefusedError

INPUT = "image"
MOST_NODES = 4_000
"""Beside constants. The default backbone with its detectors has 97, a Swin transformer 1,500."""
MOST_CONSTANTS = 8_000
OPSETS = (17,)
"""What training writes. In other versions the same node can mean another thing."""
MOST_NUMBERS = 64
"""The longest tensor whose values are looked at: sizes are computed from a few numbers."""

_UINT8 = 2
_DOMAINS = ("", "ai.onnx")
_NUMPY = {1: "<f4", 2: "u1", 3: "i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 9: "?", 10: "<f2", 11: "<f8"}
_ITEM_BYTES = {**{kind: np.dtype(name).itemsize for kind, name in _NUMPY.items()}, 12: 4, 13: 8, 16: 2}

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """What is known of a tensor: its shape, and its ``numbers`` where they are few and do not depend on the picture.

    ``is_fixed`` tensors do not depend on the pixels: an engine may compute them while it loads.
    """

    shape: Shape
    numbers: NDArray[np.generic] | None = None
    is_fixed: bool = False

    @property
    def count(self) -> int:
        """How many elements it has."""
        return prod(self.shape)


Attribute = int | float | str | tuple[int, ...] | Value | None


@dataclass(frozen=True, slots=True)
class Node:
    """One operator. Attributes that say nothing about sizes, such as lists of floats, are None."""

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Attribute]


@dataclass(frozen=True)
class ReadNetwork:
    """``sides`` are the height and width of the picture, None where any will do."""

    nodes: list[Node]
    constants: dict[str, Value]
    outputs: list[str]
    sides: tuple[int | None, int | None]


def read_network(content: bytes, outputs: Collection[str]) -> ReadNetwork:
    """The one graph of an ONNX file with the named ``outputs``. Raises `NetworkRefusedError`."""
    try:
        return _Reading(FieldReader(), outputs).model(memoryview(content))
    except (ValueError, IndexError) as error:
        raise NetworkRefusedError(DAMAGED) from error


class _Reading:
    def __init__(self, reader: FieldReader, outputs: Collection[str]) -> None:
        self._fields = reader.fields
        self._wanted = outputs

    def model(self, content: memoryview) -> ReadNetwork:
        graphs, versions = [], []
        for field, value in self._fields(content):
            if field == 7:
                graphs.append(message(value))
            elif field == 8:
                versions.append(self._opset(message(value)))
            elif field in (20, 25):
                raise NetworkRefusedError("it holds functions of its own")
        if len(graphs) != 1:
            raise NetworkRefusedError("it is not an ONNX network")
        standard = [version for domain, version in versions if domain in _DOMAINS]
        if len(standard) != 1 or standard[0] not in OPSETS:
            raise NetworkRefusedError(f"its operators are of version {standard}, not {OPSETS[0]}")
        return self._graph(graphs[0])

    def _opset(self, content: memoryview) -> tuple[str, int]:
        domain, version = "", 0
        for field, value in self._fields(content):
            if field == 1:
                domain = text(value)
            elif field == 2:
                version = integer(value)
        return domain, version

    def _graph(self, content: memoryview) -> ReadNetwork:
        constants: dict[str, Value] = {}
        nodes: list[memoryview] = []
        inputs: dict[str, tuple[int, list[int | None]]] = {}
        outputs: list[str] = []
        for field, value in self._fields(content):
            if field == 1:
                nodes.append(message(value))
                _check_count(len(nodes), MOST_NODES + MOST_CONSTANTS)
            elif field == 5:
                name, tensor = self._tensor(message(value))
                if name in constants:
                    raise _twice(name)
                constants[name] = tensor
            elif field == 11:
                name, kind, sides = self._input(message(value))
                inputs[name] = kind, sides
            elif field == 12:
                outputs.append(self._input(message(value))[0])
            elif field == 15:
                raise NetworkRefusedError("it holds sparse tensors")
        picture = _picture_sides(inputs, constants)
        if missing := set(self._wanted) - set(outputs):
            raise NetworkRefusedError(f"it has no output {min(missing)!r}")
        known = {INPUT, *constants}
        read = [self._node(node, known) for node in nodes]
        listed = sum(node.kind == "Constant" for node in read)
        _check_count(len(read) - listed, MOST_NODES)
        _check_count(listed + len(constants), MOST_CONSTANTS)
        if missing := set(outputs) - known:
            raise NetworkRefusedError(f"nothing in it makes the output {min(missing)[:40]!r}")
        return ReadNetwork(read, constants, outputs, picture)

    def _node(self, content: memoryview, known: set[str]) -> Node:
        inputs, outputs, kind, domain = [], [], "", ""
        attributes: dict[str, Attribute] = {}
        for field, value in self._fields(content):
            if field == 1:
                inputs.append(text(value))
            elif field == 2:
                outputs.append(text(value))
            elif field == 4:
                kind = text(value)
            elif field == 5:
                name, attribute = self._attribute(message(value))
                if name in attributes:
                    raise NetworkRefusedError(f"a node of it has the attribute {name[:40]!r} twice")
                attributes[name] = attribute
            elif field == 7:
                domain = text(value)
        if domain not in _DOMAINS:
            raise NetworkRefusedError(f"it uses the operator {domain[:40]}:{kind[:40]}, which is not allowed")
        for name in inputs:
            if name and name not in known:
                raise NetworkRefusedError(f"a node of it uses {name[:40]!r} before that is made")
        for name in outputs:
            if name in known and name:
                raise _twice(name)
            known.add(name)
        return Node(kind, tuple(inputs), tuple(outputs), attributes)

    def _attribute(self, content: memoryview) -> tuple[str, Attribute]:
        name, kinds = "", set()
        found: Attribute = None
        listed: list[int] = []
        for field, value in self._fields(content):
            if field in (6, 11):
                raise NetworkRefusedError("it holds branches or loops")
            if field in (22, 23):
                raise NetworkRefusedError("it holds sparse tensors")
            if field in kinds and field in (5, 10):
                raise NetworkRefusedError("it is damaged")
            if field == 1:
                name = text(value)
            elif field in (2, 3, 4, 5, 7, 8, 9, 10):
                kinds.add(field)
            if field == 2:
                found = float(np.frombuffer(message(value), "<f4")[0])
            elif field == 3:
                found = integer(value)
            elif field == 4:
                found = bytes(message(value)).decode(errors="replace")
            elif field in (5, 10):
                found = self._tensor(message(value))[1]
            elif field == 8:
                listed.extend(integers(value, MOST_NUMBERS + 1))
        # Which of two an engine would believe is not known.
        if len(kinds) > 1 or len(listed) > MOST_NUMBERS:
            raise NetworkRefusedError(f"the attribute {name[:40]!r} of a node of it is not understood")
        return name, tuple(listed) if 8 in kinds else found

    def _tensor(self, content: memoryview) -> tuple[str, Value]:
        name, kind, raw, typed = "", 0, None, 0
        sides: list[int] = []
        listed: list[tuple[int, int | memoryview]] = []
        for field, value in self._fields(content):
            if field == 13 or (field == 14 and value != 0):
                raise NetworkRefusedError("its weights are in another file")
            if field == 1:
                sides.extend(integers(value, 16))
            elif field == 2:
                kind = integer(value)
            elif field in (4, 5, 7, 10, 11):
                typed += 1 if isinstance(value, int) else len(value)
                listed = [*listed, (field, value)] if typed <= 16 * MOST_NUMBERS else []
            elif field == 8:
                name = text(value)
            elif field == 9:
                raw = message(value)
        if kind not in _ITEM_BYTES or len(sides) > 8 or min(sides, default=1) < 0:
            raise NetworkRefusedError(f"its constant {name[:40]!r} is of a kind that is not understood")
        shape, count = tuple(sides), prod(sides)
        # Elements that are listed one by one have at least a byte each.
        if (raw is not None and len(raw) != count * _ITEM_BYTES[kind]) or (raw is None and count > typed):
            raise NetworkRefusedError(f"its constant {name[:40]!r} is not as long as it says")
        numbers = _numbers(kind, shape, raw, listed) if count <= MOST_NUMBERS else None
        return name, Value(shape, numbers, is_fixed=True)

    def _input(self, content: memoryview) -> tuple[str, int, list[int | None]]:
        """The name, the element type and the sides, None where they are free."""
        name, kind = "", 0
        sides: list[int | None] = []
        for field, value in self._fields(content):
            if field == 1:
                name = text(value)
            elif field == 2:
                for _, tensor in self._fields(message(value)):
                    for inner, part in self._fields(message(tensor)):
                        if inner == 1:
                            kind = integer(part)
                        elif inner == 2:
                            sides = [self._side(message(side)) for _, side in self._fields(message(part))]
        return name, kind, sides

    def _side(self, content: memoryview) -> int | None:
        return next((integer(value) for field, value in self._fields(content) if field == 1), None)


def _numbers(
    kind: int, shape: Shape, raw: memoryview | None, listed: list[tuple[int, int | memoryview]]
) -> NDArray[np.generic] | None:
    """The values of a short tensor, where they are of a kind that is looked at."""
    if kind not in _NUMPY:
        return None
    if raw is not None:
        return np.frombuffer(raw, _NUMPY[kind]).reshape(shape)
    found: list[float] = []
    for field, value in listed:
        if field in (5, 7):
            found.extend(integers(value, MOST_NUMBERS + 1))
        elif field in (4, 10):
            found.extend(np.frombuffer(message(value), {4: "<f4", 10: "<f8"}[field]).tolist())
    # Half floats are listed by their bits: none of ours are, so they stay unknown.
    return None if kind == 10 or len(found) != prod(shape) else np.array(found, _NUMPY[kind]).reshape(shape)


def _picture_sides(
    inputs: dict[str, tuple[int, list[int | None]]], constants: dict[str, Value]
) -> tuple[int | None, int | None]:
    # Before IR version 4 initializers were listed among the inputs too.
    given = {name: kind for name, (kind, _) in inputs.items() if name not in constants}
    if given != {INPUT: _UINT8}:
        raise NetworkRefusedError(f"its input is not {INPUT!r} of 8-bit pixels")
    sides = inputs[INPUT][1]
    if len(sides) != 4 or sides[0] not in (None, 1) or sides[3] not in (None, 3):
        raise NetworkRefusedError(f"its input is not one picture of three channels, but {sides}")
    return sides[1], sides[2]


def _check_count(nodes: int, most: int) -> None:
    if nodes > most:
        raise NetworkRefusedError(f"it has more than the {most} nodes allowed")


def _twice(name: str) -> NetworkRefusedError:
    return NetworkRefusedError(f"two things in it have the name {name[:40]!r}")
