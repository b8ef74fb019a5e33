"""Regions mean the same places in a frame of any size."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.vision.roi import MOST_POINTS, MOST_POLYGONS, Box, Polygon, Regions, rectangle

shares = st.floats(0, 1, allow_nan=False)
sides = st.integers(1, 90)


@st.composite
def rectangles(draw: st.DrawFn) -> Polygon:
    left, top = draw(st.floats(0, 0.8)), draw(st.floats(0, 0.8))
    return rectangle(left, top, draw(st.floats(left + 0.1, 1)), draw(st.floats(top + 0.1, 1)))


def whole(height: int, width: int) -> Box:
    return Box(0, 0, width, height)


def test_a_rectangle_is_the_pixels_whose_centres_it_holds() -> None:
    regions = Regions(include=(rectangle(0.25, 0.5, 0.75, 1.0),))
    mask = regions.mask(4, 8, whole(4, 8))
    assert mask[2:, 2:6].all()
    assert mask.sum() == 8
    assert regions.box(4, 8) == Box(2, 2, 6, 4)


def test_a_triangle_is_half_of_its_square() -> None:
    mask = Regions(include=(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)),)).mask(100, 100, whole(100, 100))
    assert mask.sum() == pytest.approx(5000, abs=60)
    assert mask[10, 10]
    assert not mask[90, 90]


@given(sides, sides)
def test_without_regions_the_whole_frame_is_looked_at(height: int, width: int) -> None:
    assert not Regions()
    assert Regions().box(height, width) == whole(height, width)
    assert Regions().mask(height, width, whole(height, width)).all()


@given(rectangles(), rectangles(), sides, sides)
def test_exclusion_wins(include: Polygon, exclude: Polygon, height: int, width: int) -> None:
    box = whole(height, width)
    without = Regions(exclude=(exclude,)).mask(height, width, box) if exclude != include else None
    try:
        both = Regions(include=(include,), exclude=(exclude,))
    except ValueError as error:
        assert "nothing to look at" in str(error)  # noqa: PT017  (the other outcome is as good)
        return
    inside = Regions(include=(include,)).mask(height, width, box)
    assert without is not None
    assert (both.mask(height, width, box) == (inside & without)).all()


@given(rectangles(), sides, sides)
def test_all_that_is_looked_at_lies_in_the_box(include: Polygon, height: int, width: int) -> None:
    regions = Regions(include=(include,))
    box = regions.box(height, width)
    everywhere = regions.mask(height, width, whole(height, width))
    assert 0 <= box.left < box.right <= width
    assert 0 <= box.top < box.bottom <= height
    assert (regions.mask(height, width, box) == everywhere[box.top : box.bottom, box.left : box.right]).all()
    everywhere[box.top : box.bottom, box.left : box.right] = False
    assert not everywhere.any()


@given(rectangles(), st.integers(1, 30), st.integers(1, 4))
def test_a_frame_of_twice_the_size_has_the_same_regions(include: Polygon, side: int, times: int) -> None:
    regions = Regions(include=(include,))
    small = regions.box(side, side)
    large = regions.box(side * times, side * times)
    for one, other in ((small.left, large.left), (small.top, large.top)):
        assert one * times <= other <= (one + 1) * times
    for one, other in ((small.right, large.right), (small.bottom, large.bottom)):
        assert (one - 1) * times <= other <= one * times


@pytest.mark.parametrize(
    ("include", "exclude", "why"),
    [
        (((0.0, 0.0), (1.0, 1.0)), None, "3 to 256 corners, not 2"),
        (tuple((0.5, 0.5) for _ in range(MOST_POINTS + 1)), None, "3 to 256 corners"),
        (((0.0, 0.0), (1.1, 0.0), (1.0, 1.0)), None, "from 0 to 1"),
        (((0.0, 0.0), (float("nan"), 0.0), (1.0, 1.0)), None, "from 0 to 1"),
        (rectangle(0.2, 0.2, 0.4, 0.4), rectangle(0.1, 0.1, 0.5, 0.5), "nothing to look at"),
        (((0.2, 0.2), (0.2, 0.2), (0.2, 0.2)), None, "nothing to look at"),
    ],
)
def test_regions_that_cannot_be_meant_do_not_exist(include: Polygon, exclude: Polygon | None, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Regions(include=(include,), exclude=(exclude,) if exclude else ())


def test_there_is_an_end_to_the_number_of_regions() -> None:
    with pytest.raises(ValueError, match="at most 64"):
        Regions(include=(rectangle(0, 0, 1, 1),) * (MOST_POLYGONS + 1))


@pytest.mark.parametrize("text", ['{"include":[[[0,0],[1e400,0],[1,1]]]}', '{"include":[[[0,0]]]}', '{"include":3}'])
def test_regions_of_a_file_are_checked_too(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Regions)


def test_regions_survive_a_file() -> None:
    regions = Regions(include=(rectangle(0.1, 0.2, 0.9, 0.8),), exclude=(((0.3, 0.3), (0.4, 0.3), (0.3, 0.4)),))
    assert msgspec.json.decode(msgspec.json.encode(regions), type=Regions) == regions
