"""The position Gaussian: is this place of the part as it usually is at this place?

After Defard et al., "PaDiM" (ICPR 2021), with one shared whitening instead of a random choice of channels, and each
position's covariance drawn a little towards the one shared by all positions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_OWN, _SHARED, _RIDGE = 0.995, 0.005, 1e-3


class PositionMoments:
    """Sums over pictures at every position, so that any number of pictures needs the same memory."""

    def __init__(self, positions: int, size: int) -> None:
        self.count = 0
        self._sum = np.zeros((positions, size))
        self._products = np.zeros((positions, size, size), np.float32)

    def add(self, whitened: NDArray[np.float32]) -> None:
        """Add pictures: (n, positions, size)."""
        self.count += len(whitened)
        self._sum += whitened.sum(axis=0, dtype=np.float64)
        by_position = np.ascontiguousarray(whitened.transpose(1, 2, 0))
        self._products += by_position @ by_position.transpose(0, 2, 1)

    def gaussian(self, grid: tuple[int, int]) -> "PositionGaussian":
        """The distribution at each position. One picture alone has unit covariance everywhere."""
        size = self._sum.shape[1]
        mean = (self._sum / self.count).astype(np.float32)
        unit = np.eye(size, dtype=np.float32)
        mixed = np.tile((_OWN + _SHARED + _RIDGE) * unit, (len(mean), 1, 1))
        if self.count > 1:
            outer = mean[:, :, None] * mean[:, None, :]
            covariance = (self._products - np.float32(self.count) * outer) / np.float32(self.count - 1)
            mixed = _OWN * covariance + (_SHARED * covariance.mean(axis=0) + _RIDGE * unit)
        factors = np.linalg.inv(np.linalg.cholesky(mixed))
        return PositionGaussian(grid, mean, np.asarray(factors, np.float32))


@dataclass(frozen=True, eq=False)
class PositionGaussian:
    """``mean`` (positions, size) and ``factors`` (positions, size, size), lower triangular, covariance⁻¹ = FᵀF."""

    grid: tuple[int, int]
    mean: NDArray[np.float32]
    factors: NDArray[np.float32]

    def distances(self, whitened: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mahalanobis distance per coordinate: (n, positions, size) → (n, rows, columns)."""
        centred = np.ascontiguousarray((whitened - self.mean).transpose(1, 2, 0))
        spread = self.factors @ centred
        squares = np.einsum("psn,psn->np", spread, spread) / self.mean.shape[1]
        return np.asarray(np.sqrt(squares), np.float32).reshape(len(whitened), *self.grid)

    def distances_left_out(
        self, whitened: NDArray[np.float32], count: int, left_out: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """The same of pictures, each as if one that is among the ``count`` learned were not: itself, or ``left_out``.

        Leaving one sample out of a mean and covariance is a rank-one change (Sherman and Morrison 1950). It takes the
        shared part and the ridge for as much smaller as the rest; where they carry directions that few pictures do not
        span, a further count / (count - 1) makes up for that. Within 1 % from 30 pictures on, 5 % from 12 on. Of two
        pictures the other one is left.
        """
        size = self.mean.shape[1]
        centred = whitened - self.mean
        learned = centred if left_out is None else left_out - self.mean
        if count < 3:
            from_other = np.square(centred + learned).sum(axis=2)
            return np.asarray(np.sqrt(from_other / size), np.float32).reshape(len(whitened), *self.grid)
        spread = self._spread(centred)
        of_learned = spread if left_out is None else self._spread(learned)
        gone = np.einsum("psn,psn->np", of_learned, of_learned)
        # The mean moves away from the picture that is left out, and the covariance loses its direction.
        moved = spread + of_learned / (count - 1)
        along = np.einsum("psn,psn->np", moved, of_learned)
        grown = (count - 1) / (count - 2)
        own = _OWN * count / ((count - 1) * (count - 2)) / grown
        left = np.einsum("psn,psn->np", moved, moved) + own * along**2 / np.maximum(1 - own * gone, 1e-6)
        left *= (count / (count - 1) if count <= size else 1.0) ** 2 / grown
        return np.asarray(np.sqrt(left / size), np.float32).reshape(len(whitened), *self.grid)

    def distances_without_part(
        self, whitened: NDArray[np.float32], count: int, left_out: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The same with several of the ``count`` learned pictures, (k, positions, size), taken out at once.

        They are those of one part. A change of rank k (Woodbury 1950), with the same approximations.
        """
        size, gone = self.mean.shape[1], len(left_out)
        centred, learned = whitened - self.mean, left_out - self.mean
        rest = count - gone
        if rest < 2:
            from_other = np.square(centred + learned.sum(axis=0) / max(rest, 1)).sum(axis=2)
            return np.asarray(np.sqrt(from_other / size), np.float32).reshape(len(whitened), *self.grid)
        of_learned = self._spread(learned)
        moved = self._spread(centred) + of_learned.sum(axis=2, keepdims=True) / rest
        along = of_learned.transpose(0, 2, 1) @ moved
        own = _OWN / (count - 1)
        inner = np.eye(gone) - 1 / count - own * (of_learned.transpose(0, 2, 1) @ of_learned)
        values, vectors = np.linalg.eigh(inner)
        turned = vectors.transpose(0, 2, 1) @ along
        added = np.square(turned) / np.maximum(values, 1e-6)[:, :, None]
        left = np.square(moved).sum(axis=1) + own * added.sum(axis=1)
        left *= (count / rest if count <= size else 1.0) ** 2 * (rest - 1) / (count - 1)
        return np.asarray(np.sqrt(left.T / size), np.float32).reshape(len(whitened), *self.grid)

    def _spread(self, centred: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n, positions, size) → (positions, size, n), of unit covariance."""
        return (self.factors @ np.ascontiguousarray(centred.transpose(1, 2, 0))).astype(np.float64)
