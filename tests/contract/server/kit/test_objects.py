"""One suite for every object store."""

import errno
import hashlib
from pathlib import Path

import pytest

from goodpart.server.kit.objects import ObjectMissingError, Objects, ObjectsUrlError, open_objects

CONTENT = bytes(range(256)) * 3000


@pytest.fixture(params=["", "memory://"], ids=["folder", "memory"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    return open_objects(request.param, tmp_path / "objects")


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


async def test_content_comes_back_under_its_hash(objects: Objects) -> None:
    sha256 = await objects.put("images", CONTENT)

    assert sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert await objects.get("images", sha256) == CONTENT
    assert await objects.size("images", sha256) == len(CONTENT)
    assert await objects.exists("images", sha256)
    assert not await objects.exists("packages", sha256)


async def test_storing_again_changes_nothing(objects: Objects) -> None:
    assert await objects.put("images", CONTENT) == await objects.put("images", CONTENT)


async def test_a_part_comes_in_chunks(objects: Objects) -> None:
    sha256 = await objects.put("packages", CONTENT)

    chunks = [chunk async for chunk in objects.stream("packages", sha256, 1000, 700_000)]

    assert b"".join(chunks) == CONTENT[1000:700_000]
    assert len(chunks) > 1


@pytest.mark.parametrize("name", ["a" * 64, "", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "/.."])
async def test_what_is_not_stored_is_missing_whatever_its_name(objects: Objects, name: str) -> None:
    with pytest.raises(ObjectMissingError):
        await objects.get("images", name)


async def test_an_empty_object_is_one(objects: Objects) -> None:
    sha256 = await objects.put("images", b"")

    assert await objects.get("images", sha256) == b""


async def test_a_half_written_file_is_replaced(tmp_path: Path) -> None:
    objects = open_objects("", tmp_path)
    sha256 = await objects.put("images", CONTENT)
    (stored,) = files_in(tmp_path)
    stored.write_bytes(CONTENT[:100])

    await objects.put("images", CONTENT)

    assert await objects.get("images", sha256) == CONTENT


async def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = open_objects("", tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        await objects.put("images", CONTENT)
    monkeypatch.undo()

    assert files_in(tmp_path) == []
    assert await objects.exists("images", await objects.put("images", CONTENT))


def test_an_address_of_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ObjectsUrlError, match="GOODPART_OBJECTS_URL"):
        open_objects("ftp://x", tmp_path)
