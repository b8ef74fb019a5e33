"""A tiny network of a person's own, as an ONNX file with its description beside it."""

import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper


def write_own_network(folder: Path, patch: int | None = None) -> str:
    """Four convolutions with maps at 1/8 and 1/16, or with a ``patch`` one for both taps; the id of the backbone."""
    layers = [("s2", 12, 2), ("s4", 16, 2), ("s8", 24, 2), ("s16", 32, 2)]
    taps = {"s8": {"output": "s8", "channels": 24, "stride": 8}, "s16": {"output": "s16", "channels": 32, "stride": 16}}
    if patch is not None:
        layers = [("map", 24, patch)]
        taps = {tap: {"output": "map", "channels": 24, "stride": patch} for tap in taps}
    rng = np.random.default_rng(0)
    nodes, tensors, x, inside = [], [], "image", 3
    for name, channels, stride in layers:
        side = 2 * stride if patch is None else stride
        kernel = rng.normal(0, 2 / (side * inside**0.5), (channels, inside, side, side)).astype(np.float32)
        tensors.append(numpy_helper.from_array(kernel, f"{name}_kernel"))
        pads = [(side - stride) // 2] * 4
        nodes.append(
            helper.make_node("Conv", [x, f"{name}_kernel"], [f"{name}_sum"], strides=[stride, stride], pads=pads)
        )
        nodes.append(helper.make_node("Relu", [f"{name}_sum"], [name]))
        x, inside = name, channels
    outputs = sorted({str(tap["output"]) for tap in taps.values()})
    graph = helper.make_graph(
        nodes,
        "own",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, "height", "width"])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", "c", f"{name}h", f"{name}w"])
            for name in outputs
        ],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    file = folder / "own.onnx"
    file.write_bytes(model.SerializeToString())
    description = {"input": {"mean": [127] * 3, "std": [64] * 3, "multiple": patch or 32}, "taps": taps}
    file.with_suffix(".json").write_text(json.dumps(description))
    return f"onnx:{file}"
