"""Part numbers and users come in as files: shown first, then all of it or nothing."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from goodpart.server.compose import Server
from goodpart.server.kit.imports import SPLIT_IT
from goodpart.server.kit.work import Database
from goodpart.server.places import editing
from goodpart.server.settings import Settings

PARTS = "/api/part-numbers/import"
USERS = "/api/users/import"
EXCEL = {"Content-Type": "text/csv"}


@pytest.fixture
async def line(browser: httpx.AsyncClient) -> str:
    site = (await browser.post("/api/places", json={"kind": "site", "name": "Ulm"})).json()["id"]
    made = await browser.post("/api/places", json={"kind": "line", "name": "Line 1", "parent": site})
    return str(made.json()["id"])


async def somebody_waits(database: Database) -> bool:
    """For what another transaction holds."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
        " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
    )
    async with database.work(read_only=True) as work:
        return bool(await work.session.scalar(waiting))


async def test_a_file_is_looked_at_then_applied_and_comes_back_as_it_is(browser: httpx.AsyncClient, line: str) -> None:
    rows = ["\ufeffnumber;name;place;ideal_cycle_ms", "A-1;Bügel;;1900", "=1+1;@home;;", "A-1;;Ulm / Line 1;1500"]
    file = "\r\n".join([*rows, ""]).encode()

    shown = (await browser.post(PARTS, params={"dry_run": True}, content=file, headers=EXCEL)).json()
    assert (shown["applied"], shown["counts"]["new"]) == (False, 3)
    assert (await browser.get("/api/part-numbers")).json()["items"] == []
    done = await browser.post(PARTS, params={"plan": shown["plan"]}, content=file, headers=EXCEL)
    assert done.json()["applied"] is True

    items = (await browser.get("/api/part-numbers")).json()["items"]
    assert [(item["number"], item["name"], item["ideal_cycle_ms"]) for item in items] == [
        ("=1+1", "@home", 0),
        ("A-1", "Bügel", 1900),
    ]
    assert items[1]["cycles"] == [{"place": line, "ideal_cycle_ms": 1500}]
    exported = await browser.get("/api/part-numbers/export", params={"separator": "semicolon"})
    assert exported.text.splitlines()[1] == "'=1+1;'@home;;"
    again = (await browser.post(PARTS, content=exported.content)).json()
    assert again["counts"] == {"new": 0, "changed": 0, "unchanged": 3, "wrong": 0}
    trail = (await browser.get("/api/audit", params={"action": "part_numbers."})).json()["items"]
    assert [entry["detail"].split(" new")[0] for entry in trail] == ["nothing changed", "A-1"]


async def test_one_wrong_row_keeps_the_whole_file_out(browser: httpx.AsyncClient) -> None:
    file = b"number,place,ideal_cycle_ms\nA-1,,1900\nA-1,Ulm > Line 9,1500\n"

    shown = (await browser.post(PARTS, params={"dry_run": True}, content=file)).json()
    refused = await browser.post(PARTS, content=file)

    assert [(row["line"], row["outcome"]) for row in shown["rows"]] == [(2, "new"), (3, "wrong")]
    assert (refused.status_code, refused.json()["code"]) == (422, "import_refused")
    assert "Line 3, column place" in refused.json()["detail"]
    assert (await browser.get("/api/part-numbers")).json()["items"] == []


async def test_a_file_is_not_applied_over_what_somebody_changed_meanwhile(browser: httpx.AsyncClient) -> None:
    file = b"number,name\nA-1,Ring\n"
    shown = (await browser.post(PARTS, params={"dry_run": True}, content=file)).json()
    await browser.post("/api/part-numbers", json={"number": "A-1", "name": "Disc"})

    late = await browser.post(PARTS, params={"plan": shown["plan"]}, content=file)

    assert (late.status_code, late.json()["code"]) == (409, "import_outdated")


