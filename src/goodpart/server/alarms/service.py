"""Raising and clearing alarms, once each, in the transaction of what caused them."""

from collections.abc import Sequence
from dataclasses import replace

from goodpart.server.alarms import repository
from goodpart.server.alarms.model import Alarm, Severity, severity_of
from goodpart.server.alarms.schemas import AlarmOut
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Work


async def raise_alarm(work: Work, code: str, subject: str, detail: str, severity: Severity | None = None) -> Alarm:
    """Raise ``code`` for ``subject``; where it is open already, only its detail is brought up to date."""
    known = await repository.find_open(work.session, code, subject)
    if known is not None and known.detail == detail:
        return known
    if known is not None:
        alarm = replace(known, detail=detail)
        await repository.update(work.session, alarm)
    else:
        alarm = Alarm(work.new_id(), code, subject, severity or severity_of(code), detail, work.now, None)
        await repository.add(work.session, alarm)
    _announce(work, alarm)
    return alarm


async def clear_alarm(work: Work, code: str, subject: str) -> None:
    """Nothing happens where it is not open."""
    known = await repository.find_open(work.session, code, subject)
    if known is not None:
        alarm = replace(known, cleared_at=work.now)
        await repository.update(work.session, alarm)
        _announce(work, alarm)


async def list_newest(
    work: Work, request: PageRequest, *, open_only: bool, stations: Sequence[str] | None = None
) -> Page[Alarm]:
    """``stations`` None: of every station within reach."""
    return await repository.list_newest(work.session, request, work.reach, open_only=open_only, stations=stations)


def _announce(work: Work, alarm: Alarm) -> None:
    work.after_commit(Signal("alarm", AlarmOut.of(alarm).model_dump(mode="json"), places=(alarm.place,)))
