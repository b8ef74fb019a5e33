"""Labelled defects of large frames, between marks that are as strange as they are: found by what labels teach."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest

from goodpart.base.clock import SystemClock
from goodpart.vision.classifier.scoring import LabelledScoring
from goodpart.vision.engine import ENGINES, Use, open_engine
from goodpart.vision.errors import TrainingCancelledError, TrainingError
from goodpart.vision.evaluation.evaluate import evaluate
from goodpart.vision.evaluation.folder import KnownImage
from goodpart.vision.frame import Frame, from_pixels
from goodpart.vision.inspector import Inspector, Look
from goodpart.vision.package import Package, read_package
from goodpart.vision.ranking import auroc
from goodpart.vision.roi import Regions, rectangle
from goodpart.vision.tiling import Tiling
from goodpart.vision.training import Progress, TrainingImage, TrainingReport, train
from goodpart.vision.view import View
from goodpart.wire.verdicts import Verdict
from tests.integration.vision.drawn_parts import SMALL, encoded
from tests.integration.vision.marked_plates import (
    FIRST,
    HEIGHT,
    WIDTH,
    draw_plate,
    good_plates,
    labelled_plates,
    mask_of,
    place_of,
)

TILING = Tiling(side=128, overlap=32)
# The left quarter of a plate is nobody's business.
PARTLY = View(regions=Regions(exclude=(rectangle(0, 0, 0.25, 1),)), tiling=TILING)
SOME = range(900, 906)


@dataclass(frozen=True)
class Taught:
    report: TrainingReport
    package: Package
    stages: set[str]


def learn(
    images: list[TrainingImage],
    out: Path,
    view: View,
    *,
    is_enough: Callable[[Progress], bool] = lambda _progress: False,
) -> Taught:
    seen: list[Progress] = []
    report = train(
        images,
        msgspec.structs.replace(SMALL, view=view, mm_per_pixel=0.1),
        out=out,
        progress=seen.append,
        cancelled=lambda: any(is_enough(progress) for progress in seen),
        clock=SystemClock(),
        seed=3,
    )
    return Taught(report, read_package(out, keys=None), {progress.stage for progress in seen})


def plate(number: int, defect: str = "") -> Frame:
    return from_pixels(draw_plate(number, defect), f"plate {number}")


def lies_there(look: Look, number: int) -> bool:
    x, y = place_of(number)
    first = look.defects[0]
    return first.x - 8 <= x <= first.x + first.w + 8 and first.y - 8 <= y <= first.y + first.h + 8


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Taught:
    """Learned from 12 good plates, four dents and four scratches; nobody has marked the last scratch."""
    images = [*good_plates(12), *labelled_plates(4, "dent"), *labelled_plates(4, "scratch", masks=3)]
    return learn(images, tmp_path_factory.mktemp("tiles") / "plate.gpm", View(tiling=TILING))


def test_labels_find_what_good_parts_alone_miss(taught: Taught) -> None:
    labels = taught.report.labels
    assert labels is not None
    assert labels.score_used
    assert labels.auroc_without < 0.9
    assert labels.auroc_with > 0.95
    assert labels.map_used
    assert (labels.n_labelled, labels.n_masks, taught.report.n_bad) == (8, 7, 8)
    assert "labels" in taught.stages
    assert not any("sharpen" in warning for warning in taught.report.warnings)
    inspector = Inspector(taught.package)
    good = [inspector.inspect(plate(number)).score for number in SOME]
    bad = [inspector.inspect(plate(number, kind)).score for number in SOME for kind in FIRST]
    assert auroc(good, bad) > 0.95
    told = [one.score for one in taught.report.scores if one.label == "good"]
    assert np.median(good) == pytest.approx(np.median(told), rel=0.2), "scores of the report are those of new plates"


def test_defects_are_named_and_their_maps_say_where_they_are(taught: Taught) -> None:
    inspector, named, placed = Inspector(taught.package), 0, 0
    for number in SOME:
        for kind in FIRST:
            look = inspector.inspect(plate(number, kind))
            assert look.verdict is not Verdict.GOOD
            assert look.kind is not None
            assert look.types is not None
            assert look.types.maps is not None
            assert look.types.maps.shape == (2, HEIGHT // 8, WIDTH // 8)
            of_kind = look.types.maps[sorted(FIRST).index(kind)]
            row, column = np.unravel_index(int(of_kind.argmax()), of_kind.shape)
            named += look.kind[0] == kind
            placed += bool(np.hypot(column * 8 + 4 - place_of(number)[0], row * 8 + 4 - place_of(number)[1]) < 24)
    assert named >= 11
    assert placed >= 11


def test_regions_of_dents_lie_where_they_are_with_their_size(taught: Taught) -> None:
    inspector = Inspector(taught.package)
    for number in SOME[:4]:
        look = inspector.inspect(plate(number, "dent"))
        assert lies_there(look, number)
        first = look.defects[0]
        assert first.kind == "dent"
        assert np.hypot(*(np.mean(first.contour, axis=0) - place_of(number))) < 16
        assert 20 < first.area_px < 900
        assert first.area_mm2 == pytest.approx(first.area_px / 100)
        assert first.severity == pytest.approx(first.score / look.thresholds.bad_above)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_reproduces_the_golden_scores(taught: Taught, engine: str) -> None:
    proof = Inspector(taught.package, engine=open_engine(engine)).prove()
    assert proof.passed, proof.statement
    assert len(proof.scores) == 5


def test_tiles_side_by_side_are_seen_as_one_after_the_other(taught: Taught) -> None:
    frame = plate(910, "dent")
    one, other = (Inspector(taught.package, use=use).inspect(frame) for use in (Use.THROUGHPUT, Use.LATENCY))
    assert one.score == other.score
    np.testing.assert_array_equal(one.heat, other.heat)
    assert one.types is not None
    assert other.types is not None
    np.testing.assert_array_equal(one.types.maps, other.types.maps)


def test_the_package_is_evaluated_with_its_types(taught: Taught, tmp_path: Path) -> None:
    images = []
    for number, kind in ((920, "good"), (921, "good"), (922, "dent"), (923, "scratch")):
        path, mask = tmp_path / f"{number}.png", None
        path.write_bytes(encoded(draw_plate(number, "" if kind == "good" else kind), ".png"))
        if kind != "good":
            mask = tmp_path / f"{number}_mask.png"
            mask.write_bytes(mask_of(number, kind))
        images.append(KnownImage(path, kind, mask))
    found = evaluate(Inspector(taught.package), images)
    assert found.types is not None
    assert (found.image_auroc, found.types.accuracy) == (1.0, 1.0)
    assert found.pixel_auroc is not None
    assert found.pixel_auroc > 0.95


def few() -> list[TrainingImage]:
    """Six good plates, a marked dent, and one that is drawn where nobody looks."""
    numbers = range(FIRST["dent"], FIRST["dent"] + 40)
    dent = next(number for number in numbers if place_of(number)[0] > WIDTH // 2)
    hidden = next(number for number in numbers if place_of(number)[0] < WIDTH // 5)
    return [*good_plates(6), *(labelled_plates(1, "dent", first=number)[0] for number in (dent, hidden))]


def test_one_label_changes_no_score_and_the_same_seed_learns_the_same(tmp_path: Path) -> None:
    first, again = (learn(few(), tmp_path / f"{number}.gpm", PARTLY) for number in range(2))
    labels = first.report.labels
    assert labels is not None
    assert "too few" in labels.why
    assert (labels.types, labels.n_labelled, labels.map_used) == (("dent",), 1, False)
    assert any("is labelled dent where nothing is looked at" in said for said in first.report.warnings)
    assert again.package.network == first.package.network
    assert again.report.scores == first.report.scores
    assert first.package.manifest.schema == 2
    assert first.package.manifest.labels == LabelledScoring(), "score and map are those of good parts"
    look = Inspector(first.package).inspect(plate(930, "dent"))
    assert look.types is not None
    assert look.types.names == ("dent",)


def test_learning_labels_can_be_cancelled(tmp_path: Path) -> None:
    with pytest.raises(TrainingCancelledError):
        learn(few(), tmp_path / "none.gpm", PARTLY, is_enough=lambda progress: progress.stage == "labels")
    assert list(tmp_path.iterdir()) == []


def test_a_mask_that_does_not_match_its_frame_is_named(tmp_path: Path) -> None:
    mask = encoded(np.zeros((64, 128), np.uint8), ".png")
    bad = TrainingImage("bad.jpg", encoded(draw_plate(600, "dent")), "dent", mask)
    with pytest.raises(TrainingError, match=rf"mask of bad\.jpg is 128×64, its image {WIDTH}×{HEIGHT}"):
        learn([*good_plates(3), bad], tmp_path / "none.gpm", View(tiling=TILING))
    assert list(tmp_path.iterdir()) == []
