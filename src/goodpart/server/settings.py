"""Every setting of the server, with what it means: read from ``GOODPART_*`` variables of the environment."""

from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated

from pydantic import Field, PrivateAttr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from goodpart.base.errors import GoodpartError


class SettingsError(GoodpartError):
    code = "settings_unusable"


class Origin(StrEnum):
    """Where the value of a setting comes from."""

    DEFAULT = "default"
    ENVIRONMENT = "environment"
    COMMAND_LINE = "command_line"


class Settings(BaseSettings):
    """The documented table of settings. ``docs/reference/settings.md`` is made from it."""

    _given: frozenset[str] = PrivateAttr(frozenset())

    model_config = SettingsConfigDict(env_prefix="GOODPART_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        Path("data"), description="Folder of the database, images, packages, keys and certificates of this server."
    )
    host: str = Field("127.0.0.1", description="Address of the browser listener.")
    port: int = Field(8080, ge=0, le=65535, description="Port of the browser listener; 0 picks a free one.")
    public_url: str = Field(
        "", description="How browsers reach the server, where it is not http(s)://HOST:PORT (behind a proxy)."
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Further host names that browsers may use, separated by commas."
    )
    proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Addresses or networks of the proxies in front of the browser listener, separated by commas: what "
        "they say in X-Forwarded-For and X-Forwarded-Proto is believed, of all others it is ignored.",
    )
    tls_certificate: Path | None = Field(None, description="PEM file with the browser listener's certificate chain.")
    tls_key: Path | None = Field(None, description="PEM file with the key of that certificate.")
    tls_own_ca: bool = Field(
        False,
        description="Make the browser listener's certificate with this server's own CA, where the plant has none: "
        "browsers that trust pki/root-1.pem of the data folder trust it.",
    )
    gateway_host: str = Field("127.0.0.1", description="Address of the gateway listener.")
    gateway_port: int = Field(8443, ge=0, le=65535, description="Port of the gateway listener; 0 picks a free one.")
    gateway_public_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port in join commands, where gateways reach the listener by another one (behind a proxy).",
    )
    gateway_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Names and addresses under which gateways reach the server, separated by commas; they go into "
        "its certificate. The first one stands in join commands. Empty: the gateway listener's address.",
    )
    database_url: str = Field(
        "", description="postgresql://USER@HOST/DATABASE for PostgreSQL; empty for SQLite in the data folder."
    )
    objects_url: str = Field(
        "", description="s3://BUCKET/PREFIX for images and packages (access by AWS_* variables); empty: data folder."
    )
    session_hours: int = Field(12, ge=1, le=24 * 31, description="How long a browser stays signed in, in hours.")
    image_limit_mb: int = Field(64, ge=1, le=1024, description="Largest image that is accepted, in megabytes.")
    embedded_workers: bool = Field(
        True, description="Run job workers (training) in the server process; false where `goodpart worker` runs."
    )
    training_backbone: str = Field(
        "efficientnet-lite0",
        description="The backbone that models are trained with: efficientnet-lite0, resnet50 once it was added, or "
        "onnx:FILE with the whole path.",
    )
    backbones_dir: Path | None = Field(
        None,
        description="Folder of the backbones that `goodpart backbones add` keeps; empty: goodpart/backbones in this "
        "user's data folder (XDG_DATA_HOME, else ~/.local/share). Set it for the command and for every worker.",
    )
    worker_slots: int = Field(1, ge=1, le=64, description="How many jobs one process runs at a time.")

    @field_validator("allowed_hosts", "proxies", "gateway_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ip_network(one)
        return value

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str) -> str:
        try:
            known = not value or make_url(value).get_backend_name() == "postgresql"
        except ArgumentError as error:
            raise ValueError("it is not an address of a database") from error
        if not known:
            raise ValueError("it does not begin with postgresql://")
        return value

    @property
    def has_tls(self) -> bool:
        """Of the browser listener."""
        return self.tls_own_ca or self.tls_certificate is not None

    @classmethod
    def read(cls, **overrides: object) -> "Settings":
        """From the environment and ``overrides``. Raises `SettingsError` that names the variable."""
        try:
            settings = cls(**overrides)  # type: ignore[arg-type]  # checked by pydantic, value by value
        except ValidationError as error:
            first = error.errors()[0]
            name = variable(str(first["loc"][0]))
            raise SettingsError(
                f"The setting {name} is not usable: {first['msg']}.", f"Correct or unset {name}."
            ) from error
        settings._given = frozenset(overrides)
        return settings

    def origin(self, name: str) -> Origin:
        """Of the value of the field ``name``."""
        if name in self._given:
            return Origin.COMMAND_LINE
        return Origin.ENVIRONMENT if name in self.model_fields_set else Origin.DEFAULT


def variable(name: str) -> str:
    """The variable of the environment that sets the field ``name``."""
    return f"GOODPART_{name.upper()}"


def without_secrets(address: str) -> str:
    """An address such as ``postgresql://user:***@host/plant``: shown, but no way in.

    What stands behind a ``?`` may hold a password as well, so nothing of it is shown.
    """
    if "://" not in address:
        return address
    scheme, rest = address.split("://", 1)
    place, more, _ = rest.partition("?")
    user, at, host = place.rpartition("@")
    return f"{scheme}://{user.partition(':')[0]}{':***' * (':' in user)}{at}{host}{'?***' * bool(more)}"


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
