"""``goodpart server``: the API, the pages and the job workers in one process."""

from pathlib import Path

import click

from goodpart.server.run import run
from goodpart.server.settings import Settings


@click.command()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Data folder [GOODPART_DATA_DIR].")
@click.option("--host", help="Address for browsers [GOODPART_HOST].")
@click.option("--port", type=int, help="Port for browsers; 0 picks a free one [GOODPART_PORT].")
@click.option("--gateway-host", help="Address for gateways [GOODPART_GATEWAY_HOST].")
@click.option("--gateway-port", type=int, help="Port for gateways; 0 picks a free one [GOODPART_GATEWAY_PORT].")
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as one line of JSON.")
def server(
    data: Path | None,
    host: str | None,
    port: int | None,
    gateway_host: str | None,
    gateway_port: int | None,
    as_json: bool,
) -> None:
    """Run the server. Every setting can be given as GOODPART_… in the environment; options go first."""
    given = {"data_dir": data, "host": host, "port": port, "gateway_host": gateway_host, "gateway_port": gateway_port}
    run(Settings.read(**{name: value for name, value in given.items() if value is not None}), as_json=as_json)
