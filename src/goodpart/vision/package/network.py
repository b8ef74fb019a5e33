"""What a package's network may be, checked before an engine sees it.

Engines trust a network more than a file from elsewhere deserves: some loop for ever over one whose nodes form a circle,
fold a constant of any size while they load, or open a file that a tensor names. So its structure is read here first,
with a small reader of the protobuf wire format that needs no ONNX library, and refused unless it is

    one graph, its nodes in order, each with outputs of its own, of the standard operators only
    without branches, loops and functions        the time it takes is bounded by its size
    whole in itself                              no tensor in another file
    with the input ``image`` and the outputs ``score`` and ``heat``
    without a constant that asks for a huge tensor

Field numbers are those of ``onnx.proto3``, IR version 8 to 10.
"""

import struct
from collections.abc import Iterator
from math import prod

from goodpart.vision.errors import PackageError

INPUT = "image"
OUTPUTS = ("score", "heat")
_MOST_NODES = 20_000
_MOST_ELEMENTS = 2**26
_MOST_RESIZING = 4096.0
_UINT8, _INT64, _FLOAT = 2, 7, 1
_DOMAINS = ("", "ai.onnx")
# Operators whose constant inputs are the size of what they make.
_MAKERS = {"ConstantOfShape": (0,), "Expand": (1,), "Tile": (1,), "Range": (0, 1), "OneHot": (1,), "Pad": (1,)}
_RESIZERS = {"Resize": (2, 3), "Upsample": (1,)}
_RANDOM = {"RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Multinomial", "Bernoulli"}

_Numbers = tuple[float, ...]


class _RefusedError(Exception):
    """Why; `check_network` makes a `PackageError` of it."""


def check_network(content: bytes, model: str) -> None:
    """Raises `PackageError` unless ``content`` is a network that may be loaded; ``model`` is the package's id."""
    try:
        _check_model(memoryview(content))
    except (_RefusedError, UnicodeDecodeError, struct.error, IndexError) as error:
        reason = error if isinstance(error, _RefusedError) else "it is damaged"
        raise PackageError(
            f"The network of the model {model[:12]} is refused: {reason}.",
            "Fetch the package again or train the model again.",
        ) from error


def _check_model(content: memoryview) -> None:
    graphs = []
    for field, value in _fields(content):
        if field == 7:
            graphs.append(_bytes(value))
        elif field in (20, 25):
            raise _RefusedError("it holds functions of its own")
    if len(graphs) != 1:
        raise _RefusedError("it is not an ONNX network")
    _check_graph(graphs[0])


def _check_graph(content: memoryview) -> None:
    known: dict[str, _Numbers | None] = {}
    nodes, inputs, outputs = [], {}, []
    for field, value in _fields(content):
        if field == 1:
            nodes.append(_bytes(value))
        elif field == 5:
            name, numbers = _tensor(_bytes(value))
            _define(known, name, numbers)
        elif field == 11:
            name, kind = _value_info(_bytes(value))
            inputs[name] = kind
        elif field == 12:
            outputs.append(_value_info(_bytes(value))[0])
        elif field == 15:
            raise _RefusedError("it holds sparse tensors")
    # Before IR version 4 initializers were listed among the inputs too.
    given = {name: kind for name, kind in inputs.items() if name not in known}
    if given != {INPUT: _UINT8}:
        raise _RefusedError(f"its input is not {INPUT!r} of 8-bit pixels")
    if missing := set(OUTPUTS) - set(outputs):
        raise _RefusedError(f"it has no output {min(missing)!r}")
    if len(nodes) > _MOST_NODES:
        raise _RefusedError(f"it has {len(nodes)} nodes, more than the {_MOST_NODES} allowed")
    known[INPUT] = None
    for node in nodes:
        _check_node(node, known)
    if missing := set(outputs) - set(known):
        raise _RefusedError(f"nothing in it makes the output {min(missing)[:40]!r}")


def _check_node(content: memoryview, known: dict[str, _Numbers | None]) -> None:
    inputs, outputs, kind, domain, constant = [], [], "", "", None
    for field, value in _fields(content):
        if field == 1:
            inputs.append(_text(value))
        elif field == 2:
            outputs.append(_text(value))
        elif field == 4:
            kind = _text(value)
        elif field == 5:
            constant = _attribute(_bytes(value)) or constant
        elif field == 7:
            domain = _text(value)
    if domain not in _DOMAINS or kind in _RANDOM:
        raise _RefusedError(f"it uses the operator {domain[:40]}:{kind[:40]}, which is not allowed")
    for name in inputs:
        if name and name not in known:
            raise _RefusedError(f"a node of it uses {name[:40]!r} before that is made")
    _check_sizes(kind, [known.get(name) for name in inputs])
    for name in outputs:
        if name:
            _define(known, name, constant if kind == "Constant" else None)


