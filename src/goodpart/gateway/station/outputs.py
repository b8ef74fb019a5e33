"""The way of a result to the PLC and back. One output is open at a time: the next is written only when the journal
says how the one before ended. So after a crash the number that the PLC accepted last tells about all of them."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from goodpart.base.clock import Clock
from goodpart.base.killpoints import KillPoint, reached
from goodpart.gateway.drivers.errors import DriverError, OutputUncertainError
from goodpart.gateway.journal.errors import JournalFullError
from goodpart.gateway.journal.rows import OpenOutput
from goodpart.gateway.outputs.port import Output
from goodpart.gateway.station.records import Records
from goodpart.wire.events import OutputOutcome, OutputRecorded
from goodpart.wire.verdicts import Verdict

READ_BACK_MS = 200.0
"""So long after the deadline of the write the PLC's answer is still waited for: its own deadline is a little later."""
_log = structlog.get_logger("outputs")


@dataclass(frozen=True)
class _Written:
    """An output that is on its way, or of which nobody knows."""

    open: OpenOutput
    certain: bool
    """The PLC answered the write."""
    after_ms: float | None


class OutputGate:
    """Writes results and records how each ended."""

    def __init__(self, output: Output, records: Records, clock: Clock, pending: Iterable[OpenOutput]) -> None:
        """``pending``: outputs that the process before left open."""
        self._output = output
        self._records = records
        self._clock = clock
        self._under_way: asyncio.Task[None] | None = None
        self._unrecorded: OutputRecorded | None = None
        self._unknown = {one.inspection: _Written(one, certain=False, after_ms=None) for one in pending}

    async def act(self, output: OpenOutput, verdict: Verdict, *, arrived_ns: int, deadline_ns: int) -> None:
        """Write the result of a part whose record is durable; nothing is written after ``deadline_ns``."""
        if not await self._settle() or self._clock.monotonic_ns() >= deadline_ns:
            await self._record(output, OutputOutcome.NOT_WRITTEN)
            return
        certain = True
        try:
            await self._output.write(output.sequence, verdict, output.action)
        except OutputUncertainError:
            certain = False
        except DriverError:
            await self._record(output, OutputOutcome.NOT_WRITTEN)
            return
        reached(KillPoint.STATION_AFTER_OUTPUT)
        now = self._clock.monotonic_ns()
        written = _Written(output, certain, (now - arrived_ns) / 1e6 if certain else None)
        left_s = max((deadline_ns - now) / 1e9, 0.0) + READ_BACK_MS / 1000
        self._under_way = asyncio.create_task(self._read_back(written, left_s))

    @property
    def is_reconciled(self) -> bool:
        """Whether it is known how every output before the one under way ended."""
        return not self._unknown

    async def reconcile(self) -> bool:
        """Find out by the PLC's number how the outputs ended that a crash or a lost link left open.

        Nothing is written again. False where the PLC or the journal cannot be asked now.
        """
        if not await self._settle(keep_unknown=True):
            return False
        if not self._unknown:
            return True
        try:
            accepted = await self._output.last_accepted()
        except DriverError:
            return False
        done = [
            OutputRecorded(
                inspection=one.open.inspection,
                sequence=one.open.sequence,
                action=one.open.action,
                outcome=_outcome(one, accepted),
                trigger_to_output_ms=one.after_ms,
                reconciled=True,
            )
            for one in self._unknown.values()
        ]
        if not await self._records.try_append(*done):
            return False
        self._unknown.clear()
        _log.info("outputs_reconciled", sequences=[one.sequence for one in done], accepted=accepted)
        return True

    async def finish(self) -> None:
        """Wait for the output that is under way."""
        await self._settle(keep_unknown=True)

    async def _settle(self, *, keep_unknown: bool = False) -> bool:
        """Bring the output before to its end. False where that is not to be had now."""
        if self._under_way is not None:
            await self._under_way
            self._under_way = None
        if self._unrecorded is not None:
            if not await self._records.try_append(self._unrecorded):
                return False
            self._unrecorded = None
        return keep_unknown or not self._unknown

    async def _read_back(self, written: _Written, left_s: float) -> None:
        sequence = written.open.sequence
        try:
            try:
                async with asyncio.timeout(left_s):
                    await self._output.accepted(sequence)
                accepted = sequence
            except TimeoutError:
                accepted = await self._output.last_accepted()
        except DriverError:
            self._unknown[written.open.inspection] = written
            return
        reached(KillPoint.STATION_AFTER_READ_BACK)
        await self._record(written.open, _outcome(written, accepted), written.after_ms)

    async def _record(self, output: OpenOutput, outcome: OutputOutcome, after_ms: float | None = None) -> None:
        body = OutputRecorded(
            inspection=output.inspection,
            sequence=output.sequence,
            action=output.action,
            outcome=outcome,
            trigger_to_output_ms=after_ms,
        )
        try:
            await self._records.append(body)
        except JournalFullError:
            self._unrecorded = body


def _outcome(written: _Written, accepted: int) -> OutputOutcome:
    if accepted == written.open.sequence:
        return OutputOutcome.CONFIRMED
    return OutputOutcome.NOT_ACCEPTED if written.certain else OutputOutcome.NOT_WRITTEN
