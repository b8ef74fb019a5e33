"""Features that a backbone found in pictures, kept between trainings: one more label then costs what it adds.

A record is found by the hash of everything it follows from: the network, what runs it and how, and the picture's
pixels. It names that hash, and carries one of its data. What is damaged, cut short or of another picture is computed
and written anew. A record is read as numbers and nothing else.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.backbone.tensors import Tensors, read_tensors, write_tensors
from goodpart.vision.engine import Engine, Precision

MOST_BYTES = 2 * 1024**3
"""All records together; those that were used longest ago make room."""
_SUFFIX = ".features"
_KEY = "key"


def features_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """goodpart/features in this user's cache folder; None for a user without a home."""
    cache = Path(environment.get("XDG_CACHE_HOME", ""))
    with suppress(RuntimeError):
        return (cache if cache.is_absolute() else Path.home() / ".cache") / "goodpart" / "features"
    return None


class KeptFeatures:
    """A folder of records. A disk that is full or may not be written keeps nothing, and stops no training."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)

    def of(self, network: bytes, engine: Engine, precision: Precision, *beside: NDArray[np.float32]) -> "Remembered":
        """What is kept of one network; ``beside`` is whatever else its features were made with."""
        known = hashlib.sha256(network)
        known.update(f"{engine.name} {_version(engine.name)} {precision}".encode())
        for one in beside:
            known.update(np.ascontiguousarray(one).data)
        return Remembered(self, known.hexdigest())

    def read(self, key: str) -> Tensors | None:
        """The record of that key, if it is whole and says that it is."""
        path = self._path(key)
        try:
            tensors, metadata = read_tensors(path.read_bytes())
            os.utime(path)
        except (OSError, ValueError):
            return None
        return tensors if metadata.get(_KEY) == key else None

    def write(self, key: str, tensors: Tensors) -> None:
        """Keep a record: whole or not at all."""
        path = self._path(key)
        draft = path.with_name(f"{key}.{secrets.token_hex(4)}.draft")
        try:
            draft.write_bytes(write_tensors(tensors, {_KEY: key}))
            draft.replace(path)
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def trim(self) -> None:
        """Remove what was used longest ago until the rest is as small as it has to be."""
        with suppress(OSError):
            files = []
            for path in self._folder.iterdir():
                with suppress(OSError):  # another training removes too
                    found = path.stat()
                    files.append((found.st_mtime_ns, found.st_size, path))
            excess = sum(size for _, size, _ in files) - self._most_bytes
            for _, size, path in sorted(files):
                if excess <= 0:
                    break
                path.unlink(missing_ok=True)
                excess -= size

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"


@dataclass(frozen=True)
class Remembered:
    """What is kept of one network."""

    _kept: KeptFeatures
    _network: str

    def outputs(self, picture: NDArray[np.uint8], compute: Callable[[], Tensors]) -> Tensors:
        """What ``compute`` gives for the picture (height, width, 3), or gave when it was seen before."""
        known = hashlib.sha256(f"{self._network} {picture.shape}".encode())
        known.update(np.ascontiguousarray(picture).data)
        key = known.hexdigest()
        found = self._kept.read(key)
        if found is None:
            found = compute()
            self._kept.write(key, found)
        return found


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
