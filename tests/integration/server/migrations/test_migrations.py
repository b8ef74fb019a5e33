"""The migrations make the tables that the code declares, and refuse what they do not know."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from goodpart.base.errors import DataFolderError
from goodpart.server.kit.database import open_engine
from goodpart.server.kit.work import Database
from goodpart.server.migrations.tables import metadata
from goodpart.server.migrations.upgrade import upgrade


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_migrations_make_the_tables_that_the_code_declares(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_an_upgrade_of_what_is_up_to_date_changes_nothing(database: Database) -> None:
    await upgrade(database.engine)

    async with database.engine.connect() as connection:
        assert (await connection.execute(sa.text("SELECT version_num FROM alembic_version"))).scalars().all() == [
            "0002"
        ]


async def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = 'later'"))

    with pytest.raises(DataFolderError, match="newer Goodpart"):
        await upgrade(engine)

    async with engine.connect() as connection:
        assert await connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "later"
    await engine.dispose()
