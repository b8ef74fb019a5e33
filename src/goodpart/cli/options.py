"""Options that several commands have, said once. Imports no more than `goodpart inspect` needs anyway."""

import re

import click

from goodpart.vision.engine import ENGINES

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


part_option = click.option(
    "--part",
    metavar="REGEX",
    callback=_pattern,
    help="What in a file's name tells the part (the first group, if any): images of one part count once.",
)
