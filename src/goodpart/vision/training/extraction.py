"""Running the backbone over training pictures, keeping only what the detectors learn from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.backbone import Backbone
from goodpart.vision.detector.features import COARSE_STRIDE, TAPS, channels_of, feature_network
from goodpart.vision.detector.projection import Projection, fit_principal, fit_whitening
from goodpart.vision.engine import Engine, LoadOptions, Network, Precision, Use
from goodpart.vision.threads import in_order
from goodpart.vision.training.kept import KeptFeatures, Remembered

MOST_PATCH_DIRECTIONS = 256
"""Patches with more channels are projected; with fewer, every direction counts: those that hardly vary on good parts
are where defects show."""
PLACE_SIZE = 96
WHITENING_FLOOR = 0.01
_FITTED_ON = 24
_WIDE_PLACE_SIZE = 64
"""Of places with so many channels that their patches are projected: more directions told drawn defects worse."""
_MOST_PLACE_VALUES = 50_000_000
"""Whitening is fitted on so many values at most, 200 MB: on every place of 1,000 pictures with the default backbone."""


@dataclass(frozen=True, eq=False)
class Features:
    """One picture: ``patches`` (rows, columns, size) and ``places`` (positions, n), whitened; float32."""

    patches: NDArray[np.float32]
    places: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Raw:
    """One picture as the feature network gives it: patches as the bank takes them, places with all their channels."""

    patches: NDArray[np.float32]
    places: NDArray[np.float32]

    def whitened(self, projection: Projection) -> Features:
        """The places projected too."""
        return Features(self.patches, projection.apply(self.places))


@dataclass(frozen=True, eq=False)
class Extractor:
    """The feature network for one grid."""

    grid: tuple[int, int]
    patch_projection: Projection | None
    workers: int
    _network: Network
    _remembered: Remembered | None = None

    def extract(self, pictures: Sequence[NDArray[np.uint8]], step: Callable[[int], None]) -> Iterator[Raw]:
        """The features of every picture, in order, from memory where they are kept."""
        return in_order(self._recalled, pictures, self.workers, step)

    def features(self, picture: NDArray[np.uint8]) -> Raw:
        """The features of one picture."""
        return _raw(self._network.run(picture))

    def _recalled(self, picture: NDArray[np.uint8]) -> Raw:
        if self._remembered is None:
            return self.features(picture)
        return _raw(self._remembered.outputs(picture, lambda: self._network.run(picture)))


def _raw(outputs: Mapping[str, NDArray[Any]]) -> Raw:
    return Raw(outputs["patches"][0], outputs["grid"][0])


def fit_patch_projection(
    backbone: Backbone,
    engine: Engine,
    precision: Precision,
    pictures: Sequence[NDArray[np.uint8]],
    rng: np.random.Generator,
) -> Projection | None:
    """The directions in which patches of a few of the good ``pictures`` vary; None where all are kept."""
    if channels_of(backbone) <= MOST_PATCH_DIRECTIONS:
        return None
    network = engine.load(feature_network(backbone, grid_of(pictures)), LoadOptions(precision, TAPS, Use.THROUGHPUT))
    some = [pictures[index] for index in rng.permutation(len(pictures))[:_FITTED_ON]]
    outputs = list(in_order(network.run, some, LoadOptions().cores))
    patches = np.concatenate([output["patches"].reshape(-1, output["patches"].shape[-1]) for output in outputs])
    return fit_principal(patches, MOST_PATCH_DIRECTIONS)


def fit_place_projection(features: Sequence[Raw]) -> Projection:
    """Whitening of the places of all good pictures; of every n-th, another one in each, where that is too much."""
    many = features[0].places.shape[-1] > MOST_PATCH_DIRECTIONS
    every = -(-sum(one.places.size for one in features) // _MOST_PLACE_VALUES)
    sample = np.concatenate([one.places[number % every :: every] for number, one in enumerate(features)])
    return fit_whitening(sample, _WIDE_PLACE_SIZE if many else PLACE_SIZE, WHITENING_FLOOR)


def load_extractor(
    backbone: Backbone,
    engine: Engine,
    precision: Precision,
    patches: Projection | None,
    grid: tuple[int, int],
    kept: KeptFeatures | None = None,
) -> Extractor:
    """The network that extracts features for a grid."""
    options = LoadOptions(precision, TAPS, Use.THROUGHPUT)
    network = feature_network(backbone, grid, patches)
    remembered = None if kept is None else kept.of(network, engine, precision)
    return Extractor(grid, patches, options.cores, engine.load(network, options), remembered)


def grid_of(pictures: Sequence[NDArray[np.uint8]]) -> tuple[int, int]:
    """Rows and columns of the usual picture at 1/16."""
    rows, columns = np.median([picture.shape[:2] for picture in pictures], axis=0)
    return max(2, round(rows / COARSE_STRIDE)), max(2, round(columns / COARSE_STRIDE))
