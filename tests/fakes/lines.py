"""A line for one station: a PLC and a camera in the test's process, the station in its own."""

from dataclasses import dataclass

from tests.fakes.eyes import picture
from tests.fakes.gateway_children import JournalContent, StationProcess
from tests.fakes.gateways import EnrolledGateway
from tests.fakes.http_camera import AimedCamera
from tests.fakes.plc import SteppedPlc
from tests.fakes.waiting import eventually

GOOD, UNSURE, BAD = 0.5, 1.5, 2.5


@dataclass
class Line:
    plc: SteppedPlc
    camera: AimedCamera
    gateway: EnrolledGateway
    station: StationProcess
    journal: JournalContent

    async def show(self, score: float | str = GOOD, *, takes_ms: float = 0.0, number: str | None = None) -> int:
        """The next part comes, and the camera sees it."""
        self.camera.content = picture(score, takes_ms=takes_ms)
        sequence = (self.plc.sequence + 1) % 2**32
        return await self.plc.next_part(serial=f"S{sequence}", number=number)

    async def inspecting(self) -> None:
        """Wait until the station says to the PLC that it inspects."""
        beats = self.plc.gateway_beats
        await eventually(lambda: self.plc.gateway_beats > beats, within_s=60, what=self.station.log())

    async def recorded(self, count: int) -> None:
        """Wait until so many inspections and their outputs are in the journal."""
        await eventually(
            lambda: len(self.journal.inspections()) >= count and self.settled(), within_s=10, what=self.station.log()
        )

    def settled(self) -> bool:
        expected = {
            one.inspection for one in self.journal.inspections() if one.output is not None and not one.output.suppressed
        }
        return expected == {one.inspection for one in self.journal.outputs()}
