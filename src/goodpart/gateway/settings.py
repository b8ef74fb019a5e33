"""The settings of a gateway: environment variables, read in one place and handed down.

Every field is documented by its description; a setting that is out of range stops the gateway with a sentence.
"""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from goodpart.base.errors import GoodpartError

DEFAULT_DATA = Path("~/.local/share/goodpart/gateway")


class SettingsError(GoodpartError):
    """A setting has a value that it cannot have."""

    code = "setting_refused"


class GatewaySettings(BaseSettings):
    """Read with `read_settings`."""

    model_config = SettingsConfigDict(env_prefix="GOODPART_GATEWAY_", frozen=True, extra="forbid")

    data_dir: Path = Field(
        default=DEFAULT_DATA,
        validation_alias="GOODPART_DATA_DIR",
        description="The data folder: identity, deployed packages, journals and images.",
    )
    log_level: str = Field(
        default="info",
        pattern="^(debug|info|warning|error)$",
        description="Log lines below this level are left out: debug, info, warning or error.",
    )
    batch_events: int = Field(
        default=500, ge=1, le=5000, description="Events that are sent to the server at a time, at most."
    )
    batch_bytes: int = Field(
        default=1_000_000,
        ge=10_000,
        le=8_000_000,
        description="Bytes of events that are sent at a time, at most, before compression. A longer event goes alone.",
    )
    journal_poll_ms: int = Field(
        default=20,
        ge=5,
        le=1000,
        description="How often the uplink looks for new events in each journal, in milliseconds.",
    )
    image_uploads: int = Field(
        default=2, ge=1, le=16, description="Images that are uploaded at the same time, at most."
    )
    report_every_s: float = Field(
        default=10.0,
        ge=1,
        le=60,
        description="How often the gateway reports what it runs while nothing changes, in seconds.",
    )
    desired_wait_s: float = Field(
        default=55.0,
        ge=1,
        le=300,
        description="How long a question for a new desired state, or for commands, stays open at the server, in"
        " seconds.",
    )
    connect_timeout_s: float = Field(
        default=5.0, gt=0, le=60, description="How long the server may take to accept a connection, in seconds."
    )
    answer_timeout_s: float = Field(
        default=30.0, gt=0, le=300, description="How long the server may be silent while it answers, in seconds."
    )
    retry_first_s: float = Field(
        default=0.2,
        gt=0,
        le=60,
        description="The pause after the first failed call to the server, in seconds; it doubles.",
    )
    retry_longest_s: float = Field(
        default=5.0, ge=1, le=600, description="The longest pause between failed calls to the server, in seconds."
    )
    disk_reserve_mb: int = Field(
        default=256, ge=0, description="Free space that a download must leave for records, in megabytes."
    )
    prove_timeout_s: float = Field(
        default=300.0,
        ge=5,
        le=3600,
        description="How long a new package may take to reproduce its golden scores, in seconds.",
    )
    activation_timeout_s: float = Field(
        default=120.0,
        ge=5,
        le=3600,
        description="How long the stations may take to run a new desired state before the last good one returns,"
        " in seconds.",
    )


def read_settings(data: Path | None = None) -> GatewaySettings:
    """Settings from the environment; ``data`` goes before ``GOODPART_DATA_DIR``. Raises `SettingsError`."""
    try:
        settings = GatewaySettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        name = name if name.startswith("GOODPART_") else f"GOODPART_GATEWAY_{name}"
        raise SettingsError(
            f"The setting {name} is {first['input']!r}: {first['msg'].lower()}.",
            "Correct or remove that environment variable.",
        ) from error
    folder = data if data is not None else settings.data_dir
    return settings.model_copy(update={"data_dir": folder.expanduser().absolute()})