def _check_sizes(kind: str, inputs: list[_Numbers | None]) -> None:
    for place in _MAKERS.get(kind, ()):
        numbers = inputs[place] if place < len(inputs) else None
        if numbers and not prod(max(abs(number), 1.0) for number in numbers) <= _MOST_ELEMENTS:
            raise _RefusedError(f"it asks {kind} for a tensor of more than {_MOST_ELEMENTS} elements")
    for place in _RESIZERS.get(kind, ()):
        numbers = inputs[place] if place < len(inputs) else None
        if numbers and not all(abs(number) <= _MOST_RESIZING for number in numbers):
            raise _RefusedError(f"it asks {kind} for a side of more than {_MOST_RESIZING:.0f}")


def _define(known: dict[str, _Numbers | None], name: str, numbers: _Numbers | None) -> None:
    if name in known:
        raise _RefusedError(f"two things in it have the name {name[:40]!r}")
    known[name] = numbers


def _attribute(content: memoryview) -> _Numbers | None:
    """The numbers of a constant's value, where the attribute is one."""
    found: _Numbers | None = None
    for field, value in _fields(content):
        if field in (6, 11):
            raise _RefusedError("it holds branches or loops")
        if field in (22, 23):
            raise _RefusedError("it holds sparse tensors")
        if field in (5, 10):
            found = _tensor(_bytes(value))[1]
        elif field == 8:
            found = (*(found or ()), *map(float, _packed(value)))
        elif field == 3 and isinstance(value, int):
            found = (float(_signed(value)),)
    return found


def _tensor(content: memoryview) -> tuple[str, _Numbers | None]:
    """The name, and the values of a short tensor of float32 or int64."""
    name, kind, raw, listed = "", 0, memoryview(b""), []
    for field, value in _fields(content):
        if field == 13 or (field == 14 and value != 0):
            raise _RefusedError("its weights are in another file")
        if field == 2 and isinstance(value, int):
            kind = value
        elif field == 7:
            listed.extend(_packed(value))
        elif field == 8:
            name = _text(value)
        elif field == 9:
            raw = _bytes(value)
    if kind == _INT64 and len(raw) <= 128:
        return name, tuple(map(float, listed or struct.unpack(f"<{len(raw) // 8}q", raw)))
    if kind == _FLOAT and 0 < len(raw) <= 64:
        return name, struct.unpack(f"<{len(raw) // 4}f", raw)
    return name, None


def _value_info(content: memoryview) -> tuple[str, int]:
    """The name and the element type."""
    name, kind = "", 0
    for field, value in _fields(content):
        if field == 1:
            name = _text(value)
        elif field == 2:
            for _, tensor in _fields(_bytes(value)):
                kinds = [number for inner, number in _fields(_bytes(tensor)) if inner == 1]
                kind = next((number for number in kinds if isinstance(number, int)), 0)
    return name, kind


def _fields(content: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Each field's number and value; protobuf encoding, wire types 0, 1, 2 and 5."""
    at = 0
    while at < len(content):
        tag, at = _varint(content, at)
        wire = tag & 7
        if wire == 0:
            value, at = _varint(content, at)
            yield tag >> 3, value
            continue
        if wire == 2:
            size, at = _varint(content, at)
        else:
            size = {1: 8, 5: 4}.get(wire, -1)
        if size < 0 or size > len(content) - at:
            raise _RefusedError("it is damaged or not an ONNX network")
        yield tag >> 3, content[at : at + size]
        at += size


def _varint(content: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(content):
            break
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise _RefusedError("it is damaged or not an ONNX network")


def _packed(value: int | memoryview) -> list[int]:
    """Repeated integers, packed or one by one; at most sixteen are of interest."""
    if isinstance(value, int):
        return [_signed(value)]
    numbers: list[int] = []
    at = 0
    while at < len(value) and len(numbers) < 16:
        number, at = _varint(value, at)
        numbers.append(_signed(number))
    return numbers


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


def _bytes(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise _RefusedError("it is damaged or not an ONNX network")
    return value


def _text(value: int | memoryview) -> str:
    return bytes(_bytes(value)).decode()
