"""What goes on at a station besides parts: the machine's state, the heartbeats, the ejector."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress

from goodpart.base.clock import Clock
from goodpart.gateway.drivers.errors import DriverError
from goodpart.gateway.outputs.port import Output
from goodpart.gateway.signals.port import Signals
from goodpart.gateway.station.records import Records
from goodpart.wire.events import (
    Action,
    EjectConfirmed,
    Event,
    InspectionRecorded,
    MachineStateChanged,
)
from goodpart.wire.machine import STATE_REPEATED_EVERY_S
from goodpart.wire.modes import Mode

BEAT_EVERY_S = 0.5
PLC_STALE_AFTER_S = 2.0
"""Four beats of the PLC."""
_MODE_LOOKED_AT_EVERY_S = 0.2
_REJECTS_REMEMBERED = 1000


async def record_machine_states(
    signals: Signals, records: Records, clock: Clock, mode_for: Callable[[str], Mode]
) -> None:
    """Record every change, and the same state again while nothing changes. Without end.

    ``mode_for`` says in which mode a part number is looked at now; a change of it is recorded like one of the state,
    because only production enters OEE, time as well as parts.
    """
    changes = signals.changes()
    now = await anext(changes)
    coming = asyncio.ensure_future(anext(changes))
    try:
        while True:
            mode = mode_for(now.part_number)
            await records.try_append(
                MachineStateChanged(
                    state=now.state, reason=now.reason, part_number=now.part_number, since=clock.now(), mode=mode
                )
            )
            with suppress(TimeoutError):
                async with asyncio.timeout(STATE_REPEATED_EVERY_S):
                    while not coming.done() and mode_for(now.part_number) is mode:
                        await asyncio.wait({coming}, timeout=_MODE_LOOKED_AT_EVERY_S)
            if coming.done():
                now = coming.result()
                coming = asyncio.ensure_future(anext(changes))
    finally:
        coming.cancel()


async def beat(signals: Signals, is_able: Callable[[], bool]) -> None:
    """Tell the PLC that this station inspects, as long as it really does. Without end."""
    count = 0
    while True:
        if is_able():
            count += 1
            try:
                await signals.beat(count)
            except DriverError:
                count -= 1  # the trigger says that the link is lost; the PLC sees that the beat stops
        await asyncio.sleep(BEAT_EVERY_S)


class EjectLog:
    """Which rejected parts the sensor at the ejector is still to see."""

    def __init__(self, recent: Iterable[Event]) -> None:
        """``recent``: the last events of the journal, so that an eject during a restart is still matched."""
        self._awaited: OrderedDict[int, str] = OrderedDict()
        self._last: int | None = None
        for event in recent:
            if isinstance(event.body, InspectionRecorded):
                self.note(event.body)
            elif isinstance(event.body, EjectConfirmed):
                self._last = event.body.sequence
                self._awaited.pop(event.body.sequence, None)

    def note(self, inspection: InspectionRecorded) -> None:
        """A part was judged."""
        output = inspection.output
        if output is None or output.suppressed or output.action is not Action.REJECT:
            return
        self._awaited[inspection.sequence] = inspection.inspection
        while len(self._awaited) > _REJECTS_REMEMBERED:
            self._awaited.popitem(last=False)

    async def record(self, output: Output, records: Records) -> None:
        """Record every eject once. Without end."""
        ejects: AsyncIterator[int] = output.ejects()
        first = True
        async for sequence in ejects:
            # The first number may be hours old; it counts if this very part is still awaited.
            if sequence in self._awaited or (not first and sequence != self._last):
                inspection = self._awaited.pop(sequence, "")
                await records.try_append(EjectConfirmed(sequence=sequence, inspection=inspection))
            self._last = sequence
            first = False
