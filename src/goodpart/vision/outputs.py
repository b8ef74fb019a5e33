"""What a network must give, checked on every picture: a package's network was made by somebody else's program.

Anything else is a `PackageError` that says what is wrong: never a verdict made of it.
"""

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.engine import Network, Outputs
from goodpart.vision.errors import PackageError
from goodpart.vision.package.network import NetworkSizes

_LARGEST_MAP = 16_000_000
_SHAPES: dict[str, tuple[str, Callable[[tuple[int, ...]], bool]]] = {
    "score": ("one number", lambda shape: shape == (1,)),
    "heat": ("rows and columns", lambda shape: len(shape) == 2 and 0 < shape[0] * shape[1] <= _LARGEST_MAP),
    "embedding": ("one row", lambda shape: len(shape) == 2 and shape[0] == 1 and 0 < shape[1] <= _LARGEST_MAP),
    "types": ("one number a type", lambda shape: len(shape) == 1 and 0 < shape[0] <= _LARGEST_MAP),
    "defect": ("one number", lambda shape: shape == (1,)),
    "marked": ("rows and columns", lambda shape: len(shape) == 2 and 0 < shape[0] * shape[1] <= _LARGEST_MAP),
    "type_maps": ("a map a type", lambda shape: len(shape) == 3 and 0 < prod(shape) <= _LARGEST_MAP),
}
_ON_THE_SAME_PLACES = {"marked", "type_maps"}
_OPTIONAL = {"embedding", "types", "type_maps", "defect", "marked"}


class CheckedNetwork(Network):
    """A loaded network whose outputs are those of a model, whatever it is: ``score`` float32 (1,) and ``heat`` float32
    (rows, columns); ``embedding`` (1, size), ``types`` (types,) and ``type_maps`` (types, rows, columns) where it gives
    them; all of them finite. It is run on pictures of no size that would take more than a network may."""

    def __init__(self, network: Network, model: str, sizes: NetworkSizes) -> None:
        self._network = network
        self._model = model
        self._sizes = sizes

    def run(self, image: NDArray[np.uint8]) -> Outputs:
        """Also raises `PackageError`."""
        self._sizes.allow(*image.shape[:2])
        outputs = self._network.run(image)
        problem = _problem(outputs)
        if problem is not None:
            raise PackageError(
                f"The model {self._model[:12]} gives {problem}.",
                "Train the model again; go back to the previous one meanwhile.",
            )
        return outputs


def _problem(outputs: Outputs) -> str | None:
    for name, (what, fits) in _SHAPES.items():
        found = outputs.get(name)
        if found is None and name in _OPTIONAL:
            continue
        if found is None:
            return f"no {name}"
        if found.dtype != np.float32 or not fits(found.shape):
            return f"{name} as {found.dtype} {found.shape}, not as {what} in float32"
        if not np.isfinite(found).all():
            return f"a {name} that is not a number" if found.size == 1 else f"{name} with values that are not numbers"
    for name in _ON_THE_SAME_PLACES & set(outputs):
        if outputs[name].shape[-2:] != outputs["heat"].shape:
            return f"{name} of other places than heat"
    return None
