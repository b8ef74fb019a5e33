"""From drawn good parts to a model that tells the bad ones."""

import time
import tracemalloc
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from goodpart.base.clock import SystemClock
from goodpart.trust.signatures import KeySet, SoftwareSigner
from goodpart.vision.engine import ENGINES, Precision, open_engine
from goodpart.vision.errors import TrainingCancelledError, TrainingError
from goodpart.vision.frame import Frame, decode
from goodpart.vision.inspector import Inspector
from goodpart.vision.optics import OpticsCheck
from goodpart.vision.package import read_package, sign_package
from goodpart.vision.preprocessing import Fit
from goodpart.vision.training import Progress, TrainingImage, TrainingReport, TrainingSettings, train
from goodpart.wire.verdicts import Verdict
from tests.integration.vision.conftest import Trained
from tests.integration.vision.drawn_parts import SMALL, draw_part, encoded, good_images


def learn(images: list[TrainingImage], out: Path, settings: TrainingSettings = SMALL, seed: int = 0) -> TrainingReport:
    return train(
        images,
        settings,
        out=out,
        progress=lambda _progress: None,
        cancelled=lambda: False,
        clock=SystemClock(),
        seed=seed,
    )


def of_parts(images: list[TrainingImage], images_of_a_part: int) -> list[TrainingImage]:
    return [replace(one, part=f"{one.label} {n // images_of_a_part}") for n, one in enumerate(images)]


def photographed(number: int, defect: str = "") -> Frame:
    """A part as the training images show it: through a JPEG."""
    return decode(encoded(draw_part(number, defect)), f"part {number}")


def test_new_good_parts_are_good_and_defects_are_not(trained: Trained) -> None:
    inspector = Inspector(read_package(trained.path, keys=None))
    good = [inspector.inspect(photographed(n)).verdict for n in range(100, 140)]
    bad = [inspector.inspect(photographed(n, kind)).verdict for n in range(200, 220) for kind in ("scratch", "stain")]
    assert good.count(Verdict.GOOD) >= 38
    assert Verdict.GOOD not in bad


def test_the_defect_is_where_it_was_drawn(trained: Trained) -> None:
    look = Inspector(read_package(trained.path, keys=None)).inspect(photographed(300, "stain"))
    strongest = look.defects[0]
    assert strongest.x <= 64 + 12 <= strongest.x + strongest.w
    assert strongest.y <= 64 - 14 <= strongest.y + strongest.h
    assert set(look.stages_ms) == {"optics", "resize", "infer", "regions"}


@pytest.mark.parametrize("threads", [1, 2])
def test_the_optics_are_the_same_on_one_core_and_beside_the_network_and_the_stages_add_up(
    trained: Trained, threads: int
) -> None:
    package = read_package(trained.path, keys=None)
    frame = photographed(300)
    assert package.manifest.optics is not None
    expected = OpticsCheck(package.manifest.optics).figures(frame.pixels)
    inspector = Inspector(package, threads=threads)
    started = time.perf_counter_ns()
    look = inspector.inspect(frame)
    elapsed_ms = (time.perf_counter_ns() - started) / 1e6
    assert look.optics == expected
    assert 0 < sum(look.stages_ms.values()) < elapsed_ms
    assert all(stage >= 0 for stage in look.stages_ms.values())


def test_the_report_carries_its_evidence_and_is_json(trained: Trained) -> None:
    report = trained.report
    assert report.n_good == 24
    assert report.n_bad == 0
    assert len(report.scores) == 24
    assert report.selected_on == "synthetic defects"
    assert report.candidates[0].auroc == max(candidate.auroc for candidate in report.candidates)
    assert "nothing can be said about escapes" in report.proof.statements[0]
    assert any("Only 24 different images" in warning for warning in report.warnings)
    assert msgspec.json.decode(msgspec.json.encode(report), type=TrainingReport) == report
    assert report.package_id == read_package(trained.path, keys=None).id


def test_progress_goes_through_the_stages_to_the_end(trained: Trained) -> None:
    stages = list(dict.fromkeys(one.stage for one in trained.progress))
    assert stages[:4] == ["images", "defects", "features", "selection"]
    assert stages[4:] == ["comparison", "learning", "thresholds", "package"]
    assert trained.progress[-1].done == trained.progress[-1].total
    assert trained.progress[-1].remaining_s == 0.0


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_reproduces_the_golden_scores(trained: Trained, engine: str) -> None:
    package = read_package(trained.path, keys=None)
    for precision in open_engine(engine).precisions():
        proof = Inspector(package, engine=open_engine(engine), precision=precision).prove()
        assert proof.passed, proof.statement
        assert proof.precision is precision
        assert len(proof.scores) == 5
        assert {score.label for score in proof.scores} == {"good", "drawn_defect"}


