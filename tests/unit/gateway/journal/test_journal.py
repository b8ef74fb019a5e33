"""A journal keeps every record, in order, once, and says so when it cannot."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goodpart.gateway.journal.errors import JournalError, JournalFullError, JournalVersionError
from goodpart.gateway.journal.journal import Journal
from goodpart.gateway.journal.reader import JournalReader
from goodpart.gateway.journal.reserve import Reserve
from goodpart.wire.events import (
    CHAIN_START,
    AlarmChanged,
    ClockQuality,
    OutputOutcome,
    StationStarted,
    chain_hash,
    decode_event,
    encode_event,
)
from goodpart.wire.verdicts import Verdict
from tests.fakes.clocks import SteppingClock
from tests.fakes.journals import STATION, images, inspection, open_journal, output


def test_events_are_numbered_without_gaps_and_chained(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        for sequence in range(1, 6):
            journal.append(inspection(sequence), output(sequence))
        assert journal.last_number == 10
    lines = JournalReader(tmp_path / "journal.db").lines(0)
    assert [decode_event(line).number for line in lines] == list(range(1, 11))
    previous = CHAIN_START
    for line in lines:
        assert decode_event(line).previous == previous
        previous = chain_hash(line)


def test_a_reopened_journal_goes_on_where_it_ended(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        journal.append(StationStarted(software="1", desired_revision=3, baseline_sequence=41))
        journal.append(inspection(42))
        epoch = journal.epoch
    with closing(open_journal(tmp_path)) as journal:
        assert (journal.epoch, journal.last_number, journal.last_sequence) == (epoch, 2, 42)
        (event,) = journal.append(output(42))
        before = journal.tail(2)[0]
        assert event.previous == chain_hash(encode_event(before))


def test_the_first_start_sets_the_place_in_the_part_count_and_later_ones_keep_it(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        journal.append(StationStarted(software="1", desired_revision=0, baseline_sequence=100))
        journal.append(inspection(101))
        journal.append(StationStarted(software="1", desired_revision=0, baseline_sequence=100))
    with closing(open_journal(tmp_path)) as journal:
        assert (journal.baseline_sequence, journal.last_sequence) == (100, 101)


def test_an_output_is_pending_until_its_end_is_recorded(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        journal.append(inspection(1), inspection(2, Verdict.BAD), inspection(3, suppressed=True))
        journal.append(output(1, OutputOutcome.NOT_WRITTEN))
    with closing(open_journal(tmp_path)) as journal:
        assert [(one.sequence, one.action) for one in journal.pending()] == [(2, "reject")]


def test_bodies_of_one_append_are_recorded_together_or_not_at_all(tmp_path: Path) -> None:
    class PowerCutError(Exception):
        pass

    def cut() -> None:
        raise PowerCutError

    with closing(open_journal(tmp_path)) as journal:
        journal.append(inspection(1))
        with pytest.raises(PowerCutError):
            journal.append(output(1), inspection(2), before_commit=cut)
        assert (journal.last_number, journal.last_sequence) == (1, 1)
        assert [one.sequence for one in journal.pending()] == [1]
        assert journal.append(output(1))[0].number == 2


def test_a_clock_before_the_software_or_behind_the_journal_is_implausible(tmp_path: Path) -> None:
    clock = SteppingClock()
    with closing(open_journal(tmp_path, clock)) as journal:
        assert journal.append(inspection(1))[0].clock is ClockQuality.SYNCHRONISED
        right = clock.now()
        clock.set_wall(right - timedelta(hours=1))
        assert journal.append(inspection(2))[0].clock is ClockQuality.IMPLAUSIBLE
        assert journal.append(inspection(3))[0].clock is ClockQuality.SYNCHRONISED
        clock.set_wall(datetime(1970, 1, 1, tzinfo=UTC))
        assert journal.append(inspection(4))[0].clock is ClockQuality.IMPLAUSIBLE


def test_a_clock_that_nothing_disciplines_is_said_to_be_unsynchronised(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path, synchronised=False)) as journal:
        assert journal.append(inspection(1))[0].clock is ClockQuality.UNSYNCHRONISED


def test_a_journal_of_a_newer_version_is_left_alone_and_named(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(JournalVersionError, match=r"newer Goodpart \(version 99.*Install that newer version"):
        open_journal(tmp_path)
    with pytest.raises(JournalVersionError):
        JournalReader(tmp_path / "journal.db").last_number()


def test_a_journal_of_another_station_is_not_continued(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection, connection:
        connection.execute("UPDATE journal SET station = 'elsewhere'")
    with pytest.raises(JournalError, match="belongs to the station elsewhere"):
        open_journal(tmp_path)


@pytest.mark.parametrize("damage", ["garbage", "truncated", "altered line", "missing line", "missing start"])
def test_a_damaged_journal_is_kept_aside_and_a_new_epoch_begins_with_an_alarm(tmp_path: Path, damage: str) -> None:
    with closing(open_journal(tmp_path)) as journal:
        journal.append(*(inspection(sequence) for sequence in range(1, 200)))
        old_epoch = journal.epoch
    file = tmp_path / "journal.db"
    content = file.read_bytes()
    if damage == "garbage":
        file.write_bytes(b"\0" * len(content))
    elif damage == "truncated":
        file.write_bytes(content[: len(content) // 2])
    else:
        with closing(sqlite3.connect(file)) as connection, connection:
            if damage == "altered line":
                line = connection.execute("SELECT line FROM events WHERE number = 150").fetchone()[0]
                altered = line.replace(b'"verdict":"good"', b'"verdict":"bad"')
                connection.execute("UPDATE events SET line = ? WHERE number = 150", (altered,))
            elif damage == "missing line":
                connection.execute("DELETE FROM events WHERE number = 150")
            else:
                connection.execute("DELETE FROM events WHERE number < 10")
    with closing(open_journal(tmp_path)) as journal:
        assert journal.epoch != old_epoch
        assert journal.replaces is not None
        assert journal.replaces.exists()
        (alarm,) = journal.tail(10)
        assert isinstance(alarm.body, AlarmChanged)
        assert (alarm.body.code, alarm.body.subject) == ("journal_damaged", STATION)
        assert journal.replaces.name in alarm.body.detail
        if damage not in {"garbage", "truncated"}:
            assert journal.last_sequence == 199


def test_a_reader_notices_a_new_journal_in_the_place_of_a_damaged_one(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        journal.append(*(inspection(sequence) for sequence in range(1, 200)))
    with JournalReader(tmp_path / "journal.db") as reader:
        old_epoch = reader.epoch
        (tmp_path / "journal.db").write_bytes(b"\0" * 5000)
        with closing(open_journal(tmp_path)) as journal:
            assert reader.epoch == journal.epoch != old_epoch
            assert reader.last_number() == 1


def test_lines_are_read_in_portions(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        journal.append(*(inspection(sequence) for sequence in range(1, 21)))
    with JournalReader(tmp_path / "journal.db") as reader:
        size = len(reader.lines(0, limit=1)[0])
        assert len(reader.lines(0, limit=7)) == 7
        assert len(reader.lines(0, max_bytes=int(3.5 * size))) == 3
        assert len(reader.lines(0, max_bytes=1)) == 1
        assert [decode_event(line).number for line in reader.lines(18)] == [19, 20]
        assert reader.lines(20) == []


def test_images_are_listed_until_they_are_evicted(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        journal.append(inspection(1), inspection(2, Verdict.BAD))
        journal.append(images(1))
        journal.append(images(2))
        with JournalReader(tmp_path / "journal.db") as reader:
            first, second = reader.images_after(0)
            assert (first.verdict, second.verdict) == (Verdict.GOOD, Verdict.BAD)
            assert reader.stored_bytes() == first.size_bytes + second.size_bytes
            journal.mark_evicted([first.sha256])
            assert reader.images_after(0) == [second]
            assert reader.images_after(second.number) == []
            assert reader.stored_bytes() == second.size_bytes
            assert (reader.is_stored(first.sha256), reader.is_stored(second.sha256)) == (False, True)


def test_alarms_are_open_until_they_are_cleared(tmp_path: Path) -> None:
    def alarm(code: str, *, raised: bool) -> AlarmChanged:
        return AlarmChanged(code=code, subject=STATION, raised=raised)

    with closing(open_journal(tmp_path)) as journal:
        journal.append(alarm("camera_failed", raised=True), alarm("plc_link_lost", raised=True))
        journal.append(alarm("camera_failed", raised=False))
    with closing(open_journal(tmp_path)) as journal:
        assert journal.open_alarms() == {("plc_link_lost", STATION)}


def append_until_full(journal: Journal) -> int:
    """The last sequence that found space."""
    for sequence in range(1, 10_000):
        try:
            journal.append(inspection(sequence))
        except JournalFullError:
            return sequence - 1
    raise AssertionError("the journal never got full")


def test_a_full_disk_frees_the_reserve_and_then_refuses_without_losing_a_number(tmp_path: Path) -> None:
    class SpaceInFile(Reserve):
        """Lets the journal's file grow by some pages when it is freed, as a deleted file does on a full disk."""

        def free(self) -> bool:
            freed = super().free()
            if freed:
                allow_pages(20)
            return freed

    def allow_pages(more: int) -> None:
        connection = journal._connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + more}")

    reserve = SpaceInFile(tmp_path / "journal.reserve", 4096)
    clock = SteppingClock()
    journal = Journal.open(
        tmp_path / "journal.db", station=STATION, clock=clock, boot="b", synchronised=lambda: True, reserve=reserve
    )
    with closing(journal):
        assert reserve.held
        allow_pages(0)
        recorded = append_until_full(journal)
        assert recorded > 20
        assert not reserve.held
        assert (journal.last_number, journal.last_sequence) == (recorded, recorded)
        allow_pages(100)
        assert journal.append(inspection(recorded + 1))[0].number == recorded + 1


def test_a_reserve_is_taken_only_where_there_is_room_for_it(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", 64 * 1024)
    assert reserve.hold()
    assert (tmp_path / "reserve").stat().st_blocks * 512 >= 64 * 1024
    assert reserve.free()
    assert not reserve.free()
    assert not Reserve(tmp_path / "huge", 2**60).hold()
    assert list(tmp_path.iterdir()) == []
