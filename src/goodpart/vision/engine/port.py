"""What runs a network, as a port: load an ONNX network once, then run it on pictures."""

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Outputs = dict[str, NDArray[np.float32]]


class Precision(StrEnum):
    """The arithmetic of the backbone. What is learned on its features is always scored in f32."""

    F32 = "f32"
    BF16 = "bf16"


class Use(StrEnum):
    """What the threads are for: one picture as fast as possible, or as many pictures a second as possible."""

    LATENCY = "latency"
    THROUGHPUT = "throughput"


@dataclass(frozen=True)
class LoadOptions:
    """How a network is to run.

    ``taps`` are the tensors up to which ``precision`` holds; all behind them is f32. ``threads`` is the number of
    cores to use, all that this process may use by default. ``cache_dir`` keeps compiled forms between starts.
    """

    precision: Precision = Precision.F32
    taps: Sequence[str] = ()
    use: Use = Use.LATENCY
    threads: int | None = None
    cache_dir: Path | None = None

    @property
    def cores(self) -> int:
        """How many cores the network may use."""
        return self.threads or len(os.sched_getaffinity(0))


class Network(ABC):
    """A loaded network. `run` may be called from several threads at once."""

    @abstractmethod
    def run(self, image: NDArray[np.uint8]) -> Outputs:
        """Run on one uint8 BGR picture (height, width, 3), both sides multiples of 32.

        Returns every output by name as an array of its own. Raises `EngineError`.
        """


class Engine(ABC):
    """A way to run networks on this machine."""

    name: str

    @abstractmethod
    def precisions(self) -> tuple[Precision, ...]:
        """What this engine can compute in on this CPU, the fastest first; f32 is always among them."""

    @abstractmethod
    def load(self, network: bytes, options: LoadOptions) -> Network:
        """Load an ONNX network from its bytes. Raises `EngineError` when it is not one that can run here."""