def test_a_machine_that_sees_otherwise_fails_the_proof(trained: Trained) -> None:
    package = read_package(trained.path, keys=None)
    manifest = package.manifest
    other = tuple(
        msgspec.structs.replace(golden, scores={name: score * 1.2 for name, score in golden.scores.items()})
        for golden in manifest.golden
    )
    changed = type(package)(
        package.id,
        msgspec.structs.replace(manifest, golden=other),
        package.manifest_bytes,
        None,
        package.files,
    )
    proof = Inspector(changed).prove()
    assert not proof.passed
    assert "not reproduced" in proof.statement


def test_thresholds_of_every_precision_give_the_same_verdicts(trained: Trained) -> None:
    package = read_package(trained.path, keys=None)
    inspectors = [Inspector(package, precision=Precision(precision)) for precision in package.manifest.thresholds]
    frames = [photographed(n, kind) for n in range(400, 410) for kind in ("", "scratch", "stain")]
    verdicts = [[inspector.inspect(frame).verdict for frame in frames] for inspector in inspectors]
    for other in verdicts[1:]:
        differing = [{one, two} for one, two in zip(verdicts[0], other, strict=True) if one is not two]
        assert len(differing) <= 3
        assert {Verdict.GOOD, Verdict.BAD} not in differing


def test_the_scores_that_thresholds_stand_on_are_like_those_of_new_good_parts(trained: Trained) -> None:
    inspector = Inspector(read_package(trained.path, keys=None), precision=Precision(trained.report.precision))
    new = [inspector.inspect(photographed(n)).score for n in range(500, 530)]
    known = [scored.score for scored in trained.report.scores]
    assert np.median(new) == pytest.approx(np.median(known), rel=0.15)


def test_the_same_seed_trains_the_same_model(tmp_path: Path) -> None:
    reports = [learn(good_images(12), tmp_path / f"{run}.gpm", seed=5) for run in range(2)]
    first, second = (read_package(tmp_path / f"{run}.gpm", keys=None) for run in range(2))
    assert first.network == second.network
    assert reports[0].scores == reports[1].scores
    assert first.manifest.thresholds == second.manifest.thresholds


def test_a_signed_package_runs_without_the_candidate(trained: Trained, tmp_path: Path) -> None:
    signer = SoftwareSigner.generate()
    signed = tmp_path / "signed.gpm"
    identity = sign_package(trained.path, signer, signed)
    package = read_package(signed, keys=KeySet([signer.public_key]), expected_id=identity)
    assert Inspector(package).prove().passed


def test_two_images_train_with_a_warning(tmp_path: Path) -> None:
    report = learn(good_images(2), tmp_path / "two.gpm")
    assert report.n_good == 2
    assert any("Only 2 different images" in warning for warning in report.warnings)
    assert Inspector(read_package(tmp_path / "two.gpm", keys=None)).prove().passed


def test_one_image_cannot_show_how_parts_differ(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="One image cannot show how good parts differ") as caught:
        learn(good_images(1), tmp_path / "one.gpm")
    assert "2 at least" in caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_many_images_of_one_part_cannot_show_it_either(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="3 images of one part cannot show how good parts differ"):
        learn(of_parts(good_images(3), 3), tmp_path / "one.gpm")


def test_identical_images_count_once(tmp_path: Path) -> None:
    copies = [TrainingImage(f"copy-{n}.jpg", good_images(1)[0].content) for n in range(5)]
    with pytest.raises(TrainingError, match="5 files with one usable, different image"):
        learn(copies, tmp_path / "same.gpm")
    mistaken = TrainingImage("mistaken.jpg", good_images(8)[7].content, "scratch")
    report = learn([*good_images(8), *copies, mistaken], tmp_path / "some.gpm")
    assert (report.n_good, report.n_bad, report.proof.n_good) == (7, 0, 7)
    assert any("5 images are identical" in warning for warning in report.warnings)
    assert any("good-007.jpg (labelled good) and mistaken.jpg" in warning for warning in report.warnings)


