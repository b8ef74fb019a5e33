"""Tiles cover a picture of any size, and their maps make one without seams."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodpart.vision.tiles import Tiles
from goodpart.vision.tiling import PLACE, TileGrid, Tiling


@st.composite
def grids(draw: st.DrawFn) -> TileGrid:
    side = 32 * draw(st.integers(2, 4))
    overlap = PLACE * draw(st.integers(0, side // 2 // PLACE))
    tiling = Tiling(side=side, overlap=overlap, scale=draw(st.sampled_from([0.25, 0.5, 1.0, 1.7])))
    return tiling.grid(draw(st.integers(1, 400)), draw(st.integers(1, 400)))


def brightness(tile: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A network that says of every place how bright it is."""
    places = tile.shape[0] // PLACE
    return np.asarray(tile.reshape(places, PLACE, places, PLACE, 3).mean(axis=(1, 3, 4)), np.float32)


@given(grids())
def test_every_pixel_lies_in_a_tile_and_neighbours_overlap_as_wished(grid: TileGrid) -> None:
    side, overlap = grid.tiling.side, grid.tiling.overlap
    for starts, length in ((grid.tops, grid.scaled[0]), (grid.lefts, grid.scaled[1])):
        assert starts[0] == 0
        assert all(start % PLACE == 0 for start in starts)
        assert starts[-1] + side >= length
        assert all(0 < later - before <= side - overlap for before, later in pairwise(starts))
        assert starts[-1] < max(length, 1)
        # The last tile ends where the picture ends, to a place.
        assert len(starts) == 1 or starts[-1] + side < length + PLACE


@given(grids(), st.integers(0, 99))
def test_stitched_tiles_are_the_map_of_the_whole(grid: TileGrid, seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (*grid.size, 3), np.uint8)
    scaled = grid.scale(picture)
    assert scaled.shape[:2] == grid.scaled
    found = grid.stitch((corner, brightness(grid.tile(scaled, corner))) for corner in grid.corners)
    rows, columns = grid.places
    padded = np.pad(
        scaled, ((0, rows * PLACE - scaled.shape[0]), (0, columns * PLACE - scaled.shape[1]), (0, 0)), mode="edge"
    )
    whole = padded.reshape(rows, PLACE, columns, PLACE, 3).mean(axis=(1, 3, 4))
    assert found == pytest.approx(whole, abs=0.01)


def test_where_tiles_disagree_one_fades_into_the_other() -> None:
    grid = Tiling(side=128, overlap=64).grid(128, 192)
    levels = iter((1.0, 2.0))
    stitched = grid.stitch((corner, np.full((16, 16), next(levels), np.float32)) for corner in grid.corners)
    across = stitched[8]
    assert across[0] == 1.0
    assert across[-1] == 2.0
    assert (np.diff(across) >= 0).all()
    assert np.diff(across).max() <= 0.2


def test_a_large_frame_is_as_many_tiles_as_the_rule_says() -> None:
    grid = Tiling(side=256, overlap=32).grid(3000, 4096)
    assert (len(grid.tops), len(grid.lefts)) == (14, 19)
    assert grid.places == (375, 512)
    half = Tiling(side=256, overlap=32, scale=0.5).grid(3000, 4096)
    assert (len(half.tops), len(half.lefts)) == (7, 9)


def test_too_many_tiles_are_refused() -> None:
    with pytest.raises(ValueError, match="12000×9000 would be 9605 tiles, more than 4096"):
        Tiling(side=128, overlap=32, scale=0.9).grid(9000, 12000)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"side": 100}, "multiple of 32"),
        ({"side": 2048}, "64 to 1024"),
        ({"overlap": 30}, "multiple of 8"),
        ({"overlap": 136}, "half their side"),
        ({"overlap": -8}, "half their side"),
        ({"scale": 0.0}, "scale"),
        ({"scale": float("nan")}, "scale"),
    ],
)
def test_tiles_that_cannot_be_meant_do_not_exist(wrong: dict[str, float], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Tiling(**wrong)  # type: ignore[arg-type]  # the side and the overlap are whole numbers here


def test_layers_are_stitched_as_maps_are() -> None:
    grid = Tiling(side=64, overlap=16).grid(100, 150)
    rng = np.random.default_rng(0)
    maps = {corner: rng.normal(size=(3, 8, 8)).astype(np.float32) for corner in grid.corners}
    together = grid.stitch(maps.items(), (3,))
    for layer in range(3):
        alone = grid.stitch((corner, values[layer]) for corner, values in maps.items())
        np.testing.assert_array_equal(together[layer], alone)


def test_what_is_drawn_covers_places_by_their_share() -> None:
    grid = Tiling(side=64, overlap=16).grid(100, 150)
    pixels, drawn = np.zeros((100, 150, 3), np.uint8), np.zeros((100, 150), np.bool_)
    drawn[80:92, 48:64] = True
    tiles = Tiles.of(grid, pixels, None)
    covered = tiles.covered(drawn)
    assert covered.shape == grid.places == (13, 19)
    assert covered[10:12, 6:8].tolist() == [[1, 1], [0.5, 0.5]]
    assert covered.sum() == pytest.approx(3)
    # The last tile hangs over the frame's edge: nothing is drawn there.
    assert tiles.cut(covered, grid.corners[-1]).shape == (8, 8)
    assert sum(float(tiles.values(covered, corner).sum()) > 0 for corner in grid.corners) == sum(
        float(tiles.cut(covered, corner).sum()) > 0 for corner in grid.corners
    )
