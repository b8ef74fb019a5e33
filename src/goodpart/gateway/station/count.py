"""Every part is accounted for: what passed unseen is recorded before the next part is looked at."""

from collections.abc import Iterator

import structlog

from goodpart.base.clock import Clock
from goodpart.base.ids import new_id
from goodpart.gateway.station.accounting import Account, PartRange, account_arrival, account_found
from goodpart.gateway.station.decide import mode_of, recipe_for
from goodpart.gateway.station.records import Records
from goodpart.wire.desired import StationSpec
from goodpart.wire.events import InspectionRecorded, StationStarted
from goodpart.wire.verdicts import NoReadCause, Verdict

_AT_ONCE = 500
_DETAILS = {
    NoReadCause.GATEWAY_DOWN: "No station process was running when this part passed.",
    NoReadCause.PLC_LINK_LOST: "The link to the PLC was lost when this part passed.",
    NoReadCause.STORAGE_FULL: "There was no space for records when this part passed.",
}
_log = structlog.get_logger("count")


class PartCount:
    """The place of this station in the PLC's count, and why parts may have been missed since the last record."""

    def __init__(
        self, records: Records, clock: Clock, *, software: str, baseline: int | None, last: int | None, part_number: str
    ) -> None:
        self.part_number = part_number
        """The last one known."""
        self.restarted: str | None = None
        """Set once the PLC's count did not go on where it was."""
        self._records = records
        self._clock = clock
        self._software = software
        self._baseline = baseline
        self._last = last
        self._said_started = False
        self._cause = NoReadCause.GATEWAY_DOWN

    @property
    def last(self) -> int | None:
        """The number that was accounted for last."""
        return self._last

    def blame(self, cause: NoReadCause) -> None:
        """What parts that go missing from now on go missing for, until the count is whole again."""
        if self._cause is not NoReadCause.GATEWAY_DOWN:
            self._cause = cause

    def recorded(self, sequence: int) -> None:
        """Part ``sequence`` has its own record."""
        self._last = sequence
        self._cause = NoReadCause.PLC_LINK_LOST

    async def found(self, sequence: int, station: StationSpec, revision: int) -> None:
        """The counter stands at ``sequence``; nobody knows since when. Raises `JournalFullError`."""
        await self._start(sequence, revision)
        assert self._last is not None
        await self._take(account_found(self._last, sequence), sequence, station)
        self._last = sequence

    async def arrived(self, sequence: int, station: StationSpec, revision: int) -> bool:
        """Part ``sequence`` came; whether it is one to look at. Raises `JournalFullError`."""
        await self._start((sequence - 1) % 2**32, revision)
        assert self._last is not None
        account = account_arrival(self._last, sequence)
        await self._take(account, sequence, station)
        if not account.is_new:
            self._last = sequence
        return account.is_new

    async def _start(self, sequence: int, revision: int) -> None:
        if self._said_started:
            return
        baseline = sequence if self._baseline is None else self._baseline
        await self._records.append(
            StationStarted(software=self._software, desired_revision=revision, baseline_sequence=baseline)
        )
        self._said_started = True
        self._baseline = baseline
        if self._last is None:
            self._last = baseline

    async def _take(self, account: Account, sequence: int, station: StationSpec) -> None:
        if account.restarted:
            self.restarted = f"The PLC's part count went from {self._last} to {sequence}."
            _log.warning("part_count_restarted", last=self._last, found=sequence)
        if account.missed:
            _log.warning("parts_missed", first=account.missed.first, count=len(account.missed), cause=self._cause)
        portion: list[InspectionRecorded] = []
        for body in self._missed(account.missed, station):
            portion.append(body)
            if len(portion) == _AT_ONCE:
                await self._record(portion)
                portion = []
        if portion:
            await self._record(portion)
        self._cause = NoReadCause.PLC_LINK_LOST

    async def _record(self, portion: list[InspectionRecorded]) -> None:
        await self._records.append(*portion)
        self._last = portion[-1].sequence

    def _missed(self, parts: PartRange, station: StationSpec) -> Iterator[InspectionRecorded]:
        recipe = recipe_for(station, self.part_number)
        now = self._clock.now()
        for sequence in parts:
            yield InspectionRecorded(
                inspection=new_id(now),
                sequence=sequence,
                part_number=self.part_number,
                verdict=Verdict.NO_READ,
                cause=self._cause,
                detail=_DETAILS[self._cause],
                mode=mode_of(station, recipe),
                triggered_at=now,
            )
