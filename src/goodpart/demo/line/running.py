"""The line at work: machine, tracker, memory, PLC and camera, driven against the clock.

Nothing here waits for the gateway. Memory is written on a thread of its own, in order; parts are made ahead on
another, so that the next photograph is ready when its part arrives.
"""

import asyncio
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from goodpart.base.clock import Clock
from goodpart.base.errors import GoodpartError
from goodpart.demo.line.camera import Camera
from goodpart.demo.line.machine import Event, Feed, Machine, NumberChanged, PartArrived, StateChanged
from goodpart.demo.line.memory import Memory, TruthRow
from goodpart.demo.line.plc import Plc, ResultWritten
from goodpart.demo.line.schedule import Schedule
from goodpart.demo.line.sources import Part, PartSource
from goodpart.demo.line.tracking import Decided, DecidedBy, Ejected, PartTracker

_BEAT_S = 0.5
T = TypeVar("T")


class Line:
    """One station of the line. `run` until cancelled; the other methods are for the control door."""

    def __init__(
        self, station: str, schedule: Schedule, source: PartSource, memory: Memory, clock: Clock, deadline_s: float
    ) -> None:
        self.source = source
        self.station = station
        self._memory = memory
        self._clock = clock
        retained = memory.retained()
        self._retained = retained
        shown = retained.part
        self.machine = Machine.at_rest(schedule, retained.sequence, shown.part_number if shown else None, retained.made)
        self.tracker = PartTracker(deadline_s, seed=schedule.seed, acts_on_results=retained.acts_on_results)
        self.plc = Plc(station, clock, self._on_result)
        self.camera = Camera(station, source.photograph(shown) if shown else source.empty())
        self._results: asyncio.Queue[tuple[ResultWritten, Decided | None]] = asyncio.Queue()
        self._changed = asyncio.Event()
        self._writer = ThreadPoolExecutor(1, "memory")
        self._reader = ThreadPoolExecutor(1, "reports")
        self._maker = ThreadPoolExecutor(1, "parts")
        # Keeps what the PLC shows in the order in which the machine changed.
        self._turn = asyncio.Lock()

    async def start(self, port: int) -> None:
        """Switch the PLC on: it shows what it retained, and decides what it still owed.

        Raises `PlcError`, and `GoodpartError` of the source if it cannot make the next part.
        """
        retained, now = self._retained, self._seconds()
        self._coming = self._make_next()
        for sequence in retained.undecided:
            # The machine was off when these should have been decided.
            by = DecidedBy.FAIL_SAFE if retained.acts_on_results else DecidedBy.KEY_OFF
            decided = Decided(sequence, by, retained.acts_on_results)
            self._memory.decide(decided)
            if decided.reject:
                self.tracker.falls(sequence, now)
        for sequence in retained.falling:
            self.tracker.falls(sequence, now)
        await self.plc.start(port)
        await self._coming
        await self.plc.show_number(self.machine.part_number)
        await self.plc.show_part(retained.sequence, retained.serial)
        await self.plc.show_accepted(retained.accepted)
        await self.plc.show_ejected(retained.ejected)
        await self.plc.show_state(self.machine.state, self.machine.reason)

    async def run(self) -> None:
        """Produce until cancelled. Raises `GoodpartError` if the line cannot go on: a full disk, no more pictures."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._drive())
                tasks.create_task(self._take_results())
                tasks.create_task(self._beat())
        except* GoodpartError as group:
            raise _first(group) from group

    async def stop(self) -> None:
        await self.plc.stop()
        self._maker.shutdown(cancel_futures=True)
        self._reader.shutdown(cancel_futures=True)
        self._writer.shutdown()

    async def feed(self, feed: Feed) -> None:
        async with self._turn:
            self.machine, events = self.machine.fed(feed, self._seconds())
            for event in events:
                await self._show(event)
        self._changed.set()

    async def change_over(self, part_number: str) -> None:
        """Set the machine up for ``part_number`` before its next part."""
        async with self._turn:
            self.machine = self.machine.asked_for(part_number)

    async def turn_key(self, acts_on_results: bool) -> None:
        self.tracker.acts_on_results = acts_on_results
        await self._write(partial(self._memory.turn_key, acts_on_results))

    async def counts(self) -> dict[str, int]:
        return await asyncio.get_running_loop().run_in_executor(self._reader, self._memory.counts)

    async def truth(self, first: int, last: int, limit: int) -> list[TruthRow]:
        return await asyncio.get_running_loop().run_in_executor(self._reader, self._memory.truth, first, last, limit)

    async def teaching(self, part_number: str, n: int) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._maker, self.source.teaching, part_number, n)

    async def _drive(self) -> None:
        while True:
            await self._sleep_until(min(self.machine.due, self.tracker.next_due))
            for outcome in self.tracker.due(self._seconds()):
                await self._follow(outcome)
            async with self._turn:
                self.machine, events = self.machine.advance(self._seconds())
                for event in events:
                    await self._show(event)

    async def _show(self, event: Event) -> None:
        match event:
            case StateChanged(state, reason):
                await self.plc.show_state(state, reason)
            case NumberChanged(part_number):
                await self.plc.show_number(part_number)
            case PartArrived(sequence, part_number):
                part, photograph = await self._coming
                if part.part_number != part_number:  # made ahead for another, before someone asked for this one
                    part, photograph = await self._make(sequence, part_number)
                at = self._clock.now()
                serial = await self._write(partial(self._memory.arrive, sequence, part, at))
                self.camera.frame = photograph
                self.tracker.arrived(sequence, self._seconds())
                await self.plc.show_part(sequence, serial)
                self._coming = self._make_next()

    async def _follow(self, outcome: Decided | Ejected) -> None:
        match outcome:
            case Decided():
                await self._write(partial(self._memory.decide, outcome))
            case Ejected(sequence):
                await self._write(partial(self._memory.eject, sequence))
                await self.plc.show_ejected(sequence)

    def _on_result(self, written: ResultWritten) -> None:
        """Decide at once, on the time of the write; record and echo follow in order."""
        decided = None
        if written.verdict is not None:
            decided = self.tracker.result(written.sequence, reject=written.reject, now=written.at)
        self._results.put_nowait((written, decided))
        self._changed.set()

    async def _take_results(self) -> None:
        while True:
            written, decided = await self._results.get()
            at = self._clock.now()
            await self._write(
                partial(self._memory.take_result, written.sequence, written.verdict, written.reject, at, decided)
            )
            if decided is not None:
                await self.plc.show_accepted(written.sequence)

    async def _beat(self) -> None:
        while True:
            await self.plc.beat()
            await asyncio.sleep(_BEAT_S)

    def _make_next(self) -> asyncio.Future[tuple[Part, bytes]]:
        return self._make(self.machine.sequence + 1, self.machine.next_part_number)

    def _make(self, sequence: int, part_number: str) -> asyncio.Future[tuple[Part, bytes]]:
        return asyncio.get_running_loop().run_in_executor(self._maker, self.source.produce, sequence, part_number)

    async def _sleep_until(self, due: float) -> None:
        """Until ``due``, or until something changes that may bring it forward."""
        self._changed.clear()
        wait = due - self._seconds()
        if wait <= 0:
            return
        try:
            async with asyncio.timeout(None if math.isinf(wait) else wait):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _write(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)

    def _seconds(self) -> float:
        return self._clock.monotonic_ns() / 1e9


def _first(group: BaseExceptionGroup[GoodpartError]) -> GoodpartError:
    """The error that a person is told of, out of those that came together."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
