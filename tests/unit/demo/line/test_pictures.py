"""The user's own pictures on the line: what teaches, what is shown, and what a folder that cannot be shown says."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from goodpart.demo.line.pictures import PictureFolder, PictureFolderError
from goodpart.demo.line.sources import Truth


def picture(file: Path, grey: int, size: tuple[int, int] = (40, 60)) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(file), np.full((*size, 3), grey, np.uint8))
    return file


def grey_of(jpeg: bytes) -> int:
    opened = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert opened is not None
    return round(float(opened.mean()))


@pytest.fixture
def mvtec(tmp_path: Path) -> Path:
    folder = tmp_path / "My part 7"
    for n in range(3):
        picture(folder / "train" / "good" / f"{n}.png", 10 + n)
        picture(folder / "test" / "good" / f"{n}.png", 100 + n)
    picture(folder / "test" / "crack" / "0.jpg", 200)
    picture(folder / "ground_truth" / "crack" / "0_mask.png", 255)
    return folder


def test_the_mvtec_shape_teaches_with_train_and_shows_test_with_its_truth(mvtec: Path) -> None:
    source = PictureFolder(mvtec, seed=1)
    assert source.part_numbers == ("MY-PART-7",)
    assert source.teaching_count("MY-PART-7") == 3
    assert {grey_of(source.teaching("MY-PART-7", n)) for n in range(3)} == {10, 11, 12}
    shown = [source.produce(sequence, "MY-PART-7") for sequence in range(1, 5)]
    assert {grey_of(jpeg) for _, jpeg in shown} == {100, 101, 102, 200}
    for part, jpeg in shown:
        assert (part.truth, part.defect) == ((Truth.BAD, "crack") if grey_of(jpeg) == 200 else (Truth.GOOD, ""))


def test_each_round_shows_every_picture_once_in_an_order_of_its_own(mvtec: Path) -> None:
    for n in range(3, 12):
        picture(mvtec / "test" / "good" / f"{n}.png", 100 + n)
    source = PictureFolder(mvtec, seed=1)
    rounds = [
        [source.produce(sequence, "MY-PART-7")[0].picture for sequence in range(first, first + 13)] for first in (1, 14)
    ]
    assert sorted(rounds[0]) == sorted(set(rounds[0])) == sorted(rounds[1])
    assert rounds[0] != rounds[1]
    again = PictureFolder(mvtec, seed=1)
    assert again.produce(14, "MY-PART-7")[0].picture == rounds[1][0]


def test_in_any_other_folder_all_are_good_and_what_teaches_is_not_shown(tmp_path: Path) -> None:
    for n in range(10):
        picture(tmp_path / "deep" / f"{n}.png", 20 * n)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "empty.png").touch()
    (tmp_path / ".hidden").write_text("not counted")
    source = PictureFolder(tmp_path, seed=5)
    number = source.part_numbers[0]
    assert source.skipped_files == 2
    taught = {grey_of(source.teaching(number, n)) for n in range(source.teaching_count(number))}
    shown = {grey_of(source.produce(sequence, number)[1]) for sequence in range(1, 5)}
    assert len(taught) == 6
    assert len(shown) == 4
    assert taught.isdisjoint(shown)
    assert source.produce(3, number)[0].truth is Truth.GOOD


def test_a_good_folder_beside_others_gives_the_truth(tmp_path: Path) -> None:
    for n in range(5):
        picture(tmp_path / "good" / f"{n}.png", 10 + n)
    picture(tmp_path / "scratch" / "0.png", 200)
    source = PictureFolder(tmp_path, seed=5)
    number = source.part_numbers[0]
    assert source.teaching_count(number) == 3
    shown = [source.produce(sequence, number)[0] for sequence in range(1, 4)]
    assert sorted(part.defect for part in shown) == ["", "", "scratch"]


def test_a_single_picture_is_taught_and_shown(tmp_path: Path) -> None:
    picture(tmp_path / "only.png", 77)
    source = PictureFolder(tmp_path, seed=1)
    number = source.part_numbers[0]
    assert grey_of(source.teaching(number, 0)) == grey_of(source.produce(1, number)[1]) == 77


@pytest.mark.parametrize("name", ["test/crack/0.jpg", "test/crack/1.png", "train/good/9.jpg"])
def test_a_picture_cut_short_is_skipped_and_counted(mvtec: Path, name: str) -> None:
    file = picture(mvtec / name, 200, (400, 600))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    source = PictureFolder(mvtec, seed=1)
    assert source.skipped_files == 1
    assert name not in [source.produce(sequence, "MY-PART-7")[0].picture for sequence in range(1, 10)]


def test_a_picture_that_breaks_while_the_line_runs_is_left_out_from_then_on(mvtec: Path) -> None:
    source = PictureFolder(mvtec, seed=1)
    (mvtec / "test" / "crack" / "0.jpg").write_bytes(b"\xff\xd8 broken \xff\xd9")
    shown = [source.produce(sequence, "MY-PART-7")[0].picture for sequence in range(1, 10)]
    assert not any("crack" in name for name in shown)
    assert source.skipped_files == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("grey.png", np.full((30, 40), 90, np.uint8)),
        ("alpha.png", np.full((30, 40, 4), 90, np.uint8)),
        ("sixteen.png", np.full((30, 40), 90 * 257, np.uint16)),
        ("tiny.png", np.full((1, 1, 3), 90, np.uint8)),
    ],
)
def test_any_kind_of_picture_becomes_what_a_colour_camera_sends(
    tmp_path: Path, name: str, value: "np.typing.NDArray[np.uint8]"
) -> None:
    assert cv2.imwrite(str(tmp_path / name), value)
    source = PictureFolder(tmp_path, seed=1)
    assert grey_of(source.produce(1, source.part_numbers[0])[1]) == 90


def test_a_huge_picture_is_brought_to_the_size_of_a_camera(tmp_path: Path) -> None:
    picture(tmp_path / "huge.png", 50, (300, 9000))
    source = PictureFolder(tmp_path, seed=1)
    opened = cv2.imdecode(np.frombuffer(source.produce(1, source.part_numbers[0])[1], np.uint8), cv2.IMREAD_COLOR)
    assert opened is not None
    assert opened.shape[1] == 4096


def test_a_folder_that_cannot_be_shown_says_why_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PictureFolderError, match=r"missing.*cannot be read.*Name a folder"):
        PictureFolder(tmp_path / "missing", seed=1)
    with pytest.raises(PictureFolderError, match=r"not a folder"):
        PictureFolder(picture(tmp_path / "a.png", 1), seed=1)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(PictureFolderError, match=r"no picture.*0 other files.*Put PNG or JPEG"):
        PictureFolder(empty, seed=1)
    (empty / "readme.txt").write_text("hello")
    with pytest.raises(PictureFolderError, match=r"1 other file"):
        PictureFolder(empty, seed=1)
    picture(empty / "test" / "crack" / "0.png", 1)
    with pytest.raises(PictureFolderError, match="no picture of a good part"):
        PictureFolder(empty, seed=1)


def test_pictures_that_vanish_while_the_line_runs_end_in_a_sentence(tmp_path: Path) -> None:
    files = [picture(tmp_path / f"{n}.png", n) for n in range(4)]
    source = PictureFolder(tmp_path, seed=1)
    part, _ = source.produce(1, source.part_numbers[0])
    for file in files:
        file.unlink()
    assert source.photograph(part) == source.empty()
    with pytest.raises(PictureFolderError, match="any more"):
        source.produce(2, source.part_numbers[0])
    with pytest.raises(PictureFolderError, match="cannot be read"):
        source.teaching(source.part_numbers[0], 0)
