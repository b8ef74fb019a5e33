"""Batches and events: what goes in comes out; anything else is refused, bounded and named."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from goodpart.wire.batches import (
    MAX_BATCH_BYTES,
    Batch,
    BatchHeader,
    UnreadableBatchError,
    decode_batch,
    encode_batch,
)
from goodpart.wire.events import (
    AlarmChanged,
    ClockQuality,
    EjectConfirmed,
    Event,
    EventBody,
    ImagesKept,
    InspectionRecorded,
    MachineStateChanged,
    OutputRecorded,
    RecipeActivated,
    StationStarted,
    UnreadableEventError,
    decode_event,
    decode_place,
    encode_event,
)

utc_times = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
st.register_type_strategy(datetime, utc_times)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
BODIES = (
    StationStarted,
    InspectionRecorded,
    ImagesKept,
    OutputRecorded,
    EjectConfirmed,
    MachineStateChanged,
    RecipeActivated,
    AlarmChanged,
)
bodies: st.SearchStrategy[EventBody] = st.one_of(*(st.from_type(body) for body in BODIES))
events = st.builds(
    Event,
    v=st.just(1),
    epoch=st.text(max_size=40),
    number=st.integers(1, 2**62),
    previous=st.text("0123456789abcdef", min_size=64, max_size=64),
    boot=st.text(max_size=40),
    wall=utc_times,
    monotonic_ns=st.integers(0, 2**63 - 1),
    clock=st.sampled_from(ClockQuality),
    body=bodies,
)
headers = st.builds(
    BatchHeader, v=st.just(1), station=st.text(max_size=40), epoch=st.text(max_size=40), first=st.integers(1, 2**62)
)


@given(events)
def test_every_event_comes_back_as_it_was_and_on_one_line(event: Event) -> None:
    line = encode_event(event)
    assert b"\n" not in line
    assert decode_event(line) == event
    assert encode_event(decode_event(line)) == line
    place = decode_place(line)
    assert (place.epoch, place.number, place.previous) == (event.epoch, event.number, event.previous)


@given(headers, st.lists(events.map(encode_event), max_size=8))
def test_every_batch_comes_back_as_the_same_lines(header: BatchHeader, lines: list[bytes]) -> None:
    batch = Batch(header=header, lines=tuple(lines))
    assert decode_batch(encode_batch(batch)) == batch


@given(st.binary(max_size=300))
def test_bytes_that_are_no_batch_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableBatchError) as caught:
        decode_batch(content)
    assert caught.value.remedy


@given(st.data())
def test_a_truncated_batch_is_refused(data: st.DataObject) -> None:
    lines = tuple(f"line {number}".encode() * 20 for number in range(20))
    content = encode_batch(Batch(header=BatchHeader(station="s", epoch="e", first=1), lines=lines))
    cut = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(UnreadableBatchError):
        decode_batch(content[:cut])


@pytest.mark.parametrize("header", [b"", b"{}", b'{"station":"s","epoch":"e"}', b'{"station":1,"epoch":"e","first":1}'])
def test_a_batch_without_its_header_is_refused(header: bytes) -> None:
    with pytest.raises(UnreadableBatchError):
        decode_batch(zstandard.compress(header + b"\nline"))


def test_a_batch_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = zstandard.compress(b"\0" * (MAX_BATCH_BYTES + 1))
    assert len(bomb) < 2000
    with pytest.raises(UnreadableBatchError, match="accepted"):
        decode_batch(bomb)


def test_a_batch_that_does_not_say_its_size_is_refused() -> None:
    packer = zstandard.ZstdCompressor(write_content_size=False)
    with pytest.raises(UnreadableBatchError):
        decode_batch(packer.compress(b'{"station":"s","epoch":"e","first":1}'))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_event_are_refused(line: bytes) -> None:
    with pytest.raises(UnreadableEventError):
        decode_event(line)
    with pytest.raises(UnreadableEventError):
        decode_place(line)


@given(events)
def test_an_event_of_a_later_version_is_not_read_but_has_its_place(event: Event) -> None:
    later = encode_event(msgspec.structs.replace(event, v=2))
    with pytest.raises(UnreadableEventError, match="version 2"):
        decode_event(later)
    assert decode_place(later).number == event.number


@given(events)
def test_a_body_of_an_unknown_kind_is_not_read_but_has_its_place(event: Event) -> None:
    fields = msgspec.json.decode(encode_event(event))
    fields["body"] = {"type": "of_next_year", "x": 1}
    line = msgspec.json.encode(fields)
    with pytest.raises(UnreadableEventError):
        decode_event(line)
    assert decode_place(line).number == event.number


def test_a_time_keeps_its_instant_whatever_its_zone() -> None:
    east = datetime(2026, 11, 2, 8, tzinfo=timezone(timedelta(hours=2)))
    sent = msgspec.json.decode(
        msgspec.json.encode(MachineStateChanged(state="running", since=east)),  # type: ignore[arg-type]
        type=MachineStateChanged,
    )
    assert sent.since == datetime(2026, 11, 2, 6, tzinfo=UTC)
