"""The HTML report of an evaluation, and what a part's strangest place is compared with."""

import base64
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from goodpart.base.errors import GoodpartError
from goodpart.cli import group
from goodpart.trust.signatures import SoftwareSigner
from goodpart.vision.errors import PackageError
from goodpart.vision.evaluation.evaluate import evaluate
from goodpart.vision.evaluation.facts import TrainingFacts
from goodpart.vision.evaluation.folder import known_images
from goodpart.vision.evaluation.page import report_page, write_page
from goodpart.vision.evaluation.sections import model
from goodpart.vision.explain import explainer_of
from goodpart.vision.frame import from_pixels
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import Package, read_package, sign_package
from tests.integration.vision.conftest import Trained
from tests.integration.vision.drawn_parts import draw_part, encoded, write_folder

AT = datetime(2027, 3, 4, 5, 6, tzinfo=UTC)
SECTIONS = (
    "answer",
    "scores",
    "confusion",
    "missed-defects",
    "false-alarms",
    "hardest-good-parts",
    "hardest-defects",
    "kinds",
    "curves",
    "model",
    "speed",
)


@pytest.fixture(scope="module")
def page(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = write_folder(tmp_path_factory.mktemp("data") / "lids", train=1, good=6, bad=3)
    odd = folder / "test" / "scratch" / '2000"><script>alert(1)</script>&.png'.replace("/", "_")
    (folder / "test" / "scratch" / "2000.png").rename(odd)
    mask = folder / "ground_truth" / "scratch" / "2002_mask.png"
    mask.write_bytes(encoded(np.zeros_like(draw_part(0)), ".png"))
    inspector = Inspector(read_package(trained.path, keys=None))
    images = known_images(folder)
    seen: list[tuple[int, int]] = []
    warned: list[str] = []
    found = evaluate(inspector, images, warn=warned.append)
    assert [warning.partition(":")[0] for warning in warned] == ["The mask of scratch/2002.png marks nothing"]
    told = report_page(
        found, inspector, images, data="lids & co", machine="a CPU", at=AT, step=lambda *at: seen.append(at)
    )
    assert seen[-1][0] == seen[-1][1]
    return told


def test_the_page_has_every_section_and_a_heading_for_each(page: str) -> None:
    for key in SECTIONS:
        assert f'<section id="{key}" aria-labelledby="{key}-title"><h2 id="{key}-title">' in page
    assert page.count("<h1>") == 1
    assert "prefers-color-scheme: dark" in page
    assert "lids &amp; co" in page
    assert "evaluated 2027-03-04 05:06 UTC" in page
    assert [f'<section id="{key}"' in page for key in re.findall(r'<a href="#([^"]+)"', page)] == [True] * 10


def test_the_page_fetches_nothing(page: str) -> None:
    assert re.findall(r"https?:|//[a-z]|@import|url\(", re.sub(r"data:image/jpeg;base64,[^\"]*", "", page)) == []
    sources = re.findall(r'src="([^"]{0,30})', page)
    assert sources
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_file_names_are_text_whatever_they_hold(page: str) -> None:
    assert "&lt;script&gt;alert(1)&lt;_script&gt;&amp;.png" in page


def test_the_page_stays_small_and_every_image_has_words(page: str) -> None:
    assert len(page) < 4_000_000
    images = re.findall(r"<img [^>]*>", page)
    # Twelve cards: the frame, its heat map, its strangest patch and the good one nearest to it.
    assert len(images) == 4 * 12
    assert all(re.search(r'alt="[^"]+"', image) for image in images)


def test_what_a_person_marked_is_drawn_on_the_heat_map_and_not_on_the_picture(page: str) -> None:
    def black(alt: str) -> int:
        found = re.search(rf'src="data:image/jpeg;base64,([^"]+)"[^>]* alt="{alt}"', page)
        assert found is not None
        pixels = cv2.imdecode(np.frombuffer(base64.b64decode(found[1]), np.uint8), cv2.IMREAD_GRAYSCALE)
        assert pixels is not None
        return int((pixels < 20).sum())

    # Nothing drawn is as dark as the rim of the line. Scratches have masks, stains have none.
    assert black("scratch/2001.png") == black("Heat map over stain/3001.png") == 0
    assert black("Heat map over scratch/2001.png") > 50


def test_the_page_tells_why_the_model_is_as_it_is(page: str, trained: Trained) -> None:
    assert trained.report.why[:40] in page
    assert "an unsigned candidate" in page


def test_only_a_signature_that_was_verified_is_told_as_one(trained: Trained, tmp_path: Path) -> None:
    signer, signed = SoftwareSigner.generate(), tmp_path / "signed.gpm"
    sign_package(trained.path, signer, signed)
    key = signer.public_key
    unchecked = model(read_package(signed, keys=None), TrainingFacts(), "f32")
    assert f"not checked here: the file claims a signature by the key {key.key_id}" in unchecked
    keys, folder = tmp_path / "keys.json", write_folder(tmp_path / "lids", train=1, good=1, bad=1)
    keys.write_text(json.dumps([{"key_id": key.key_id, "value": key.value}]))
    told = CliRunner().invoke(group, ["evaluate", str(signed), str(folder), "--keys", str(keys)])
    assert told.exit_code == 0, told.output
    assert f"by the key {key.key_id}, verified" in (tmp_path / "signed-lids.html").read_text()
    refused = CliRunner().invoke(group, ["evaluate", str(trained.path), str(folder), "--keys", str(keys)])
    assert "unsigned candidate" in str(refused.exception)


def test_a_page_that_cannot_be_written_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(GoodpartError, match=r"nowhere.*cannot be written.*--no-report"):
        write_page(tmp_path / "nowhere" / "page.html", "x")
    assert list(tmp_path.iterdir()) == []


def test_a_strange_place_is_shown_beside_the_good_patch_nearest_to_it(trained: Trained) -> None:
    package = read_package(trained.path, keys=None)
    explainer = explainer_of(package)
    assert explainer is not None
    frame = from_pixels(draw_part(77, "scratch"), "scratched")
    look = Inspector(package).inspect(frame)
    pair = explainer.nearest_good(frame, look.defects[0])
    region = look.defects[0]
    assert region.x <= pair.x <= region.x + region.w
    assert region.y <= pair.y <= region.y + region.h
    assert pair.strange.shape == pair.good.shape == (48, 48, 3)
    # A scratch is bright; what good parts have there is not.
    assert int(pair.strange.max()) > int(pair.good.max()) + 30
    assert explainer.nearest_good(frame).heat == pytest.approx(float(look.heat.max()), rel=0.05)


def test_a_patch_of_a_learned_part_is_nearest_to_itself(trained: Trained) -> None:
    explainer = explainer_of(read_package(trained.path, keys=None))
    assert explainer is not None
    crops = [explainer.nearest_good(from_pixels(draw_part(number), "learned")) for number in range(4)]
    alike = [float(np.abs(one.strange.astype(int) - one.good).mean()) for one in crops]
    assert np.median(alike) < 14


def test_an_older_package_explains_nothing_and_says_so(trained: Trained) -> None:
    package = read_package(trained.path, keys=None)
    object.__setattr__(package, "manifest", _without_patches(package.manifest))
    assert explainer_of(package) is None


def with_file(trained: Trained, file: str, content: bytes) -> Package:
    package = read_package(trained.path, keys=None)
    return replace(package, files={**package.files, file: content})


def test_patches_that_cannot_be_used_stop_no_evaluation_and_the_page_says_so(trained: Trained, tmp_path: Path) -> None:
    package = with_file(trained, "patches.jpg", b"no picture")
    with pytest.raises(PackageError, match=r"holds a picture that cannot be used: patches.jpg .*Fetch the package"):
        explainer_of(package)
    images = known_images(write_folder(tmp_path / "lids", train=1, good=2, bad=2))
    inspector = Inspector(package)
    told = report_page(evaluate(inspector, images), inspector, images, data="lids", machine="a CPU", at=AT)
    assert "No good patches beside the strangest places: The model" in told
    assert "patches.jpg cannot be used as an image" in told


def test_a_golden_picture_that_cannot_be_used_is_the_packages_fault_and_not_the_users(trained: Trained) -> None:
    golden = read_package(trained.path, keys=None).manifest.golden[0].file
    with pytest.raises(PackageError, match=f"holds a picture that cannot be used: {golden} .*Fetch the package"):
        Inspector(with_file(trained, golden, b"no picture")).prove()


def _without_patches(manifest: object) -> object:
    import msgspec

    assert isinstance(manifest, msgspec.Struct)
    return msgspec.structs.replace(manifest, patches=None)
