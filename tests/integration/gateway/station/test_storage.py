"""A full disk stops outputs, not the count: no record, no output, and afterwards every part is there."""

from goodpart.wire.events import Action, ImageRole, ImagesKept
from goodpart.wire.verdicts import NoReadCause, Verdict
from tests.fakes.eyes import picture
from tests.fakes.lines import BAD, GOOD
from tests.fakes.running_station import RunningStation
from tests.fakes.waiting import eventually


async def test_without_space_for_a_record_nothing_is_written_and_later_all_is_accounted_for(
    running: RunningStation,
) -> None:
    await eventually(lambda: running.machine.beats)
    running.machine.next_part()
    await running.recorded(1)
    running.fill_disk()
    refused = [running.machine.next_part()]
    await eventually(lambda: running.refused == 1)
    refused.append(running.machine.next_part())
    beats = len(running.machine.beats)
    await eventually(lambda: running.refused == 2)
    running.free_disk()
    await eventually(lambda: len(running.machine.beats) > beats)
    after = running.machine.next_part()
    await running.recorded(4)
    assert [(one.sequence, one.cause) for one in running.journal_content.inspections()] == [
        (101, None),
        *((sequence, NoReadCause.STORAGE_FULL) for sequence in refused),
        (after, None),
    ]
    assert [sequence for sequence, _, _ in running.machine.writes] == [101, after]


async def test_images_of_all_but_good_parts_are_kept_and_one_in_ten_of_those(running: RunningStation) -> None:
    await eventually(lambda: running.machine.beats)
    for score in [GOOD, BAD, *[GOOD] * 18]:
        running.camera.content = picture(score)
        running.machine.next_part()
        await running.recorded(running.machine.sequence - 100)
    await eventually(lambda: len(running.bodies(ImagesKept)) == 3)
    kept = [event.body for event in running.bodies(ImagesKept) if isinstance(event.body, ImagesKept)]
    by_id = {one.inspection: one for one in running.journal_content.inspections()}
    assert [(by_id[one.inspection].sequence, by_id[one.inspection].verdict) for one in kept] == [
        (102, Verdict.BAD),
        (110, Verdict.GOOD),
        (120, Verdict.GOOD),
    ]
    bad = kept[0].images
    assert [image.role for image in bad] == [ImageRole.FRAME, ImageRole.HEAT]
    folder = running.gateway.folders.station(running.name)
    assert folder.image(bad[0].sha256).read_bytes() == picture(BAD)
    assert running.machine.writes[1] == (102, Verdict.BAD, Action.REJECT)
