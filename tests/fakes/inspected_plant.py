"""A plant with one station, and the parts that pass it: rows as a journal would bring them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from goodpart.kpi.minutes import affected_minutes
from goodpart.server.datasets import service as datasets
from goodpart.server.gateways import repository as gateway_rows
from goodpart.server.gateways import service as gateways
from goodpart.server.gateways.model import Wiring
from goodpart.server.inspections import service as inspections
from goodpart.server.inspections.model import RecordOutcome
from goodpart.server.kit.objects import Objects
from goodpart.server.kit.work import Database
from goodpart.server.kpis import service as kpis
from goodpart.server.models import service as models
from goodpart.server.places import service as places
from goodpart.server.places.model import PlaceKind
from goodpart.trust.signatures import SoftwareSigner
from goodpart.vision.verdict import Thresholds
from goodpart.wire.desired import DriverSpec
from goodpart.wire.events import Action, InspectionRecorded, MachineStateChanged, OutputPlan
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict
from tests.fakes.packages import candidate_package

PART_NUMBER = "A-100"
CYCLE_MS = 2000
SIGNER = SoftwareSigner.generate()


@dataclass(frozen=True)
class InspectedPlant:
    """One site, one line, one station that one enrolled gateway serves."""

    database: Database
    site: str
    line: str
    station: str
    gateway: str

    @classmethod
    async def built_in(cls, database: Database, *, enrolled: bool = True, name: str = "Works") -> "InspectedPlant":
        """The part number is the enterprise's, so a second plant builds the same part."""
        async with database.work() as work:
            site = await places.create(work, PlaceKind.SITE, name, None, "Europe/Berlin")
            line = await places.create(work, PlaceKind.LINE, "Line 1", site.id)
            station = await places.create(work, PlaceKind.STATION, "Final check", line.id)
            if await places.find_part_number(work, PART_NUMBER) is None:
                await places.create_part_number(work, PART_NUMBER, "Washer", CYCLE_MS)
            gateway = await gateways.create(work, "Box 7", site.id)
            if enrolled:
                await gateway_rows.set_enrolled(
                    work.session, gateway.id, software="1", hardware="", address="192.0.2.7", now=work.now
                )
            driver = DriverSpec(driver="none")
            await gateways.wire_station(work, Wiring(gateway.id, station.id, driver, driver, driver, driver))
        return cls(database, site.id, line.id, station.id, gateway.id)

    async def passes(self, *parts: InspectionRecorded) -> list[RecordOutcome]:
        """Record parts in one transaction, with the key figures that they change."""
        async with self.database.work() as work:
            outcomes = [
                await inspections.record(work, gateway=self.gateway, station=self.station, event=part) for part in parts
            ]
            await kpis.recompute(work, self.station, affected_minutes(parts=[part.triggered_at for part in parts]))
        return outcomes

    async def runs(
        self,
        start: datetime,
        end: datetime,
        state: MachineState = MachineState.RUNNING,
        *,
        then: MachineState | None = MachineState.UNKNOWN,
        mode: Mode | None = None,
    ) -> None:
        """The machine reports one state from ``start``, every 30 s, and at ``end`` the next one or nothing."""
        moments = [start + timedelta(seconds=30 * step) for step in range(-(-int((end - start).total_seconds()) // 30))]
        said = [(at, state) for at in moments] + ([(end, then)] if then else [])
        touched: set[datetime] = set()
        async with self.database.work() as work:
            for number, (at, what) in enumerate(said, start=1):
                touched.update(
                    await kpis.apply_machine_state(
                        work,
                        station=self.station,
                        epoch=f"{state}{start}",
                        number=number,
                        event=MachineStateChanged(state=what, since=at, part_number=PART_NUMBER, mode=mode),
                    )
                )
            await kpis.recompute(work, self.station, touched)

    async def learns(
        self, objects: Objects, name: str = "washer", *, approve: bool = True, place: str | None = None
    ) -> str:
        """A model for the plant's part number, approved or still a candidate; its id. ``place`` is its dataset's."""
        content = candidate_package(name)
        sha256 = await objects.put(models.CANDIDATES, content)
        async with self.database.work() as work:
            dataset = await datasets.create(work, name=name, part_number=PART_NUMBER, place=place)
            model = await models.register_candidate(
                work,
                name=name,
                part_number=PART_NUMBER,
                training_run=work.new_id(),
                dataset=dataset.id,
                candidate_sha256=sha256,
                size_bytes=len(content),
                proof={},
                thresholds=Thresholds(good_below=1.0, bad_above=2.0),
            )
            if approve:
                await models.approve(work, model.id, note="", signer=SIGNER, objects=objects)
        return model.id


def part(
    sequence: int,
    at: datetime,
    verdict: Verdict = Verdict.GOOD,
    *,
    inspection: str | None = None,
    mode: Mode = Mode.PRODUCTION,
    score: float | None = 0.5,
    recipe: str = "",
    package: str = "",
) -> InspectionRecorded:
    """One part; what is not good is rejected, in production."""
    action = Action.PASS if verdict is Verdict.GOOD else Action.REJECT
    return InspectionRecorded(
        inspection=inspection or f"part-{sequence:06}",
        sequence=sequence,
        part_number=PART_NUMBER,
        verdict=verdict,
        mode=mode,
        triggered_at=at,
        score=score,
        good_below=1.0,
        bad_above=2.0,
        recipe=recipe,
        package=package,
        output=OutputPlan(action=action, suppressed=not mode.drives_outputs),
    )
