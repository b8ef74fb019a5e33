"""What a machine-state event says, on its way into the database."""

from datetime import UTC, datetime

import pytest

from goodpart.kpi.states import StateReport
from goodpart.server.kpis.errors import UnusableStateError
from goodpart.server.kpis.model import report_of
from goodpart.wire.events import MachineStateChanged
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode


def test_a_report_holds_from_the_moment_that_the_gateway_names() -> None:
    since = datetime(2026, 3, 2, 8, 0, 0, 123_456, tzinfo=UTC)

    report = report_of(
        MachineStateChanged(
            state=MachineState.FAULT, reason="door\0open", part_number="A", since=since, mode=Mode.OBSERVE
        ),
        number=7,
    )

    assert report == StateReport(
        since.replace(microsecond=123_000),
        MachineState.FAULT,
        "A",
        "door\N{REPLACEMENT CHARACTER}open",
        7,
        Mode.OBSERVE,
    )


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 1, 1, tzinfo=UTC),
        datetime(2026, 3, 2, 8),  # noqa: DTZ001 - the very thing that is refused
    ],
)
def test_a_moment_that_no_clock_shows_is_refused(moment: datetime) -> None:
    with pytest.raises(UnusableStateError, match="no clock shows"):
        report_of(MachineStateChanged(state=MachineState.RUNNING, since=moment), number=1)