def test_images_of_different_sizes_train_with_a_warning(tmp_path: Path) -> None:
    sizes = [(128, 128), (96, 160), (160, 96), (120, 140)]
    images = [TrainingImage(f"part-{n}.png", encoded(draw_part(n, size=sizes[n % 4]), ".png")) for n in range(12)]
    report = learn(images, tmp_path / "mixed.gpm")
    assert any("4 different sizes" in warning for warning in report.warnings)
    assert report.preprocessing.fit is Fit.ASPECT
    assert Inspector(read_package(tmp_path / "mixed.gpm", keys=None)).prove().passed


def test_unreadable_files_are_left_out_by_name(tmp_path: Path) -> None:
    images = [*good_images(8), TrainingImage("notes.jpg", b"no picture"), TrainingImage("gone.png", tmp_path / "gone")]
    report = learn(images, tmp_path / "some.gpm")
    assert report.n_good == 8
    assert any("notes.jpg" in warning for warning in report.warnings)
    assert any("gone" in warning for warning in report.warnings)


def test_a_set_without_one_usable_image_names_the_first_reason(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"None of the 2 files.*a\.jpg cannot be used"):
        learn([TrainingImage("a.jpg", b"x"), TrainingImage("b.jpg", b"")], tmp_path / "none.gpm")


def test_a_set_without_good_parts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no image of a good part"):
        learn([TrainingImage("a.jpg", encoded(draw_part(0)), "scratch")], tmp_path / "none.gpm")


def test_a_defect_among_the_good_images_is_named(tmp_path: Path) -> None:
    spoilt = TrainingImage("spoilt.jpg", encoded(draw_part(999, "stain")))
    report = learn([*good_images(24), spoilt], tmp_path / "spoilt.gpm")
    assert any("spoilt.jpg looks unlike the other good parts" in warning for warning in report.warnings)


def test_labelled_defects_replace_the_synthetic_ones_and_enter_the_proof(tmp_path: Path) -> None:
    defects = [TrainingImage(f"bad-{n}.jpg", encoded(draw_part(n, "stain")), "stain") for n in range(600, 612)]
    report = learn([*of_parts(good_images(16), 2), *of_parts(defects, 2)], tmp_path / "labelled.gpm")
    assert report.selected_on == "labelled defects"
    assert (report.n_good, report.n_good_parts, report.proof.n_good) == (16, 8, 8)
    assert (report.n_bad, report.n_bad_parts, report.proof.n_bad) == (12, 6, 6)
    assert [scored.label for scored in report.scores].count("stain") == 12
    assert "0 of 6 known defects missed" in report.proof.statements[0]


def test_more_images_than_are_cross_fitted_are_learned_from_too(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(SMALL, selection_images=16)
    report = learn(of_parts(good_images(30), 2), tmp_path / "many.gpm", settings)
    assert (report.n_good, report.n_good_parts) == (30, 15)
    assert list(Counter(scored.part for scored in report.scores).values()) == [2] * 8, "whole parts are left out"
    assert Inspector(read_package(tmp_path / "many.gpm", keys=None)).prove().passed


def test_more_images_take_no_more_memory(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(SMALL, side=64, selection_images=12)
    drawn = [TrainingImage(f"{n}.jpg", encoded(draw_part(n, size=(64, 64)))) for n in range(480)]
    peaks = []
    for count in (330, 480):
        tracemalloc.start()
        report = learn(drawn[:count], tmp_path / f"{count}.gpm", settings)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert report.n_good == count
    kept_of_each = 64 * 64 * 3 + (64 * 152 + 16 * 96) * 4
    assert peaks[1] - peaks[0] < 150 * kept_of_each / 4


@pytest.mark.parametrize("stage", ["images", "features", "selection", "learning", "package"])
def test_cancelling_at_any_stage_writes_nothing(stage: str, tmp_path: Path) -> None:
    reached: list[str] = []

    def note(progress: Progress) -> None:
        reached.append(progress.stage)

    with pytest.raises(TrainingCancelledError):
        train(
            good_images(6),
            SMALL,
            out=tmp_path / "cancelled.gpm",
            progress=note,
            cancelled=lambda: stage in reached,
            clock=SystemClock(),
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [{"side": 100}, {"side": 32}, {"bank_size": 1}, {"folds": 1}])
def test_settings_that_cannot_work_do_not_exist(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"side|bank|folds"):
        msgspec.structs.replace(SMALL, **wrong)
