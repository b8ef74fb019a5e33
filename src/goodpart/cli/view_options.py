"""The options that say what of a picture is looked at, and how: regions, tiles, alignment."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from goodpart.vision.errors import TrainingError
from goodpart.vision.registration import Alignment
from goodpart.vision.roi import Polygon, Regions, rectangle
from goodpart.vision.tiling import Tiling
from goodpart.vision.view import View

Result = TypeVar("Result")
_REGION = "LEFT,TOP,RIGHT,BOTTOM"
_OPTIONS = (
    click.option(
        "--include",
        multiple=True,
        metavar=_REGION,
        help="Look at this part of the picture only, from 0 to 1 across and down; or X,Y X,Y X,Y… for a polygon.",
    ),
    click.option("--exclude", multiple=True, metavar=_REGION, help="Do not look here, given in the same way."),
    click.option(
        "--tile",
        metavar="SIDE[,OVERLAP[,SCALE]]",
        help="Look at large pictures in tiles of SIDE pixels (256 is usual), for defects of a few pixels.",
    ),
    click.option(
        "--align", is_flag=True, help="Find the part in each picture first, and turn and shift it into place."
    ),
    click.option("--golden", default="", metavar="NAME", help="The picture that others are aligned to: the first."),
    click.option("--max-rotation", type=float, metavar="DEGREES", help="How far parts may be turned: 15."),
    click.option("--max-shift", type=float, metavar="SHARE", help="How far parts may be shifted: 0.25 of a side."),
    click.option("--view", "file", type=click.Path(path_type=Path), metavar="FILE", help="All of these, as JSON."),
)


def with_view(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options, and the `View` that they say as its argument ``view``."""

    @wraps(command)
    def run(**arguments: Any) -> None:
        names = ("include", "exclude", "tile", "align", "golden", "max_rotation", "max_shift", "file")
        said = {name: arguments.pop(name) for name in names}
        command(view=view_of(**said), **arguments)

    for option in reversed(_OPTIONS):
        run = option(run)
    return run


def view_of(
    *,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    tile: str | None = None,
    align: bool = False,
    golden: str = "",
    max_rotation: float | None = None,
    max_shift: float | None = None,
    file: Path | None = None,
) -> View:
    """What the options say. Raises `TrainingError` that names the one that cannot be meant."""
    placed = golden or max_rotation is not None or max_shift is not None
    if file is not None:
        if include or exclude or tile or align or placed:
            raise TrainingError("--view says all that the other options say.", "Give --view alone, or the others.")
        return _read(file)
    if placed and not align:
        raise TrainingError("--golden, --max-rotation and --max-shift are about --align.", "Add --align.")
    limits = {"max_rotation": max_rotation, "max_shift": max_shift}
    given: dict[str, Any] = {name: value for name, value in limits.items() if value is not None}
    return View(
        regions=_meant(
            "the regions",
            lambda: Regions(
                include=tuple(_region("--include", one) for one in include),
                exclude=tuple(_region("--exclude", one) for one in exclude),
            ),
        ),
        tiling=None if tile is None else _meant(f"--tile {tile}", lambda: _tiling(tile)),
        alignment=_meant("--align", lambda: Alignment(golden=golden, **given)) if align else None,
    )


def _region(option: str, said: str) -> Polygon:
    def read() -> Polygon:
        corners = said.replace(";", " ").split()
        points = [tuple(_number(value, float) for value in corner.split(",")) for corner in corners]
        if len(points) == 1 and len(points[0]) == 4:
            left, top, right, bottom = points[0]
            if left >= right or top >= bottom:
                raise ValueError("left comes before right and top before bottom")
            return rectangle(left, top, right, bottom)
        if any(len(point) != 2 for point in points):
            raise ValueError("it is neither LEFT,TOP,RIGHT,BOTTOM nor corners X,Y with spaces between")
        return tuple((point[0], point[1]) for point in points)

    return _meant(f"{option} {said!r}", read)


def _tiling(said: str) -> Tiling:
    values = said.split(",")
    if len(values) > 3:
        raise ValueError("three values at most are SIDE,OVERLAP,SCALE")
    given: dict[str, Any] = {"side": _number(values[0], int)}
    if len(values) > 1:
        given["overlap"] = _number(values[1], int)
    if len(values) > 2:
        given["scale"] = _number(values[2], float)
    return Tiling(**given)


def _number(said: str, kind: Callable[[str], Result]) -> Result:
    try:
        return kind(said)
    except ValueError as error:
        raise ValueError(f"{said!r} is no {'whole ' if kind is int else ''}number") from error


def _read(file: Path) -> View:
    try:
        content = file.read_bytes()
        view = msgspec.json.decode(content, type=View)
        # A package may say more than this Goodpart knows; a person who does has mistyped a name.
        _refuse_unknown(msgspec.json.decode(content), msgspec.to_builtins(view))
        return view
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise TrainingError(f"The view {file} cannot be read: {error}.", "Correct it, or leave it out.") from error


def _refuse_unknown(said: object, known: object, at: str = "$") -> None:
    """Raises `ValueError` for the first field in ``said`` that is none of the ``known``."""
    if not isinstance(said, dict) or not isinstance(known, dict):
        return
    for name, value in said.items():
        if name not in known:
            raise ValueError(f"it has an unknown field `{name}` - at `{at}`; there is {', '.join(sorted(known))}")
        _refuse_unknown(value, known[name], f"{at}.{name}")


def _meant(what: str, read: Callable[[], Result]) -> Result:
    try:
        return read()
    except ValueError as error:
        raise TrainingError(f"{what} cannot be meant: {error}.", "See goodpart train --help.") from error
