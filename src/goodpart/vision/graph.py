"""Writing an ONNX network node by node: what the backbone and the detectors share. Imported for training only."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8


class NetworkGraph:
    """A growing graph over one input ``image``: uint8 (1, height, width, 3) BGR. Every call returns a tensor name."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []
        self._count = 0

    def node(self, kind: str, inputs: Sequence[str], *, name: str | None = None, **attributes: Any) -> str:
        """Add one operator with one output, and name that output ``name`` or a running number."""
        self._count += 1
        output = name or f"{kind.lower()}_{self._count}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def constant(self, values: NDArray[Any] | np.generic) -> str:
        """Add a constant tensor or scalar; float64 becomes float32."""
        self._count += 1
        name = f"constant_{self._count}"
        kept = np.asarray(values, np.float32 if values.dtype == np.float64 else values.dtype, order="C")
        self._initializers.append(numpy_helper.from_array(kept, name))
        return name

    def top(self, values: str, count: str) -> str:
        """Add the selection of the ``count`` highest of a flat tensor, in no order."""
        self._count += 1
        highest = f"top_{self._count}"
        outputs = [highest, f"{highest}_places"]
        self._nodes.append(
            helper.make_node("TopK", [values, count], outputs, name=highest, axis=0, largest=1, sorted=0)
        )
        return highest

    def splice(self, nodes: Sequence[Any], initializers: Sequence[Any]) -> None:
        """Add operators and constants of another network, in order; their names must not be in use here."""
        self._nodes.extend(nodes)
        self._initializers.extend(initializers)

    def serialized(self, outputs: dict[str, Sequence[int | str]]) -> bytes:
        """The checked network with the named ``outputs`` (float32, their shapes with names for free sides)."""
        image = helper.make_tensor_value_info("image", TensorProto.UINT8, [1, "height", "width", 3])
        results = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name, shape in outputs.items()
        ]
        graph = helper.make_graph(self._nodes, "goodpart", [image], results, self._initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="goodpart")
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString())
