"""Choosing few patches that stand for many: greedy k-centre selection (Gonzalez 1985), several centres at a time.

Taking the farthest point, one at a time, reads all points once per centre. Here a block of the farthest points is
taken, thinned among themselves in the same greedy order, and all points are read once per block, as one matrix product.
"""

import numpy as np
from numpy.typing import NDArray

_BLOCK = 32
_PROJECTED = 64


def choose_coreset(patches: NDArray[np.float32], size: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Indices of ``size`` rows of ``patches`` (n, channels) that cover all rows; all rows where n ≤ ``size``.

    Distances are taken in a random projection (Johnson-Lindenstrauss), which keeps them within a few percent.
    """
    count, channels = patches.shape
    if count <= size:
        return np.arange(count)
    points = patches
    if channels > _PROJECTED:
        directions = rng.standard_normal((channels, _PROJECTED)) / np.sqrt(_PROJECTED)
        points = patches @ directions.astype(np.float32)
    squares = np.einsum("ij,ij->i", points, points)
    # The patch farthest from the mean comes first: the greedy order takes such patches early, and needs no luck.
    away = points - points.mean(axis=0)
    chosen = [int(np.einsum("ij,ij->i", away, away).argmax())]
    nearest = _squared_distances(points, squares, chosen)[:, 0]
    while len(chosen) < size:
        block = _farthest_apart(points, nearest, min(_BLOCK, size - len(chosen)))
        chosen.extend(block)
        np.minimum(nearest, _squared_distances(points, squares, block).min(axis=1), out=nearest)
    return np.array(chosen[:size])


def _farthest_apart(points: NDArray[np.float32], nearest: NDArray[np.float32], wanted: int) -> list[int]:
    """Up to ``wanted`` greedy centres among the points that are farthest from all centres so far."""
    candidates = np.argpartition(nearest, -4 * wanted)[-4 * wanted :] if 4 * wanted < len(nearest) else None
    pool = candidates if candidates is not None else np.arange(len(nearest))
    local, among = nearest[pool].copy(), points[pool]
    floor = local.min() if candidates is not None else -1.0
    found: list[int] = []
    for _ in range(wanted):
        best = int(local.argmax())
        # Below the floor a point outside the pool would be farther: stop, and look at all points again.
        if found and local[best] < floor:
            break
        found.append(int(pool[best]))
        difference = among - among[best]
        np.minimum(local, np.einsum("ij,ij->i", difference, difference), out=local)
        local[best] = -1.0
    return found


def _squared_distances(
    points: NDArray[np.float32], squares: NDArray[np.float32], centres: list[int]
) -> NDArray[np.float32]:
    product = points @ points[centres].T
    product *= -2.0
    product += squares[:, None]
    product += squares[centres][None, :]
    return np.asarray(np.maximum(product, 0.0, out=product), np.float32)
