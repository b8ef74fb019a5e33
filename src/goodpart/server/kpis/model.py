"""Key figures of one place over one window, and the state of one machine. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from goodpart.kpi.oee import Oee
from goodpart.kpi.states import StateReport
from goodpart.kpi.sums import Sums
from goodpart.kpi.window import END_OF_TIME, EPOCH, Window, whole_ms
from goodpart.server.kpis.errors import UnusableStateError
from goodpart.wire.events import MachineStateChanged
from goodpart.wire.machine import STATE_BELIEVED_S, MachineState

SHOWN_WITHOUT_SHIFT = timedelta(hours=8)
"""What a live figure covers outside every shift."""


@dataclass(frozen=True)
class Figures:
    """``sums`` of all stations at ``place`` over ``window``, and the ratios made of them."""

    place: str
    window: Window
    sums: Sums
    oee: Oee
    as_of: datetime
    oee_target: float | None = None
    """Set for the place or one above it; None: nowhere."""


@dataclass(frozen=True)
class StateNow:
    """What a machine does now, as far as it was reported, and since when."""

    state: MachineState
    reason: str
    since: datetime | None


@dataclass(frozen=True)
class ShiftNow:
    """The shift that runs, or the last hours where none does; its name is empty then."""

    name: str
    window: Window


def report_of(body: MachineStateChanged, number: int) -> StateReport:
    """What an event, the ``number``-th of its journal, says. Raises `UnusableStateError` for an impossible time."""
    if body.since.tzinfo is None or not EPOCH <= body.since < END_OF_TIME:
        raise UnusableStateError(
            f"A machine state holds from {body.since.isoformat()}, which no clock shows.",
            "Set the clock of the gateway; the event is kept as it came.",
        )
    return StateReport(
        at=whole_ms(body.since),
        state=body.state,
        part_number=_storable(body.part_number),
        reason=_storable(body.reason),
        number=number,
        mode=body.mode,
    )


def believed_until(reported_at: datetime) -> datetime:
    return reported_at + timedelta(seconds=STATE_BELIEVED_S)


def _storable(text: str) -> str:
    """PostgreSQL stores no NUL in text."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
