"""Part after part, in the order of the PLC's count: look, decide, record, act."""

import asyncio
import math
from datetime import timedelta

import structlog

from goodpart.base.clock import Clock
from goodpart.base.ids import new_id
from goodpart.base.killpoints import KillPoint, reached
from goodpart.gateway.journal.errors import JournalFullError
from goodpart.gateway.journal.images import ImageStore, NewImage
from goodpart.gateway.journal.rows import OpenOutput
from goodpart.gateway.station.count import PartCount
from goodpart.gateway.station.decide import Decision, Seen, Unseen, decide
from goodpart.gateway.station.machine import EjectLog
from goodpart.gateway.station.outputs import OutputGate
from goodpart.gateway.station.part import Finding, PartLooker
from goodpart.gateway.station.previews import Previews
from goodpart.gateway.station.recipes import LoadedRecipes
from goodpart.gateway.station.records import Records
from goodpart.gateway.station.watch import Watch
from goodpart.gateway.triggers.port import LinkLost, LinkOpened, PartArrived, Trigger, TriggerEvent
from goodpart.wire.events import (
    EventBody,
    ImageRole,
    InspectionRecorded,
    OutputOutcome,
    OutputRecorded,
    StageLatency,
)
from goodpart.wire.verdicts import NoReadCause, Verdict

_log = structlog.get_logger("parts")


