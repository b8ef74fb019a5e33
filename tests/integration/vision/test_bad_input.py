"""Every odd file has one stated behaviour at the command line, and a full disk keeps what was there."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from goodpart.base.errors import GoodpartError
from goodpart.cli import group
from goodpart.vision.backbone import load_backbone
from goodpart.vision.detector.bank import MemoryBank
from goodpart.vision.detector.combination import Combination, Pooling
from goodpart.vision.detector.features import channels_of
from goodpart.vision.detector.gaussian import PositionGaussian
from goodpart.vision.detector.model import Detector, scoring_network
from goodpart.vision.detector.projection import Projection
from goodpart.vision.frame import decode
from goodpart.vision.package.writing import check_out
from goodpart.vision.training.report import TrainingSettings
from tests.integration.vision.conftest import Trained
from tests.integration.vision.drawn_parts import draw_part, encoded
from tests.integration.vision.odd_images import cmyk_jpeg, flat_png, readable_oddities


def refused(*arguments: str | Path) -> str:
    """The cause that the command ends with."""
    ran = CliRunner().invoke(group, [*map(str, arguments)])
    assert isinstance(ran.exception, GoodpartError), ran.exception
    assert ran.exception.exit_code == 2
    assert ran.exception.remedy
    return ran.exception.cause


def test_every_readable_oddity_gets_its_line(trained: Trained, tmp_path: Path) -> None:
    for name, content in readable_oddities().items():
        (tmp_path / name).write_bytes(content)
    ran = CliRunner().invoke(group, ["inspect", str(trained.path), str(tmp_path), "--trust", "--json"])
    assert ran.exit_code == 0, ran.output
    told = {Path(line["image"]).name: line for line in map(json.loads, ran.output.splitlines())}
    assert set(told) == set(readable_oddities())
    for name in ("alpha.png", "deep.png"):
        assert told[name]["verdict"] == "good"
    assert {type(line["score"]) for line in told.values()} == {float}
    assert told["alpha.png"]["optics"] == []
    assert told["alpha.png"]["optics_figures"]["width"] == 128
    assert told["alpha.png"]["optics_figures"]["brightness"] > 0
    assert told["alpha.png"]["distance"] > 0
    assert "The picture has 1×1 pixels, the training pictures 128×128." in told["dot.png"]["optics"][0]


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("text.jpg", b"not an image at all", "it is not a JPEG, PNG, BMP, TIFF or WebP image"),
        ("empty.png", b"", "the file is empty"),
        ("cut.jpg", encoded(draw_part(1))[:2000], "truncated"),
        ("cut.png", encoded(draw_part(1), ".png")[:2000], "truncated"),
        ("movie.png", b"GIF89a" + bytes(100), "it is not a JPEG, PNG"),
    ],
)
def test_a_file_that_is_no_whole_image_is_named_with_the_cause(
    trained: Trained, tmp_path: Path, name: str, content: bytes, cause: str
) -> None:
    (tmp_path / name).write_bytes(content)
    told = refused("inspect", trained.path, tmp_path / name, "--trust")
    assert str(tmp_path / name) in told
    assert cause in told


def test_a_broken_file_among_others_gets_its_line_and_the_others_their_verdicts(
    trained: Trained, tmp_path: Path
) -> None:
    for name, content in {"1.png": encoded(draw_part(1), ".png"), "2.png": b"", "3.jpg": b"GIF89a"}.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "4.jpg").symlink_to(tmp_path / "gone.jpg")
    (tmp_path / "5.png").write_bytes(encoded(draw_part(2), ".png"))
    (tmp_path / "folder.png").mkdir()

    ran = CliRunner().invoke(group, ["inspect", str(trained.path), str(tmp_path), "--trust"])
    assert isinstance(ran.exception, GoodpartError)
    assert ran.exception.exit_code == 2
    first = f"{tmp_path / '2.png'} cannot be used as an image: the file is empty."
    assert ran.exception.cause == f"3 of 5 images got no verdict. The first: {first}"
    lines = ran.output.splitlines()
    assert [line.split()[0] for line in lines] == ["good", "error", "error", "error", "good"]
    assert lines[1].endswith(first)
    assert "4.jpg cannot be opened: No such file" in lines[3]

    ran = CliRunner().invoke(group, ["inspect", str(trained.path), str(tmp_path), "--trust", "--json"])
    told = [*map(json.loads, ran.output.splitlines())]
    assert [Path(one["image"]).name for one in told] == ["1.png", "2.png", "3.jpg", "4.jpg", "5.png"]
    assert [one.get("verdict") for one in told] == ["good", None, None, None, "good"]
    assert told[1]["error"].startswith(first)
    assert set(told[1]) == {"image", "error", "code"}
    assert told[1]["code"] == "frame_unusable"


@pytest.mark.parametrize(
    ("inks", "rgb"),
    [
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 255, 0, 0), (255, 0, 255)),
        ((0, 0, 255, 0), (255, 255, 0)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((0, 0, 0, 0), (255, 255, 255)),
    ],
    ids=["cyan", "magenta", "yellow", "black", "paper"],
)
def test_printing_inks_become_the_colours_that_they_print(
    inks: tuple[int, int, int, int], rgb: tuple[int, int, int]
) -> None:
    pixels = decode(cmyk_jpeg(*inks), "cmyk.jpg").pixels
    assert pixels.shape == (8, 8, 3)
    assert np.abs(pixels.astype(int) - rgb[::-1]).max() <= 3


def test_a_picture_of_108_megapixels_gets_its_verdict_in_bounded_memory(trained: Trained, tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    huge.write_bytes(flat_png(9000, 12000, 90))
    program = (
        "import resource, sys; from goodpart.cli import group; "
        "group.main(sys.argv[1:], standalone_mode=False); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "inspect", str(trained.path), str(huge), "--trust"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    verdict, peak_kb = ran.stdout.splitlines()
    assert verdict.endswith("huge.png")
    assert int(peak_kb) < 1_500_000


def test_a_disk_that_is_full_keeps_the_old_package_and_leaves_no_draft(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "part.gpm").write_bytes(b"the package of yesterday")
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from goodpart.base.errors import GoodpartError\n"
        "from goodpart.vision.package import read_package, write_candidate\n"
        "package = read_package(Path(sys.argv[1]), keys=None)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))\n"
        "try:\n"
        "    write_candidate(Path(sys.argv[2]), package.manifest, package.files)\n"
        "except GoodpartError as error:\n"
        "    sys.exit(f'{error.cause} {error.remedy}')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(trained.path), str(tmp_path / "part.gpm")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.stderr.startswith(f"The package {tmp_path / 'part.gpm'} cannot be written: File too large.")
    assert "Free space there" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["part.gpm"]
    assert (tmp_path / "part.gpm").read_bytes() == b"the package of yesterday"


NO_PLACE_FOR_A_FILE = {
    "missing/folder/part": "There is no folder {0}/missing/folder.",
    "folder": "It is a folder.",
    "file/part": "Not a directory.",
    "device": "It is not a file.",
}


@pytest.fixture
def unwritable(tmp_path: Path) -> Path:
    """A folder with places where no file can be written, and a picture that cannot be used."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "device").symlink_to("/dev/null")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "broken.png").write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize(("place", "cause"), NO_PLACE_FOR_A_FILE.items())
