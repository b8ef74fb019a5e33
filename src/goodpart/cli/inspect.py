"""``goodpart inspect``: the verdict on images, a line each. Starts in about a second: imports only what that needs."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from goodpart.trust.signatures import KeySet, PublicKey
from goodpart.vision.errors import FrameError, PackageError
from goodpart.vision.frame import IMAGE_SUFFIXES, read_frame
from goodpart.vision.inspector import Defect, Inspector
from goodpart.vision.package import read_package


@click.command()
@click.argument("package", metavar="PART.gpm", type=click.Path(path_type=Path))
@click.argument("images", metavar="IMAGE|DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per image.")
@click.option("--heatmaps", type=click.Path(path_type=Path), metavar="DIR", help="Write each image with its heat map.")
@click.option("--trust", is_flag=True, help="Run an unsigned candidate.")
@click.option("--keys", type=click.Path(path_type=Path), metavar="FILE", help="Accepted public keys, a JSON list.")
def inspect(
    package: Path,
    images: tuple[Path, ...],
    as_json: bool,
    heatmaps: Path | None,
    trust: bool,
    keys: Path | None,
) -> None:
    """Give the verdict on every IMAGE and every image in DIR: verdict, score and milliseconds."""
    accepted = None if trust else _key_set(keys)
    inspector = Inspector(read_package(package, keys=accepted))
    if heatmaps is not None:
        heatmaps.mkdir(parents=True, exist_ok=True)
    for path in _files(images):
        click.echo(_line(inspector, path, heatmaps, as_json))


def _line(inspector: Inspector, path: Path, heatmaps: Path | None, as_json: bool) -> str:
    started = time.perf_counter_ns()
    frame = read_frame(path)
    look = inspector.inspect(frame)
    elapsed = (time.perf_counter_ns() - started) / 1e6
    if heatmaps is not None:
        from goodpart.vision.heatmap import render_overlay  # noqa: PLC0415  (only where it is asked for)

        (heatmaps / f"{path.stem}_heat.jpg").write_bytes(render_overlay(frame, look))
    if not as_json:
        kind = f"{look.kind[0]} {look.kind[1]:.0%}  " if look.kind else ""
        return f"{look.verdict:<6}  {look.score:9.4f}  {elapsed:7.1f} ms  {kind}{path}"
    told: dict[str, Any] = {
        "image": str(path),
        "verdict": look.verdict,
        "score": look.score,
        "ms": round(elapsed, 3),
        "good_below": look.thresholds.good_below,
        "bad_above": look.thresholds.bad_above,
        "defects": [_told(one) for one in look.defects],
    }
    if look.types is not None:
        told["type"] = look.kind[0] if look.kind else ""
        told["types"] = {name: float(p) for name, p in zip(look.types.names, look.types.likely, strict=True)}
    return msgspec.json.encode(told).decode()


def _told(one: Defect) -> dict[str, Any]:
    box = {"x": one.x, "y": one.y, "w": one.w, "h": one.h, "score": one.score}
    return {
        **box,
        "type": one.kind,
        "severity": round(one.severity, 4),
        "area_px": round(one.area_px, 1),
        "area_mm2": None if one.area_mm2 is None else round(one.area_mm2, 4),
        "contour": one.contour,
    }


def _files(places: tuple[Path, ...]) -> Iterator[Path]:
    for place in places:
        if not place.is_dir():
            yield place
            continue
        found = sorted(path for path in place.rglob("*") if path.suffix.lower() in IMAGE_SUFFIXES)
        if not found:
            raise FrameError(f"The folder {place} holds no image.", "Name an image or a folder with images.")
        yield from found


def _key_set(file: Path | None) -> KeySet:
    """Without a file no key is accepted, and the refusal of an unsigned package names ``--trust``."""
    if file is None:
        return KeySet(())
    try:
        return KeySet(msgspec.json.decode(file.read_bytes(), type=list[PublicKey]))
    except (OSError, msgspec.MsgspecError) as error:
        raise PackageError(
            f"The key file {file} cannot be read: {error}.", "Export the public keys from the server again."
        ) from error
