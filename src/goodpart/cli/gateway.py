"""``goodpart gateway``: the edge computer beside the line."""

from pathlib import Path

import click

from goodpart.gateway.enrollment.identity import read_enrolled
from goodpart.gateway.enrollment.join import join as join_server
from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.health.lock import hold_lock
from goodpart.gateway.health.logs import set_up_logging
from goodpart.gateway.settings import DEFAULT_DATA, read_settings
from goodpart.gateway.supervisor import Supervisor

_PREDECESSOR_ENDS_WITHIN_S = 3.0


@click.command(help="Run the edge computer beside the line; --join enrols it first.")
@click.option("--join", metavar="URL", help="Enrol with the server at this address first: https://HOST:PORT.")
@click.option("--code", metavar="CODE", help="The claim code from the gateway's page on the server. With --join.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help=f"The data folder; GOODPART_DATA_DIR.  [default: {DEFAULT_DATA}]",
)
def gateway(*, join: str | None, code: str | None, data: Path | None) -> int:
    if (join is None) != (code is None):
        raise click.UsageError("--join and --code go together: the server's page of this gateway shows both.")
    settings = read_settings(data)
    set_up_logging(settings.log_level)
    folders = GatewayFolders.open(settings.data_dir)
    with hold_lock(folders.supervisor_lock, task="running a gateway", patience_s=_PREDECESSOR_ENDS_WITHIN_S):
        enrolled = join_server(folders, join, code) if join and code else read_enrolled(folders)
        click.echo(f"The gateway {enrolled.identity.name} runs for {enrolled.server.url}. Ctrl-C ends it.", err=True)
        Supervisor(folders).run()
    return 0
