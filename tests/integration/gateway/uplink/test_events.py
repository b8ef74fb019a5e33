"""Events reach the server once each and in order, whatever is cut, restored or cloned in between."""

import shutil
import time
from typing import TYPE_CHECKING

import pytest

from goodpart.gateway.folders import StationFolder
from goodpart.gateway.journal.journal import Journal
from goodpart.gateway.journal.reader import JournalReader
from goodpart.gateway.uplink.acknowledged import Acknowledgements
from goodpart.gateway.uplink.events import EventSender
from goodpart.wire.batches import BatchAnswer, decode_batch
from goodpart.wire.events import InspectionRecorded, decode_event
from tests.fakes.gateway_server import GatewayServer, RefusedError
from tests.fakes.journals import STATION, inspection, open_journal
from tests.fakes.waiting import eventually

if TYPE_CHECKING:
    from tests.integration.gateway.uplink.conftest import Senders


def lines_of(station: StationFolder) -> list[bytes]:
    with JournalReader(station.journal) as reader:
        return reader.lines(0, limit=100_000, max_bytes=1 << 30)


def append(journal: Journal, first: int, count: int) -> None:
    for sequence in range(first, first + count):
        journal.append(inspection(sequence))


async def test_what_is_recorded_arrives_as_the_very_bytes_of_the_journal(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    append(journal, 1, 30)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 30)
        append(journal, 31, 5)
        await eventually(lambda: events.acknowledged == 35)
    assert server.lines(STATION) == lines_of(station)


@pytest.mark.alone
async def test_a_new_event_is_at_the_server_within_a_tenth_of_a_second(
    senders: "Senders", journal: Journal, server: GatewayServer
) -> None:
    append(journal, 1, 1)
    waited: list[float] = []
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 1)
        for number in range(2, 22):
            append(journal, number, 1)
            committed = time.monotonic()
            await eventually(lambda: len(server.received_at) == len(waited) + 2)
            waited.append(server.received_at[number] - committed)
    assert sorted(waited)[len(waited) // 2] < 0.1, waited


async def test_a_batch_holds_no_more_than_the_settings_say(
    senders: "Senders", journal: Journal, server: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(journal, 1, 45)
    senders.settings = senders.settings.model_copy(update={"batch_events": 10})
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 45)
    assert len([call for call in server.calls if call[1] == "/gateway/v1/events"]) == 5


async def test_an_outage_of_the_server_loses_and_doubles_nothing(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    append(journal, 1, 10)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 10)
        server.down()
        append(journal, 11, 10)
        await eventually(lambda: not senders.link.is_up)
        server.up()
        await eventually(lambda: events.acknowledged == 20)
        await eventually(lambda: senders.link.is_up)
    assert server.lines(STATION) == lines_of(station)


async def test_an_answer_that_is_lost_after_the_commit_doubles_nothing(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    lost: list[BatchAnswer] = []

    def take_and_lose(content: bytes) -> BatchAnswer:
        answer = server.take_batch(content)
        if len(lost) < 3:
            lost.append(answer)
            raise RefusedError(502, "gateway_timeout")
        return answer

    server.take = take_and_lose
    append(journal, 1, 25)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 25)
    assert len(lost) == 3
    assert server.lines(STATION) == lines_of(station)


async def test_a_restarted_uplink_goes_on_after_the_last_acknowledgement(
    senders: "Senders", journal: Journal, server: GatewayServer
) -> None:
    append(journal, 1, 10)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 10)
    calls = len(server.calls)
    async with senders.running() as (events, _):
        await eventually(lambda: events.epoch == journal.epoch)
        assert events.acknowledged == 10
        append(journal, 11, 1)
        await eventually(lambda: events.acknowledged == 11)
    assert len(server.calls) == calls + 1


async def test_lost_acknowledgements_cost_a_resend_and_nothing_else(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    append(journal, 1, 10)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 10)
    station.uplink.write_bytes(b"not a database at all" * 500)
    append(journal, 11, 1)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 11)
    assert server.lines(STATION) == lines_of(station)


async def test_a_server_restored_from_a_backup_gets_again_what_it_lost(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    append(journal, 1, 20)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 20)
        with server.lock:
            del server.epochs[STATION, journal.epoch][0].lines[7:]
        append(journal, 21, 1)
        await eventually(lambda: len(server.lines(STATION)) == 21)
        await eventually(lambda: events.acknowledged == 21)
    assert server.lines(STATION) == lines_of(station)


async def test_a_server_that_lost_everything_gets_everything_again(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    append(journal, 1, 20)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 20)
        with server.lock:
            server.epochs.clear()
        append(journal, 21, 1)
        await eventually(lambda: len(server.lines(STATION)) == 21)
    assert server.lines(STATION) == lines_of(station)


async def test_a_journal_restored_from_a_copy_sends_its_new_events_and_no_part_is_missing(
    senders: "Senders", station: StationFolder, server: GatewayServer
) -> None:
    journal = open_journal(station.root)
    append(journal, 1, 10)
    journal.close()
    copy = station.journal.read_bytes()
    journal = open_journal(station.root)
    append(journal, 11, 10)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 20)
    journal.close()
    station.journal.write_bytes(copy)
    for name in ("-wal", "-shm"):
        station.journal.with_name(station.journal.name + name).unlink(missing_ok=True)
    restored = open_journal(station.root)
    append(restored, 101, 15)  # beyond the number that was acknowledged, before the uplink looks
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 25)
    restored.close()
    arrived = set(server.lines(STATION))
    assert set(lines_of(station)) <= arrived
    bodies = [decode_event(line).body for line in arrived]
    sequences = {body.sequence for body in bodies if isinstance(body, InspectionRecorded)}
    assert sequences == {*range(1, 21), *range(101, 116)}
    assert len(server.branches(STATION)) == 2


