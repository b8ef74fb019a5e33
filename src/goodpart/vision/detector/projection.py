"""Directions of features: those in which good parts vary, taken as they are or evened out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Projection:
    """Maps (…, channels) to (…, size): (x - mean) @ axes, the axes orthonormal columns or whitening ones."""

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]

    @property
    def size(self) -> int:
        """Coordinates after the projection."""
        return int(self.axes.shape[1])

    def apply(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(…, channels) → (…, size)."""
        return np.asarray((features - self.mean) @ self.axes, np.float32)


def fit_principal(sample: NDArray[np.float32], size: int) -> Projection:
    """The ``size`` directions of largest variance of ``sample`` (n, channels): distances stay what they are."""
    mean, _, vectors = _spectrum(sample)
    return Projection(mean, vectors[:, :size].astype(np.float32))


def fit_whitening(sample: NDArray[np.float32], size: int, floor: float) -> Projection:
    """The ``size`` strongest directions, each divided by its deviation, with ``floor`` × the mean variance added."""
    mean, values, vectors = _spectrum(sample)
    deviation = np.sqrt(values[:size] + floor * max(values.mean(), 1e-12))
    return Projection(mean, (vectors[:, :size] / deviation).astype(np.float32))


def _spectrum(
    sample: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]:
    mean = sample.mean(axis=0, dtype=np.float64).astype(np.float32)
    centred = sample - mean
    values, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64) / max(len(sample) - 1, 1))
    # The sign of an eigenvector is the library's whim; fixing it makes a model the same on every machine.
    vectors *= np.where(vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])] < 0, -1.0, 1.0)
    return mean, np.maximum(values[::-1], 0.0), vectors[:, ::-1]
