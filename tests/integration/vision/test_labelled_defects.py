"""A project that grows: the same parts with labels, types and masks."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest

from goodpart.base.clock import SystemClock
from goodpart.vision.engine import ENGINES, LoadOptions, Precision, open_engine
from goodpart.vision.errors import TrainingError
from goodpart.vision.frame import Frame, decode
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import Manifest, Package, read_package
from goodpart.vision.training import TrainingImage, TrainingReport, TrainingSettings, train
from goodpart.vision.verdict import Thresholds
from goodpart.wire.verdicts import Verdict
from tests.integration.vision.drawn_parts import SMALL, draw_part, drawn_mask, encoded, good_images, labelled_images

SCALED = msgspec.structs.replace(SMALL, mm_per_pixel=0.5)
STAIN_PX = np.pi * 9.5**2


@dataclass(frozen=True)
class Grown:
    path: Path
    report: TrainingReport
    inspector: Inspector


def learn(
    images: list[TrainingImage], out: Path, settings: TrainingSettings = SMALL, keep: Path | None = None
) -> TrainingReport:
    return train(
        images,
        settings,
        out=out,
        progress=lambda _progress: None,
        cancelled=lambda: False,
        clock=SystemClock(),
        seed=3,
        keep=keep,
    )


def photographed(number: int, defect: str = "") -> Frame:
    return decode(encoded(draw_part(number, defect)), f"part {number}")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    """Learned from 24 good parts, eight scratches and eight stains with masks; half a millimetre a pixel."""
    path = tmp_path_factory.mktemp("grown") / "lid.gpm"
    images = [*good_images(24), *labelled_images(8, "scratch"), *labelled_images(8, "stain")]
    report = learn(images, path, SCALED, keep=path.parent / "features")
    return Grown(path, report, Inspector(read_package(path, keys=None)))


def test_new_parts_are_judged_and_their_defects_named(grown: Grown) -> None:
    for number in range(900, 908):
        good = grown.inspector.inspect(photographed(number))
        assert good.verdict is not Verdict.BAD
        for kind in ("scratch", "stain"):
            look = grown.inspector.inspect(photographed(number, kind))
            assert look.verdict is not Verdict.GOOD
            assert look.kind is not None
            assert look.kind[0] == kind
            assert look.kind[1] > 0.5
            assert look.defects[0].kind == kind


def test_the_outline_lies_on_the_defect_and_its_area_is_known(grown: Grown) -> None:
    look = grown.inspector.inspect(photographed(950, "stain"))
    stain = look.defects[0]
    middle = np.mean(stain.contour, axis=0)
    assert np.hypot(*(middle - (64 + 12, 64 - 14))) < 10
    assert 0.3 * STAIN_PX < stain.area_px < 6 * STAIN_PX
    assert stain.area_mm2 == pytest.approx(stain.area_px / 4)
    assert stain.severity == pytest.approx(stain.score / look.thresholds.bad_above)


def test_maps_say_which_type_is_where(grown: Grown) -> None:
    look = grown.inspector.inspect(photographed(951, "stain"))
    assert look.types is not None
    assert look.types.maps is not None
    scratch, stain = look.types.maps
    row, column = np.unravel_index(int(stain.argmax()), stain.shape)
    assert np.hypot(column * 8 + 4 - 76, row * 8 + 4 - 50) < 14
    assert stain.max() > scratch.max()


def test_a_part_that_is_not_good_shows_the_strongest_place_where_no_region_is_above_the_threshold(
    grown: Grown,
) -> None:
    frame = photographed(954, "stain")
    look = grown.inspector.inspect(frame)
    highest = float(look.heat.max())
    assert not any(one.below_threshold for one in look.defects)
    # Thresholds that the map stays below, and one time the score too.
    limits = Thresholds(good_below=1.1 * highest, bad_above=2 * highest)
    assert grown.inspector.find(look.heat, 1.05 * highest, limits, frame, look.types) == []
    (place,) = grown.inspector.find(look.heat, 1.2 * highest, limits, frame, look.types)
    assert place.below_threshold
    assert place.kind == "stain"
    assert np.hypot(place.x + place.w / 2 - (64 + 12), place.y + place.h / 2 - (64 - 14)) < 14


def test_the_report_says_what_labels_gave(grown: Grown) -> None:
    labels = grown.report.labels
    assert labels is not None
    assert labels.types == ("scratch", "stain")
    assert (labels.n_labelled, labels.n_masks) == (16, 16)
    assert labels.type_accuracy is not None
    assert labels.type_accuracy > 0.9
    assert [row.judged[row.type] for row in labels.confusion] >= [7, 7]
    assert labels.pixel_auroc_with is not None
    assert labels.pixel_auroc_with > 0.9
    assert f"{labels.auroc_without:.3f}" in labels.why or not labels.score_used
    assert len(grown.report.scores) == 40
    assert msgspec.json.decode(msgspec.json.encode(grown.report), type=TrainingReport) == grown.report


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_reproduces_the_scores_and_the_new_outputs(grown: Grown, engine: str) -> None:
    package = read_package(grown.path, keys=None)
    proof = Inspector(package, engine=open_engine(engine), precision=Precision.F32).prove()
    assert proof.passed, proof.statement
    options = LoadOptions(Precision.F32, package.manifest.network.taps)
    picture = draw_part(952, "scratch")
    expected = open_engine().load(package.network, options).run(picture)
    found = open_engine(engine).load(package.network, options).run(picture)
    assert set(found) >= {"score", "heat", "types", "type_maps"}
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=2e-3, atol=2e-3, err_msg=name)


def test_the_same_seed_learns_the_same_from_labels_and_from_kept_features(grown: Grown, tmp_path: Path) -> None:
    images = [*good_images(24), *labelled_images(8, "scratch"), *labelled_images(8, "stain")]
    kept = grown.path.parent / "features"
    records = {record.name: record.stat().st_ino for record in kept.iterdir()}
    again = learn(images, tmp_path / "again.gpm", SCALED, keep=kept)
    assert {record.name: record.stat().st_ino for record in kept.iterdir()} == records, "nothing was computed anew"
    assert len(records) == 2 * 40
    assert again.labels == grown.report.labels
    assert read_package(tmp_path / "again.gpm", keys=None).network == read_package(grown.path, keys=None).network


def test_one_label_only_changes_no_score(tmp_path: Path) -> None:
    plain = learn(good_images(16), tmp_path / "plain.gpm")
    report = learn([*good_images(16), *labelled_images(1, "stain")], tmp_path / "one.gpm")
    assert report.labels is not None
    assert not report.labels.score_used
    assert "too few" in report.labels.why
    assert report.labels.type_accuracy is None
    assert [one.score for one in report.scores[:16]] == pytest.approx([one.score for one in plain.scores])
    look = Inspector(read_package(tmp_path / "one.gpm", keys=None)).inspect(photographed(953, "scratch"))
    assert look.kind == ("stain", 1.0)


def test_good_parts_labelled_as_defects_leave_the_detector_as_it_is(tmp_path: Path) -> None:
    wrong = [TrainingImage(f"wrong-{n}.jpg", encoded(draw_part(n)), "dent") for n in range(700, 708)]
    report = learn([*good_images(16), *wrong], tmp_path / "wrong.gpm")
    assert report.labels is not None
    assert not report.labels.score_used
    assert "do not improve it" in report.labels.why
    inspector = Inspector(read_package(tmp_path / "wrong.gpm", keys=None))
    assert inspector.inspect(photographed(954, "stain")).score > inspector.inspect(photographed(954)).score * 1.5


def test_an_image_with_the_wrong_type_is_named(tmp_path: Path) -> None:
    swapped = TrainingImage("swapped.jpg", encoded(draw_part(790, "stain")), "scratch")
    images = [*good_images(12), *labelled_images(8, "scratch"), *labelled_images(8, "stain"), swapped]
    report = learn(images, tmp_path / "swapped.gpm")
    assert any("swapped.jpg is labelled scratch but looks like stain" in warning for warning in report.warnings)


def test_a_mask_of_another_size_is_named(tmp_path: Path) -> None:
    mask = encoded(np.zeros((64, 128), np.uint8), ".png")
    bad = TrainingImage("bad.jpg", encoded(draw_part(1, "stain")), "stain", mask)
    with pytest.raises(TrainingError, match=r"mask of bad\.jpg is 128×64, its image 128×128"):
        learn([*good_images(6), bad], tmp_path / "none.gpm")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no picture"])
def test_a_mask_that_is_no_image_is_named(content: bytes, tmp_path: Path) -> None:
    bad = TrainingImage("bad.jpg", encoded(draw_part(1, "stain")), "stain", content)
    with pytest.raises(TrainingError, match=r"mask of bad\.jpg cannot be used"):
        learn([*good_images(6), bad], tmp_path / "none.gpm")


def test_a_package_from_before_there_were_types_still_loads(tmp_path: Path) -> None:
    learn(good_images(6), tmp_path / "old.gpm")
    package = read_package(tmp_path / "old.gpm", keys=None)
    fields = msgspec.json.decode(package.manifest_bytes)
    for later in ("types", "mm_per_pixel", "labels"):
        fields.pop(later)
    old = msgspec.json.decode(msgspec.json.encode(fields), type=Manifest)
    look = Inspector(Package(package.id, old, package.manifest_bytes, None, package.files)).inspect(photographed(1))
    assert look.types is None
    assert look.kind is None


def test_masks_mark_what_was_drawn() -> None:
    mask = decode(drawn_mask(3, "stain"), "mask").pixels[:, :, 0] > 0
    assert mask.sum() == pytest.approx(STAIN_PX, rel=0.35)
