"""Weights in the form of a TensorFlow.js layers model: a ``model.json`` and the shards that it names.

``weightsManifest`` lists groups; the shards of a group, joined in order, are its tensors one after another, raw and
little-endian. See the documentation of tfjs-converter, "Format conversion".
"""

from collections.abc import Mapping
from math import prod

import msgspec
import numpy as np
from numpy.typing import NDArray

MODEL_FILE = "model.json"


class _Tensor(msgspec.Struct, frozen=True):
    name: str
    shape: tuple[int, ...]
    dtype: str


class _Group(msgspec.Struct, frozen=True):
    paths: tuple[str, ...]
    weights: tuple[_Tensor, ...]


class _Model(msgspec.Struct, frozen=True, rename="camel"):
    weights_manifest: tuple[_Group, ...]


def read_layers_model(files: Mapping[str, bytes], folder: str) -> dict[str, NDArray[np.float32]]:
    """All tensors by name from the model in ``folder`` of ``files``.

    Raises `ValueError` or `KeyError` when a file is missing, too short or too long, or holds anything but float32.
    """
    try:
        model = msgspec.json.decode(files[f"{folder}/{MODEL_FILE}"], type=_Model)
    except msgspec.MsgspecError as error:
        raise ValueError(f"its {MODEL_FILE} cannot be read: {error}") from error
    found: dict[str, NDArray[np.float32]] = {}
    for group in model.weights_manifest:
        content = b"".join(files[f"{folder}/{path}"] for path in group.paths)
        at = 0
        for tensor in group.weights:
            if tensor.dtype != "float32" or min(tensor.shape, default=1) < 1:
                raise ValueError(f"{tensor.name} is {tensor.dtype} of the shape {tensor.shape}")
            count = prod(tensor.shape)
            if at + 4 * count > len(content):
                raise ValueError(f"{tensor.name} reaches beyond the shards")
            found[tensor.name] = np.frombuffer(content, "<f4", count, at).reshape(tensor.shape)
            at += 4 * count
        if at != len(content):
            raise ValueError(f"its shards hold {len(content) - at} bytes that no tensor claims")
    return found
