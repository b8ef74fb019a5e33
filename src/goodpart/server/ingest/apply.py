"""What each kind of event means for the plant's record."""

from dataclasses import dataclass, field
from datetime import datetime

from goodpart.base.errors import GoodpartError
from goodpart.kpi.minutes import affected_minutes
from goodpart.server.alarms import service as alarms
from goodpart.server.inspections import service as inspections
from goodpart.server.inspections.errors import UnusableInspectionError
from goodpart.server.inspections.model import RecordOutcome
from goodpart.server.kit.work import Work
from goodpart.server.kpis import service as kpis
from goodpart.server.kpis.errors import UnusableStateError
from goodpart.wire.events import (
    AlarmChanged,
    EjectConfirmed,
    Event,
    ImagesKept,
    InspectionRecorded,
    MachineStateChanged,
    OutputRecorded,
    RecipeActivated,
    StationStarted,
)


class UnusableEventError(GoodpartError):
    """An event can be read, but what it says cannot be recorded. Its line is kept."""

    code = "unusable_event"


@dataclass
class Touched:
    """What a batch changed: computed and announced once, at its end."""

    inspections: list[str] = field(default_factory=list)
    minutes: set[datetime] = field(default_factory=set)
    station: bool = False
    """What the station does may have changed, though no figure did."""


async def apply_event(work: Work, gateway: str, station: str, event: Event, touched: Touched) -> None:
    """Record one event. Raises `UnusableEventError` before anything is written."""
    body = event.body
    try:
        match body:
            case InspectionRecorded():
                await _record_inspection(work, gateway, station, body, touched)
            case ImagesKept():
                changed = await inspections.keep_images(work, station=station, event=body)
                _note(touched, changed, counts=False)
            case OutputRecorded():
                _note(touched, await inspections.record_output(work, station=station, event=body))
            case EjectConfirmed():
                _note(touched, await inspections.record_eject(work, station=station, event=body))
            case MachineStateChanged():
                touched.minutes.update(
                    await kpis.apply_machine_state(
                        work, station=station, epoch=event.epoch, number=event.number, event=body
                    )
                )
            case StationStarted() | RecipeActivated():
                touched.station = True
            case AlarmChanged():
                subject = f"{station}/{body.subject}" if body.subject not in {"", station} else station
                if body.raised:
                    await alarms.raise_alarm(work, body.code, subject, body.detail)
                else:
                    await alarms.clear_alarm(work, body.code, subject)
    except (UnusableInspectionError, UnusableStateError) as error:
        raise UnusableEventError(error.cause, error.remedy) from error


async def _record_inspection(
    work: Work, gateway: str, station: str, body: InspectionRecorded, touched: Touched
) -> None:
    outcome = await inspections.record(work, gateway=gateway, station=station, event=body)
    match outcome:
        case RecordOutcome.ID_TAKEN:
            raise UnusableEventError(
                f"The inspection {body.inspection} belongs to another station.", "Look at both gateways' journals."
            )
        case RecordOutcome.REPEATS_SEQUENCE:
            await alarms.raise_alarm(
                work,
                "sequence_repeated",
                station,
                f"Part {body.sequence} was inspected twice at this station: the PLC's counter was set back, or a "
                "journal was cloned or restored.",
            )
    if outcome is not RecordOutcome.ALREADY_KNOWN:
        _note(touched, inspections.Changed(body.inspection, body.triggered_at))


def _note(touched: Touched, changed: inspections.Changed | None, *, counts: bool = True) -> None:
    if changed is not None:
        touched.inspections.append(changed.inspection)
        if counts:
            touched.minutes.update(affected_minutes(parts=[changed.triggered_at]))
