"""Regions, tiles and alignment as a person types them."""

from pathlib import Path

import msgspec
import pytest

from goodpart.cli.view_options import view_of
from goodpart.vision.errors import TrainingError
from goodpart.vision.registration import Alignment
from goodpart.vision.roi import Regions, rectangle
from goodpart.vision.tiling import Tiling
from goodpart.vision.view import View


def test_nothing_said_is_the_whole_frame() -> None:
    assert view_of() == View()
    assert view_of().is_plain


def test_rectangles_polygons_tiles_and_alignment() -> None:
    view = view_of(
        include=("0.1,0.2,0.9,0.8",),
        exclude=("0.1,0.1 0.5,0.1 0.1,0.5",),
        tile="512,64,0.5",
        align=True,
        max_rotation=90,
    )
    assert view == View(
        regions=Regions(include=(rectangle(0.1, 0.2, 0.9, 0.8),), exclude=(((0.1, 0.1), (0.5, 0.1), (0.1, 0.5)),)),
        tiling=Tiling(side=512, overlap=64, scale=0.5),
        alignment=Alignment(max_rotation=90),
    )
    assert not view.is_plain
    assert view_of(tile="256").tiling == Tiling()


def test_a_view_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "view.json"
    view = View(tiling=Tiling(scale=0.5), alignment=Alignment(golden="lid-07.png"))
    file.write_bytes(msgspec.json.encode(view))
    assert view_of(file=file) == view
    with pytest.raises(TrainingError, match="says all that the other options say"):
        view_of(file=file, align=True)
    file.write_text('{"tiling": {"side": 100}}')
    with pytest.raises(TrainingError, match=r"view\.json cannot be read: the side of a tile"):
        view_of(file=file)
    file.write_text('{"tilling": {}}')
    with pytest.raises(TrainingError, match=r"unknown field `tilling` - at `\$`"):
        view_of(file=file)
    file.write_text('{"alignment": {"rotate": 3}}')
    with pytest.raises(TrainingError, match=r"unknown field `rotate` - at `\$\.alignment`"):
        view_of(file=file)
    with pytest.raises(TrainingError, match=r"none\.json cannot be read"):
        view_of(file=tmp_path / "none.json")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"include": ("0.1,0.2",)}, "--include '0.1,0.2' cannot be meant|3 to 256 corners"),
        ({"include": ("left,0,1,1",)}, "--include 'left,0,1,1' cannot be meant: 'left' is no number"),
        ({"exclude": ("0.5,0,0.2,1",)}, "--exclude .* left comes before right"),
        ({"exclude": ("0,0,1,1,1",)}, "neither LEFT,TOP,RIGHT,BOTTOM"),
        ({"exclude": ("0,0,1,1",)}, "nothing to look at"),
        ({"include": ("0,0,200,100",)}, "from 0 to 1"),
        ({"tile": "100"}, "--tile 100 cannot be meant: the side of a tile is a multiple of 32"),
        ({"tile": "256,32,1,1"}, "three values at most"),
        ({"tile": "big"}, "--tile big cannot be meant: 'big' is no whole number"),
        ({"align": True, "max_rotation": 200.0}, "0 to 180 degrees"),
        ({"golden": "x.png"}, "are about --align"),
    ],
)
def test_what_cannot_be_meant_is_named(said: dict[str, object], why: str) -> None:
    with pytest.raises(TrainingError, match=why):
        view_of(**said)  # type: ignore[arg-type]  # as the command line gives them
