"""``goodpart demo``: the whole product on this machine, with a simulated line."""

import json
import sys
from pathlib import Path

import click

from goodpart.demo.figures import to_json
from goodpart.demo.run import Demo, DemoOptions, Stopped


@click.command(help="See a line inspected on this machine: server, gateway and a simulated line.")
@click.option("--headless", is_flag=True, help="Without a browser: run --parts production parts, report, end.")
@click.option("--parts", type=click.IntRange(1, 1_000_000), default=20, show_default=True, help="With --headless.")
@click.option("--json", "as_json", is_flag=True, help="With --headless: print one JSON object.")
@click.option(
    "--images",
    type=click.Path(path_type=Path),
    help="Show the pictures of this folder instead of drawn parts: any folder, or MVTec shape.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="GOODPART_DATA_DIR",
    default=Path("~/.local/share/goodpart/demo"),
    show_default=True,
    help="Where everything is kept; GOODPART_DATA_DIR.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Of the pages; 0 picks a free one. [8080]")
@click.option(
    "--cycle-ms", type=click.IntRange(100, 60_000), default=None, help="Between two parts. [1000; headless 250]"
)
def demo(
    *,
    headless: bool,
    parts: int,
    as_json: bool,
    images: Path | None,
    data: Path,
    port: int | None,
    cycle_ms: int | None,
) -> int:
    options = DemoOptions(
        data=data.expanduser().resolve(),
        browser_port=port if port is not None else (0 if headless else 8080),
        cycle_ms=cycle_ms or (250 if headless else 1000),
        images=images,
        say=lambda line: click.echo(line, err=True),
    )
    try:
        with Demo(options) as running:
            running.start()
            if headless:
                running.reach_production()
                figures = running.run_parts(parts)
                content = to_json(figures)
                click.echo(json.dumps(content) if as_json else json.dumps(content, indent=2))
                return 0 if figures.agrees else 1
            click.echo(
                f"\n  Open  {running.sign_in_link()}\n\n  The link signs one browser in, once. Ctrl-C ends the demo.\n"
            )
            running.reach_production()
            running.run_endlessly()
    except Stopped:
        click.echo("Stopped.", err=True)
        return 130 if headless else 0
    finally:
        sys.stdout.flush()
    return 0
