"""What a package's network may be, checked before an engine sees it: see `goodpart.vision.network`.

It is read once, and its sizes are found out for every size of picture that it is given: the square of its package when
it is loaded, any other before the first picture of that size is run.
"""

from threading import Lock

from goodpart.vision.errors import PackageError
from goodpart.vision.network.reading import read_network
from goodpart.vision.network.refusal import NetworkRefusedError
from goodpart.vision.network.sizes import check_sizes

OUTPUTS = ("score", "heat")
_KEPT_SIZES = 1024


class NetworkSizes:
    """The sizes of pictures that a package's network may be given. Threads may ask at once."""

    def __init__(self, content: bytes, model: str) -> None:
        """Raises `PackageError` unless ``content`` is a network; ``model`` is the package's id."""
        self._model = model
        try:
            self._network = read_network(content, OUTPUTS)
        except NetworkRefusedError as error:
            raise self._refused(str(error)) from error
        self._allowed: set[tuple[int, int]] = set()
        self._lock = Lock()

    def allow(self, height: int, width: int) -> None:
        """Raises `PackageError` where a picture of that size would take more than a network may."""
        if (height, width) in self._allowed:
            return
        try:
            check_sizes(self._network, height, width)
        except NetworkRefusedError as error:
            raise self._refused(f"for a picture of {width}×{height} {error}") from error
        with self._lock:
            if len(self._allowed) >= _KEPT_SIZES:
                self._allowed.clear()
            self._allowed.add((height, width))

    def allow_loading(self, side: int) -> None:
        """The same of the picture that an engine may take for granted: a square, unless the network names its own."""
        height, width = self._network.sides
        self.allow(side if height is None else height, side if width is None else width)

    def _refused(self, reason: str) -> PackageError:
        return PackageError(
            f"The network of the model {self._model[:12]} is refused: {reason}.",
            "Fetch the package again or train the model again.",
        )


def check_network(content: bytes, model: str, *, side: int = 256) -> NetworkSizes:
    """Raises `PackageError` unless ``content`` is a network that may be loaded, for pictures of ``side`` squared."""
    sizes = NetworkSizes(content, model)
    sizes.allow_loading(side)
    return sizes
