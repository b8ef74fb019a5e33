"""A package is read whole and verified, or refused with the reason: never half, never with a crash."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodpart.trust.signatures import KeySet, SoftwareSigner
from goodpart.vision.classifier.scale import Scale
from goodpart.vision.classifier.scoring import LabelledScoring
from goodpart.vision.detector.combination import Combination, Pooling
from goodpart.vision.errors import PackageError
from goodpart.vision.package import (
    BackboneId,
    GoldenImage,
    Manifest,
    NetworkSpec,
    read_package,
    sign_package,
    write_candidate,
)
from goodpart.vision.package import reading as limits
from goodpart.vision.package.writing import stored_files
from goodpart.vision.preprocessing import Fit, Preprocessing
from goodpart.vision.registration import Alignment
from goodpart.vision.verdict import Thresholds
from goodpart.vision.view import Reference, View

FILES = {"network.onnx": bytes(range(256)) * 8, "report.json": b"{}", "golden/good-00.png": b"picture"}
REFERENCE = Reference(file="reference.png", height=480, width=640, least_likeness=0.4)
SIGNER = SoftwareSigner.generate()
KEYS = KeySet([SIGNER.public_key])


def manifest() -> Manifest:
    return Manifest(
        schema=1,
        kind="goodpart-model",
        name="lid",
        created_at=datetime(2026, 11, 2, tzinfo=UTC),
        backbone=BackboneId(id="efficientnet-lite0", sha256="0" * 64),
        detector=Combination(weight=0.5, pooling=Pooling.TOP, bank_scale=1.0, gaussian_scale=1.0, top=10),
        preprocessing=Preprocessing(fit=Fit.SQUARE),
        network=NetworkSpec(file="network.onnx", taps=("s8", "s16")),
        thresholds={"f32": Thresholds(good_below=1.0, bad_above=2.0)},
        golden=(GoldenImage(file="golden/good-00.png", label="good", scores={"f32": 0.5}),),
        tolerance=0.01,
        files=stored_files(FILES),
    )


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    path = tmp_path / "part.gpm"
    write_candidate(path, manifest(), FILES)
    return path


def zipped(path: Path, files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def refusal(path: Path, keys: KeySet | None = None) -> str:
    with pytest.raises(PackageError) as caught:
        read_package(path, keys=keys)
    assert str(path) in caught.value.cause
    assert caught.value.remedy
    return caught.value.cause


def test_what_is_written_is_read_and_named_by_its_hash(candidate: Path) -> None:
    package = read_package(candidate, keys=None)
    assert package.id == hashlib.sha256(candidate.read_bytes()).hexdigest()
    assert package.files == FILES
    assert package.manifest == manifest()
    assert package.network == FILES["network.onnx"]
    assert package.key_id is None


def test_the_same_content_makes_the_same_package(tmp_path: Path) -> None:
    assert write_candidate(tmp_path / "a.gpm", manifest(), FILES) == write_candidate(
        tmp_path / "b.gpm", manifest(), FILES
    )


def test_a_candidate_runs_only_where_no_signature_is_asked_for(candidate: Path) -> None:
    assert "unsigned candidate" in refusal(candidate, KEYS)


def test_a_signed_package_is_accepted_for_its_key_alone(candidate: Path, tmp_path: Path) -> None:
    signed = tmp_path / "signed.gpm"
    identity = sign_package(candidate, SIGNER, signed)
    package = read_package(signed, keys=KEYS, expected_id=identity)
    assert (package.key_id, package.unchecked_key_id) == (SIGNER.public_key.key_id, None)
    assert package.files == FILES
    unchecked = read_package(signed, keys=None)
    assert (unchecked.key_id, unchecked.unchecked_key_id) == (None, SIGNER.public_key.key_id)
    assert "not trusted here" in refusal(signed, KeySet([SoftwareSigner.generate().public_key]))
    assert "not trusted here" in refusal(signed, KeySet(()))


def test_a_package_that_is_not_the_announced_one_is_refused(candidate: Path) -> None:
    with pytest.raises(PackageError, match="as announced"):
        read_package(candidate, keys=None, expected_id="0" * 64)


def test_an_altered_manifest_breaks_the_signature(candidate: Path, tmp_path: Path) -> None:
    signed = tmp_path / "signed.gpm"
    sign_package(candidate, SIGNER, signed)
    with zipfile.ZipFile(signed) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["manifest.json"] = files["manifest.json"].replace(b'"good_below":1.0', b'"good_below":1.9')
    assert "altered after it was signed" in refusal(zipped(tmp_path / "forged.gpm", files), KEYS)


def test_an_altered_file_is_found_by_its_hash(tmp_path: Path) -> None:
    files = {"manifest.json": msgspec.json.encode(manifest()), **FILES, "network.onnx": b"another network"}
    assert "network.onnx was altered" in refusal(zipped(tmp_path / "x.gpm", files))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"network.onnx": None}, "network.onnx is missing"),
        ({"golden/good-00.png": None}, "golden/good-00.png is missing"),
        ({"extra.txt": b"!"}, "extra.txt is not listed"),
        ({"manifest.json": None}, "has no manifest.json"),
        ({"manifest.json": b"[]"}, "manifest.json is not valid"),
        ({"manifest.json": b"{"}, "manifest.json is not valid"),
        ({"manifest.json": b'{"schema": "1"}'}, "manifest.json is not valid"),
        ({"manifest.json": b'{"schema": 3}'}, "has schema 3, this Goodpart knows 2"),
        ({"manifest.json": b"\xff\xfe"}, "manifest.json is not valid"),
        ({"signature.json": b"{}"}, "signature.json is not valid"),
        ({"../evil": b"!"}, "forbidden name"),
        ({"/etc/passwd": b"!"}, "forbidden name"),
        ({"golden/../../evil": b"!"}, "forbidden name"),
        ({"golden/a/b.png": b"!"}, "forbidden name"),
        ({"C:\\evil": b"!"}, "forbidden name"),
        ({"Network.onnx": b"!"}, "forbidden name"),
    ],
)
def test_a_wrong_set_of_files_is_refused(changes: dict[str, bytes | None], reason: str, tmp_path: Path) -> None:
    files: dict[str, bytes | None] = {"manifest.json": msgspec.json.encode(manifest()), **FILES, **changes}
    kept = {name: content for name, content in files.items() if content is not None}
    assert reason in refusal(zipped(tmp_path / "x.gpm", kept))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "holiday-photos"}, "of the kind 'holiday-photos'"),
        ({"schema": 0}, "schema 0"),
        ({"thresholds": {}}, "thresholds are for no precision"),
        ({"thresholds": {"int4": Thresholds(good_below=1, bad_above=2)}}, "thresholds are for no precision"),
        ({"thresholds": {"f32": Thresholds(good_below=0, bad_above=0)}}, "thresholds are not above zero"),
        ({"thresholds": {"f32": Thresholds(good_below=-5, bad_above=1)}}, "thresholds are not above zero"),
        ({"tolerance": -1.0}, "not finite numbers"),
        ({"tolerance": 0.5}, "a tolerance of 0 to 0.1"),
        ({"mm_per_pixel": -3.0}, "scale is not above 0"),
        ({"mm_per_pixel": 1e308}, "scale is not above 0 and below 1000 mm a pixel"),
        ({"detector": msgspec.structs.replace(manifest().detector, weight=1.5)}, "weight outside of 0 to 1"),
        ({"detector": msgspec.structs.replace(manifest().detector, bank_scale=0.0)}, "scale not above zero"),
        ({"detector": msgspec.structs.replace(manifest().detector, top=0)}, "of no place"),
        ({"labels": LabelledScoring(heat_scale=Scale(centre=0, gain=-1))}, "labels are scored with numbers"),
        ({"labels": LabelledScoring(heat_scale=Scale(centre=0, gain=1, unit=0))}, "labels are scored with numbers"),
        ({"preprocessing": Preprocessing(fit=Fit.SQUARE, side=100_000)}, "picture side"),
        ({"network": NetworkSpec(file="other.onnx", taps=())}, "other.onnx is missing"),
        ({"view": View(alignment=Alignment())}, "aligns frames to no golden frame"),
        ({"reference": REFERENCE}, "aligns frames to no golden frame, or has one and does not align"),
        ({"view": View(alignment=Alignment()), "reference": REFERENCE}, "reference.png is missing"),
    ],
)
def test_a_manifest_that_cannot_be_meant_is_refused(changes: dict[str, object], reason: str, tmp_path: Path) -> None:
    path = tmp_path / "x.gpm"
    write_candidate(path, msgspec.structs.replace(manifest(), **changes), FILES)
    assert reason in refusal(path)


def test_thresholds_in_the_wrong_order_are_refused(tmp_path: Path) -> None:
    content = msgspec.json.encode(manifest()).replace(b'"good_below":1.0', b'"good_below":9.0')
    assert "not above the threshold for bad" in refusal(zipped(tmp_path / "x.gpm", {"manifest.json": content, **FILES}))


def test_a_package_from_before_there_were_views_looks_at_the_whole_frame(tmp_path: Path) -> None:
    fields = msgspec.json.decode(msgspec.json.encode(manifest()))
    del fields["view"], fields["reference"], fields["golden"][0]["seen"]
    path = zipped(tmp_path / "old.gpm", {"manifest.json": msgspec.json.encode(fields), **FILES})
    assert read_package(path, keys=None).manifest == manifest()


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        ({"regions": {"include": [[[0, 0], [1, 0]]]}}, "3 to 256 corners"),
        ({"regions": {"include": [[[0, 0], [1, 0], [2, 1]]]}}, "from 0 to 1"),
        ({"regions": {"exclude": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}}, "nothing to look at"),
        ({"regions": {"exclude": [[[0, 0], [0.1, 0], [0, 0.1]]] * 65}}, "at most 64 regions"),
        ({"tiling": {"side": 1 << 20}}, "side of a tile"),
        ({"tiling": {"scale": 1e9}}, "scale of tiles"),
        ({"alignment": {"max_rotation": -1}}, "0 to 180 degrees"),
        ({"alignment": {"max_shift": "far"}}, "is not valid"),
    ],
)
def test_a_view_that_cannot_be_meant_is_refused(view: dict[str, object], reason: str, tmp_path: Path) -> None:
    fields = {**msgspec.json.decode(msgspec.json.encode(manifest())), "view": view}
    assert reason in refusal(zipped(tmp_path / "x.gpm", {"manifest.json": msgspec.json.encode(fields), **FILES}))


def test_files_of_a_later_version_are_kept_while_they_are_few_bytes(tmp_path: Path) -> None:
    def with_more(size: int) -> Path:
        files = {**FILES, "later.bin": bytes(size)}
        write_candidate(tmp_path / "x.gpm", msgspec.structs.replace(manifest(), files=stored_files(files)), files)
        return tmp_path / "x.gpm"

    assert read_package(with_more(1000), keys=None).files["later.bin"] == bytes(1000)
    assert "of no use" in refusal(with_more(limits.MAX_UNKNOWN_BYTES + 1))


def test_nothing_of_an_unsigned_package_is_unpacked_but_its_manifest(
    candidate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    whole = zipfile.ZipFile.open

    def noted(archive: zipfile.ZipFile, name: zipfile.ZipInfo) -> object:
        opened.append(name.filename)
        return whole(archive, name)

    monkeypatch.setattr(zipfile.ZipFile, "open", noted)
    assert "unsigned candidate" in refusal(candidate, KEYS)
    assert opened == ["manifest.json"]


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gpm"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("network.onnx", b"one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("network.onnx", b"two")
    assert "two files of the same name" in refusal(path)


def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 1_000_000)
    bomb = zipped(tmp_path / "bomb.gpm", {"network.onnx": bytes(2_000_000)}, zipfile.ZIP_DEFLATED)
    assert bomb.stat().st_size < 10_000
    assert "unpacks to 2000000 bytes" in refusal(bomb)


def test_a_bomb_that_lies_about_its_size_is_not_unfolded_either(tmp_path: Path) -> None:
    listed = msgspec.structs.replace(manifest(), files=stored_files({**FILES, "network.onnx": bytes(5)}))
    files = {"manifest.json": msgspec.json.encode(listed), **FILES, "network.onnx": bytes(2_000_000)}
    bomb = zipped(tmp_path / "bomb.gpm", files, zipfile.ZIP_DEFLATED)
    lied = bomb.read_bytes().replace((2_000_000).to_bytes(4, "little"), (5).to_bytes(4, "little"))
    bomb.write_bytes(lied)
    assert "is damaged" in refusal(bomb)


def test_a_huge_file_is_refused_unread(candidate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PACKAGE_BYTES", 100)
    assert "more than the 100 allowed" in refusal(candidate)


def test_a_missing_package_and_a_folder_are_named(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(tmp_path / "none.gpm")
    assert "cannot be opened" in refusal(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_package_is_refused(candidate: Path, share: float) -> None:
    content = candidate.read_bytes()
    candidate.write_bytes(content[: int(len(content) * share)])
    assert "damaged or not a package" in refusal(candidate)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_bit_changes_nothing_or_is_refused(candidate: Path, data: st.DataObject) -> None:
    content = bytearray(candidate.read_bytes())
    whole = read_package(candidate, keys=None)
    place = data.draw(st.integers(0, len(content) * 8 - 1))
    content[place // 8] ^= 1 << place % 8
    flipped = candidate.with_name("flipped.gpm")
    flipped.write_bytes(content)
    try:
        found = read_package(flipped, keys=None)
    except PackageError:
        return
    assert found.manifest == whole.manifest
    assert found.files == whole.files


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400))
def test_no_bytes_pass_for_a_package(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "noise.gpm"
    path.write_bytes(content)
    refusal(path)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(PackageError, match="No space left on device"):
        write_candidate(tmp_path / "part.gpm", manifest(), FILES)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_candidate_is_not_signed(candidate: Path, tmp_path: Path) -> None:
    content = candidate.read_bytes()
    candidate.write_bytes(content[:-10])
    with pytest.raises(PackageError):
        sign_package(candidate, SIGNER, tmp_path / "signed.gpm")
    assert not (tmp_path / "signed.gpm").exists()


def test_a_package_is_a_plain_zip_that_any_tool_opens(candidate: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(candidate.read_bytes())) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {"manifest.json", *FILES}