class TestWhileSomebodyEdits:
    @pytest.fixture
    def database_kind(self) -> str:
        return "postgresql"

    async def test_an_import_waits_for_the_edit_and_overwrites_nothing_of_it(
        self, server: Server, browser: httpx.AsyncClient
    ) -> None:
        database = server.resources.database
        part = (await browser.post("/api/part-numbers", json={"number": "A-1", "name": "Disc"})).json()["id"]
        file = b"number,name\nA-1,Ring\n"
        shown = (await browser.post(PARTS, params={"dry_run": True}, content=file)).json()

        async with database.work() as edit:
            await edit.hold(part)
            importing = asyncio.create_task(browser.post(PARTS, params={"plan": shown["plan"]}, content=file))
            async with asyncio.timeout(20):
                while not await somebody_waits(database):
                    assert not importing.done()
            await editing.change_part_number(edit, part, {"name": "Washer"})

        late = await importing
        assert (late.status_code, late.json()["code"]) == (409, "import_outdated")
        assert (await browser.get(f"/api/part-numbers/{part}")).json()["name"] == "Washer"


@pytest.mark.parametrize("path", [PARTS, USERS], ids=["part numbers", "users"])
async def test_a_file_that_is_too_large_or_no_table_is_refused(browser: httpx.AsyncClient, path: str) -> None:
    refused = await browser.post(path, content=b"x" * (10 * 1024 * 1024 + 1))
    assert (refused.status_code, refused.json()["remedy"]) == (413, SPLIT_IT)
    # Six megabytes are more than other bodies may have.
    assert (await browser.post(path, content=b"x" * 6_000_000)).json()["code"] == "csv_unreadable"
    assert (await browser.post(path, content=b"\x89PNG\r\n\x1a\n")).json()["code"] == "csv_unreadable"


async def test_ten_thousand_part_numbers_come_in_at_once(browser: httpx.AsyncClient, line: str) -> None:
    rows = "".join(f"P-{number},Part {number},,{number}\n" for number in range(10_000))
    file = f"number,name,place,ideal_cycle_ms\n{rows}".encode()

    done = await browser.post(PARTS, content=file)

    assert done.json()["counts"]["new"] == 10_000
    again = (await browser.post(PARTS, params={"dry_run": True}, content=file)).json()
    assert again["counts"]["unchanged"] == 10_000


async def test_imported_users_get_links_and_roles_and_never_passwords(browser: httpx.AsyncClient, line: str) -> None:
    file = b"name,role,place\nEve,operator,Ulm/Line 1\nEve,viewer,Ulm\nKim,,\n"

    shown = (await browser.post(USERS, params={"dry_run": True}, content=file)).json()
    done = (await browser.post(USERS, params={"plan": shown["plan"]}, content=file)).json()

    assert (shown["invitations"], [one["name"] for one in done["invitations"]]) == ([], ["Eve", "Kim"])
    token = done["invitations"][0]["path"].partition("#")[2]
    chosen = await browser.post("/api/session/password", json={"token": token, "password": "three green apples"})
    assert chosen.status_code == 204
    eve = next(user for user in (await browser.get("/api/users")).json()["items"] if user["name"] == "Eve")
    assert {(grant["role"], grant["place"] == line) for grant in eve["grants"]} == {
        ("operator", True),
        ("viewer", False),
    }
    exported = await browser.get("/api/users/export")
    assert "three green" not in exported.text
    assert (await browser.post(USERS, content=exported.content)).json()["counts"]["unchanged"] == 4


async def test_a_file_cannot_take_away_the_last_administrator(browser: httpx.AsyncClient, line: str) -> None:
    refused = await browser.post(USERS, content=b"name,role,place\nAda,viewer,*\n")

    assert refused.status_code == 422
    assert "Nobody would be left" in refused.json()["detail"]
    assert (await browser.get("/api/users")).status_code == 200


async def test_an_administrator_sees_the_settings_and_no_secret(
    server: Server, browser: httpx.AsyncClient, data_dir: Path
) -> None:
    secret = "xyzzy"
    settings = Settings.read(
        data_dir=data_dir, port=0, database_url=f"postgresql://goodpart:{secret}@db/plant?password={secret}"
    )
    server.browser_app.state.resources = replace(server.resources, settings=settings)

    answer = await browser.get("/api/server/settings")

    assert secret not in answer.text
    items = {item["name"]: item for item in answer.json()["items"]}
    assert items["GOODPART_DATABASE_URL"]["value"] == "postgresql://goodpart:***@db/plant?***"
    assert (items["GOODPART_PORT"]["value"], items["GOODPART_PORT"]["default"]) == ("0", "8080")
    assert items["GOODPART_PORT"]["origin"] == "command_line"
    assert items["GOODPART_SESSION_HOURS"]["origin"] == "default"
