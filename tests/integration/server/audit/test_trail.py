"""The audit trail in the database: chained by all who write at once, verified, exported, filtered."""

import asyncio
import csv
import io
import json
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from alembic import command

from goodpart.server.audit import service as audit
from goodpart.server.compose import Server
from goodpart.server.kit.database import open_engine, sqlite_url
from goodpart.server.kit.signals import Signals
from goodpart.server.kit.work import Database
from goodpart.server.migrations.upgrade import alembic_config, upgrade
from tests.fakes.clocks import SteppingClock


async def verdict(browser: httpx.AsyncClient) -> dict[str, object]:
    answer = await browser.get("/api/audit/verify")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


async def tamper(server: Server, statement: str) -> None:
    async with server.resources.database.engine.begin() as connection:
        await connection.execute(sa.text(statement))


async def test_changes_at_the_same_moment_make_one_chain(server: Server, browser: httpx.AsyncClient) -> None:
    bodies = [{"kind": "site", "name": f"Site {number}"} for number in range(20)]

    answers = await asyncio.gather(*(browser.post("/api/places", json=body) for body in bodies))

    assert {answer.status_code for answer in answers} == {201}
    found = await verdict(browser)
    assert (found["intact"], found["broken"]) == (True, None)
    entries = (await browser.get("/api/audit")).json()["items"]
    assert [entry["number"] for entry in entries] == list(range(len(entries), 0, -1))
    assert (found["entries"], found["head"]) == (entries[0]["number"], entries[0]["hash"])


async def test_a_change_that_is_rolled_back_leaves_no_entry(server: Server, browser: httpx.AsyncClient) -> None:
    before = await verdict(browser)

    async def break_off() -> None:
        async with server.resources.database.work() as work:
            await audit.record(work, "place.created", "x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    refused = await browser.post("/api/places", json={"kind": "line", "name": "L", "parent": "none"})

    assert refused.status_code == 404
    assert await verdict(browser) == before


@pytest.mark.parametrize(
    ("statement", "number", "names_it"),
    [
        ("UPDATE audit_entries SET detail = 'nothing happened' WHERE number = 3", 3, True),
        ("UPDATE audit_entries SET actor_name = 'Eve' WHERE number = 2", 2, True),
        ("DELETE FROM audit_entries WHERE number = 3", 3, False),
        ("DELETE FROM audit_entries WHERE number >= 4", 4, False),
        ("DELETE FROM audit_entries", 1, False),
    ],
)
async def test_what_is_altered_or_removed_is_named(
    server: Server, browser: httpx.AsyncClient, statement: str, number: int, names_it: bool
) -> None:
    for name in ("Ulm", "Linz", "Graz"):
        await browser.post("/api/places", json={"kind": "site", "name": name})
    entries = {entry["number"]: entry["id"] for entry in (await browser.get("/api/audit")).json()["items"]}

    await tamper(server, statement)

    found = await verdict(browser)
    assert found["intact"] is False
    assert isinstance(found["broken"], dict)
    assert found["broken"]["number"] == number
    assert found["broken"]["entry"] == (entries[number] if names_it else None)


async def test_the_trail_is_paged_and_filtered(browser: httpx.AsyncClient, clock: SteppingClock) -> None:
    for name in ("Ulm", "Linz"):
        await browser.post("/api/places", json={"kind": "site", "name": name})
    clock.advance(60)
    later = clock.now().isoformat()
    await browser.post("/api/part-numbers", json={"number": "100%_A"})

    async def found(**query: str | int) -> list[str]:
        return [entry["action"] for entry in (await browser.get("/api/audit", params=query)).json()["items"]]

    assert await found(action="place.") == ["place.created"] * 2
    assert await found(**{"from": later}) == ["part_number.created"]
    assert len(await found(to=later)) == 4
    assert len(await found(actor="aDa")) == 4
    assert await found(actor="%") == await found(action="pla_e") == []
    first = (await browser.get("/api/audit", params={"limit": 2})).json()
    rest = (await browser.get("/api/audit", params={"limit": 500, "cursor": first["next"]})).json()["items"]
    assert [entry["number"] for entry in first["items"] + rest] == [5, 4, 3, 2, 1]


async def test_an_export_holds_every_entry_and_no_formulas(browser: httpx.AsyncClient) -> None:
    await browser.post("/api/part-numbers", json={"number": '=HYPERLINK("http://evil.example")'})

    table = await browser.get("/api/audit/export", params={"separator": "semicolon"})
    lines = await browser.get("/api/audit/export", params={"format": "jsonl", "action": "part_number"})

    assert table.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    assert table.text.startswith("\ufeffnumber;id;")
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff")), delimiter=";"))
    assert [row["number"] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert rows[-1]["detail"] == '\'=HYPERLINK("http://evil.example")'
    (entry,) = [json.loads(line) for line in lines.text.splitlines()]
    assert entry["detail"] == '=HYPERLINK("http://evil.example")'
    assert entry["hash"] == rows[-1]["hash"]
    assert (await browser.get("/api/audit/export", params={"format": "exe"})).status_code == 422


async def test_entries_of_an_earlier_version_are_chained_when_it_is_upgraded(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "old.db"))
    async with engine.begin() as connection:
        await connection.run_sync(lambda to: command.upgrade(alembic_config(to), "0003"))
        for number in (2, 1, 3):
            await connection.execute(
                sa.text(
                    "INSERT INTO audit_entries (id, at, actor_kind, actor_id, actor_name, action, subject, detail)"
                    " VALUES (:id, :at, 'user', 'ä', 'Ada', 'place.created', 'x', 'ö')"
                ),
                {"id": f"id {number}", "at": f"2026-11-0{number} 06:00:00.000000"},
            )

    await upgrade(engine)

    database = Database(engine, SteppingClock(), Signals())
    async with database.work() as work:
        await audit.record(work, "place.created", "new")
    async with database.work(read_only=True) as work:
        head, broken = await audit.verify(work)
    assert (head.number, broken) == (4, None)
    await database.close()
