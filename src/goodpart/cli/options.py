"""Options that several commands have, said once. Imports no more than `goodpart inspect` needs anyway."""

import click

from goodpart.vision.engine import ENGINES

engine_option = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="What runs the network; onnxruntime is for machines that OpenVINO does not serve.",
)
