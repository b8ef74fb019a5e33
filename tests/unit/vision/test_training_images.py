"""Which images a folder or a job gives a training, with their labels and masks."""

import re
from pathlib import Path

import pytest

from goodpart.vision.errors import TrainingError
from goodpart.vision.training import TrainingImage, images_in
from goodpart.vision.training.__main__ import read_job


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
