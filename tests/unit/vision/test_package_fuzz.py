"""Whatever is done to a package's bytes, it is read as it was or refused with the reason: never otherwise."""

import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodpart.vision.drift import fit_drift
from goodpart.vision.errors import PackageError
from goodpart.vision.optics import reference_of
from goodpart.vision.optics_figures import measure
from goodpart.vision.package import Package, read_package, write_candidate
from goodpart.vision.package.manifest import Manifest
from goodpart.vision.package.writing import stored_files
from tests.unit.vision.test_optics import drawn
from tests.unit.vision.test_package import FILES, KEYS, SIGNER, manifest, refusal, zipped

SMALL = {name: content[:60] for name, content in FILES.items()}


def full_manifest() -> Manifest:
    """With everything that a manifest can hold."""
    optics = reference_of([measure(drawn(number)) for number in range(4)])
    drift = fit_drift([0.5, 0.6, 0.7], None)
    return msgspec.structs.replace(manifest(), optics=optics, drift=drift)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fuzz") / "whole.gpm"
    write_candidate(path, msgspec.structs.replace(manifest(), files=stored_files(SMALL)), SMALL)
    return path


def read_or_refused(path: Path, content: bytes) -> Package | None:
    path.write_bytes(content)
    try:
        return read_package(path, keys=None)
    except PackageError:
        return None


def test_a_package_cut_anywhere_is_refused(whole: Path, tmp_path: Path) -> None:
    content = whole.read_bytes()
    for length in range(0, len(content), 5):
        assert read_or_refused(tmp_path / "cut.gpm", content[:length]) is None


def headers(content: bytes) -> Iterator[int]:
    """The places of all bytes that are the archive's own: local headers, central directory, its end."""
    for mark, length in ((b"PK\x03\x04", 30), (b"PK\x01\x02", 46), (b"PK\x05\x06", 22)):
        at = content.find(mark)
        while at >= 0:
            yield from range(at, at + length)
            at = content.find(mark, at + 1)


@pytest.mark.parametrize("bit", range(8))
def test_a_bit_overturned_anywhere_in_the_headers_changes_nothing_or_is_refused(
    whole: Path, tmp_path: Path, bit: int
) -> None:
    content, before = bytearray(whole.read_bytes()), read_package(whole, keys=None)
    for place in headers(bytes(content)):
        content[place] ^= 1 << bit
        found = read_or_refused(tmp_path / "flipped.gpm", bytes(content))
        assert found is None or (found.files, found.manifest) == (before.files, before.manifest)
        content[place] ^= 1 << bit


WRONG: tuple[Any, ...] = (None, True, -1, 1e308, 10**30, "", "x" * 5000, "\0", "../x", [], [[[]]], {}, {"": {}})


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(document, dict):
        for name, value in document.items():
            yield from places(value, (*path, name))
    if isinstance(document, list) and document:
        yield from places(document[0], (*path, 0))


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = document.copy()
    copy[path[0]] = replaced(document[path[0]], path[1:], value)
    return copy


def test_a_value_of_a_wrong_kind_at_any_place_of_the_manifest_is_refused_or_means_what_it_says(tmp_path: Path) -> None:
    document = json.loads(msgspec.json.encode(full_manifest()))
    for number, path in enumerate(places(document)):
        # Four kinds at each place, so that every kind comes to every third place: a second instead of four.
        for value in (WRONG[(5 * number + step) % len(WRONG)] for step in range(4)):
            content = msgspec.json.encode(replaced(document, path, value))
            found = read_with_manifest(tmp_path / "x.gpm", content)
            if found is not None:
                assert found.manifest == msgspec.json.decode(content, type=Manifest)


