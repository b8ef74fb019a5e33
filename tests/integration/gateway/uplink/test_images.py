"""Images follow their events to the server: the ones a person has to look at first, none twice, none in the way."""

from typing import TYPE_CHECKING

from goodpart.gateway.folders import StationFolder
from goodpart.gateway.journal.journal import Journal
from goodpart.gateway.uplink.acknowledged import uploaded_images
from goodpart.wire.verdicts import Verdict
from tests.fakes.gateway_server import GatewayServer, RefusedError
from tests.fakes.journals import STATION, inspection
from tests.fakes.kept_images import record_part
from tests.fakes.waiting import eventually

if TYPE_CHECKING:
    from tests.integration.gateway.uplink.conftest import Senders


def uploads(server: GatewayServer) -> list[str]:
    return [path.rpartition("/")[2] for method, path in server.calls if method == "PUT" and "/images/" in path]


def questions(server: GatewayServer) -> list[str]:
    return [path.rpartition("/")[2] for method, path in server.calls if method == "HEAD"]


async def test_a_kept_image_is_uploaded_and_may_then_be_evicted(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    sha256 = record_part(station, journal, 1, Verdict.BAD)
    assert uploaded_images(station.uplink, [sha256]) == frozenset()
    async with senders.running():
        await eventually(lambda: sha256 in server.images)
        await eventually(lambda: uploaded_images(station.uplink, [sha256, "ab" * 32]) == {sha256})
    assert server.images[sha256] == station.image(sha256).read_bytes()


async def test_the_images_that_a_person_has_to_look_at_go_first(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    good = [record_part(station, journal, sequence, Verdict.GOOD) for sequence in range(1, 25)]
    urgent = [
        record_part(station, journal, 25, Verdict.BAD),
        record_part(station, journal, 26, Verdict.UNSURE),
        record_part(station, journal, 27, Verdict.NO_READ),
    ]
    async with senders.running():
        await eventually(lambda: len(server.images) == 27)
    assert set(uploads(server)[:8]) >= set(urgent)
    assert set(uploads(server)) == {*good, *urgent}


async def test_each_image_is_sent_once_over_a_restart(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    first = record_part(station, journal, 1, Verdict.BAD)
    async with senders.running():
        await eventually(lambda: uploaded_images(station.uplink, [first]))
    second = record_part(station, journal, 2, Verdict.BAD)
    async with senders.running():
        await eventually(lambda: uploaded_images(station.uplink, [second]))
    assert uploads(server) == [first, second]


async def test_an_image_whose_acknowledgement_was_lost_is_asked_for_and_not_sent_again(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    sha256 = record_part(station, journal, 1, Verdict.BAD)
    async with senders.running() as (events, _):
        await eventually(lambda: uploaded_images(station.uplink, [sha256]))
    station.uplink.unlink()
    async with senders.running() as (events, _):
        await eventually(lambda: events.acknowledged == 2)
    async with senders.running():
        await eventually(lambda: uploaded_images(station.uplink, [sha256]))
    assert uploads(server) == [sha256] or questions(server) == [sha256]


async def test_the_same_content_of_two_parts_is_one_upload(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    same = {record_part(station, journal, sequence, Verdict.BAD, b"the same picture") for sequence in range(1, 6)}
    async with senders.running() as (_, images):
        await eventually(lambda: uploaded_images(station.uplink, same) and images.waiting == 0)
    assert uploads(server) == list(same)


async def test_an_image_whose_file_is_gone_or_altered_holds_up_no_other(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    gone = record_part(station, journal, 1, Verdict.BAD)
    altered = record_part(station, journal, 2, Verdict.BAD)
    whole = record_part(station, journal, 3, Verdict.GOOD)
    station.image(gone).unlink()
    station.image(altered).write_bytes(b"bit rot")
    async with senders.running() as (_, images):
        await eventually(lambda: whole in server.images)
        await eventually(lambda: images.waiting == 0)
        later = record_part(station, journal, 4, Verdict.BAD)
        await eventually(lambda: later in server.images)
    assert uploaded_images(station.uplink, [gone, altered]) == frozenset()


async def test_an_image_store_that_cannot_take_images_holds_up_no_event(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    server.fault = lambda _, path: RefusedError(507, "storage_full") if "/images/" in path else None
    shown = record_part(station, journal, 1, Verdict.BAD)
    async with senders.running() as (events, _):
        await eventually(lambda: not senders.link.is_up)
        for sequence in range(2, 12):
            journal.append(inspection(sequence))
        await eventually(lambda: events.acknowledged == 12)
        server.fault = lambda *_: None
        await eventually(lambda: shown in server.images)
        await eventually(lambda: senders.link.is_up)


async def test_a_restored_server_gets_the_images_of_the_lost_events_again(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    kept = [record_part(station, journal, sequence, Verdict.BAD) for sequence in range(1, 6)]
    async with senders.running() as (_, images):
        await eventually(lambda: len(uploaded_images(station.uplink, kept)) == 5 and images.waiting == 0)
        with server.lock:
            del server.epochs[STATION, journal.epoch][0].lines[4:]
            for sha256 in kept[2:]:
                del server.images[sha256]
        journal.append(inspection(6))
        await eventually(lambda: set(server.images) == set(kept))
        await eventually(lambda: len(uploaded_images(station.uplink, kept)) == 5)


async def test_evicted_images_are_forgotten_and_not_sent(
    senders: "Senders", journal: Journal, station: StationFolder, server: GatewayServer
) -> None:
    kept = [record_part(station, journal, sequence, Verdict.GOOD) for sequence in range(1, 4)]
    async with senders.running() as (_, images):
        await eventually(lambda: len(uploaded_images(station.uplink, kept)) == 3)
        station.image(kept[0]).unlink()
        journal.mark_evicted([kept[0]])
        await images.forget_evicted()
        assert uploaded_images(station.uplink, kept) == set(kept[1:])
        later = record_part(station, journal, 4, Verdict.GOOD)
        await eventually(lambda: later in server.images)
    assert sorted(uploads(server)) == sorted([*kept, later])
