"""Journals arrive: stored as they are, applied once, whatever is cut, sent again, cloned or restored."""

from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa

from goodpart.server.ingest.tables import BranchRow, EventRow
from goodpart.wire.batches import Batch, BatchHeader, encode_batch
from goodpart.wire.events import AlarmChanged, MachineStateChanged, StationStarted, chain_hash
from goodpart.wire.machine import MachineState
from goodpart.wire.verdicts import Verdict
from tests.fakes.inspected_plant import part
from tests.fakes.line_gateway import HandmadeJournal
from tests.integration.server.conftest import Line


def journal_of(*sequences: int) -> HandmadeJournal:
    journal = HandmadeJournal()
    journal.append(StationStarted(software="0.1.0", desired_revision=1, baseline_sequence=0))
    journal.append(*(part(number, journal.wall + timedelta(seconds=number)) for number in sequences))
    return journal


async def parts_of(line: Line) -> list[int]:
    items = (await line.served.browser.get("/api/inspections", params={"limit": 500})).json()["items"]
    return sorted(item["sequence"] for item in items)


async def alarms_of(line: Line) -> list[str]:
    return [item["code"] for item in (await line.served.browser.get("/api/alarms")).json()["items"]]


async def stored_lines(line: Line) -> list[list[bytes]]:
    """Of each branch, its own lines in order."""
    async with line.database.work(read_only=True) as work:
        branches = (await work.session.scalars(sa.select(BranchRow.id).order_by(BranchRow.branch))).all()
        return [
            list(
                await work.session.scalars(
                    sa.select(EventRow.line).where(EventRow.stream == branch).order_by(EventRow.number)
                )
            )
            for branch in branches
        ]


async def test_a_batch_is_stored_byte_for_byte_and_applied(line: Line) -> None:
    journal = journal_of(1, 2, 3)

    answer = await line.gateway.send(journal.batch(line.station))

    assert (answer.committed, answer.branch) == (4, 0)
    assert await stored_lines(line) == [journal.lines]
    assert await parts_of(line) == [1, 2, 3]
    assert await alarms_of(line) == []


async def test_what_is_sent_again_is_acknowledged_and_changes_nothing(line: Line) -> None:
    journal = journal_of(1, 2, 3)
    await line.gateway.send(journal.batch(line.station, 1, 3))

    again = await line.gateway.send(journal.batch(line.station, 1, 2))
    overlapping = await line.gateway.send(journal.batch(line.station, 2, 4))

    assert (again.committed, overlapping.committed) == (2, 4)
    assert await stored_lines(line) == [journal.lines]
    assert await parts_of(line) == [1, 2, 3]


async def test_a_gap_is_not_taken(line: Line) -> None:
    journal = journal_of(1, 2, 3)
    await line.gateway.send(journal.batch(line.station, 1, 2))

    answer = await line.gateway.send(journal.batch(line.station, 4))

    assert answer.committed == 2
    assert await stored_lines(line) == [journal.lines[:2]]


async def test_a_cloned_journal_goes_on_as_a_branch_and_loses_nothing(line: Line) -> None:
    journal = journal_of(1, 2)
    await line.gateway.send(journal.batch(line.station))
    clone = journal.clone()
    journal.append(part(3, journal.wall, inspection="original"))
    clone.append(part(3, journal.wall, inspection="clone"), part(4, journal.wall))
    assert (await line.gateway.send(journal.batch(line.station, 4))).branch == 0

    answer = await line.gateway.send(clone.batch(line.station, 4))

    assert (answer.committed, answer.branch) == (5, 1)
    assert await stored_lines(line) == [journal.lines, clone.lines[3:]]
    assert sorted(await alarms_of(line)) == ["journal_forked", "sequence_repeated"]
    journal.append(part(5, journal.wall))
    clone.append(part(6, clone.wall))
    assert (await line.gateway.send(journal.batch(line.station, 5))).branch == 0
    assert (await line.gateway.send(clone.batch(line.station, 6))).branch == 1


async def test_a_line_that_cannot_be_read_is_kept_alarmed_and_holds_nothing_up(line: Line) -> None:
    journal = journal_of(1)
    future = msgspec.json.encode(
        {"v": 9, "epoch": journal.epoch, "number": 3, "previous": chain_hash(journal.lines[-1]), "new": True}
    )
    journal.lines.append(future)
    journal.lines.append(b"\x00 torn by a bad sector")
    journal.append(part(2, journal.wall))

    answer = await line.gateway.send(journal.batch(line.station))

    assert answer.committed == 5
    assert await stored_lines(line) == [journal.lines]
    assert await parts_of(line) == [1, 2]
    assert await alarms_of(line) == ["unreadable_event"]
    assert (await line.gateway.send(journal.batch(line.station, 3))).committed == 5


