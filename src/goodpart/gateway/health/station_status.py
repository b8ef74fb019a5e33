"""What a station process says about itself, for the report to the server: a small file, replaced twice a second."""

from datetime import datetime
from pathlib import Path

import msgspec

from goodpart.wire.modes import Mode

FILE_NAME = "status.json"


class StationStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one station process at one moment."""

    station: str
    state: str
    """``starting``, ``running``, ``degraded`` or ``down``."""
    mode: Mode | None = None
    detail: str = ""
    """Why it is not ``running``."""
    desired_revision: int = 0
    """The revision whose recipes are inspecting now."""
    epoch: str = ""
    journal_number: int = 0
    images_waiting: int = 0
    """Images that are not on the disk yet."""
    last_sequence: int = 0
    inspecting: bool = False
    """Whether the heartbeat to the PLC is beating."""
    updated_at: datetime


def write_status(path: Path, status: StationStatus) -> None:
    """Replace the file as a whole. Not forced to disk: after a power cut it would be out of date anyway."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(msgspec.json.encode(status))
    draft.replace(path)


def read_status(path: Path) -> StationStatus | None:
    """None where a station never said anything."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=StationStatus)
    except FileNotFoundError:
        return None
