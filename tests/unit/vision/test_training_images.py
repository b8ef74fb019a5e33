"""Which images a folder or a job gives a training, with their labels and masks."""

import re
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from goodpart.vision.errors import TrainingError
from goodpart.vision.framing import Framing
from goodpart.vision.training import TrainingImage, images_in, passed_over
from goodpart.vision.training.__main__ import read_job
from goodpart.vision.training.pictures import Intake, load_picture
from goodpart.vision.view import View


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def test_defects_are_learned_from_where_the_folder_has_them_for_training(tmp_path: Path) -> None:
    put(tmp_path, "train/good/1.png", "train/dent/1.png", "train/dent/2.jpg", "test/dent/9.png", "test/good/1.png")
    put(tmp_path, "ground_truth/dent/1_mask.png", "ground_truth/dent/9_mask.png")
    assert images_in(tmp_path) == [
        TrainingImage("1.png", tmp_path / "train/good/1.png"),
        TrainingImage("dent/1.png", tmp_path / "train/dent/1.png", "dent", tmp_path / "ground_truth/dent/1_mask.png"),
        TrainingImage("dent/2.jpg", tmp_path / "train/dent/2.jpg", "dent"),
    ]


def test_good_parts_beside_folders_of_defects_are_labelled_by_them(tmp_path: Path) -> None:
    put(
        tmp_path, "good/1.png", "dent/1.png", "dent/2.png", "ground_truth/dent/2_mask.png", "test/dent/3.png", "empty/x"
    )
    put(tmp_path, ".thumbnails/1.png")
    assert images_in(tmp_path) == [
        TrainingImage("1.png", tmp_path / "good/1.png"),
        TrainingImage("dent/1.png", tmp_path / "dent/1.png", "dent"),
        TrainingImage("dent/2.png", tmp_path / "dent/2.png", "dent", tmp_path / "ground_truth/dent/2_mask.png"),
    ]
    assert passed_over(tmp_path) == []


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["1.png", "dent/1.png", "scratch/1.png"], ["in dent, scratch of {0} were not looked at"]),
        (["train/good/1.png", "test/dent/1.png", "dent/1.png"], ["in dent of {0} were not looked at"]),
        (["good/1.png", "2.png"], ["directly in {0} were not looked at: good parts are those in {0}/good"]),
        (["good/1.png", "good/monday/2.png"], ["in monday of {0}/good were not looked at"]),
        (["train/good/1.png", "train/dent/1.png", "test/good/1.png"], []),
        (["1.png", "notes/read.txt"], []),
    ],
    ids=["good-and-folders", "beside-train", "beside-good", "too-deep", "mvtec", "plain"],
)
def test_images_that_are_not_looked_at_are_told(names: list[str], said: list[str], tmp_path: Path) -> None:
    put(tmp_path, *names)
    told = passed_over(tmp_path)
    assert len(told) == len(said)
    assert all(part.format(tmp_path) in one for part, one in zip(said, told, strict=True))


def drawn(seed: int, *, side: int = 48) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 255, (side, side, 3), np.uint8)


def png(picture: NDArray[np.uint8], text: bytes = b"") -> bytes:
    """With a text chunk behind the header, such as a time stamp."""
    content = bytes(cv2.imencode(".png", picture)[1].tobytes())
    chunk = struct.pack(">I", len(text)) + b"tEXt" + text + struct.pack(">I", zlib.crc32(b"tEXt" + text))
    return content[:33] + chunk + content[33:]


def taken(*images: TrainingImage) -> tuple[list[str], Intake]:
    """The names of those that are learned from."""
    intake = Intake.empty()
    loaded = [load_picture(image, (), 64, Framing(View()), optics=True) for image in images]
    pictures = [picture for picture in map(intake.take, loaded) if picture is not None]
    return [picture.image.name for picture in intake.undisputed(pictures)], intake


def test_a_camera_that_hangs_shows_one_part_whatever_its_time_stamps_say() -> None:
    frozen = [TrainingImage(f"{n}.png", png(drawn(1), b"Time\0" + bytes([48 + n]))) for n in range(5)]
    names, intake = taken(*frozen, TrainingImage("other.png", png(drawn(2))))
    assert names == ["0.png", "other.png"]
    assert intake.count_parts(good=True) == 2
    assert "4 images are identical to others and were counted once (1.png, 2.png, 3.png, 4.png)" in intake.warnings()[0]


