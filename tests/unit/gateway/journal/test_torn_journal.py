"""A journal that a power cut left half-written: what was committed before is there, in order, and nothing else."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.gateway.journal.reader import JournalReader
from goodpart.wire.events import (
    CHAIN_START,
    InspectionRecorded,
    OutputRecorded,
    chain_hash,
    decode_event,
)
from goodpart.wire.verdicts import Verdict
from tests.fakes.journals import inspection, open_journal, output

COMMITS = 40


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal as it lies on the disk while its station runs: most of it in the write-ahead log."""
    folder = tmp_path_factory.mktemp("written")
    snapshot = tmp_path_factory.mktemp("snapshot")
    with closing(open_journal(folder)) as journal:
        for sequence in range(1, COMMITS + 1):
            journal.append(inspection(sequence, Verdict.BAD))
            if sequence % 3:
                journal.append(output(sequence))
        for name in ("journal.db", "journal.db-wal"):
            shutil.copy(folder / name, snapshot / name)
    return snapshot


@given(share=st.floats(0, 1), noise=st.binary(max_size=40))
def test_a_torn_log_gives_a_whole_prefix_and_goes_on(
    written: Path, tmp_path_factory: pytest.TempPathFactory, share: float, noise: bytes
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    shutil.copy(written / "journal.db", folder)
    log = (written / "journal.db-wal").read_bytes()
    (folder / "journal.db-wal").write_bytes(log[: int(len(log) * share)] + noise)
    with closing(open_journal(folder)) as journal:
        kept = journal.last_number
        assert journal.replaces is None or kept == 1
        (event,) = journal.append(inspection(1000))
        assert event.number == kept + 1
        pending = {one.sequence for one in journal.pending()}
    with JournalReader(folder / "journal.db") as reader:
        lines = reader.lines(0)
    previous = CHAIN_START
    judged, done = set[int](), set[int]()
    for number, line in enumerate(lines, 1):
        event = decode_event(line)
        assert (event.number, event.previous) == (number, previous)
        previous = chain_hash(line)
        if isinstance(event.body, InspectionRecorded):
            judged.add(event.body.sequence)
        if isinstance(event.body, OutputRecorded):
            done.add(event.body.sequence)
    assert pending == judged - done
