"""What the memory bank remembers, as pictures: a crop of the good part around each of its patches."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.explain import pack_crops, patch_at
from goodpart.vision.package import PatchAtlas

PATCHES_FILE = "patches.jpg"
_LARGEST, _SMALLEST = 48, 16
_MOST_PIXELS = 9_000_000
"""Of all crops together: about 1.5 MB as a JPEG."""
_COMPARED = 20_000


@dataclass(frozen=True)
class Source:
    """Where a patch of the bank is in the training pictures. Not ``is_exact``: the place most like it."""

    picture: int
    row: int
    column: int
    is_exact: bool = True


def atlas_of(
    sources: Sequence[Source], pictures: Sequence[NDArray[np.uint8]], places: Sequence[tuple[int, int]]
) -> tuple[PatchAtlas, bytes]:
    """A crop for each source out of ``pictures``, whose maps have ``places`` (rows, columns)."""
    side = side_of(len(sources))
    crops = [patch_at(pictures[one.picture], places[one.picture], one.row, one.column, side) for one in sources]
    return pack_crops(crops, PATCHES_FILE)


def side_of(count: int) -> int:
    """The side of so many crops in pixels: all together stay small."""
    return int(np.clip(np.sqrt(_MOST_PIXELS / count), _SMALLEST, _LARGEST)) // 8 * 8


def sources_of(bank: NDArray[np.float32], patches: Sequence[NDArray[np.float32]]) -> list[Source]:
    """Where each patch of ``bank`` (size, channels) is among the pictures' ``patches`` (rows, columns, channels).

    A patch that comes from none of them (they are the first of thousands) is told as the one most like it.
    """
    # Patches of the bank are copies, so the bits of one coordinate all but tell which; all are compared where they do.
    by_first: dict[int, list[int]] = {}
    for number, key in enumerate(np.ascontiguousarray(bank[:, 0]).view(np.int32).tolist()):
        by_first.setdefault(key, []).append(number)
    keys = np.array(sorted(by_first), np.int32)
    found: dict[int, Source] = {}
    for picture, of_picture in enumerate(patches):
        first = np.ascontiguousarray(of_picture[:, :, 0]).view(np.int32)
        for row, column in np.argwhere(np.isin(first, keys)).tolist():
            for number in by_first[int(first[row, column])]:
                if number not in found and np.array_equal(of_picture[row, column], bank[number]):
                    found[number] = Source(picture, row, column)
    missing = [number for number in range(len(bank)) if number not in found]
    if missing:
        found.update(zip(missing, _nearest(bank[missing], patches), strict=True))
    return [found[number] for number in range(len(bank))]


def _nearest(wanted: NDArray[np.float32], patches: Sequence[NDArray[np.float32]]) -> list[Source]:
    places = sum(one.shape[0] * one.shape[1] for one in patches)
    every = max(1, places // _COMPARED)
    sample: list[NDArray[np.float32]] = []
    origin: list[Source] = []
    for picture, of_picture in enumerate(patches):
        flat = of_picture.reshape(-1, of_picture.shape[-1])
        kept = np.arange(picture % every, len(flat), every)
        sample.append(flat[kept])
        columns = of_picture.shape[1]
        origin.extend(Source(picture, place // columns, place % columns, is_exact=False) for place in kept.tolist())
    compared = np.concatenate(sample)
    products = wanted @ compared.T
    nearest = (np.einsum("ij,ij->i", compared, compared) - 2 * products).argmin(axis=1)
    return [origin[int(place)] for place in nearest]