async def test_a_restored_journal_that_is_still_short_is_not_taken_for_sent(
    senders: "Senders", station: StationFolder, server: GatewayServer
) -> None:
    journal = open_journal(station.root)
    append(journal, 1, 4)
    journal.close()
    copy = station.journal.read_bytes()
    journal = open_journal(station.root)
    append(journal, 5, 10)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 14)
    journal.close()
    station.journal.write_bytes(copy)
    for name in ("-wal", "-shm"):
        station.journal.with_name(station.journal.name + name).unlink(missing_ok=True)
    restored = open_journal(station.root)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 4)
        append(restored, 101, 3)
        await eventually(lambda: events.acknowledged == 7)
    restored.close()
    assert set(lines_of(station)) <= set(server.lines(STATION))


async def test_a_new_journal_in_the_place_of_a_damaged_one_is_a_new_epoch(
    senders: "Senders", station: StationFolder, server: GatewayServer
) -> None:
    journal = open_journal(station.root)
    append(journal, 1, 5)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 5)
        journal.close()
        for file in station.root.glob("journal.db*"):
            file.rename(file.with_name("old-" + file.name))
        second = open_journal(station.root)
        append(second, 6, 3)
        await eventually(lambda: events.epoch == second.epoch and events.acknowledged == 3)
        second.close()
    assert len(server.lines(STATION)) == 8
    assert len(server.epochs) == 2


async def test_a_clone_of_a_gateway_loses_no_event_of_either(
    senders: "Senders", station: StationFolder, server: GatewayServer
) -> None:
    journal = open_journal(station.root)
    append(journal, 1, 5)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 5)
    journal.close()
    clone = StationFolder(station.root.parent.parent.parent / "clone" / STATION)
    shutil.copytree(station.root, clone.root)
    here, there = open_journal(station.root), open_journal(clone.root)
    append(here, 6, 5)
    append(there, 106, 5)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 10)
    senders.station = clone
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 10)
    here.close()
    there.close()
    assert set(lines_of(station)) | set(lines_of(clone)) == set(server.lines(STATION))


async def test_a_server_that_takes_nothing_is_not_asked_in_a_hurry(
    senders: "Senders", journal: Journal, server: GatewayServer
) -> None:
    append(journal, 1, 3)
    server.take = lambda _: BatchAnswer(committed=0)
    async with senders.running() as (events, _):
        await eventually(lambda: not senders.link.is_up)
        assert events.acknowledged == 0
    assert len(server.calls) < 20


async def test_a_batch_that_is_too_large_for_the_server_is_made_smaller(
    senders: "Senders", journal: Journal, server: GatewayServer
) -> None:
    def take_small(content: bytes) -> BatchAnswer:
        if len(decode_batch(content).lines) > 4:
            raise RefusedError(413, "too_large")
        return server.take_batch(content)

    server.take = take_small
    append(journal, 1, 33)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 33)


async def test_a_refused_station_is_tried_again_and_goes_on_once_it_is_wired(
    senders: "Senders", journal: Journal, server: GatewayServer
) -> None:
    server.fault = lambda *_: RefusedError(403, "station_of_another_gateway", "The station is not of this gateway.")
    append(journal, 1, 3)
    async with senders.running() as (events, _):
        await eventually(lambda: not senders.link.is_up)
        server.fault = lambda *_: None
        await eventually(lambda: events.acknowledged == 3)


async def test_the_acknowledgement_that_is_stored_is_the_one_that_was_given(
    senders: "Senders", journal: Journal, station: StationFolder
) -> None:
    append(journal, 1, 3)
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 3)
    with Acknowledgements(station.uplink) as stored:
        assert stored.events(journal.epoch).number == 3


async def test_what_a_damaged_journal_still_holds_is_sent_up_to_the_damage(
    senders: "Senders", station: StationFolder, server: GatewayServer
) -> None:
    journal = open_journal(station.root)
    append(journal, 1, 400)
    journal.close()
    whole = lines_of(station)
    aside = station.root / "journal-damaged-20261102T060000.db"
    content = bytearray(station.journal.read_bytes())
    content[len(content) // 2 :] = b"\xaa" * (len(content) - len(content) // 2)
    aside.write_bytes(content)
    for file in station.root.glob("journal.db*"):
        file.unlink()
    with Acknowledgements(station.uplink) as known:
        sender = EventSender(station, known, senders.client, senders.link, senders.settings, set_aside=aside)
        await sender.finish()
        sent = server.lines(STATION)
        assert len(sent) > 100
        assert sent == whole[: len(sent)]
        assert known.events(sender.epoch).number == len(sent)
    assert senders.link.is_up


async def test_a_journal_that_was_set_aside_whole_is_sent_whole(
    senders: "Senders", station: StationFolder, server: GatewayServer
) -> None:
    journal = open_journal(station.root)
    append(journal, 1, 1200)
    journal.close()
    whole = lines_of(station)
    aside = station.root / "journal-damaged-20261102T060000.db"
    station.journal.rename(aside)
    with Acknowledgements(station.uplink) as known:
        await EventSender(station, known, senders.client, senders.link, senders.settings, set_aside=aside).finish()
    assert server.lines(STATION) == whole
