"""Features kept between trainings: found again as they were, and never believed where a record is not whole."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from goodpart.vision.backbone.tensors import Tensors
from goodpart.vision.engine import Precision, open_engine
from goodpart.vision.training.kept import KeptFeatures, Remembered

Picture = NDArray[np.uint8]


class Backbone:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def features(self, picture: Picture) -> Tensors:
        self.asked += 1
        mean = np.float32(picture.mean())
        return {"patches": np.full((2, 3), mean, np.float32), "places": np.full((4,), mean, np.float16)}


def pictures(count: int) -> list[Picture]:
    return [np.random.default_rng(n).integers(0, 256, (8, 8, 3)).astype(np.uint8) for n in range(count)]


def remembered(folder: Path, most_bytes: int = 1 << 20, network: bytes = b"network") -> Remembered:
    return KeptFeatures(folder, most_bytes).of(network, open_engine(), Precision.F32)


def look(memory: Remembered, backbone: Backbone, picture: Picture) -> Tensors:
    return memory.outputs(picture, lambda: backbone.features(picture))


def test_what_was_seen_once_is_not_computed_again(tmp_path: Path) -> None:
    (picture,), backbone = pictures(1), Backbone()
    first = look(remembered(tmp_path), backbone, picture)
    again = look(remembered(tmp_path), backbone, picture)
    assert backbone.asked == 1
    for name, tensor in first.items():
        assert again[name].dtype == tensor.dtype
        np.testing.assert_array_equal(again[name], tensor)


def test_another_picture_network_or_precision_is_not_what_was_seen(tmp_path: Path) -> None:
    (picture, other), backbone = pictures(2), Backbone()
    look(remembered(tmp_path), backbone, picture)
    look(remembered(tmp_path), backbone, other)
    look(remembered(tmp_path), backbone, np.ascontiguousarray(picture.reshape(4, 16, 3)))
    look(remembered(tmp_path, network=b"another"), backbone, picture)
    look(KeptFeatures(tmp_path).of(b"network", open_engine(), Precision.BF16), backbone, picture)
    assert backbone.asked == 5


def cut(record: bytes, _other: bytes) -> bytes:
    return record[:-3]


def overturned(record: bytes, _other: bytes) -> bytes:
    return record[:-3] + bytes([record[-3] ^ 4]) + record[-2:]


def of_another_picture(_record: bytes, other: bytes) -> bytes:
    return other


def pickled(_record: bytes, _other: bytes) -> bytes:
    return b"\x80\x04N."


@pytest.mark.parametrize("spoil", [cut, overturned, of_another_picture, pickled])
def test_a_record_that_is_not_whole_or_not_its_own_is_computed_and_written_anew(
    spoil: Callable[[bytes, bytes], bytes], tmp_path: Path
) -> None:
    (picture, other), backbone = pictures(2), Backbone()
    good = look(remembered(tmp_path), backbone, picture)
    (record,) = tmp_path.iterdir()
    look(remembered(tmp_path), backbone, other)
    (another,) = set(tmp_path.iterdir()) - {record}
    whole = record.read_bytes()
    record.write_bytes(spoil(whole, another.read_bytes()))
    found = look(remembered(tmp_path), backbone, picture)
    assert backbone.asked == 3
    np.testing.assert_array_equal(found["patches"], good["patches"])
    assert record.read_bytes() == whole


def test_what_was_used_longest_ago_makes_room(tmp_path: Path) -> None:
    backbone, some = Backbone(), pictures(4)
    for age, picture in enumerate(some):
        known = set(tmp_path.iterdir())
        look(remembered(tmp_path), backbone, picture)
        (record,) = set(tmp_path.iterdir()) - known
        os.utime(record, ns=(age * 10**9, age * 10**9))
    size = record.stat().st_size
    look(remembered(tmp_path), backbone, some[0])  # used again: now the newest
    KeptFeatures(tmp_path, 2 * size).trim()
    backbone.asked = 0
    for picture in (some[0], some[3]):
        look(remembered(tmp_path), backbone, picture)
    assert backbone.asked == 0
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_written_keeps_nothing_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (picture,), backbone = pictures(1), Backbone()
    for _ in range(2):
        look(remembered(tmp_path / "file" / "below"), backbone, picture)
    KeptFeatures(tmp_path / "file" / "below").trim()
    assert backbone.asked == 2