def read_with_manifest(path: Path, content: bytes) -> Package | None:
    return read_or_refused(path, zipped(path, {"manifest.json": content, **FILES}).read_bytes())


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 1_000_000,
        b'{"schema":1,"a":' * 100_000,
        b'{"schema":1e400}',
        b'{"schema":NaN}',
        b'{"schema":' + b"9" * 5000 + b"}",
        '{"schema":1,"kind":"é"}'.encode("latin-1"),
        '{"schema":1}'.encode("utf-16"),
        b"",
        b"\0" * 1000,
        b"\x80\x04\x95\x10\x00\x00\x00cos\nsystem\n.",
    ],
    ids=["deep list", "deep object", "infinite", "nan", "long", "latin-1", "utf-16", "empty", "zeros", "pickle"],
)
def test_a_manifest_that_is_no_manifest_is_refused(content: bytes, tmp_path: Path) -> None:
    for name in ("manifest.json", "signature.json"):
        files = {"manifest.json": msgspec.json.encode(manifest()), **FILES, name: content}
        assert f"{name} is not valid" in refusal(zipped(tmp_path / "x.gpm", files))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_bytes_put_in_taken_out_or_swapped_are_found(whole: Path, tmp_path: Path, data: st.DataObject) -> None:
    content, before = whole.read_bytes(), read_package(whole, keys=None)
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 200)))
    changed = content[:start] + data.draw(st.binary(max_size=100)) + content[end:]
    found = read_or_refused(tmp_path / "x.gpm", changed)
    assert found is None or (found.files, found.manifest) == (before.files, before.manifest)


def test_a_bomb_of_a_high_ratio_is_refused_unopened(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.gpm", {"network.onnx": bytes(30_000_000)}, zipfile.ZIP_DEFLATED)
    assert bomb.stat().st_size < 100_000
    assert "more than 4 times its size" in refusal(bomb)


def test_a_bomb_in_a_bomb_is_but_one_file_that_is_not_listed(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a": bytes(900_000)}, zipfile.ZIP_DEFLATED).read_bytes()
    files = {"manifest.json": msgspec.json.encode(manifest()), **FILES, "inner.zip": inner}
    assert "inner.zip is not listed" in refusal(zipped(tmp_path / "x.gpm", files, zipfile.ZIP_DEFLATED))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_whose_memory_is_not_bounded_are_refused(method: int, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.gpm", {"manifest.json": msgspec.json.encode(manifest()), **FILES}, method)
    assert "compressed in a way that packages do not use" in refusal(path)


def test_many_files_are_refused_by_their_number(tmp_path: Path) -> None:
    assert "holds 1000 files" in refusal(zipped(tmp_path / "x.gpm", {f"f{number}": b"" for number in range(1000)}))


def test_sizes_of_a_zip64_archive_are_no_way_around_the_limits(whole: Path, tmp_path: Path) -> None:
    content = bytearray(whole.read_bytes())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<II", content, at + 20, 0xFFFFFFFF, 0xFFFFFFFF)
        at = content.find(b"PK\x01\x02", at + 1)
    assert read_or_refused(tmp_path / "x.gpm", bytes(content)) is None


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "..",
        "a/../b",
        "./a",
        "a//b",
        "a\\b",
        "C:/a",
        "a\0b",
        "a/",
        " a",
        "é",
        "CON ",
        "~/a",
        "a" * 300 + "/../b",
    ],
)
def test_a_name_that_could_lead_anywhere_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.gpm"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        archive.writestr(info, b"!")
    assert "forbidden name" in refusal(path) or "\0" in name


def test_a_link_is_only_the_text_that_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "x.gpm"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", msgspec.json.encode(manifest()))
        for name, content in FILES.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            archive.writestr(info, b"/etc/passwd" if name == "network.onnx" else content)
    assert "network.onnx was altered" in refusal(path)


def test_a_signature_over_other_bytes_or_by_another_purpose_is_no_signature(tmp_path: Path) -> None:
    content = msgspec.json.encode(manifest())
    for signed, purpose in ((content + b" ", "package"), (content, "desired-state")):
        files = {"manifest.json": content, "signature.json": msgspec.json.encode(SIGNER.sign(purpose, signed)), **FILES}
        assert "altered after it was signed" in refusal(zipped(tmp_path / "x.gpm", files), KEYS)


def test_a_package_without_optics_and_drift_is_one_of_an_earlier_version(tmp_path: Path) -> None:
    document = json.loads(msgspec.json.encode(manifest()))
    del document["optics"], document["drift"]
    found = read_with_manifest(tmp_path / "x.gpm", msgspec.json.encode(document))
    assert found is not None
    assert (found.manifest.optics, found.manifest.drift) == (None, None)
