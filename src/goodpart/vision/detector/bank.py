"""The memory bank: how far is each patch of a picture from the nearest patch of a good part?

After Roth et al., "Towards Total Recall in Industrial Anomaly Detection" (CVPR 2022), with one nearest neighbour in
each of a few sets, and the mean of what they say. Which patches are kept is much a matter of chance, and so is how far
away the nearest of them is: two answers average much of that out for the price of one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.detector.coreset import choose_coreset

PREFILTER = 20_000


@dataclass(frozen=True, eq=False)
class MemoryBank:
    """Patches of good parts: float32 (size, channels), set after set; ``sizes`` of the sets, none where it is one."""

    patches: NDArray[np.float32]
    sizes: tuple[int, ...] = ()

    @property
    def sets(self) -> list[NDArray[np.float32]]:
        """The patches of each set."""
        return np.split(self.patches, np.cumsum(self.sizes)[:-1]) if self.sizes else [self.patches]

    def only(self, kept: NDArray[np.bool_]) -> "MemoryBank":
        """With the ``kept`` patches (size,) alone; sets that none is left of are no more."""
        ends = np.cumsum(self.sizes or (len(self.patches),))[:-1]
        sizes = tuple(int(of_set.sum()) for of_set in np.split(kept, ends) if of_set.any())
        return MemoryBank(self.patches[kept], sizes)

    def distances(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mean over the sets of the Euclidean distance to the set's nearest patch; features (…, channels) → (…)."""
        flat = features.reshape(-1, features.shape[-1])
        own = np.einsum("ij,ij->i", flat, flat)
        sets = self.sets
        found = np.zeros(len(flat), np.float32)
        for patches in sets:
            found += np.sqrt(np.maximum(_nearest(flat, patches) + own, 0.0))
        return (found / np.float32(len(sets))).reshape(features.shape[:-1])


def build_bank(patches: NDArray[np.float32], size: int, rng: np.random.Generator, *, sets: int = 1) -> MemoryBank:
    """A bank of at most ``size`` of the given ``patches`` (n, channels), from a random prefilter of them.

    The coreset is dealt out to the ``sets`` in the order of its choice, so that each covers what there is. Where all
    patches fit in they stay one set.
    """
    if len(patches) > PREFILTER:
        patches = patches[np.sort(rng.choice(len(patches), PREFILTER, replace=False))]
    chosen = choose_coreset(patches, size, rng)
    if sets == 1 or len(patches) <= size:
        return MemoryBank(np.ascontiguousarray(patches[chosen]))
    dealt = [chosen[number::sets] for number in range(sets)]
    return MemoryBank(np.ascontiguousarray(patches[np.concatenate(dealt)]), tuple(len(of_set) for of_set in dealt))


def _nearest(flat: NDArray[np.float32], patches: NDArray[np.float32]) -> NDArray[np.float32]:
    """The least of ‖b‖² - 2 x·b over ``patches`` b, for each x of ``flat`` (n, channels)."""
    norms = np.einsum("ij,ij->i", patches, patches)
    nearest = np.empty(len(flat), np.float32)
    for start in range(0, len(flat), 4096):
        product = flat[start : start + 4096] @ patches.T
        product *= -2.0
        product += norms
        nearest[start : start + 4096] = product.min(axis=1)
    return nearest
