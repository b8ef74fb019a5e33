"""A picture that is not taken as the training pictures were is told in plant words, in less than a millisecond."""

import time

import cv2
import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from goodpart.vision.optics import OpticsCheck, OpticsReference, Usual, reference_of
from goodpart.vision.optics_figures import measure

Pixels = NDArray[np.uint8]


def drawn(number: int, *, height: int = 240, width: int = 320, noise: float = 3.0) -> Pixels:
    """A textured plate with a hole on a dark belt, each a little different in place and light."""
    rng = np.random.default_rng(number)
    fixed = np.random.default_rng(99)
    texture = cv2.GaussianBlur(fixed.normal(0, 40, (height, width)).astype(np.float32), (0, 0), 1.2)
    picture = np.full((height, width), 40.0, np.float32)
    left, top = width // 4 + int(rng.integers(-2, 3)), height // 4 + int(rng.integers(-2, 3))
    picture[top : top + height // 2, left : left + width // 2] = 140
    cv2.circle(picture, (left + width // 8, top + height // 8), height // 12, 30.0, -1)
    picture = (picture + texture) * float(rng.normal(1, 0.02))
    colour = np.repeat(picture[:, :, None], 3, axis=2) + rng.normal(0, noise, (height, width, 3))
    return np.asarray(np.clip(colour, 0, 255), np.uint8)


@pytest.fixture(scope="module")
def check() -> OpticsCheck:
    return OpticsCheck(reference_of([measure(drawn(number)) for number in range(30)]))


def codes(check: OpticsCheck, pixels: Pixels) -> list[str]:
    return [finding.code for finding in check.judge(check.figures(pixels))]


def brighter(pixels: Pixels, gain: float, offset: float = 0.0) -> Pixels:
    return np.asarray(np.clip(pixels * gain + offset, 0, 255), np.uint8)


def lit(pixels: Pixels, gains: ArrayLike) -> Pixels:
    """``gains`` are broadcast to (height, width, 3)."""
    return np.asarray(np.clip(pixels * np.asarray(gains), 0, 255), np.uint8)


def turned(pixels: Pixels, degrees: float) -> Pixels:
    """Clockwise, about the middle of the frame."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1)
    return np.asarray(cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def other_part(pixels: Pixels) -> Pixels:
    """As light and as sharp, but in other places: quarters of the frame, each in its own place upside down."""
    height, width = (side // 2 for side in pixels.shape[:2])
    other = pixels.copy()
    for rows in (slice(0, height), slice(height, None)):
        for columns in (slice(0, width), slice(width, None)):
            other[rows, columns] = pixels[rows, columns][::-1]
    return other


def test_pictures_taken_as_in_training_raise_nothing(check: OpticsCheck) -> None:
    assert [codes(check, drawn(number)) for number in range(100, 140)] == [[]] * 40


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda pixels: brighter(pixels, 0.5), "too_dark"),
        (lambda pixels: brighter(pixels, 1.6), "too_bright"),
        (lambda pixels: brighter(pixels, 0.5, 40), "low_contrast"),
        (lambda pixels: brighter(pixels, 2.2, -75), "high_contrast"),
        (lambda pixels: brighter(pixels, 1.4, -70), "underexposed"),
        (lambda pixels: brighter(pixels, 2.0), "overexposed"),
        (lambda pixels: cv2.GaussianBlur(pixels, (0, 0), 2), "blurred"),
        (lambda pixels: cv2.blur(pixels, (9, 1)), "blurred"),
        (lambda pixels: np.roll(pixels, (20, 30), (0, 1)), "moved"),
        (lambda pixels: turned(pixels, 10), "turned"),
        (lambda pixels: pixels[::-1, ::-1], "turned"),
        (lambda pixels: lit(pixels, [0.8, 1, 1.2]), "other_colour"),
        (lambda pixels: lit(pixels, [1, 1.2, 1]), "other_colour"),
        (lambda pixels: lit(pixels, np.where(np.arange(320) < 160, 0.7, 1.0)[:, None]), "uneven_light"),
        (lambda pixels: lit(pixels, np.linspace(1.4, 0.6, 240)[:, None, None]), "uneven_light"),
        (other_part, "not_alike"),
        (lambda pixels: cv2.resize(pixels, (640, 480)), "other_size"),
    ],
    ids=[
        "dark",
        "bright",
        "haze",
        "harsh",
        "black",
        "white",
        "out of focus",
        "shaken",
        "knocked",
        "twisted",
        "upside down",
        "redder lamp",
        "greener lamp",
        "half of the lamp",
        "shadow from above",
        "other part",
        "other setting",
    ],
)
def test_every_way_to_spoil_a_picture_is_told_by_its_name(check: OpticsCheck, change: object, code: str) -> None:
    assert callable(change)
    for number in range(100, 110):
        found = check.judge(check.figures(np.ascontiguousarray(change(drawn(number)))))
        assert code in [finding.code for finding in found]
        for finding in found:
            assert finding.sentence.startswith("The picture ")
            assert "Check" in finding.sentence


def test_the_sentence_gives_the_figure_the_usual_range_and_what_to_do(check: OpticsCheck) -> None:
    usual = check.reference.brightness
    figures = msgspec.structs.replace(check.figures(drawn(100)), brightness=11.2)
    (finding,) = check.judge(figures)
    assert finding.sentence == (
        f"The picture is darker than the training pictures: mean 11 against {usual.low:.0f} to {usual.high:.0f}. "
        "Check the light."
    )


def test_a_picture_that_was_moved_is_told_how_far(check: OpticsCheck) -> None:
    (finding,) = check.judge(check.figures(np.roll(drawn(100), (-24, 32), (0, 1))))
    words = finding.sentence.split()
    assert abs(int(words[words.index("pixels") - 1]) - 32) <= 8
    assert "right and about" in finding.sentence
    assert "up of where" in finding.sentence


@pytest.mark.parametrize("degrees", [-5, 20, -75, 180])
def test_a_picture_that_was_turned_is_told_how_far_and_which_way(check: OpticsCheck, degrees: int) -> None:
    figures = check.figures(turned(drawn(100), degrees))
    assert figures.turn is not None
    assert abs((figures.turn - degrees + 180) % 360 - 180) < 3
    (finding,) = check.judge(figures)
    words = finding.sentence.split()
    assert abs(int(words[words.index("degrees") - 1]) - abs(degrees)) <= 3
    assert degrees == 180 or ("anticlockwise" in words) == (degrees < 0)


def test_where_parts_lie_turned_at_will_a_turn_is_no_finding() -> None:
    lying = [turned(drawn(number), 47 * number) for number in range(40)]
    check = OpticsCheck(reference_of([measure(pixels) for pixels in lying[:30]]))
    assert [codes(check, pixels) for pixels in lying[30:]] == [[]] * 10


def test_the_sentences_about_colours_and_light_give_both_halves_of_the_comparison(check: OpticsCheck) -> None:
    figures = check.figures(drawn(100))
    reference = check.reference
    assert reference.warmth is not None
    assert reference.side_light is not None
    blue = msgspec.structs.replace(figures, warmth=reference.warmth.middle - np.log(1.5))
    dark = msgspec.structs.replace(figures, side_light=reference.side_light.middle - np.log(1.3))
    assert "blue is 50 % stronger against red" in check.judge(blue)[0].sentence
    assert "the left half is 30 % brighter against the right one" in check.judge(dark)[0].sentence


def test_a_reference_of_an_earlier_version_is_read_and_finds_what_it_found(check: OpticsCheck) -> None:
    document = msgspec.to_builtins(check.reference)
    for later in ("likeness", "turn", "warmth", "green", "side_light", "low_light"):
        del document[later]
    earlier = OpticsCheck(msgspec.convert(document, OpticsReference))
    assert codes(earlier, lit(drawn(100), [0.8, 1, 1.2])) == []
    assert codes(earlier, lit(drawn(100), np.where(np.arange(320) < 160, 0.85, 1.0)[:, None])) == []
    assert codes(earlier, np.roll(drawn(100), (20, 30), (0, 1))) == ["moved"]


def test_noise_is_not_taken_for_sharpness_nor_does_it_hide_a_blur() -> None:
    sharp, blurred = drawn(1, noise=0), cv2.GaussianBlur(drawn(1, noise=0), (0, 0), 2)
    noisy = np.clip(blurred + np.random.default_rng(0).normal(0, 10, blurred.shape), 0, 255).astype(np.uint8)
    assert measure(noisy).figures.focus < 0.3 * measure(sharp).figures.focus


@given(gain=st.floats(0.5, 1.2), offset=st.floats(-10, 20))
@settings(max_examples=20)
def test_a_lamp_that_is_brighter_does_not_change_the_focus(gain: float, offset: float) -> None:
    sharp = drawn(1)
    assert measure(brighter(sharp, gain, offset)).figures.focus == pytest.approx(measure(sharp).figures.focus, rel=0.2)


@given(height=st.integers(1, 90), width=st.integers(1, 90), level=st.integers(0, 255))
@settings(max_examples=40)
def test_a_picture_of_any_size_and_of_one_grey_alone_is_measured(height: int, width: int, level: int) -> None:
    flat = np.full((height, width, 3), level, np.uint8)
    reference = reference_of([measure(flat)])
    assert OpticsCheck(reference).judge(OpticsCheck(reference).figures(flat)) == ()
    assert msgspec.json.decode(msgspec.json.encode(reference), type=OpticsReference) == reference


def test_a_large_frame_is_measured_by_bands_and_gives_the_same_figures() -> None:
    small, large = measure(drawn(3)).figures, measure(np.tile(drawn(3), (8, 8, 1))).figures
    assert large.brightness == pytest.approx(small.brightness, rel=0.05)
    assert large.contrast == pytest.approx(small.contrast, rel=0.05)
    assert large.focus == pytest.approx(small.focus, rel=0.4)


def test_two_pictures_and_identical_ones_make_a_reference_with_room(check: OpticsCheck) -> None:
    two = OpticsCheck(reference_of([measure(drawn(number)) for number in (0, 1)]))
    same = OpticsCheck(reference_of([measure(drawn(0))] * 5))
    for number in range(100, 120):
        assert codes(two, drawn(number)) == []
        assert codes(same, drawn(number)) == []


def test_where_pictures_have_nothing_in_common_no_place_is_asserted() -> None:
    noise = [np.random.default_rng(n).integers(0, 256, (128, 128, 3), np.uint8) for n in range(8)]
    assert reference_of([measure(pixels) for pixels in noise]).thumbnail == b""


def test_one_strange_training_picture_does_not_widen_what_is_usual() -> None:
    measured = [measure(drawn(number)) for number in range(40)]
    spoilt = [*measured, measure(brighter(drawn(50), 0.3))]
    assert reference_of(spoilt).brightness.low == pytest.approx(reference_of(measured).brightness.low, abs=4)


@pytest.mark.parametrize("wrong", [{"low": float("nan")}, {"high": float("inf")}, {"middle": 9.0}])
def test_a_usual_range_that_is_none_does_not_exist(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        Usual(**{"low": 1.0, "middle": 2.0, "high": 3.0, **wrong})


@pytest.mark.parametrize("size", [(0, 480), (640, -1), (640, 10**400)], ids=["none", "negative", "beyond any"])
def test_a_reference_of_pictures_without_a_size_does_not_exist(check: OpticsCheck, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="sides"):
        msgspec.structs.replace(check.reference, sizes=(size,))


def test_a_frame_is_measured_and_judged_in_about_a_millisecond() -> None:
    frame = drawn(0, height=480, width=640)
    check = OpticsCheck(reference_of([measure(drawn(number, height=480, width=640)) for number in range(5)]))
    took = []
    for _ in range(50):
        started = time.thread_time_ns()
        check.judge(check.figures(frame))
        took.append((time.thread_time_ns() - started) / 1e6)
    # A millisecond is the limit, benchmarks/optics.py measures it; a busy machine in a test gets three.
    assert float(np.median(took)) < 3