def test_the_same_pixels_in_another_shape_are_another_picture() -> None:
    wide = drawn(1).reshape(24, 96, 3)
    assert taken(TrainingImage("a.png", png(drawn(1))), TrainingImage("b.png", png(wide)))[0] == ["a.png", "b.png"]


@pytest.mark.parametrize("first", ["good", "dent"])
def test_a_picture_with_two_labels_is_left_out_and_both_are_named(first: str) -> None:
    one, other = TrainingImage("a.png", png(drawn(1)), first), TrainingImage("b.png", png(drawn(1), b"x\0"), "scratch")
    names, intake = taken(one, TrainingImage("c.png", png(drawn(2))), other)
    assert names == ["c.png"]
    assert (intake.count_parts(good=True), intake.count_parts(good=False), intake.sizes.total()) == (1, 0, 1)
    (said,) = intake.warnings()
    assert said.startswith(f"a.png (labelled {first}) and b.png (labelled scratch) are the same picture with labels")
    assert said.endswith("it was left out.")


def test_a_label_that_comes_too_late_to_undo_the_first_is_told_as_that() -> None:
    names, intake = taken(TrainingImage("a.png", png(drawn(1)), "dent"))
    late = load_picture(TrainingImage("b.png", png(drawn(1))), (), 64, Framing(View()))
    assert (names, intake.take(late)) == (["a.png"], None)
    assert "it was learned from as dent alone" in intake.warnings()[0]


def test_a_picture_too_small_to_show_a_part_is_left_out_by_name() -> None:
    names, intake = taken(
        TrainingImage("dot.png", png(drawn(1)[:1, :1])), TrainingImage("strip.png", png(drawn(2)[:16]))
    )
    assert names == ["strip.png"]
    assert intake.warnings() == ["Left out: dot.png has 1×1 pixels; nothing is learned from fewer than 16 on a side."]


def test_pictures_that_show_nothing_are_told() -> None:
    dark = np.zeros((64, 64, 3), np.uint8)
    names, intake = taken(TrainingImage("dark.png", png(dark)), TrainingImage("a.png", png(drawn(1, side=64))))
    assert names == ["dark.png", "a.png"]
    assert intake.warnings()[0].startswith("1 image shows nothing but one shade (dark.png)")


def test_a_picture_whose_file_holds_more_than_it_is_told() -> None:
    whole = bytes(cv2.imencode(".jpg", drawn(1))[1].tobytes())
    names, intake = taken(TrainingImage("a.jpg", whole[:-2] + b"what a damaged place leaves over" + whole[-2:]))
    assert names == ["a.jpg"]
    assert intake.warnings() == ["1 image holds more data than a picture (a.jpg), as damaged JPEGs do: look at them."]


def test_a_pattern_finds_the_part_in_every_name(tmp_path: Path) -> None:
    put(tmp_path, "train/good/SN1_top.png", "train/good/SN1_side.png", "train/good/x.png", "train/dent/SN2_top.png")
    assert [image.part for image in images_in(tmp_path, re.compile("^(SN[0-9]+)_"))] == ["SN1", "SN1", None, "SN2"]


def test_a_plain_folder_holds_good_parts(tmp_path: Path) -> None:
    put(tmp_path, "a.png", "b.jpg", "notes.txt")
    assert [(one.name, one.label) for one in images_in(tmp_path)] == [("a.png", "good"), ("b.jpg", "good")]


def test_types_without_a_good_part_are_refused_by_name(tmp_path: Path) -> None:
    put(tmp_path, "dent/1.png", "scratch/1.png", "readme.txt")
    with pytest.raises(TrainingError, match=r"\(dent, scratch\) and no image of a good part") as caught:
        images_in(tmp_path)
    assert "train/good" in caught.value.remedy


def test_a_job_may_name_masks_and_parts(tmp_path: Path) -> None:
    job = tmp_path / "job.json"
    first, second = '{"path": "a.png", "label": "dent", "mask": "m.png"}', '{"path": "b.png", "part": "SN1"}'
    job.write_text(f'{{"images": [{first}, {second}], "out": "o"}}')
    assert [image.to_train() for image in read_job(job).images] == [
        TrainingImage("a.png", Path("a.png"), "dent", Path("m.png")),
        TrainingImage("b.png", Path("b.png"), part="SN1"),
    ]
