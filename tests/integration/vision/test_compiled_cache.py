"""A network that is kept compiled starts faster, and damage to what is kept never reaches a verdict."""

from pathlib import Path

import numpy as np
import pytest

from goodpart.vision.engine.compiled_cache import intact_cache
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import read_package
from tests.integration.vision.conftest import Trained


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("damage", ["overturned", "cut", "list lost", "list damaged"])
def test_damage_to_the_cache_is_found_and_the_scores_stay(trained: Trained, tmp_path: Path, damage: str) -> None:
    package = read_package(trained.path, keys=None)
    assert Inspector(package, cache_dir=tmp_path).prove().passed
    before = kept(tmp_path)
    for path in before:
        content = bytearray(path.read_bytes())
        is_list = path.suffix == ".json"
        if damage == "overturned" and not is_list:
            middle = len(content) // 2
            content[middle : middle + 4000] = np.random.default_rng(0).bytes(4000)
        if damage == "cut" and not is_list:
            content = content[: len(content) // 2]
        if damage == "list damaged" and is_list:
            content = bytearray(b"\xff{")
        path.write_bytes(content)
        if damage == "list lost" and is_list:
            path.unlink()
    proof = Inspector(package, cache_dir=tmp_path).prove()
    assert proof.passed, proof.statement
    assert kept(tmp_path) == before


def test_what_is_whole_is_kept_and_what_is_not_listed_is_removed(tmp_path: Path) -> None:
    with intact_cache(tmp_path, b"network") as folder:
        assert folder is not None
        (folder / "one.blob").write_bytes(b"one")
    (folder / "half.blob").write_bytes(b"left by a process that was killed")
    with intact_cache(tmp_path, b"network") as folder:
        assert folder is not None
        assert [path.name for path in kept(folder)] == ["one.blob", "sums.json"]
    with intact_cache(tmp_path, b"another network") as folder:
        assert folder is not None
        assert kept(folder) == []


def test_without_a_place_to_write_the_network_is_compiled_every_time(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"not a folder")
    assert Inspector(read_package(trained.path, keys=None), cache_dir=tmp_path / "file").prove().passed
