"""A person's own network as a backbone: an ONNX file with named feature outputs, and its description beside it.

Its nodes become part of our networks, with what it wants done to the picture in front and each of its outputs brought
to the tap's size behind. So a network whose strides are not 8 and 16, a vision transformer with patches of 14 pixels
or one that takes 224×224 and nothing else, is used like any other.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import inliner, version_converter
from onnx.external_data_helper import uses_external_data

from goodpart.vision.backbone.backbone import Backbone
from goodpart.vision.backbone.description import TAP_STRIDES, Description, Input, read_description
from goodpart.vision.engine import LoadOptions, Outputs, open_engine
from goodpart.vision.errors import BackboneError, EngineError
from goodpart.vision.graph import OPSET, NetworkGraph
from goodpart.vision.network.reading import read_network
from goodpart.vision.network.refusal import NetworkRefusedError
from goodpart.vision.network.sizes import check_sizes
from goodpart.vision.preprocessing import MULTIPLE

MAX_ONNX_BYTES = 192 * 1024 * 1024
"""A package holds the network and has 256 MiB at most."""
PREFIX = "backbone/"
_TRIED_ON = (64, 96)
_USUAL = (256, 256)
"""What it may take is told for the picture that training makes by default."""
_NEEDED_INPUT = "one of float32 (1, 3, height, width) is needed"
_EXPORT = "Export it again as the guide on backbones says: docs/guides/backbones.md."


def load_onnx_file(file: Path) -> Backbone:
    """The network in ``file``, described by the JSON of the same name beside it, and tried on one picture.

    Raises `BackboneError` with what is wrong: not ONNX, an operator or version that cannot be used, weights outside of
    the file, a missing output, or outputs of another shape than described.
    """
    description, described = read_description(file.with_suffix(".json"))
    content = _read(file)
    network = _OwnNetwork(_usable(_parsed(content, file), file), description, file)
    network.try_out()
    digest = hashlib.sha256(content + described).hexdigest()
    channels = {tap: one.channels for tap, one in description.taps.items()}
    return Backbone(f"onnx:{file.name}", digest, channels, network.add)


class _OwnNetwork:
    """A checked model and how it is written into a graph."""

    def __init__(self, model: Any, description: Description, file: Path) -> None:
        self._description = description
        self._file = file
        constants = {tensor.name for tensor in model.graph.initializer}
        inputs = [value for value in model.graph.input if value.name not in constants]
        if len(inputs) != 1 or inputs[0].type.tensor_type.elem_type != onnx.TensorProto.FLOAT:
            raise _refused(file, f"it has {len(inputs)} inputs; {_NEEDED_INPUT}")
        sides = [one.dim_value or "any" for one in inputs[0].type.tensor_type.shape.dim]
        if sides and (len(sides) != 4 or sides[1] not in (3, "any")):
            raise _refused(file, f"its input is ({', '.join(map(str, sides))}); {_NEEDED_INPUT}")
        outputs = [value.name for value in model.graph.output]
        for tap, one in description.taps.items():
            if one.output not in outputs:
                raise _refused(file, f"it has no output {one.output!r} for {tap}; it has {', '.join(outputs)[:200]}")
        renamed = onnx.compose.add_prefix(model, PREFIX)
        self._input = PREFIX + inputs[0].name
        self._nodes = list(renamed.graph.node)
        self._initializers = list(renamed.graph.initializer)

    def add(self, graph: NetworkGraph, taps: tuple[str, ...]) -> dict[str, str]:
        """Write the layers that ``taps`` need; each tap has its stride's share of the picture, whatever its own."""
        outputs = self._add_layers(graph, taps)
        return {tap: self._at_its_size(graph, tap, outputs[tap]) for tap in taps}

    def try_out(self) -> None:
        """Run it on one picture. Raises `BackboneError` where the outputs are not as described."""
        graph = NetworkGraph()
        taps = self._description.taps
        for tap, output in self._add_layers(graph, tuple(taps)).items():
            graph.node("Identity", [output], name=f"tried_{tap}")
        found = self._run(graph)
        rows, columns = _input_size(self._description.input, *_TRIED_ON)
        for tap, one in taps.items():
            wanted = (1, one.channels, rows // one.stride, columns // one.stride)
            if rows % one.stride or columns % one.stride or found[f"tried_{tap}"].shape != wanted:
                raise _refused(
                    self._file,
                    f"its output {one.output} is {found[f'tried_{tap}'].shape} for an input of {rows}×{columns}, and "
                    f"{wanted} by its description",
                )
            if not np.isfinite(found[f"tried_{tap}"]).all():
                raise _refused(self._file, f"its output {one.output} holds values that are not numbers")

    def _run(self, graph: NetworkGraph) -> Outputs:
        shapes: dict[str, Sequence[int | str]] = {
            f"tried_{tap}": [1, one.channels, f"{tap}_h", f"{tap}_w"] for tap, one in self._description.taps.items()
        }
        picture = np.random.default_rng(0).integers(0, 256, (*_TRIED_ON, 3), np.uint8)
        try:
            content = graph.serialized(shapes)
            network = read_network(content, shapes)
            for sides in (_TRIED_ON, _USUAL):
                check_sizes(network, *sides)
            return open_engine().load(content, LoadOptions()).run(picture)
        except NetworkRefusedError as error:
            raise _refused(self._file, f"no package could hold it: {error}") from error
        except (EngineError, onnx.checker.ValidationError) as error:
            # An engine's remedy is for packages.
            why = error.cause if isinstance(error, EngineError) else str(error)
            raise _refused(self._file, f"it cannot be run ({why.strip().splitlines()[0]})") from error

    def _add_layers(self, graph: NetworkGraph, taps: tuple[str, ...]) -> dict[str, str]:
        if missing := [tap for tap in taps if tap not in self._description.taps]:
            raise BackboneError(
                f"The backbone {self._file} has no {' and no '.join(missing)}, which this training looks at.",
                "Describe an output for it in the JSON beside the file.",
            )
        outputs = {tap: PREFIX + self._description.taps[tap].output for tap in taps}
        graph.node("Identity", [_add_input(graph, self._description.input)], name=self._input)
        nodes, names = _needed(self._nodes, set(outputs.values()))
        graph.splice(nodes, [one for one in self._initializers if one.name in names])
        return outputs

    def _at_its_size(self, graph: NetworkGraph, tap: str, output: str) -> str:
        settings, own, stride = self._description.input, self._description.taps[tap], TAP_STRIDES[tap]
        if settings.size is None and own.stride * MULTIPLE == stride * _unit(settings):
            return graph.node("Identity", [output], name=tap)
        sides = graph.node("Div", [_picture_sides(graph), graph.constant(np.array([stride, stride], np.int64))])
        return _resized(graph, output, sides, own.channels, name=tap)


def _add_input(graph: NetworkGraph, settings: Input) -> str:
    """The picture as the network wants it: float32 (1, 3, height, width)."""
    pixels = graph.node("Cast", ["image"], to=1)
    x = graph.node("Transpose", [pixels], perm=[0, 3, 1, 2])
    if settings.order == "rgb":
        x = graph.node("Gather", [x, graph.constant(np.array([2, 1, 0], np.int64))], axis=1)
    if settings.size is not None:
        x = _resized(graph, x, graph.constant(np.array(settings.size, np.int64)), 3)
    elif (unit := _unit(settings)) != MULTIPLE:
        units = graph.node("Div", [_picture_sides(graph), graph.constant(np.array([MULTIPLE] * 2, np.int64))])
        x = _resized(graph, x, graph.node("Mul", [units, graph.constant(np.array([unit, unit], np.int64))]), 3)
    centred = graph.node("Sub", [x, graph.constant(np.array(settings.mean, np.float32)[:, None, None])])
    return graph.node("Div", [centred, graph.constant(np.array(settings.std, np.float32)[:, None, None])])


def _unit(settings: Input) -> int:
    """How many pixels of the network's input 32 pixels of the picture become: the nearest number that it takes."""
    return settings.multiple * max(1, round(MULTIPLE / settings.multiple))


def _input_size(settings: Input, height: int, width: int) -> tuple[int, int]:
    unit = _unit(settings)
    return settings.size or (height // MULTIPLE * unit, width // MULTIPLE * unit)


def _picture_sides(graph: NetworkGraph) -> str:
    return graph.node("Shape", ["image"], start=1, end=3)


def _resized(graph: NetworkGraph, x: str, sides: str, channels: int, *, name: str | None = None) -> str:
    sizes = graph.node("Concat", [graph.constant(np.array([1, channels], np.int64)), sides], axis=0)
    return graph.node(
        "Resize", [x, "", "", sizes], name=name, mode="linear", coordinate_transformation_mode="half_pixel"
    )


def _read(file: Path) -> bytes:
    try:
        if (size := file.stat().st_size) > MAX_ONNX_BYTES:
            raise _refused(file, f"it has {size} bytes, more than the {MAX_ONNX_BYTES} allowed")
        return file.read_bytes()
    except OSError as error:
        raise BackboneError(
            f"The backbone {file} cannot be opened: {error.strerror or error}.", "Name an ONNX file after onnx:."
        ) from error


def _parsed(content: bytes, file: Path) -> Any:
    try:
        model = onnx.load_model_from_string(content)
    except Exception as error:  # protobuf's class depends on which of its implementations is there
        if type(error).__name__ != "DecodeError":
            raise
        raise _refused(file, "it is no ONNX file, or cut short") from error
    if any(uses_external_data(tensor) for tensor in _tensors(model.graph)):
        raise _refused(file, "its weights are in other files; they must be inside")
    try:
        onnx.checker.check_model(model)
    except (onnx.checker.ValidationError, ValueError) as error:
        raise _refused(file, f"it is no valid network ({str(error).strip().splitlines()[0]})") from error
    return model


def _usable(model: Any, file: Path) -> Any:
    """The same network in our version of the operators, with nothing but the standard ones."""
    if model.functions:
        model = inliner.inline_local_functions(model)
    foreign = {
        f"{node.domain}.{node.op_type}" for node in _all_nodes(model.graph) if node.domain not in ("", "ai.onnx")
    }
    if foreign or model.graph.sparse_initializer:
        raise _refused(file, f"it uses {min(foreign, default='sparse weights')}, which is no standard operator")
    version = next((one.version for one in model.opset_import if one.domain in ("", "ai.onnx")), 0)
    if version == OPSET:
        return model
    try:
        return version_converter.convert_version(model, OPSET)
    except (RuntimeError, ValueError, IndexError) as error:
        raise _refused(file, f"its opset {version} cannot be converted to {OPSET} ({str(error)[:200]})") from error


def _needed(nodes: list[Any], wanted: set[str]) -> tuple[list[Any], set[str]]:
    """The nodes that ``wanted`` depends on, in order, and the names of everything that they read."""
    names, kept = set(wanted), []
    for node in reversed(nodes):  # a graph's nodes stand in the order in which they can be computed
        if names.intersection(node.output):
            kept.append(node)
            names.update(node.input)
            names.update(name for graph in _subgraphs(node) for inner in _all_nodes(graph) for name in inner.input)
    return kept[::-1], names


def _subgraphs(node: Any) -> Iterator[Any]:
    for attribute in node.attribute:
        yield from attribute.graphs or ([attribute.g] if attribute.HasField("g") else [])


def _all_nodes(graph: Any) -> Iterator[Any]:
    for node in graph.node:
        yield node
        for inner in _subgraphs(node):
            yield from _all_nodes(inner)


def _tensors(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            yield from attribute.tensors
            if attribute.HasField("t"):
                yield attribute.t
        for inner in _subgraphs(node):
            yield from _tensors(inner)


def _refused(file: Path, reason: str) -> BackboneError:
    return BackboneError(f"The backbone {file} is refused: {reason}.", _EXPORT)
