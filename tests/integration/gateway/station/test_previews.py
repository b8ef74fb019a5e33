"""Who looks on sees the parts small and soon; who does not costs nothing, and no part waits for either."""

import asyncio

import msgspec
import pytest

from goodpart.base.clock import SystemClock
from goodpart.gateway.health.boot import read_boot_id
from goodpart.gateway.previews.mailbox import PreviewMailbox
from goodpart.gateway.station.sight import Eye, Sight
from goodpart.vision.image_header import read_header
from goodpart.wire.desired import RecipeSpec
from goodpart.wire.previews import AT_MOST_EVERY_S, LONGEST_PX, StationPreview
from goodpart.wire.verdicts import Verdict
from tests.fakes.eyes import PNG
from tests.fakes.pictures import good_part
from tests.fakes.running_station import RunningStation
from tests.fakes.waiting import eventually

LARGE = good_part(1, side=1600, suffix=".jpg")


class SettledEye(Eye):
    """Gives every picture the same score."""

    def __init__(self, score: float) -> None:
        self.score = score

    def look(self, content: bytes, recipe: RecipeSpec) -> Sight:
        return Sight(score=self.score, defects=(), stages=(), render_heat=lambda: PNG)


@pytest.fixture
def eye(running: RunningStation) -> SettledEye:
    """The station looks at real pictures from the next part on."""
    return SettledEye(0.5)


@pytest.fixture
async def mailbox(running: RunningStation, eye: SettledEye) -> PreviewMailbox:
    await running.crash()
    running.reload_with(lambda _: eye)
    running.come_back()
    running.camera.content = LARGE
    await running.start()
    return PreviewMailbox(running.gateway.folders.station(running.name), SystemClock(), boot=read_boot_id())


async def pass_one(running: RunningStation) -> None:
    before = len(running.journal_content.inspections())
    running.machine.next_part()
    await running.recorded(before + 1)


async def taken(mailbox: PreviewMailbox) -> StationPreview:
    found: list[bytes] = []

    def came() -> bool:
        content = mailbox.take()
        found.extend([content] if content is not None else [])
        return bool(found)

    await eventually(came)
    return msgspec.json.decode(found[0], type=StationPreview)


async def test_a_good_part_is_shown_small_with_the_record_of_that_part(
    running: RunningStation, mailbox: PreviewMailbox
) -> None:
    mailbox.lease(20)
    await pass_one(running)
    preview = await taken(mailbox)
    header = read_header(preview.frame)
    assert (header.format, header.width, header.height) == ("JPEG", LONGEST_PX, LONGEST_PX)
    assert preview.inspection == running.journal_content.inspections()[-1]
    assert (preview.inspection.verdict, preview.heat) == (Verdict.GOOD, b"")
    assert mailbox.take() is None


async def test_a_bad_part_comes_with_its_heat_map(
    running: RunningStation, mailbox: PreviewMailbox, eye: SettledEye
) -> None:
    eye.score = 2.5
    mailbox.lease(20)
    await pass_one(running)
    assert (await taken(mailbox)).heat == PNG


async def test_nothing_is_made_while_nobody_looks(running: RunningStation, mailbox: PreviewMailbox) -> None:
    folder = running.gateway.folders.station(running.name)
    await pass_one(running)
    mailbox.lease(0)
    await pass_one(running)
    PreviewMailbox(folder, SystemClock(), boot="of an earlier start of the machine").lease(20)
    await pass_one(running)
    mailbox.lease(20)
    await pass_one(running)
    assert (await taken(mailbox)).inspection == running.journal_content.inspections()[-1]


async def test_of_parts_that_come_faster_the_newest_is_shown_and_no_more_than_two_a_second(
    running: RunningStation, mailbox: PreviewMailbox
) -> None:
    mailbox.lease(20)
    started = asyncio.get_running_loop().time()
    for _ in range(12):
        await pass_one(running)
    last = running.journal_content.inspections()[-1].inspection
    shown = [await taken(mailbox)]
    while shown[-1].inspection.inspection != last:
        shown.append(await taken(mailbox))
    took_s = asyncio.get_running_loop().time() - started
    assert len(shown) <= took_s / AT_MOST_EVERY_S + 1
    assert len(shown) < 12


async def test_a_picture_that_nobody_can_decode_ends_nothing(running: RunningStation, mailbox: PreviewMailbox) -> None:
    mailbox.lease(20)
    running.camera.content = b"not a picture"
    await pass_one(running)
    running.camera.content = LARGE
    await pass_one(running)
    assert (await taken(mailbox)).inspection == running.journal_content.inspections()[-1]
    assert len(running.machine.writes) == 2
