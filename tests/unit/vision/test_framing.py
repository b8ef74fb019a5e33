"""A frame goes through its view and back: what is excluded is nowhere, and every place is found again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodpart.vision.classifier.scoring import Scoring
from goodpart.vision.detector.combination import Combination, Pooling
from goodpart.vision.engine import Outputs
from goodpart.vision.errors import FrameError, PartNotFoundError
from goodpart.vision.frame import Frame, from_pixels
from goodpart.vision.framing import NOTHING, Excerpt, Framing, in_frame
from goodpart.vision.preprocessing import Fit, Preprocessing
from goodpart.vision.registration import Alignment, Registration, reference_picture
from goodpart.vision.roi import Regions, rectangle
from goodpart.vision.tiling import PLACE, Tiling
from goodpart.vision.view import View
from tests.integration.vision.marked_parts import HEIGHT, LEFT, TOP, WIDTH, draw_frame, move
from tests.integration.vision.marked_parts import PLACE as PART

MAXIMUM = Scoring(Combination(weight=0.0, pooling=Pooling.MAXIMUM, bank_scale=1.0, gaussian_scale=1.0, top=1))
USUAL = Alignment()
SQUARE = Preprocessing(fit=Fit.SQUARE, side=64)
RIGHT_HALF = Regions(include=(rectangle(0.5, 0, 1, 1),), exclude=(rectangle(0.75, 0, 1, 0.5),))


def brightness(picture: NDArray[np.uint8]) -> Outputs:
    """A network that says of every place how bright it is."""
    rows, columns = picture.shape[0] // PLACE, picture.shape[1] // PLACE
    heat = np.asarray(picture.reshape(rows, PLACE, columns, PLACE, 3).mean(axis=(1, 3, 4)), np.float32)
    return {"heat": heat, "score": heat.max()[None]}


def noise(height: int, width: int, seed: int = 0) -> Frame:
    return from_pixels(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8), "noise")


@pytest.mark.parametrize("tiling", [None, Tiling(side=64, overlap=16)])
def test_what_happens_in_an_excluded_place_changes_nothing(tiling: Tiling | None) -> None:
    framing = Framing(View(regions=RIGHT_HALF, tiling=tiling))
    frame, other = noise(160, 240), noise(160, 240)
    other.pixels[:, :120] = 255
    other.pixels[:80, 180:] = 0
    one, two = (framing.look(seen, brightness, SQUARE, MAXIMUM) for seen in (frame, other))
    assert one.score == two.score
    assert (one.heat == two.heat).all()
    rows, columns = one.heat.shape
    assert not one.heat[:, : columns // 2 - 1].any()
    assert not one.heat[: rows // 2 - 1, 3 * columns // 4 + 1 :].any()
    assert one.heat[rows // 2 + 1 :, columns // 2 + 1 :].all()


def test_excluded_pixels_are_painted_and_the_frame_itself_is_left_alone() -> None:
    frame = noise(100, 100)
    kept = frame.pixels.copy()
    excerpt = Framing(View(regions=RIGHT_HALF)).see(frame)
    assert excerpt.frame.pixels.shape == (100, 50, 3)
    assert (excerpt.frame.pixels[:50, 25:] == NOTHING).all()
    assert (excerpt.frame.pixels[50:] == kept[50:, 50:]).all()
    assert (frame.pixels == kept).all()


def test_a_region_of_a_few_pixels_is_refused() -> None:
    corner = Framing(View(regions=Regions(include=(rectangle(0, 0, 0.0001, 0.0001),))))
    with pytest.raises(FrameError, match="leave too little of noise to look at: 0 pixels, 256 are the least"):
        corner.see(noise(160, 240))
    rest = Regions(include=(rectangle(0, 0, 1, 1),), exclude=(rectangle(0, 0, 1, 0.99),))
    with pytest.raises(FrameError, match="leave too little of noise"):
        Framing(View(regions=rest)).see(noise(80, 100))
    assert Framing(View(regions=rest)).see(noise(800, 1000)).frame.pixels.any()


def test_without_a_view_the_frame_goes_as_it_is() -> None:
    frame = noise(64, 64)
    framing = Framing(View())
    assert framing.see(frame).frame.pixels.base is frame.pixels
    found = framing.look(frame, brightness, SQUARE, MAXIMUM)
    assert (found.heat == brightness(frame.pixels)["heat"]).all()
    assert framing.places((8, 8)) == 64


@given(st.integers(90, 300), st.integers(90, 300), st.floats(0, 0.6), st.floats(0, 0.6), st.floats(0.2, 0.4))
def test_a_bright_spot_is_found_where_it_is(height: int, width: int, left: float, top: float, side: float) -> None:
    regions = Regions(include=(rectangle(left, top, left + side, top + side),))
    box = regions.box(height, width)
    frame = from_pixels(np.full((height, width, 3), NOTHING, np.uint8), "grey")
    y, x = (box.top + box.bottom) // 2, (box.left + box.right) // 2
    frame.pixels[y : y + 1, x : x + 1] = 255
    heat = Framing(View(regions=regions)).look(frame, brightness, SQUARE, MAXIMUM).heat
    row, column = np.argwhere(heat == heat.max()).mean(axis=0)
    assert abs((row + 0.5) / heat.shape[0] * height - (y + 0.5)) <= box.height / 8 + height / heat.shape[0] + 1
    assert abs((column + 0.5) / heat.shape[1] * width - (x + 0.5)) <= box.width / 8 + width / heat.shape[1] + 1


@given(
    st.floats(-180, 180), st.integers(1, 30), st.integers(1, 30), st.floats(2, 12), st.integers(0, 99), st.booleans()
)
def test_no_value_is_lost_on_the_way_back(
    degrees: float, rows: int, columns: int, place: float, seed: int, turned: bool
) -> None:
    heat = np.random.default_rng(seed).random((rows, columns)).astype(np.float32)
    size = max(1, round(rows * place)), max(1, round(columns * place))
    angle = np.radians(degrees) if turned else 0.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([200.0, 200.0]) - turn @ (size[1] / 2, size[0] / 2)
    excerpt = Excerpt(
        from_pixels(np.zeros((*size, 3), np.uint8), "x"), (800, 800), np.column_stack([turn, middle + 200]), None
    )
    exact = (size[0] / rows, size[1] / columns)
    found = in_frame(excerpt, heat, exact)
    assert set(np.unique(heat)) <= set(np.unique(found))
    assert found.max() == heat.max()


def test_a_small_part_of_a_huge_frame_has_a_map_of_bounded_size() -> None:
    heat = np.random.default_rng(0).random((64, 64)).astype(np.float32)
    excerpt = Excerpt(noise(64, 64), (9000, 12000), np.array([[1.0, 0, 5000], [0, 1.0, 4000]]), None)
    found = in_frame(excerpt, heat, (1.0, 1.0))
    assert found.size <= 1 << 20
    assert found.max() == heat.max()


def test_a_small_spot_counts_as_much_in_a_large_frame_as_in_its_tile() -> None:
    top = Scoring(Combination(weight=0.0, pooling=Pooling.TOP, bank_scale=1.0, gaussian_scale=1.0, top=4))
    frame = from_pixels(np.full((640, 640, 3), 10, np.uint8), "large")
    frame.pixels[300:316, 300:316] = 250
    tiled = Framing(View(tiling=Tiling(side=64, overlap=16))).look(frame, brightness, SQUARE, top)
    untiled = Framing(View()).look(frame, brightness, SQUARE, top)
    assert tiled.score > 2 * untiled.score
    assert tiled.heat.shape == (80, 80)


def test_a_frame_of_too_many_tiles_is_refused_by_name() -> None:
    framing = Framing(View(tiling=Tiling(side=64, overlap=32, scale=4.0)))
    with pytest.raises(
        FrameError, match="noise cannot be looked at in tiles: a picture of 600×600 would be 5476 tiles"
    ):
        framing.look(noise(600, 600), brightness, SQUARE, MAXIMUM)


def aligned(*, exclude: bool = False, alignment: Alignment = USUAL) -> Framing:
    regions = Regions(include=(PART,), exclude=(rectangle(0.6, 0.3, 0.7, 0.7),) if exclude else ())
    golden = draw_frame(0)
    picture = reference_picture(golden, regions, alignment)
    registration = Registration(picture, (HEIGHT, WIDTH), regions, alignment)
    return Framing(View(regions=regions, alignment=alignment), registration, 0.5)


EXCLUDING = aligned(exclude=True)


@settings(max_examples=20)
@given(st.floats(-12, 12), st.floats(-50, 50), st.floats(-30, 30))
def test_an_aligned_part_looks_as_in_the_golden_frame(degrees: float, right: float, down: float) -> None:
    framing = EXCLUDING
    golden = framing.see(from_pixels(draw_frame(0), "golden")).frame.pixels.astype(int)
    seen = framing.see(from_pixels(draw_frame(0, moved=move(degrees, right, down)), "moved"))
    assert seen.frame.pixels.shape == golden.shape
    assert np.abs(seen.frame.pixels - golden).mean() < 6


def test_a_part_that_is_not_there_or_half_outside_is_not_found() -> None:
    framing = aligned(alignment=Alignment(max_shift=0.45))
    with pytest.raises(
        PartNotFoundError, match=r"not found in belt: its likeness to the golden frame is 0\.\d\d, 0.50 is"
    ):
        framing.see(from_pixels(np.full((HEIGHT, WIDTH, 3), 45, np.uint8), "belt"))
    with pytest.raises(PartNotFoundError, match="lies partly outside of edge"):
        framing.see(from_pixels(draw_frame(0, moved=move(0, 0, -85)), "edge"))


def test_an_aligned_part_is_looked_at_in_tiles_and_its_heat_comes_back_where_it_lies() -> None:
    view = View(regions=Regions(include=(PART,)), alignment=USUAL, tiling=Tiling(side=64, overlap=16))
    picture = reference_picture(draw_frame(0), view.regions, USUAL)
    framing = Framing(view, Registration(picture, (HEIGHT, WIDTH), view.regions, USUAL), 0.5)
    moved = move(8, 30, -15)
    frame = draw_frame(0, moved=moved)
    x, y = moved @ (LEFT + 40, TOP + 64, 1)
    frame[round(y) - 11 : round(y) + 11, round(x) - 11 : round(x) + 11] = 255
    heat = framing.look(from_pixels(frame, "moved"), brightness, SQUARE, MAXIMUM).heat
    row, column = np.argwhere(heat == heat.max()).mean(axis=0)
    assert (row + 0.5) * HEIGHT / heat.shape[0] == pytest.approx(y, abs=9)
    assert (column + 0.5) * WIDTH / heat.shape[1] == pytest.approx(x, abs=9)
    assert not heat[0].any()
