"""From what a machine reported to what it was doing at every moment.

The rule, whatever the order in which reports arrive and however often:

1. A report holds from its own time until the next report of that station by time, whatever that one says.
2. It is believed for `BELIEVED_FOR` at most. Gateways repeat the state while nothing changes, so a longer silence means
   that nobody was listening: from there on the state is ``unknown``.
3. Of several reports for the same millisecond the one with the highest journal number wins; between journals with
   equal numbers, the one that sorts last by state, part number, reason and mode. It is arbitrary, and the same
   everywhere.

Rule 2 also bounds what a late report can change, and with it what has to be read and computed again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from goodpart.kpi.window import MILLISECOND, Window, whole_ms
from goodpart.wire.machine import STATE_BELIEVED_S, MachineState
from goodpart.wire.modes import Mode

BELIEVED_FOR = timedelta(seconds=STATE_BELIEVED_S)


@dataclass(frozen=True, slots=True)
class StateReport:
    """A machine said at ``at`` what it is doing, and for which part number."""

    at: datetime
    state: MachineState
    part_number: str = ""
    """What the machine was set up for. Empty: not stated."""
    reason: str = ""
    number: int = 0
    """Its place in the journal: tells two reports of one millisecond apart."""
    mode: Mode | None = None
    """In which the station looked at that part number. None: not said."""

    @property
    def enters_oee(self) -> bool:
        """Whether this time does. A gateway that says no mode ran before modes were said: its time always did."""
        return self.mode is None or self.mode.enters_oee


@dataclass(frozen=True, slots=True)
class StateSpan:
    """The machine was in one state all through ``window``."""

    window: Window
    state: MachineState
    part_number: str = ""
    reason: str = ""
    enters_oee: bool = True
    """False while the station was in a mode that does not. True where nothing was reported: silence takes no time
    out of planned busy time."""


def evidence_window(window: Window, believed_for: timedelta = BELIEVED_FOR) -> Window:
    """Reports from outside this window say nothing about ``window``: what has to be read to resolve it."""
    return Window(window.start - believed_for, window.end)


def resolve_states(
    reports: Iterable[StateReport], window: Window, believed_for: timedelta = BELIEVED_FOR
) -> tuple[StateSpan, ...]:
    """The states of one station over ``window``: in order, without gap or overlap, equal neighbours joined.

    ``reports`` come in any order, with repeats; those outside `evidence_window` are ignored.
    """
    spans: list[StateSpan] = []

    def add(start: datetime, end: datetime, report: StateReport | None) -> None:
        if start >= end:
            return
        span = StateSpan(Window(start, end), MachineState.UNKNOWN)
        if report is not None:
            span = StateSpan(span.window, report.state, report.part_number, report.reason, report.enters_oee)
        if spans and replace(spans[-1], window=span.window) == span:
            span = replace(span, window=Window(spans.pop().window.start, end))
        spans.append(span)

    reached = window.start
    told = _one_per_instant(reports, evidence_window(window, believed_for))
    ends = [*(at for at, _ in told), window.end][1:]
    for (at, report), next_at in zip(told, ends, strict=True):
        start, end = max(at, window.start), min(next_at, whole_ms(at + believed_for))
        if start >= end:
            continue
        add(reached, start, None)
        add(start, end, report)
        reached = end
    add(reached, window.end, None)
    return tuple(spans)


def touched_by_report(at: datetime, believed_for: timedelta = BELIEVED_FOR) -> Window:
    """The time that a report at ``at`` can change: its own, and what it cuts off of the report before it."""
    start = whole_ms(at)
    return Window(start, start + max(believed_for, MILLISECOND))


def _rank(report: StateReport) -> tuple[datetime, int, str, str, str, str]:
    mode = report.mode.value if report.mode else ""
    return whole_ms(report.at), report.number, report.state.value, report.part_number, report.reason, mode


def _one_per_instant(reports: Iterable[StateReport], evidence: Window) -> list[tuple[datetime, StateReport]]:
    """Rule 3: reports in order of time, the highest ranked of each millisecond."""
    latest: dict[datetime, StateReport] = {}
    for report in sorted(reports, key=_rank):
        at = whole_ms(report.at)
        if at in evidence:
            latest[at] = report
    return list(latest.items())
