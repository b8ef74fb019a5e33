"""The settings that all OPC UA drivers share."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.errors import DriverSettingsError
from goodpart.gateway.drivers.settings import Scalar, read_settings
from goodpart.gateway.opcua.link import OpcUaLink


class OpcUaSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the PLC is, and where in it this station's values are."""

    endpoint: str
    """``opc.tcp://HOST:PORT/PATH``"""
    node: str = "station1"
    """What the names of this station's nodes begin with: ``station1`` for ``station1.Part.Sequence``."""
    namespace: str = "urn:goodpart:line"
    """URI of the namespace that the nodes are in; its index is looked up, since it may differ after a download."""
    publishing_interval_ms: int = 10
    """How often the PLC sends what changed. It may choose a longer interval."""


def read_opcua_settings(settings: Mapping[str, Scalar], context: DriverContext, *, driver: str) -> OpcUaSettings:
    """Raises `DriverSettingsError`."""
    read = read_settings(settings, OpcUaSettings, driver=driver, station=context.station)
    remedy = "Correct the wiring of this station on the server."
    try:
        parts = urlsplit(read.endpoint)
        reachable = parts.scheme == "opc.tcp" and bool(parts.hostname) and parts.port is not None
    except ValueError:
        reachable = False
    if not reachable:
        raise DriverSettingsError(
            f"The endpoint {read.endpoint!r} of the {driver} of station {context.station} is not of the form"
            " opc.tcp://HOST:PORT.",
            remedy,
        )
    if not 1 <= read.publishing_interval_ms <= 1000:
        raise DriverSettingsError(
            f"The publishing interval of the {driver} of station {context.station} is {read.publishing_interval_ms} ms,"
            " not between 1 and 1000.",
            remedy,
        )
    return read


def shared_link(settings: OpcUaSettings, context: DriverContext) -> OpcUaLink:
    """The one link of this station to that PLC."""
    key = f"{settings.endpoint} {settings.namespace} {settings.publishing_interval_ms}"

    def make() -> OpcUaLink:
        return OpcUaLink(settings.endpoint, settings.namespace, publishing_interval_ms=settings.publishing_interval_ms)

    return context.shared.get(OpcUaLink, key, make)