async def test_an_event_that_no_database_can_hold_is_kept_as_a_line(line: Line) -> None:
    journal = journal_of(1)
    journal.append(part(2**80, journal.wall, inspection="beyond"), part(3, journal.wall))

    assert (await line.gateway.send(journal.batch(line.station))).committed == 4

    assert await parts_of(line) == [1, 3]
    assert len(await alarms_of(line)) == 1


async def test_a_journal_broken_on_the_gateway_is_taken_in_the_end(line: Line) -> None:
    """The chain is broken exactly where a batch begins: the server asks once for all, then goes on as a branch."""
    journal = journal_of(1, 2, 3)
    broken = journal_of(1, 2, 9, 10)
    spliced = HandmadeJournal(lines=[*journal.lines[:3], *broken.lines[3:]])
    spliced.lines[3] = spliced.lines[3].replace(chain_hash(journal.lines[2]).encode(), b"f" * 64)
    relinked = HandmadeJournal(lines=spliced.lines[:4])
    relinked.append(part(10, journal.wall))

    batches = await line.gateway.send_all(line.station, relinked, size=3)

    assert batches <= 6
    assert await parts_of(line) == [1, 2, 9, 10]
    assert "journal_forked" in await alarms_of(line)
    assert b"".join(b"".join(lines) for lines in await stored_lines(line)) == b"".join(relinked.lines)


async def test_a_restored_server_asks_for_what_it_lost(line: Line) -> None:
    """The gateway knows of an acknowledgement that the server has forgotten."""
    journal = journal_of(1, 2, 3, 4)
    await line.gateway.send(journal.batch(line.station, 1, 2))

    batches = await line.gateway.send_all(line.station, journal, first=5, size=2)

    assert batches == 3
    assert await stored_lines(line) == [journal.lines]


async def test_alarms_and_machine_states_are_applied(line: Line) -> None:
    journal = journal_of()
    journal.append(AlarmChanged(code="camera_failed", raised=True, detail="The camera at 10.0.0.5 does not answer."))
    journal.append(MachineStateChanged(state=MachineState.RUNNING, since=journal.wall))
    await line.gateway.send(journal.batch(line.station))

    alarm = (await line.served.browser.get("/api/alarms")).json()["items"][0]
    assert (alarm["code"], alarm["subject"], alarm["cleared_at"]) == ("camera_failed", line.station, None)
    station = (await line.served.browser.get("/api/live/stations")).json()["items"][0]
    assert station["machine_state"] == "running"

    journal.append(AlarmChanged(code="camera_failed", raised=False))
    await line.gateway.send(journal.batch(line.station, 4))
    assert await alarms_of(line) == []


async def test_a_station_of_another_gateway_is_refused(line: Line) -> None:
    journal = journal_of(1)
    for station in ("01a19ad7-0000-7000-8000-000000000000", line.site, ""):
        answer = await line.gateway.post_batch(encode_batch(journal.batch(station)))
        assert answer.status_code == 403
        assert answer.json()["code"] == "station_not_wired"
    assert await stored_lines(line) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not zstd",
        encode_batch(Batch(header=BatchHeader(station="x", epoch="e", first=0), lines=())),
        encode_batch(Batch(header=BatchHeader(station="x", epoch="", first=1), lines=())),
        encode_batch(Batch(header=BatchHeader(station="x", epoch="e\0", first=1), lines=())),
    ],
)
async def test_what_is_no_batch_is_refused_with_its_cause(line: Line, content: bytes) -> None:
    answer = await line.gateway.post_batch(content)

    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert answer.json()["remedy"]


async def test_a_live_page_hears_of_parts_after_the_commit(line: Line) -> None:
    ring = line.served.server.resources.live
    stream = ring.read(heartbeat_s=5)
    assert b"hello" in await anext(stream)
    journal = journal_of()
    journal.append(part(1, journal.wall, Verdict.BAD))

    await line.gateway.send(journal.batch(line.station))

    heard: list[str] = []
    while len(heard) < 3:
        frames = (await anext(stream)).decode().split("\n\n")
        heard += [frame for frame in frames if frame and "event: gateway" not in frame]
    assert [frame.split("event: ")[1].split("\n")[0] for frame in heard] == ["inspection", "station", "kpis"]
    assert '"verdict":"bad"' in heard[0]


async def test_an_empty_batch_promises_nothing(line: Line) -> None:
    empty = Batch(header=BatchHeader(station=line.station, epoch="e", first=1), lines=())

    assert (await line.gateway.send(empty)).committed == 0
