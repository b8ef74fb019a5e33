"""Bringing a database up to date, in one transaction."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from goodpart.base.errors import DataFolderError, GoodpartError

_FOLDER = Path(__file__).parent
_LOCK = 0x676F6F64
"""Of PostgreSQL's advisory locks: replicas that start together upgrade one after the other."""


class DatabaseUnusableError(GoodpartError):
    code = "database_unusable"


async def upgrade(engine: AsyncEngine) -> None:
    """Raises `DataFolderError` where a newer version wrote the database, `DatabaseUnusableError` where it cannot be
    opened or written."""
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    except sa.exc.DBAPIError as error:
        raise database_unusable(engine.url, error) from error


def database_unusable(url: sa.URL, error: sa.exc.DBAPIError) -> DatabaseUnusableError:
    """SQLite is a file on a disk, which nobody may have named in a setting."""
    if url.get_backend_name() == "sqlite":
        return DatabaseUnusableError(
            f"The database file {url.database} cannot be used: {error.orig}.",
            f"Check free space and write access on the disk of {Path(url.database or '').parent}, then start again.",
        )
    return DatabaseUnusableError(
        f"The database {url.render_as_string(hide_password=True)} cannot be used: {error.orig}.",
        "Check GOODPART_DATABASE_URL, free space and write access, then start again.",
    )


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    revisions = _revisions()
    found = set(MigrationContext.configure(connection).get_current_heads())
    if unknown := found - {*revisions}:
        raise DataFolderError(
            f"The database was written by a newer Goodpart (revision {', '.join(sorted(unknown))}).",
            "Install that newer version, or name another folder in GOODPART_DATA_DIR.",
        )
    if found != {revisions[0]}:
        command.upgrade(alembic_config(connection), "head")


@cache
def _revisions() -> tuple[str, ...]:
    """The newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(_FOLDER)).walk_revisions())
