"""What a network must give, checked on every picture: a package's network was made by somebody else's program.

Anything else is a `PackageError` that says what is wrong: never a verdict made of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.engine import Outputs
from goodpart.vision.errors import PackageError

_LARGEST_MAP = 16_000_000


@dataclass(frozen=True, eq=False)
class Seen:
    """The score, the map float32 (rows, columns), and the embedding float32 (size,) where the network gives one."""

    score: float
    heat: NDArray[np.float32]
    embedding: NDArray[np.float32] | None


def read_outputs(outputs: Outputs, model: str, picture: str) -> Seen:
    """Parse the outputs; ``model`` and ``picture`` stand for the two in errors. Raises `PackageError`."""

    def refused(reason: str) -> PackageError:
        return PackageError(
            f"The model {model[:12]} gives {picture} {reason}.",
            "Train the model again; go back to the previous one meanwhile.",
        )

    for name in ("score", "heat"):
        if name not in outputs:
            raise refused(f"no {name}")
    score, heat, embedding = outputs["score"], outputs["heat"], outputs.get("embedding")
    if score.size != 1 or score.dtype != np.float32:
        raise refused(f"a score of {score.dtype} {score.shape}, not one number of float32")
    if not np.isfinite(score).all():
        raise refused("a score that is not a number")
    if heat.ndim != 2 or heat.dtype != np.float32 or not 0 < heat.size <= _LARGEST_MAP:
        raise refused(f"a map of {heat.dtype} {heat.shape}, not float32 (rows, columns)")
    if not np.isfinite(heat).all():
        raise refused("a map with places that are not numbers")
    if embedding is not None:
        if embedding.ndim != 2 or len(embedding) != 1 or embedding.dtype != np.float32:
            raise refused(f"an embedding of {embedding.dtype} {embedding.shape}, not float32 (1, size)")
        if not np.isfinite(embedding).all():
            raise refused("an embedding that is not of numbers")
        embedding = embedding[0]
    return Seen(float(score.reshape(-1)[0]), heat, embedding)
