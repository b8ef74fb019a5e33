"""Options that several commands have, said once. Imports no more than `goodpart inspect` needs anyway."""

import re
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from goodpart.trust.signatures import KeySet, PublicKey
from goodpart.vision.engine import ENGINES
from goodpart.vision.errors import PackageError
from goodpart.vision.parts import told_parts

engine_option = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="What runs the network; onnxruntime is for machines that OpenVINO does not serve.",
)

seed_option = click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    help="For every random choice of the training.",
)


def _pattern(_context: click.Context, _option: click.Parameter, given: str | None) -> re.Pattern[str] | None:
    try:
        return None if given is None else re.compile(given)
    except re.error as error:
        raise click.UsageError(f"--part is no regular expression: {error}.") from error


def say_parts(pattern: re.Pattern[str] | None, parts: Sequence[str | None]) -> None:
    """Say in how many names of images ``--part`` found a part. Raises `click.UsageError` when in none."""
    if pattern is None:
        return
    try:
        click.echo(f"--part: {told_parts(parts)}.", err=True)
    except ValueError as error:
        raise click.UsageError(
            f"--part {pattern.pattern} tells no part: {error}. Names are those of the image files, without folders."
        ) from error


part_option = click.option(
    "--part",
    metavar="REGEX",
    callback=_pattern,
    help="What in a file's name tells the part (the first group, if any): images of one part count once.",
)

keys_option = click.option(
    "--keys", type=click.Path(path_type=Path), metavar="FILE", help="Accepted public keys, a JSON list."
)


def key_set(file: Path | None) -> KeySet:
    """Without a file no key is accepted, and the refusal of an unsigned package names ``--trust``."""
    if file is None:
        return KeySet(())
    try:
        return KeySet(msgspec.json.decode(file.read_bytes(), type=list[PublicKey]))
    except (OSError, msgspec.MsgspecError) as error:
        raise PackageError(
            f"The key file {file} cannot be read: {error}.", "Export the public keys from the server again."
        ) from error
