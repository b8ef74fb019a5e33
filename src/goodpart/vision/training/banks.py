"""The memory bank with where its patches come from, so that it can be asked as if it had not learned a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.detector.bank import MemoryBank, build_bank
from goodpart.vision.training.atlas import Source, sources_of

SETS = 2
"""How far the nearest patch is depends on which were kept: the mean over two sets varies less with the seed."""


@dataclass(frozen=True, eq=False)
class KnownBank:
    """A bank, and the origin of each of its patches among the cross-fitted pictures."""

    bank: MemoryBank
    sources: list[Source]

    def without(self, *pictures: int) -> MemoryBank:
        """What is left of the bank without the patches of cross-fitted pictures."""
        origin = np.array([source.picture if source.is_exact else -1 for source in self.sources])
        others = ~np.isin(origin, pictures)
        # Two or three parts fill a small bank alone; then there is no other to be compared with.
        return self.bank.only(others) if others.any() else self.bank


def bank_rng(seed: int) -> np.random.Generator:
    """What a bank is chosen by: the finished one, of the same patches, is then the same one."""
    return np.random.default_rng([seed, 2])


def known_bank(
    patches: NDArray[np.float32], pictures: Sequence[NDArray[np.float32]], size: int, rng: np.random.Generator
) -> KnownBank:
    """A bank of at most ``size`` of the ``patches`` (n, channels) that were taken from ``pictures``, and others."""
    bank = build_bank(patches, size, rng, sets=SETS)
    return KnownBank(bank, sources_of(bank.patches, pictures))


def sample_patches(
    pictures: Sequence[NDArray[np.float32]], count: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """At most ``count`` patches, as many from each picture (rows, columns, size) as its share."""
    total = sum(picture.shape[0] * picture.shape[1] for picture in pictures)
    share = min(1.0, count / total)
    kept = []
    for picture in pictures:
        flat = picture.reshape(-1, picture.shape[-1])
        wanted = max(1, round(len(flat) * share))
        kept.append(flat if wanted >= len(flat) else flat[rng.choice(len(flat), wanted, replace=False)])
    return np.concatenate(kept)