def test_a_place_for_a_package_or_report_that_cannot_be_is_refused_before_an_image_is_read(
    unwritable: Path, place: str, cause: str
) -> None:
    out, parts = unwritable / place, unwritable / "parts"
    before = sorted(unwritable.rglob("*"))
    said = f"{out} cannot be written: {cause.format(unwritable)}"
    assert refused("train", parts, "-o", out) == f"The package {said}"
    assert refused("evaluate", unwritable / "none.gpm", parts, "--report", out) == f"The report {said}"
    assert sorted(unwritable.rglob("*")) == before


def test_a_folder_of_pictures_that_cannot_be_is_refused_before_an_image_is_read(
    trained: Trained, unwritable: Path
) -> None:
    broken = unwritable / "parts" / "broken.png"
    for option in ("--heatmaps", "--explain"):
        told = refused("inspect", trained.path, broken, "--trust", option, unwritable / "file")
        assert told == f"The folder {unwritable / 'file'} cannot be written: File exists."


def test_a_place_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "part.gpm").write_bytes(b"the package of yesterday")
    check_out(tmp_path / "part.gpm")
    check_out(tmp_path / "new.gpm")
    assert [path.name for path in tmp_path.iterdir()] == ["part.gpm"]
    assert (tmp_path / "part.gpm").read_bytes() == b"the package of yesterday"


def test_a_package_stays_far_below_25_megabytes_however_many_images_it_learned_from() -> None:
    """Its size is that of the network: golden pictures are bounded, and a report has 60 bytes an image."""
    backbone, settings = load_backbone(), TrainingSettings()
    rng = np.random.default_rng(0)
    channels, size, places = channels_of(backbone), 96, (settings.side // 16) ** 2

    def numbers(*shape: int) -> np.ndarray:
        return rng.normal(0, 1, shape).astype(np.float32)

    projection = Projection(numbers(channels), numbers(channels, size))
    detector = Detector(
        projection,
        projection,
        MemoryBank(numbers(settings.bank_size, size)),
        PositionGaussian((settings.side // 16,) * 2, numbers(places, size), numbers(places, size, size)),
        Combination(weight=0.5, pooling=Pooling.TOP, bank_scale=1.0, gaussian_scale=1.0, top=10),
    )
    golden_at_most = (settings.golden_images + 2) * 400_000
    assert len(scoring_network(backbone, detector)) + golden_at_most < 20_000_000
