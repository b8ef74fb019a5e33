"""Conditions that a person should know of: recorded once when they come and once when they go."""

from collections.abc import Iterable

import structlog

from goodpart.gateway.station.records import Records
from goodpart.wire.events import AlarmChanged

_log = structlog.get_logger("alarms")


class Alarms:
    """Says what holds with `set_to`; `flush` records the changes, also those that found no space before."""

    def __init__(self, records: Records, station: str, already_open: Iterable[tuple[str, str]]) -> None:
        self._records = records
        self._station = station
        self._wanted: dict[str, str] = {}
        self._recorded = {code for code, subject in already_open if subject == station}

    @property
    def details(self) -> tuple[str, ...]:
        """Of everything that holds now."""
        return tuple(self._wanted.values())

    def set_to(self, code: str, detail: str | None) -> None:
        """The condition ``code`` holds, for the reason ``detail``; or, for None, it does not."""
        if detail is None:
            self._wanted.pop(code, None)
        else:
            self._wanted.setdefault(code, detail)

    async def flush(self) -> None:
        for code, detail in list(self._wanted.items()):
            if code not in self._recorded and await self._record(code, raised=True, detail=detail):
                self._recorded.add(code)
                _log.warning("alarm_raised", code=code, detail=detail)
        for code in sorted(self._recorded - self._wanted.keys()):
            if await self._record(code, raised=False, detail=""):
                self._recorded.discard(code)
                _log.info("alarm_cleared", code=code)

    async def _record(self, code: str, *, raised: bool, detail: str) -> bool:
        return await self._records.try_append(
            AlarmChanged(code=code, subject=self._station, raised=raised, detail=detail)
        )
