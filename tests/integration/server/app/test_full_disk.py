"""A database that cannot grow any more: told as such, and nothing half-written."""

import httpx
import pytest
import sqlalchemy as sa

from goodpart.server.compose import Server


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


async def test_a_database_that_cannot_grow_says_that_the_disk_is_full(
    server: Server, browser: httpx.AsyncClient
) -> None:
    engine = server.resources.database.engine
    await engine.dispose()
    # The limit is raised to the size that the database has: from here on no page can be added.
    sa.event.listen(
        engine.sync_engine, "connect", lambda driver, _: driver.cursor().execute("PRAGMA max_page_count = 1")
    )
    stored: list[str] = []
    for number in range(2000):
        body = {"number": f"{number} {'x' * 150}", "name": "y" * 190}
        answer = await browser.post("/api/part-numbers", json=body)
        if answer.status_code != 201:
            break
        stored.append(body["number"])

    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert "disk" in answer.json()["detail"]
    shown = [item["number"] for item in (await browser.get("/api/part-numbers")).json()["items"]]
    assert sorted(shown) == sorted(stored)


async def test_a_database_that_became_read_only_is_told(server: Server, browser: httpx.AsyncClient) -> None:
    engine = server.resources.database.engine
    await engine.dispose()
    sa.event.listen(engine.sync_engine, "begin", _make_read_only)

    answer = await browser.post("/api/part-numbers", json={"number": "1", "name": "x"})

    assert (answer.status_code, answer.json()["code"]) == (503, "storage_read_only")


def _make_read_only(connection: sa.Connection) -> None:
    connection.exec_driver_sql("PRAGMA query_only = ON")
