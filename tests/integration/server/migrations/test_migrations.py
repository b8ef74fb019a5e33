"""The migrations make the tables that the code declares, and refuse what they do not know."""

from datetime import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from goodpart.base.clock import SystemClock
from goodpart.base.errors import DataFolderError
from goodpart.kpi.shifts import Shift
from goodpart.server.calendars import service as calendars
from goodpart.server.calendars.model import Plan, Week
from goodpart.server.kit.database import open_engine, sqlite_url
from goodpart.server.kit.signals import Signals
from goodpart.server.kit.work import Database
from goodpart.server.migrations.tables import metadata
from goodpart.server.migrations.upgrade import alembic_config, upgrade


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_migrations_make_the_tables_that_the_code_declares(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_an_upgrade_of_what_is_up_to_date_changes_nothing(database: Database) -> None:
    await upgrade(database.engine)

    async with database.engine.connect() as connection:
        assert (await connection.execute(sa.text("SELECT version_num FROM alembic_version"))).scalars().all() == [
            "0012"
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


async def test_an_account_keeps_for_the_whole_enterprise_what_its_role_was(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "old.db"))
    async with engine.begin() as connection:
        await connection.run_sync(lambda to: command.upgrade(alembic_config(to), "0001"))
        for role in ("administrator", "engineer", "operator"):
            await connection.execute(
                sa.text("INSERT INTO users VALUES (:role, :role, :role, '', '2026-11-01 06:00:00.000000')"),
                {"role": role},
            )

    await upgrade(engine)

    async with engine.connect() as connection:
        rows = await connection.execute(sa.text("SELECT user, place, role FROM user_grants ORDER BY user"))
        assert rows.all() == [
            ("administrator", None, "admin"),
            ("engineer", None, "engineer"),
            ("operator", None, "operator"),
        ]
    await engine.dispose()


async def test_a_site_keeps_its_shifts_as_the_first_revision_of_its_calendar(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "old.db"))
    shifts = '[{"name": "N\u00e4chte", "weekdays": [0, 6], "start": "22:00", "end": "06:00"}]'
    async with engine.begin() as connection:
        await connection.run_sync(lambda to: command.upgrade(alembic_config(to), "0001"))
        for site, kept in (("ulm", shifts), ("linz", "[]")):
            await connection.execute(
                sa.text(
                    "INSERT INTO places (id, kind, name, timezone, shifts, created_at)"
                    " VALUES (:site, 'site', :site, 'UTC', :kept, '2026-11-01 06:00:00.000000')"
                ),
                {"site": site, "kept": kept},
            )

    await upgrade(engine)

    database = Database(engine, SystemClock(), Signals())
    async with database.work(read_only=True) as work:
        _, ulm = await calendars.get(work, "ulm")
        _, linz = await calendars.get(work, "linz")
    assert (ulm.number, linz.number) == (1, 0)
    assert ulm.plan == Plan((Week(None, (Shift("Nächte", time(22), time(6), frozenset({1, 7})),)),))
    await database.close()
