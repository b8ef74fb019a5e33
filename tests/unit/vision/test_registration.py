"""A part is found where it lies, or said not to be there."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodpart.vision.frame import read_frame
from goodpart.vision.registration import Alignment, Position, Registration, least_likeness, reference_picture
from goodpart.vision.roi import Regions
from tests.integration.vision.drawn_parts import draw_part
from tests.integration.vision.marked_parts import HEIGHT, PLACE, WIDTH, draw_frame, move

REGIONS = Regions(include=(PLACE,))
ANYWHERE, USUAL = Regions(), Alignment()


def registration(golden: NDArray[np.uint8], regions: Regions = ANYWHERE, alignment: Alignment = USUAL) -> Registration:
    size = golden.shape[0], golden.shape[1]
    return Registration(reference_picture(golden, regions, alignment), size, regions, alignment)


def furthest(position: Position, moved: NDArray[np.float64], height: int, width: int) -> float:
    """By how many pixels the found place is off, at most, at four points around the middle."""
    points = np.array([[x * width, y * height] for x in (0.3, 0.7) for y in (0.3, 0.7)])
    true = (points - 0.5) @ moved[:, :2].T + moved[:, 2] + 0.5
    found = points @ position.to_frame[:, :2].T + position.to_frame[:, 2]
    return float(np.abs(true - found).max())


MARKED = registration(draw_frame(0), REGIONS)


@settings(max_examples=25)
@given(st.floats(-14, 14), st.floats(-60, 60), st.floats(-45, 45), st.floats(0.6, 1.3), st.integers(1, 1000))
def test_a_shifted_and_turned_part_is_found_to_a_pixel_in_any_light(
    degrees: float, right: float, down: float, light: float, number: int
) -> None:
    moved = move(degrees, right, down)
    # Every drawn part lies a little elsewhere in its frame already, so this is the golden one itself.
    found = MARKED.find(draw_frame(0, moved=moved, light=light))
    assert furthest(found, moved, HEIGHT, WIDTH) < 1.0
    assert found.degrees == pytest.approx(-degrees, abs=1.0)
    assert found.likeness > 0.85


def test_a_belt_that_stands_still_does_not_hold_the_part_in_its_place() -> None:
    moved = move(5, 30, -20)

    def on_a_belt(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        for x in range(5, WIDTH, 40):
            cv2.rectangle(picture, (x, 0), (x + 12, 30), (250, 250, 250), -1)
            cv2.rectangle(picture, (x, HEIGHT - 30), (x + 12, HEIGHT), (250, 250, 250), -1)
        return picture

    found = registration(on_a_belt(draw_frame(0)), REGIONS).find(on_a_belt(draw_frame(0, moved=moved)))
    assert furthest(found, moved, HEIGHT, WIDTH) < 1.0


def test_a_part_may_lie_in_any_direction_where_that_is_said() -> None:
    anyhow = registration(draw_frame(0), REGIONS, Alignment(max_rotation=180))
    for degrees in (-170, -90, 45, 120):
        moved = move(degrees, 20, -10)
        assert furthest(anyhow.find(draw_frame(0, moved=moved)), moved, HEIGHT, WIDTH) < 1.0


def test_a_part_that_looks_the_same_turned_is_taken_as_turned_least() -> None:
    plain = registration(draw_part(0, size=(HEIGHT, WIDTH)), alignment=Alignment(max_rotation=180))
    found = [plain.find(draw_part(number, size=(HEIGHT, WIDTH))) for number in range(1, 9)]
    assert max(abs(one.degrees) for one in found) < 4
    assert min(one.likeness for one in found) > 0.9


def test_another_part_or_none_is_unlike_the_golden_one() -> None:
    least = least_likeness([MARKED.find(draw_frame(number)).likeness for number in range(1, 9)])
    rng = np.random.default_rng(0)
    belt = rng.normal(45, 3, (HEIGHT, WIDTH, 3)).clip(0, 255).astype(np.uint8)
    another = belt.copy()
    cv2.rectangle(another, (100, 90), (220, 150), (200, 200, 200), -1)
    cv2.circle(another, (160, 120), 15, (30, 30, 30), -1)
    assert least > 0.35
    for nothing in (belt, another, np.zeros_like(belt), np.full_like(belt, 255)):
        assert MARKED.find(nothing).likeness < least


def test_the_place_is_found_in_a_frame_of_another_size() -> None:
    moved = move(6, 20, 15)
    double = cv2.resize(draw_frame(0, moved=moved), (2 * WIDTH, 2 * HEIGHT)).astype(np.uint8)
    found = MARKED.find(double)
    found_small = Position(found.to_frame / 2, found.likeness, found.degrees)
    assert furthest(found_small, moved, HEIGHT, WIDTH) < 1.0


def test_an_even_golden_frame_shows_nothing_to_find_a_part_by() -> None:
    with pytest.raises(ValueError, match="nothing to find the part by"):
        registration(np.full((100, 100, 3), 90, np.uint8))


@pytest.mark.parametrize("wrong", [{"max_rotation": 200}, {"max_rotation": float("nan")}, {"max_shift": 0}])
def test_an_alignment_that_cannot_be_meant_does_not_exist(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"turned|shifted"):
        Alignment(**wrong)  # type: ignore[arg-type]  # numbers, all of them


def test_a_real_part_is_found_with_noise_and_in_other_light(real_images: Path) -> None:
    paths = sorted((real_images / "cookie" / "train" / "good").iterdir())
    golden = read_frame(paths[0]).pixels
    height, width = golden.shape[:2]
    of_cookie = registration(golden)
    rng = np.random.default_rng(5)
    shading = np.linspace(-25, 25, width)[None, :, None]
    for _ in range(6):
        moved = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-12, 12), 1.0), np.float64)
        moved[:, 2] += rng.uniform(-50, 50, 2)
        seen = cv2.warpAffine(golden, moved, (width, height), borderMode=cv2.BORDER_REPLICATE) * rng.uniform(0.7, 1.2)
        noisy = np.clip(seen + shading + rng.normal(0, 8, seen.shape), 0, 255).astype(np.uint8)
        assert furthest(of_cookie.find(noisy), moved, height, width) < 1.0
    others = [of_cookie.find(read_frame(path).pixels).likeness for path in paths[1:12]]
    steel = sorted((real_images / "neu" / "patches").iterdir())[:8]
    assert max(of_cookie.find(read_frame(path).pixels).likeness for path in steel) < least_likeness(others)
