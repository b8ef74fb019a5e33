"""What the memory bank remembers, as pictures: a crop of the good part around each of its patches."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.explain import pack_crops, patch_at
from goodpart.vision.package import PatchAtlas

PATCHES_FILE = "patches.jpg"
_LARGEST, _SMALLEST = 48, 16
_MOST_PIXELS = 9_000_000
"""Of all crops together: about 1.5 MB as a JPEG."""
_COMPARED = 20_000


def atlas_of(
    bank: NDArray[np.float32],
    patches: Sequence[NDArray[np.float32]],
    pictures: Sequence[NDArray[np.uint8]],
) -> tuple[PatchAtlas, bytes]:
    """The crops of ``bank`` (size, channels), found again in the pictures' own ``patches`` (rows, columns, channels).

    A patch of the bank that comes from none of the ``pictures`` (they are the first of thousands) is shown as the one
    in them that looks most like it to the network.
    """
    sources = _sources(bank, patches)
    side = int(np.clip(np.sqrt(_MOST_PIXELS / len(bank)), _SMALLEST, _LARGEST)) // 8 * 8
    crops = [patch_at(pictures[p], patches[p].shape[:2], row, column, side) for p, row, column in sources]
    return pack_crops(crops, PATCHES_FILE)


def _sources(bank: NDArray[np.float32], patches: Sequence[NDArray[np.float32]]) -> list[tuple[int, int, int]]:
    """For each patch of the bank the picture, row and column that it comes from, or that is nearest to it."""
    # Patches of the bank are copies, so the bits of one coordinate all but tell which; all are compared where they do.
    by_first: dict[int, list[int]] = {}
    for number, key in enumerate(np.ascontiguousarray(bank[:, 0]).view(np.int32).tolist()):
        by_first.setdefault(key, []).append(number)
    keys = np.array(sorted(by_first), np.int32)
    found: dict[int, tuple[int, int, int]] = {}
    for picture, of_picture in enumerate(patches):
        first = np.ascontiguousarray(of_picture[:, :, 0]).view(np.int32)
        for row, column in np.argwhere(np.isin(first, keys)).tolist():
            for number in by_first[int(first[row, column])]:
                if number not in found and np.array_equal(of_picture[row, column], bank[number]):
                    found[number] = (picture, row, column)
    missing = [number for number in range(len(bank)) if number not in found]
    if missing:
        found.update(zip(missing, _nearest(bank[missing], patches), strict=True))
    return [found[number] for number in range(len(bank))]


def _nearest(wanted: NDArray[np.float32], patches: Sequence[NDArray[np.float32]]) -> list[tuple[int, int, int]]:
    places = sum(one.shape[0] * one.shape[1] for one in patches)
    every = max(1, places // _COMPARED)
    sample, origin = [], []
    for picture, of_picture in enumerate(patches):
        flat = of_picture.reshape(-1, of_picture.shape[-1])
        kept = np.arange(picture % every, len(flat), every)
        sample.append(flat[kept])
        origin.extend((picture, *divmod(int(place), of_picture.shape[1])) for place in kept)
    compared = np.concatenate(sample)
    products = wanted @ compared.T
    nearest = (np.einsum("ij,ij->i", compared, compared) - 2 * products).argmin(axis=1)
    return [origin[int(place)] for place in nearest]
