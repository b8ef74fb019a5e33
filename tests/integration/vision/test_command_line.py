"""``goodpart train``, ``inspect``, ``evaluate`` and ``benchmark`` as a person or a script types them."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from goodpart.cli.train import train
from goodpart.trust.signatures import SoftwareSigner
from goodpart.vision.package import sign_package
from tests.fakes.own_network import write_own_network
from tests.integration.vision.conftest import Trained
from tests.integration.vision.drawn_parts import draw_part, encoded, write_folder

BENCHMARK_KEYS = [
    "data",
    "n_train",
    "n_test",
    "image_auroc",
    "pixel_auroc",
    "aupro",
    "recall_at_1pct_overkill",
    "train_s",
    "infer_ms_p50",
    "infer_ms_p95",
    "peak_rss_mb",
    "detector",
    "backbone",
]


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "goodpart", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )


def goodpart(*arguments: str | Path, status: int = 0) -> str:
    """Run the command; returns its output, or for a failure the one line it says on stderr."""
    ran = run(*arguments)
    assert ran.returncode == status, ran.stderr
    if status:
        assert len(ran.stderr.strip().splitlines()) == 1
        return ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("data") / "lids", train=20, good=8, bad=6)


@pytest.fixture
def scratched(tmp_path: Path) -> Path:
    path = tmp_path / "scratched.jpg"
    path.write_bytes(encoded(draw_part(77, "scratch")))
    return path


def test_train_then_evaluate(folder: Path, tmp_path: Path) -> None:
    part = tmp_path / "part.gpm"
    told = goodpart("train", folder, "-o", part)
    assert "learned from 20 good images" in told
    assert "Warning: Only 20 different images" in told
    found = json.loads(goodpart("evaluate", part, folder, "--json"))
    assert (found["n_good"], found["n_bad"]) == (8, 12)
    assert found["image_auroc"] == 1.0
    assert found["pixel_auroc"] > 0.9
    assert [kind["label"] for kind in found["kinds"]] == ["scratch", "stain"]
    assert found["proof"]["n_bad"] == 12
    assert "Image AUROC 1.000" in goodpart("evaluate", part, folder)


def test_benchmark_prints_one_object_with_exactly_these_keys_per_folder(folder: Path) -> None:
    spoilt = folder / "train" / "good" / "cut.png"
    spoilt.write_bytes(encoded(draw_part(1), ".png")[:2000])
    ran = run("benchmark", folder, "--json")
    spoilt.unlink()
    assert ran.returncode == 0
    assert f"{folder}: warning: Left out: cut.png cannot be used as an image: the file is truncated" in ran.stderr
    (row,) = map(json.loads, ran.stdout.splitlines())
    assert list(row) == BENCHMARK_KEYS
    assert row["data"] == "lids"
    assert (row["n_train"], row["n_test"]) == (20, 20)
    assert row["image_auroc"] >= 0.99
    assert row["aupro"] > 0.5
    assert row["backbone"] == "efficientnet-lite0"


def test_inspect_prints_a_line_per_image(trained: Trained, folder: Path, scratched: Path, tmp_path: Path) -> None:
    lines = goodpart("inspect", trained.path, scratched, folder / "test" / "good", "--trust").splitlines()
    assert len(lines) == 9
    assert lines[0].split()[0] in ("bad", "unsure")
    assert lines[0].endswith(str(scratched))
    assert " ms " in lines[0]
    told = json.loads(
        goodpart("inspect", trained.path, scratched, "--trust", "--json", "--heatmaps", tmp_path / "heat")
    )
    assert told["verdict"] in ("bad", "unsure")
    assert told["defects"]
    overlay = cv2.imread(str(tmp_path / "heat" / "scratched_heat.jpg"))
    assert overlay is not None
    assert overlay.shape == (128, 128, 3)


def test_pictures_of_a_folder_lie_as_its_images_do(trained: Trained, scratched: Path, tmp_path: Path) -> None:
    for kind in ("dent", "scratch"):
        (tmp_path / "seen" / kind).mkdir(parents=True)
        (tmp_path / "seen" / kind / "001.jpg").write_bytes(scratched.read_bytes())
    goodpart("inspect", trained.path, tmp_path / "seen", "--trust", "--heatmaps", tmp_path / "heat")
    drawn = sorted(path.relative_to(tmp_path / "heat") for path in (tmp_path / "heat").rglob("*.jpg"))
    assert drawn == [Path("dent/001_heat.jpg"), Path("scratch/001_heat.jpg")]


def test_an_unsigned_candidate_needs_trust_and_a_signed_one_its_key(
    trained: Trained, scratched: Path, tmp_path: Path
) -> None:
    assert "use --trust" in goodpart("inspect", trained.path, scratched, status=2)
    signer, signed, keys = SoftwareSigner.generate(), tmp_path / "signed.gpm", tmp_path / "keys.json"
    sign_package(trained.path, signer, signed)
    public = signer.public_key
    keys.write_text(json.dumps([{"key_id": public.key_id, "value": public.value}]))
    assert goodpart("inspect", signed, scratched, "--keys", keys)
    assert "not trusted here" in goodpart("inspect", signed, scratched, status=2)
    keys.write_text("{")
    assert "keys.json cannot be read" in goodpart("inspect", signed, scratched, "--keys", keys, status=2)


def test_inspect_imports_nothing_it_does_not_need(trained: Trained, scratched: Path) -> None:
    program = (
        "import sys; from goodpart.cli import group; "
        "group.main(sys.argv[1:], standalone_mode=False); "
        "print(sorted({'scipy', 'onnx', 'fastapi', 'sqlalchemy', 'asyncua'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "inspect", str(trained.path), str(scratched), "--trust"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout.splitlines()[-1] == "[]"


def test_either_engine_gives_the_same_verdict_and_score(trained: Trained, scratched: Path) -> None:
    def look(engine: str) -> dict[str, object]:
        line = goodpart("inspect", trained.path, scratched, "--trust", "--json", "--engine", engine)
        found: dict[str, object] = json.loads(line)
        return found

    one, other = look("openvino"), look("onnxruntime")
    assert one["verdict"] == other["verdict"] == "bad"
    # Each in its own precision: thresholds move with the scores.
    assert one["score"] / one["bad_above"] == pytest.approx(other["score"] / other["bad_above"], rel=0.02)  # type: ignore[operator]


def test_backbones_are_listed_added_from_a_file_and_refused_with_a_sentence(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOODPART_BACKBONES_DIR", str(tmp_path / "backbones"))
    listed = goodpart("backbones", "list")
    assert [line.split()[:2] for line in listed.splitlines()[:3]] == [
        ["efficientnet-lite0", "here"],
        ["resnet50", "missing"],
        ["onnx:FILE", "yours"],
    ]
    assert str(tmp_path / "backbones") in listed
    (tmp_path / "backbones").mkdir()
    (tmp_path / "backbones" / "resnet50.safetensors").write_bytes(b"cut short")
    assert goodpart("backbones", "list").splitlines()[1].split()[:2] == ["resnet50", "damaged"]
    (tmp_path / "backbones" / "resnet50.safetensors").unlink()
    (tmp_path / "other.tgz").write_bytes(b"another package")
    said = goodpart("backbones", "add", "resnet50", "--from", tmp_path / "other.tgz", status=2)
    assert "SHA-256" in said
    assert "no backbone 'resnet9' to add" in goodpart("backbones", "add", "resnet9", status=2)
    said = goodpart("train", folder, "-o", tmp_path / "part.gpm", "--backbone", "resnet50", status=2)
    assert "goodpart backbones add resnet50" in said


def test_an_onnx_file_is_trained_with_and_its_package_needs_it_no_more(
    folder: Path, scratched: Path, tmp_path: Path
) -> None:
    part = tmp_path / "part.gpm"
    said = json.loads(goodpart("train", folder, "-o", part, "--backbone", write_own_network(tmp_path), "--json"))
    assert said["backbone"] == "onnx:own.onnx"
    (tmp_path / "own.onnx").unlink()
    whole = tmp_path / "whole.jpg"
    whole.write_bytes(encoded(draw_part(77)))
    for engine in ("openvino", "onnxruntime"):
        lines = goodpart("inspect", part, whole, scratched, "--trust", "--json", "--engine", engine).splitlines()
        without, with_scratch = (json.loads(line)["score"] for line in lines)
        assert with_scratch > 1.05 * without


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [("--mm-per-pixel", value, f"--mm-per-pixel {value} cannot be meant") for value in ("-1.0", "nan", "1e+308", "inf")]
    + [("--seed", "-1", "-1 is not in the range 0<=x<=")],
)
def test_a_number_that_cannot_be_meant_is_a_wrong_use_of_the_command(option: str, value: str, told: str) -> None:
    ran = CliRunner().invoke(train, ["pictures", "-o", "part.gpm", option, value])
    assert ran.exit_code == 2
    assert told in ran.output
    assert option == "--seed" or "Divide a length in millimetres" in ran.output


@pytest.mark.parametrize("command", ["train", "benchmark"])
def test_a_folder_that_does_not_exist_or_holds_no_image_is_named(command: str, tmp_path: Path) -> None:
    more: list[str | Path] = ["-o", tmp_path / "x.gpm"] if command == "train" else []
    assert "nowhere" in goodpart(command, tmp_path / "nowhere", *more, status=2)
    empty = tmp_path / "empty"
    (empty / "train" / "good").mkdir(parents=True)
    (empty / "train" / "good" / "readme.txt").write_text("no picture")
    assert "holds no image" in goodpart(command, empty, *more, status=2)
    assert not (tmp_path / "x.gpm").exists()


def test_a_broken_image_and_a_broken_package_are_named(trained: Trained, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert "broken.png cannot be used as an image" in goodpart("inspect", trained.path, broken, "--trust", status=2)
    cut = tmp_path / "cut.gpm"
    cut.write_bytes(trained.path.read_bytes()[:-100])
    assert "cut.gpm is refused" in goodpart("inspect", cut, broken, "--trust", status=2)


def test_a_mask_that_does_not_match_its_image_is_named(trained: Trained, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "lids", train=1, good=1, bad=1)
    mask = folder / "ground_truth" / "scratch" / "2000_mask.png"
    mask.write_bytes(encoded(np.zeros((10, 10, 3), np.uint8), ".png"))
    assert "2000_mask.png is 10×10, its image" in goodpart("evaluate", trained.path, folder, status=2)


def test_a_folder_without_known_defects_cannot_be_evaluated(trained: Trained, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "lids", train=1, good=1, bad=0)
    assert "no images of both good and defective" in goodpart("evaluate", trained.path, folder, status=2)