class Parts:
    """Follows the trigger. ``recipes`` may be replaced at any time; a part keeps those it began with."""

    def __init__(
        self,
        trigger: Trigger,
        looker: PartLooker,
        gate: OutputGate,
        count: PartCount,
        records: Records,
        images: ImageStore,
        previews: Previews,
        ejects: EjectLog,
        watch: Watch,
        clock: Clock,
        recipes: LoadedRecipes,
    ) -> None:
        self.recipes = recipes
        self.linked = False
        self.link_problem = "The PLC was not reached yet."
        self._trigger = trigger
        self._looker = looker
        self._gate = gate
        self._count = count
        self._records = records
        self._images = images
        self._previews = previews
        self._ejects = ejects
        self._watch = watch
        self._clock = clock
        self._inbox: asyncio.Queue[TriggerEvent | None] = asyncio.Queue()
        self._newest: int | None = None
        self._busy = False

    @property
    def is_idle(self) -> bool:
        """No part is under way or waiting."""
        return not self._busy and self._inbox.empty()

    async def listen(self) -> None:
        """Take in what the trigger tells, while a part is under way too. Without end."""
        async for event in self._trigger.events():
            if isinstance(event, LinkLost):
                self.linked, self.link_problem = False, event.reason
            else:
                self.linked, self._newest = True, event.sequence
            self._inbox.put_nowait(event)

    async def handle_all(self) -> None:
        """Handle one event after the other, until `stop`."""
        while (event := await self._inbox.get()) is not None:
            self._busy = True
            try:
                await self._handle(event)
            except JournalFullError as error:
                # No record, no output: the PLC applies its own fail-safe, and the count finds the part later.
                self._count.blame(NoReadCause.STORAGE_FULL)
                _log.error("part_not_recorded", cause=error.cause)
            finally:
                self._busy = False
        await self._gate.finish()

    def stop(self) -> None:
        """End `handle_all` once everything that was taken in is handled."""
        self._inbox.put_nowait(None)

    async def _handle(self, event: TriggerEvent) -> None:
        match event:
            case LinkOpened(sequence):
                await self._gate.reconcile()
                await self._count.found(sequence, self.recipes.station, self.recipes.revision)
            case LinkLost():
                self._count.blame(NoReadCause.PLC_LINK_LOST)
            case PartArrived():
                await self._handle_part(event)

    async def _handle_part(self, arrived: PartArrived) -> None:
        loaded = self.recipes
        if not await self._count.arrived(arrived.sequence, loaded.station, loaded.revision):
            return
        if not self._gate.is_reconciled:
            await self._gate.reconcile()
        finding = await self._looker.look_at(
            arrived,
            loaded,
            last_number=self._count.part_number,
            has_moved_on=lambda: self._newest != arrived.sequence,
        )
        started_ns = self._clock.monotonic_ns()
        is_late = started_ns >= finding.deadline_ns
        look = finding.look
        if is_late and isinstance(look, Seen):
            took_ms = (started_ns - arrived.at_monotonic_ns) / 1e6
            look = Unseen(NoReadCause.DEADLINE_MISSED, f"The verdict came {took_ms:.0f} ms after the trigger.")
        decision = decide(look, loaded.station, finding.recipe)
        inspection = self._inspection(arrived, finding, decision, started_ns)
        bodies: list[EventBody] = [inspection]
        act = not decision.output.suppressed
        if act and is_late:
            act = False
            bodies.append(
                OutputRecorded(
                    inspection=inspection.inspection,
                    sequence=inspection.sequence,
                    action=decision.output.action,
                    outcome=OutputOutcome.NOT_WRITTEN,
                )
            )
        await self._records.append(*bodies, before_commit=_before_commit)
        reached(KillPoint.STATION_AFTER_JOURNAL_COMMIT)
        self._count.recorded(arrived.sequence)
        self._ejects.note(inspection)
        self._watch.note(inspection, finding.sight)
        if act:
            await self._gate.act(
                OpenOutput(inspection.inspection, inspection.sequence, decision.output.action),
                decision.verdict,
                arrived_ns=arrived.at_monotonic_ns,
                deadline_ns=finding.deadline_ns,
            )
        self._keep_images(inspection, finding)
        self._previews.offer(inspection, finding.picture, finding.sight)

    def _inspection(
        self, arrived: PartArrived, finding: Finding, decision: Decision, started_ns: int
    ) -> InspectionRecorded:
        if finding.part is not None:
            self._count.part_number = finding.part.part_number
        recipe, sight = finding.recipe, finding.sight
        now, now_ns = self._clock.now(), self._clock.monotonic_ns()
        decided = StageLatency(stage="decide", ms=(now_ns - started_ns) / 1e6)
        return InspectionRecorded(
            inspection=new_id(now),
            sequence=arrived.sequence,
            part_number=self._count.part_number,
            serial=finding.part.serial if finding.part is not None else "",
            verdict=decision.verdict,
            cause=decision.cause,
            detail=decision.detail,
            mode=decision.mode,
            triggered_at=now - timedelta(microseconds=(now_ns - arrived.at_monotonic_ns) // 1000),
            score=sight.score if sight is not None and math.isfinite(sight.score) else None,
            good_below=recipe.good_below if recipe is not None else None,
            bad_above=recipe.bad_above if recipe is not None else None,
            # JSON has no word for what is not finite: such a line could never be read again.
            defects=tuple(one for one in sight.defects if math.isfinite(one.score)) if sight is not None else (),
            latency=(*finding.stages, decided),
            recipe=recipe.recipe if recipe is not None else "",
            recipe_revision=recipe.revision if recipe is not None else 0,
            package=recipe.package if recipe is not None and sight is not None else "",
            output=decision.output,
            optics=(sight.optics or ()) if sight is not None else (),
        )

    def _keep_images(self, inspection: InspectionRecorded, finding: Finding) -> None:
        picture, sight, recipe = finding.picture, finding.sight, finding.recipe
        if picture is None or recipe is None:
            return
        if inspection.verdict is Verdict.GOOD and inspection.sequence % max(recipe.good_image_every, 1):
            return
        images = [NewImage(ImageRole.FRAME, picture.media_type, lambda: picture.content)]
        if sight is not None:
            images.append(NewImage(ImageRole.HEAT, "image/png", sight.render_heat))
        self._images.keep(inspection.inspection, images)


def _before_commit() -> None:
    reached(KillPoint.STATION_BEFORE_JOURNAL_COMMIT)
