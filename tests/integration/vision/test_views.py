"""Models that look at a part of the frame, at parts that move, and at large frames in tiles."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from goodpart.base.clock import SystemClock
from goodpart.cli import group
from goodpart.gateway.station.sight import PackageEye
from goodpart.vision.defects import Defect
from goodpart.vision.engine import ENGINES, Use, open_engine
from goodpart.vision.errors import PackageError, PartNotFoundError, TrainingError
from goodpart.vision.evaluation.evaluate import evaluate
from goodpart.vision.evaluation.folder import known_images
from goodpart.vision.explain import PatchPair, explainer_of
from goodpart.vision.frame import Frame, from_pixels
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import Package, read_package
from goodpart.vision.registration import Alignment
from goodpart.vision.roi import Regions, rectangle
from goodpart.vision.tiling import Tiling
from goodpart.vision.training import TrainingImage, TrainingReport, train
from goodpart.vision.view import View
from goodpart.wire.verdicts import NoReadCause, Verdict
from tests.fakes.gateways import recipe
from tests.integration.vision.drawn_parts import SMALL, encoded
from tests.integration.vision.marked_parts import HEIGHT, LEFT, PLACE, SIDE, TOP, WIDTH, draw_frame, move

# The lower right quarter of the part is nobody's business: a label is stuck there.
LABEL = rectangle((LEFT + 80) / WIDTH, (TOP + 80) / HEIGHT, (LEFT + SIDE) / WIDTH, (TOP + SIDE) / HEIGHT)
VIEW = View(regions=Regions(include=(PLACE,), exclude=(LABEL,)), alignment=Alignment())


@dataclass(frozen=True)
class Taught:
    path: Path
    package: Package
    report: TrainingReport


def learn(images: list[TrainingImage], view: View, out: Path) -> Taught:
    settings = msgspec.structs.replace(SMALL, view=view)
    report = train(
        images,
        settings,
        out=out,
        progress=lambda _progress: None,
        cancelled=lambda: False,
        clock=SystemClock(),
        seed=2,
    )
    return Taught(out, read_package(out, keys=None), report)


def unlike(pair: PatchPair) -> float:
    return float(np.abs(pair.strange.astype(int) - pair.good).mean())


def moved_frames(count: int) -> list[TrainingImage]:
    rng = np.random.default_rng(1)
    places = [None, *(move(rng.uniform(-8, 8), *rng.uniform(-35, 35, 2)) for _ in range(count - 1))]
    return [TrainingImage(f"{n:02d}.png", encoded(draw_frame(n, moved=at), ".png")) for n, at in enumerate(places)]


def belt() -> Frame:
    return from_pixels(np.full((HEIGHT, WIDTH, 3), 45, np.uint8), "belt")


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Taught:
    """From 16 parts that lie turned and shifted, and one picture of the empty belt."""
    images = [*moved_frames(16), TrainingImage("belt.png", encoded(belt().pixels, ".png"))]
    return learn(images, VIEW, tmp_path_factory.mktemp("views") / "marked.gpm")


def test_a_moved_part_is_judged_and_its_defect_marked_where_it_lies(taught: Taught) -> None:
    inspector = Inspector(taught.package)
    turned = move(7, 25, -20)
    verdicts = [inspector.inspect(from_pixels(draw_frame(n, moved=turned), "good")).verdict for n in range(50, 62)]
    assert verdicts.count(Verdict.GOOD) >= 11
    for number in range(70, 76):
        look = inspector.inspect(from_pixels(draw_frame(number, "stain", turned), "stained"))
        assert look.verdict is not Verdict.GOOD
        # The stain is drawn 12 to the right of the part's middle and 14 above it.
        x, y = turned @ (LEFT + SIDE / 2 + 12, TOP + SIDE / 2 - 14, 1)
        strongest = look.defects[0]
        assert strongest.x - 6 <= x <= strongest.x + strongest.w + 6
        assert strongest.y - 6 <= y <= strongest.y + strongest.h + 6
        assert look.heat.max() >= look.thresholds.good_below


def test_the_good_patch_nearest_to_a_strange_place_is_of_the_same_place_of_the_part(taught: Taught) -> None:
    explainer = explainer_of(taught.package)
    assert explainer is not None
    turned = move(7, 25, -20)
    frame = from_pixels(draw_frame(70, "stain", turned), "stained")
    strongest = Inspector(taught.package).inspect(frame).defects[0]
    pair = explainer.nearest_good(frame, strongest)
    assert strongest.x <= pair.x <= strongest.x + strongest.w
    assert strongest.y <= pair.y <= strongest.y + strongest.h
    # The stain is unlike every good patch; the same place of a good part is not.
    same = explainer.nearest_good(from_pixels(draw_frame(70, moved=turned), "good"), strongest)
    assert unlike(pair) > 1.4 * unlike(same)
    # Without a region the strangest place of all is meant: nothing under the excluded label, wherever it lies.
    labelled = draw_frame(80)
    labelled[TOP + 84 : TOP + SIDE - 4, LEFT + 84 : LEFT + SIDE - 4] = (0, 0, 255)
    pair = explainer.nearest_good(from_pixels(labelled, "labelled"))
    assert not (pair.x >= LEFT + 88 and pair.y >= TOP + 88)
    with pytest.raises(PartNotFoundError):
        explainer.nearest_good(belt())


def test_what_lies_under_the_excluded_label_is_nobodys_business(taught: Taught) -> None:
    inspector = Inspector(taught.package)
    frame = draw_frame(80)
    look = inspector.inspect(from_pixels(frame, "plain"))
    labelled = frame.copy()
    labelled[TOP + 84 : TOP + SIDE - 4, LEFT + 84 : LEFT + SIDE - 4] = (0, 0, 255)
    labelled[:10, :10] = 255
    other = inspector.inspect(from_pixels(labelled, "labelled"))
    assert other.score == pytest.approx(look.score, rel=0.03)
    assert other.verdict is Verdict.GOOD
    assert not other.defects


def test_an_empty_belt_is_no_read_with_its_cause_and_never_good(taught: Taught) -> None:
    look = Inspector(taught.package).inspect(belt())
    assert (look.verdict, look.cause) == (Verdict.NO_READ, NoReadCause.PART_NOT_FOUND)
    assert "The part was not found in belt" in look.detail
    assert look.score == float("inf")
    assert not look.defects
    assert any("belt.png" in warning and "not found" in warning for warning in taught.report.warnings)
    assert taught.report.n_good == 16


def test_a_station_counts_a_part_that_is_not_there_as_not_found(taught: Taught) -> None:
    eye = PackageEye(Inspector(taught.package))
    seen = eye.look(encoded(draw_frame(90, moved=move(-5, 10, 10)), ".png"), recipe())
    assert np.isfinite(seen.score)
    with pytest.raises(PartNotFoundError, match="not found"):
        eye.look(encoded(belt().pixels, ".png"), recipe())


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_reproduces_the_golden_scores_through_the_view(taught: Taught, engine: str) -> None:
    for precision in open_engine(engine).precisions():
        proof = Inspector(taught.package, engine=open_engine(engine), precision=precision).prove()
        assert proof.passed, proof.statement
        assert len(proof.scores) == 5
    assert [golden.seen for golden in taught.package.manifest.golden] == [False, False, False, True, True]


def test_the_cross_fitted_scores_are_like_those_of_new_parts(taught: Taught) -> None:
    inspector = Inspector(taught.package)
    new = [inspector.inspect(from_pixels(draw_frame(n, moved=move(3, 9, 9)), "new")).score for n in range(100, 112)]
    assert np.median(new) == pytest.approx(np.median([one.score for one in taught.report.scores]), rel=0.2)


def test_a_package_whose_golden_frame_is_no_picture_is_refused(taught: Taught) -> None:
    package = taught.package
    spoilt = Package(
        package.id, package.manifest, package.manifest_bytes, None, {**package.files, "reference.png": b""}
    )
    with pytest.raises(PackageError, match=r"golden frame reference\.png of the package"):
        Inspector(spoilt)


def test_a_golden_frame_that_is_not_among_the_images_is_named(tmp_path: Path) -> None:
    view = View(alignment=Alignment(golden="gone.png"))
    with pytest.raises(TrainingError, match=r"golden frame 'gone\.png' is not among"):
        learn(moved_frames(3), view, tmp_path / "x.gpm")
    even = [TrainingImage(f"{n}.png", encoded(np.full((64, 64, 3), n, np.uint8), ".png")) for n in range(3)]
    with pytest.raises(TrainingError, match="shows nothing to find the part by"):
        learn(even, View(alignment=Alignment()), tmp_path / "x.gpm")


def test_the_command_line_says_why_a_part_was_not_read(taught: Taught, tmp_path: Path) -> None:
    image = tmp_path / "belt.png"
    image.write_bytes(encoded(belt().pixels, ".png"))
    told = [
        subprocess.run(
            [sys.executable, "-m", "goodpart", "inspect", str(taught.path), str(image), "--trust", *more],
            capture_output=True,
            text=True,
            check=True,
            timeout=100,
        ).stdout
        for more in ((), ("--json",))
    ]
    assert told[0].startswith("no_read")
    assert "The part was not found" in told[0]
    line = msgspec.json.decode(told[1])
    assert (line["verdict"], line["cause"], line["score"]) == ("no_read", "part_not_found", None)
    assert "not found" in line["detail"]


def test_an_evaluation_ranks_and_claims_nothing_of_parts_that_were_not_found(taught: Taught, tmp_path: Path) -> None:
    for place, pictures in (
        ("good", [draw_frame(n, moved=move(2, 5, 5)) for n in (201, 202)] + [belt().pixels]),
        ("stain", [draw_frame(203, "stain"), belt().pixels]),
    ):
        (tmp_path / "test" / place).mkdir(parents=True)
        for number, pixels in enumerate(pictures):
            (tmp_path / "test" / place / f"{number}.png").write_bytes(encoded(pixels, ".png"))
    part = re.compile(r"^(\d)")
    found = evaluate(Inspector(taught.package), known_images(tmp_path, part))
    assert (found.n_good, found.n_bad, found.no_read_good, found.no_read_bad) == (3, 2, 1, 1)
    assert (found.proof.n_good, found.proof.n_bad, found.proof.overkills, found.proof.escapes) == (2, 1, 0, 0)
    assert found.image_auroc == 1.0
    assert [(one.name, one.cause) for one in found.no_reads] == [
        ("good/2.png", "part_not_found"),
        ("stain/1.png", "part_not_found"),
    ]
    assert (found.kinds[0].n, found.kinds[0].no_read) == (2, 1)
    as_json = msgspec.json.decode(msgspec.json.encode(found))
    assert [one["score"] for one in as_json["images"]].count(None) == 2
    report = tmp_path / "report.html"
    told = CliRunner().invoke(group, ["evaluate", str(taught.path), str(tmp_path), "--report", str(report)])
    assert told.exit_code == 0, told.output
    assert "2 of 5 images were not inspected (no_read) and count in no other figure" in told.output
    assert "no_read  good/2.png: The part was not found in" in told.output
    assert "stain: 2 images, AUROC 1.000, 0 missed" in told.output
    page = report.read_text()
    assert '<section id="not-inspected"' in page
    assert page.count("no_read</span> The part was not found in") == 2
    assert "score inf" not in page


def test_a_tiled_model_finds_in_a_large_frame_what_is_excluded_nowhere(tmp_path: Path) -> None:
    regions = Regions(exclude=(rectangle(0, 0, 0.3, 1),))
    view = View(regions=regions, tiling=Tiling(side=128, overlap=32))
    images = [TrainingImage(f"{n:02d}.png", encoded(draw_frame(n), ".png")) for n in range(8)]
    taught = learn(images, view, tmp_path / "tiled.gpm")
    assert "frames in tiles of 128" in taught.report.why
    assert taught.report.n_good == 8
    assert taught.report.detector.weight == 0.0
    for engine in ENGINES:
        inspector = Inspector(taught.package, engine=open_engine(engine))
        assert inspector.prove().passed
    spotted, excluded = draw_frame(200), draw_frame(200)
    spotted[TOP + 60 : TOP + 66, LEFT + 40 : LEFT + 46] = 250
    excluded[40:100, 10:70] = 250
    plain, found, same = (
        inspector.inspect(from_pixels(frame, "frame")) for frame in (draw_frame(200), spotted, excluded)
    )
    assert plain.verdict is Verdict.GOOD
    assert found.verdict is not Verdict.GOOD
    assert same.score == plain.score
    alone = Inspector(taught.package, engine=open_engine(ENGINES[-1]), use=Use.LATENCY)
    one_by_one = alone.inspect(from_pixels(spotted, "spotted"))
    assert one_by_one.score == found.score, "tiles side by side are seen as one after the other"
    assert np.array_equal(one_by_one.heat, found.heat)
    (first, *_) = found.defects
    assert first.x <= LEFT + 43 <= first.x + first.w
    assert first.y <= TOP + 63 <= first.y + first.h
    explainer = explainer_of(taught.package)
    assert explainer is not None
    pair = explainer.nearest_good(from_pixels(spotted, "spotted"), first)
    assert (pair.x, pair.y) == pytest.approx((LEFT + 43, TOP + 63), abs=12)
    assert int(pair.strange.max()) >= 230
    assert float(pair.good.max()) < 230
    # Where good parts have their marks, the good patch shows them too: crops are cut where patches were learned.
    good = from_pixels(draw_frame(201), "good")
    dark = explainer.nearest_good(good, Defect(LEFT + 58, TOP + 24, 12, 18, 1.0))
    light = explainer.nearest_good(good, Defect(LEFT + 82, TOP + 72, 12, 12, 1.0))
    assert max(int(dark.strange.min()), int(dark.good.min())) < 35
    assert min(int(light.strange.max()), int(light.good.max())) > 215
