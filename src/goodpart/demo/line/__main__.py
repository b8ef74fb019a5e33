"""``python -m goodpart.demo.line``: the simulated line on its own."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Any

import click

from goodpart.base.clock import SystemClock
from goodpart.base.errors import GoodpartError
from goodpart.demo.line.machine import Feed
from goodpart.demo.line.process import LineSettings, serve

_PORT = click.IntRange(0, 65535)
_FEEDS = {"held": Feed(parts=0, running=False), "endless": Feed()}


def _feed(_: click.Context, __: click.Parameter, value: str) -> Feed:
    if value in _FEEDS:
        return _FEEDS[value]
    if value.isascii() and value.isdigit():
        return Feed(parts=int(value))
    raise click.BadParameter("give held, endless, or a number of parts")


@click.command()
@click.option("--folder", required=True, type=click.Path(path_type=Path), help="Where the line keeps its memory.")
@click.option("--plc-port", type=_PORT, default=0, help="Port of the OPC UA server; 0 takes any free one.")
@click.option("--http-port", type=_PORT, default=0, help="Port of the camera.")
@click.option("--control-port", type=_PORT, default=0, help="Port of the demo's control door.")
@click.option("--cycle-ms", type=click.IntRange(50, 3_600_000), default=1000, help="Time from part to part.")
@click.option("--deadline-ms", type=click.IntRange(10, 60_000), default=500, help="Time for a result to arrive.")
@click.option("--changeover-every", type=click.IntRange(0), default=120, help="Parts between changeovers; 0: none.")
@click.option("--images", type=click.Path(path_type=Path), help="Show the pictures of this folder.")
@click.option("--seed", type=click.IntRange(0), default=1, help="Decides parts, defects and stops.")
@click.option("--feed", callback=_feed, default="held", help="held, endless, or a number of parts.")
@click.option("--station", default="station1", help="Name of the station.")
@click.option("--parent-pid", type=click.IntRange(1), help="End when this process ends.")
def main(**options: Any) -> None:
    """A simulated production line: an OPC UA server as the PLC, an HTTP camera, and the truth about every part."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)
    try:
        asyncio.run(serve(LineSettings(**options), SystemClock(), click.echo))
    except GoodpartError as error:
        click.echo(f"goodpart: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
