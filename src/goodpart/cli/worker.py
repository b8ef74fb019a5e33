"""``goodpart worker``: job workers alone, on a bigger machine than the server's."""

import click

from goodpart.server.run import work
from goodpart.server.settings import Settings


@click.command()
def worker() -> None:
    """Run training and other jobs for a server on PostgreSQL.

    Give it the server's GOODPART_DATABASE_URL and GOODPART_OBJECTS_URL, or the same data folder.
    """
    work(Settings.read())
