"""What a machine says it is doing."""

from enum import StrEnum

STATE_REPEATED_EVERY_S = 30
"""A gateway reports the state on every change, and again this long after its last report."""
STATE_BELIEVED_S = 90
"""A state that was not reported again within this time is unknown from then on: two repeats may be lost."""


class MachineState(StrEnum):
    RUNNING = "running"
    BLOCKED = "blocked"
    """Ready, but the station downstream takes no part."""
    STARVED = "starved"
    """Ready, but no part comes from upstream."""
    FAULT = "fault"
    PLANNED_STOP = "planned_stop"
    UNKNOWN = "unknown"
    """Nothing was logged: shown as such, never taken for production."""
