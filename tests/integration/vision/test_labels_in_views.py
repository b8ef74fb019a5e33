"""Labelled defects of parts that move, of which only some places count."""

from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from goodpart.base.clock import SystemClock
from goodpart.vision.engine import ENGINES, open_engine
from goodpart.vision.frame import Frame, from_pixels
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import Package, read_package
from goodpart.vision.registration import Alignment
from goodpart.vision.roi import Regions, rectangle
from goodpart.vision.training import TrainingImage, TrainingReport, train
from goodpart.vision.view import View
from goodpart.wire.verdicts import Verdict
from tests.integration.vision.drawn_parts import SMALL, draw_part, encoded, good_images, labelled_images
from tests.integration.vision.marked_parts import HEIGHT, LEFT, PLACE, SIDE, TOP, WIDTH, draw_frame, move

LABEL = rectangle((LEFT + 80) / WIDTH, (TOP + 80) / HEIGHT, (LEFT + SIDE) / WIDTH, (TOP + SIDE) / HEIGHT)
VIEW = View(regions=Regions(include=(PLACE,), exclude=(LABEL,)), alignment=Alignment(golden="00.png"))
STAIN = LEFT + SIDE // 2 + 12, TOP + SIDE // 2 - 14


def learn(images: list[TrainingImage], view: View, out: Path) -> tuple[TrainingReport, Package]:
    report = train(
        images,
        msgspec.structs.replace(SMALL, view=view),
        out=out,
        progress=lambda _progress: None,
        cancelled=lambda: False,
        clock=SystemClock(),
        seed=2,
    )
    return report, read_package(out, keys=None)


def moves(count: int, seed: int) -> list[NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    return [move(rng.uniform(-8, 8), *rng.uniform(-30, 30, 2)) for _ in range(count)]


def marked(number: int, kind: str, moved: NDArray[np.float64]) -> TrainingImage:
    """A moved part with its defect and the mask that a person would draw on it."""
    frame = draw_frame(number, kind, moved)
    drawn = np.abs(frame.astype(int) - draw_frame(number, moved=moved)).max(axis=2) > 40
    return TrainingImage(
        f"{kind}-{number}.png", encoded(frame, ".png"), kind, encoded(drawn.astype(np.uint8) * 255, ".png")
    )


def under_the_label() -> TrainingImage:
    frame, mask = draw_frame(690), np.zeros((HEIGHT, WIDTH), np.uint8)
    for picture, colour in ((frame, (0, 0, 255)), (mask, (255,))):
        cv2.circle(picture, (LEFT + 104, TOP + 104), 8, colour, -1)
    return TrainingImage("under.png", encoded(frame, ".png"), "stain", encoded(mask, ".png"))


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainingReport, Package]:
    good = [TrainingImage("00.png", encoded(draw_frame(0), ".png"))]
    good += [
        TrainingImage(f"{n:02d}.png", encoded(draw_frame(n, moved=at), ".png")) for n, at in enumerate(moves(15, 1), 1)
    ]
    bad = [
        marked(first + n, kind, at)
        for kind, first in (("stain", 600), ("scratch", 650))
        for n, at in enumerate(moves(8, first))
    ]
    out = tmp_path_factory.mktemp("marked") / "marked.gpm"
    return learn([*good, *bad, under_the_label()], VIEW, out)


def test_defects_of_moved_parts_are_named_and_lie_where_they_are(taught: tuple[TrainingReport, Package]) -> None:
    inspector, named = Inspector(taught[1]), []
    for number, at in enumerate(moves(6, 9)):
        for kind in ("stain", "scratch"):
            look = inspector.inspect(from_pixels(draw_frame(900 + number, kind, at), "bad"))
            assert look.verdict is not Verdict.GOOD
            assert look.kind is not None
            named.append(look.kind[0] == kind)
            assert look.types is not None
            assert look.types.maps is not None
            assert look.types.maps.shape[1:] == look.heat.shape
            if kind == "stain":
                x, y = at @ (*STAIN, 1)
                first = look.defects[0]
                assert first.x - 10 <= x <= first.x + first.w + 10
                assert first.y - 10 <= y <= first.y + first.h + 10
    assert sum(named) >= 11


def test_masks_are_learned_from_where_the_part_lies(taught: tuple[TrainingReport, Package]) -> None:
    labels = taught[0].labels
    assert labels is not None
    assert labels.types == ("scratch", "stain")
    assert labels.n_masks == 16
    assert labels.pixel_auroc_with is not None
    # A mask that was left where the unmoved part would lie marks other places than the defect.
    assert labels.pixel_auroc_with > 0.95


def test_a_defect_that_nobody_looks_at_is_not_learned_from_and_named(taught: tuple[TrainingReport, Package]) -> None:
    report, package = taught
    assert (report.n_good, report.n_bad) == (16, 16)
    assert any("under.png is labelled stain where nothing is looked at" in said for said in report.warnings)
    frame = draw_frame(80)
    plain = Inspector(package).inspect(from_pixels(frame, "plain"))
    cv2.circle(frame, (LEFT + 104, TOP + 104), 8, (0, 0, 255), -1)
    spotted = Inspector(package).inspect(from_pixels(frame, "spotted"))
    assert spotted.score == pytest.approx(plain.score, rel=0.03)
    assert spotted.verdict is Verdict.GOOD


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_reproduces_the_golden_scores(taught: tuple[TrainingReport, Package], engine: str) -> None:
    for precision in open_engine(engine).precisions():
        proof = Inspector(taught[1], engine=open_engine(engine), precision=precision).prove()
        assert proof.passed, proof.statement


def test_a_region_of_the_whole_frame_changes_nothing(tmp_path: Path) -> None:
    images = [*good_images(16), *labelled_images(8, "scratch"), *labelled_images(8, "stain")]
    whole = View(regions=Regions(include=(rectangle(0, 0, 1, 1),)))
    inside, outside = (learn(images, view, tmp_path / "x.gpm") for view in (View(), whole))
    assert outside[1].manifest.labels is not None
    assert inside[1].manifest.labels is None
    assert inside[0].labels == outside[0].labels
    first, second = Inspector(inside[1]), Inspector(outside[1])
    for frame in _some():
        one, other = first.inspect(frame), second.inspect(frame)
        assert other.score == pytest.approx(one.score, rel=2e-3)
        np.testing.assert_allclose(other.heat, one.heat, rtol=5e-3, atol=5e-3)
        assert one.types is not None
        assert other.types is not None
        np.testing.assert_allclose(other.types.likely, one.types.likely, atol=2e-3)


def _some() -> list[Frame]:
    return [from_pixels(draw_part(n, kind), "part") for n in (970, 971) for kind in ("", "scratch", "stain")]
