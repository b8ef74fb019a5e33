"""``goodpart inspect``: the verdict on images, a line each. Starts in about a second: imports only what that needs."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from goodpart.base.files import check_place, write_durably
from goodpart.base.storage import StorageError, place_failure
from goodpart.cli.options import engine_option, key_set, keys_option
from goodpart.cli.progress import Bar
from goodpart.vision.defects import Defect
from goodpart.vision.engine import open_engine
from goodpart.vision.errors import FrameError, PackageError
from goodpart.vision.frame import IMAGE_SUFFIXES, Frame, read_frame
from goodpart.vision.inspector import Inspector, Look
from goodpart.vision.package import Package, read_package


@click.command()
@click.argument("package", metavar="PART.gpm", type=click.Path(path_type=Path))
@click.argument("images", metavar="IMAGE|DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per image.")
@click.option("--heatmaps", type=click.Path(path_type=Path), metavar="DIR", help="Write each image with its heat map.")
@click.option(
    "--explain",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write each region's place beside the good patch nearest to it.",
)
@click.option("--trust", is_flag=True, help="Run an unsigned candidate.")
@keys_option
@engine_option
def inspect(
    package: Path,
    images: tuple[Path, ...],
    as_json: bool,
    heatmaps: Path | None,
    explain: Path | None,
    trust: bool,
    keys: Path | None,
    engine: str,
) -> None:
    """Give the verdict on every IMAGE and every image in DIR: verdict, score and milliseconds.

    A file in DIR or among others that cannot be used gets a line with its error; the exit code is then 2, at the end.
    """
    accepted = None if trust else key_set(keys)
    # Lines on a terminal show how far it is; a bar would only break them.
    with Bar("The lines above are whole, and so are the pictures written.", shown=not sys.stdout.isatty()) as bar:
        inspector = Inspector(read_package(package, keys=accepted), engine=open_engine(engine))
        pictures = _Pictures(inspector.package, heatmaps, explain)
        files = list(_files(images))
        show = _course(bar) if len(files) > 1 else None
        unusable: list[FrameError] = []
        for number, (path, name) in enumerate(files):
            try:
                line = _line(inspector, path, name, pictures, as_json)
            except FrameError as error:
                if images == (path,):
                    raise
                unusable.append(error)
                line = _line_without_verdict(path, error, as_json)
            bar.clear()
            click.echo(line)
            if show is not None:
                show(number + 1, len(files))
    if unusable:
        first = unusable[0]
        raise FrameError(
            f"{len(unusable)} of {len(files)} images got no verdict. The first: {first.cause}", first.remedy
        )


class _Pictures:
    """The pictures that were asked for, beside the lines; what they need is imported only then."""

    def __init__(self, package: Package, heatmaps: Path | None, explain: Path | None) -> None:
        self._heatmaps, self._explain, self._explainer = heatmaps, explain, None
        for folder in (heatmaps, explain):
            if folder is not None:
                _open_folder(folder)
        if explain is not None:
            from goodpart.vision.explain import explainer_of  # noqa: PLC0415

            self._explainer = explainer_of(package)
            if self._explainer is None:
                raise PackageError(
                    "The package cannot explain: it holds no pictures of good patches.",
                    "Train the model again with this version; a model without a memory bank has none.",
                )

    def write(self, frame: Frame, look: Look, name: Path) -> None:
        if self._heatmaps is not None:
            from goodpart.vision.heatmap import render_overlay  # noqa: PLC0415

            _write(self._heatmaps / name, "_heat.jpg", render_overlay(frame, look))
        if self._explain is not None and self._explainer is not None:
            from goodpart.vision.heatmap import render_pair  # noqa: PLC0415

            for number, region in enumerate(look.defects):
                pair = self._explainer.nearest_good(frame, region)
                end = f"_{number:02d}_x{pair.x}_y{pair.y}.png"
                _write(self._explain / name, end, render_pair(pair.strange, pair.good))


def _write(place: Path, end: str, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    write_durably(place.with_name(place.name + end), content)


def _open_folder(folder: Path) -> None:
    """Raises `StorageError` where no picture can be written, before one is drawn."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        check_place(folder / "picture")
    except OSError as error:
        told = place_failure(folder, error)
        raise StorageError(f"The folder {folder} cannot be written: {told.cause}", told.remedy) from error


def _course(bar: Bar) -> Callable[[int, int], None]:
    from goodpart.base.clock import SystemClock  # noqa: PLC0415
    from goodpart.vision.progress import Course  # noqa: PLC0415

    course = Course({"inspecting": 1.0}, bar.show, lambda: False, SystemClock(), work="inspection")
    return lambda done, total: course.step("inspecting", done, total)


def _line(inspector: Inspector, path: Path, name: Path, pictures: _Pictures, as_json: bool) -> str:
    started = time.perf_counter_ns()
    frame = read_frame(path)
    look = inspector.inspect(frame)
    elapsed = (time.perf_counter_ns() - started) / 1e6
    pictures.write(frame, look, name)
    if not as_json and look.cause is not None:
        return f"{look.verdict:<6}  {'':9}  {elapsed:7.1f} ms  {path}: {look.detail}"
    if not as_json:
        kind = f"{look.kind[0]} {look.kind[1]:.0%}  " if look.kind else ""
        return f"{look.verdict:<6}  {look.score:9.4f}  {elapsed:7.1f} ms  {kind}{path}"
    told: dict[str, Any] = {
        "image": str(path),
        "verdict": look.verdict,
        "score": look.score if look.cause is None else None,
        "ms": round(elapsed, 3),
        "good_below": look.thresholds.good_below,
        "bad_above": look.thresholds.bad_above,
        "optics": [finding.sentence for finding in look.findings],
        "optics_figures": look.optics,
        "distance": look.distance,
        "defects": [_told(one) for one in look.defects if not one.below_threshold],
    }
    for one in look.defects:
        if one.below_threshold:  # a key of its own: who adds up areas must not meet one that nothing has measured
            told["strongest_place"] = _placed(one)
    if look.cause is not None:
        told |= {"cause": look.cause, "detail": look.detail}
    if look.types is not None:
        told["type"] = look.kind[0] if look.kind else ""
        told["types"] = {name: float(p) for name, p in zip(look.types.names, look.types.likely, strict=True)}
    return msgspec.json.encode(told).decode()


def _line_without_verdict(path: Path, error: FrameError, as_json: bool) -> str:
    if as_json:
        return msgspec.json.encode({"image": str(path), "error": str(error), "code": error.code}).decode()
    return f"error   {'':9}  {'':10}  {error.cause}"


def _told(one: Defect) -> dict[str, Any]:
    return {
        **_placed(one),
        "severity": round(one.severity, 4),
        "area_px": round(one.area_px, 1),
        "area_mm2": None if one.area_mm2 is None else round(one.area_mm2, 4),
        "contour": one.contour,
    }


def _placed(one: Defect) -> dict[str, Any]:
    return {"x": one.x, "y": one.y, "w": one.w, "h": one.h, "score": one.score, "type": one.kind}


def _files(places: tuple[Path, ...]) -> Iterator[tuple[Path, Path]]:
    """Every image, and what its pictures are called: as it lies in its folder, so that none takes another's place."""
    for place in places:
        if not place.is_dir():
            yield place, Path(place.stem)
            continue
        found = sorted(path for path in place.rglob("*") if path.suffix.lower() in IMAGE_SUFFIXES and not path.is_dir())
        if not found:
            raise FrameError(f"The folder {place} holds no image.", "Name an image or a folder with images.")
        yield from ((path, path.relative_to(place).with_suffix("")) for path in found)
