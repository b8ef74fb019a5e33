"""The memory bank: how far is each patch of a picture from the nearest patch of a good part?

After Roth et al., "Towards Total Recall in Industrial Anomaly Detection" (CVPR 2022), with one nearest neighbour.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.detector.coreset import choose_coreset

PREFILTER = 20_000


@dataclass(frozen=True, eq=False)
class MemoryBank:
    """Patches of good parts: float32 (size, channels)."""

    patches: NDArray[np.float32]

    def distances(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Euclidean distance to the nearest stored patch; features (…, channels) → (…)."""
        flat = features.reshape(-1, features.shape[-1])
        norms = np.einsum("ij,ij->i", self.patches, self.patches)
        nearest = np.empty(len(flat), np.float32)
        for start in range(0, len(flat), 4096):
            part = flat[start : start + 4096]
            product = part @ self.patches.T
            product *= -2.0
            product += norms
            nearest[start : start + 4096] = product.min(axis=1) + np.einsum("ij,ij->i", part, part)
        return np.sqrt(np.maximum(nearest, 0.0)).reshape(features.shape[:-1])


def build_bank(patches: NDArray[np.float32], size: int, rng: np.random.Generator) -> MemoryBank:
    """A bank of at most ``size`` of the given ``patches`` (n, channels), from a random prefilter of them."""
    if len(patches) > PREFILTER:
        patches = patches[np.sort(rng.choice(len(patches), PREFILTER, replace=False))]
    return MemoryBank(np.ascontiguousarray(patches[choose_coreset(patches, size, rng)]))
