"""What a gateway says it runs: the whole answer to a desired state, sent again on every change and every minute."""

from datetime import datetime
from enum import StrEnum

import msgspec

from goodpart.wire.modes import Mode


class DeploymentStage(StrEnum):
    """How far a desired state has come on a gateway. The stage is kept on disk and survives any kill."""

    IDLE = "idle"
    RECEIVED = "received"
    DOWNLOADING = "downloading"
    PROVING = "proving"
    """Packages are scored on their golden images beside the running ones."""
    ACTIVATING = "activating"
    ACTIVE = "active"
    REFUSED = "refused"
    """The last good state goes on; ``detail`` says why this one was refused."""

    @property
    def is_final(self) -> bool:
        return self in {DeploymentStage.ACTIVE, DeploymentStage.REFUSED, DeploymentStage.IDLE}


class StationReport(msgspec.Struct, frozen=True, kw_only=True):
    station: str
    state: str
    """``starting``, ``running``, ``degraded`` or ``down``."""
    mode: Mode | None = None
    detail: str = ""
    epoch: str = ""
    journal_number: int = 0
    """The last event in the journal; the server's own high-water mark tells how much is under way."""
    images_waiting: int = 0
    last_sequence: int = 0
    revision: int = 0
    """Of the desired state whose recipes inspect now. 0: none, or a gateway that does not say."""
    events_waiting: int | None = None
    """Events in the journal that the server has not acknowledged. None: a gateway that does not say."""


class ReportedState(msgspec.Struct, frozen=True, kw_only=True):
    v: int = 1
    reported_at: datetime
    software: str
    boot: str
    active_revision: int = 0
    target_revision: int = 0
    stage: DeploymentStage = DeploymentStage.IDLE
    detail: str = ""
    stations: tuple[StationReport, ...] = ()
    disk_free_mb: int = 0
    clock: str = "synchronised"
    disk_total_mb: int = 0
    """Of the file system with the data folder. 0: a gateway that does not say."""
    commands: tuple[str, ...] = ()
    """The kinds of `goodpart.wire.commands` that it follows; none: an older gateway, which does not ask for any."""
