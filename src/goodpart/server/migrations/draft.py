"""``python -m goodpart.server.migrations.draft "What changes"``: a draft of the next revision, to be read and mended.

It compares the tables that the code declares with those that the revisions so far make.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy.engine import Connection

from goodpart.server.kit.database import open_engine, sqlite_url
from goodpart.server.migrations.upgrade import alembic_config, upgrade

_VERSIONS = Path(__file__).parent / "versions"


async def draft(message: str) -> None:
    def write(connection: Connection) -> None:
        following = f"{len(list(_VERSIONS.glob('[0-9]*.py'))) + 1:04}"
        command.revision(alembic_config(connection), message, autogenerate=True, rev_id=following)

    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(sqlite_url(Path(folder) / "drafted.db"))
        if any(_VERSIONS.glob("[0-9]*.py")):
            await upgrade(engine)
        async with engine.begin() as connection:
            await connection.run_sync(write)
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(draft(sys.argv[1]))
