"""A wiring that cannot work is refused with a sentence that says which setting of which station is wrong."""

from collections.abc import Mapping

import pytest

from goodpart.base.clock import SystemClock
from goodpart.gateway.cameras.http import HttpCamera
from goodpart.gateway.cameras.port import Camera
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.errors import DriverSettingsError, DriverUnknownError
from goodpart.gateway.drivers.registry import find_driver
from goodpart.gateway.drivers.settings import Scalar
from goodpart.gateway.outputs.opcua import OpcUaOutput
from goodpart.gateway.outputs.port import Output
from goodpart.gateway.signals.opcua import OpcUaSignals
from goodpart.gateway.signals.port import Signals
from goodpart.gateway.triggers.opcua import OpcUaTrigger
from goodpart.gateway.triggers.port import Trigger


@pytest.fixture
def context() -> DriverContext:
    return DriverContext(station="s1", clock=SystemClock())


def test_our_drivers_are_registered() -> None:
    assert find_driver(Camera, "goodpart.cameras", "http") is HttpCamera
    assert find_driver(Trigger, "goodpart.triggers", "opcua") is OpcUaTrigger
    assert find_driver(Signals, "goodpart.signals", "opcua") is OpcUaSignals
    assert find_driver(Output, "goodpart.outputs", "opcua") is OpcUaOutput


def test_an_unknown_driver_is_named_with_those_there_are() -> None:
    with pytest.raises(DriverUnknownError, match=r"no driver 'gige' in goodpart\.cameras; installed are: http"):
        find_driver(Camera, "goodpart.cameras", "gige")


def test_a_driver_of_another_kind_is_refused() -> None:
    with pytest.raises(DriverUnknownError, match="is no Trigger"):
        find_driver(Trigger, "goodpart.cameras", "http")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "url"),
        ({"url": 7}, "url"),
        ({"url": "camera.local/frame"}, "needs http://"),
        ({"url": "http://[::1/frame"}, "needs http://"),
        ({"url": "http://camera/", "timeout_ms": 0}, "positive limit"),
        ({"url": "http://camera/", "exposure": 3}, "exposure"),
    ],
)
async def test_a_cameras_settings_are_checked(
    context: DriverContext, settings: Mapping[str, Scalar], says: str
) -> None:
    with pytest.raises(DriverSettingsError, match="station s1") as refused:
        HttpCamera.from_settings(settings, context)
    assert says in refused.value.cause
    assert "wiring" in refused.value.remedy


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "endpoint"),
        ({"endpoint": "http://plc:4840"}, "opc.tcp://HOST:PORT"),
        ({"endpoint": "opc.tcp://plc"}, "opc.tcp://HOST:PORT"),
        ({"endpoint": "opc.tcp://plc:99999"}, "opc.tcp://HOST:PORT"),
        ({"endpoint": "opc.tcp://plc:4840", "publishing_interval_ms": 0}, "between 1 and 1000"),
        ({"endpoint": "opc.tcp://plc:4840", "nodes": "s"}, "nodes"),
    ],
)
@pytest.mark.parametrize("driver", [OpcUaTrigger, OpcUaSignals, OpcUaOutput])
def test_the_settings_of_opc_ua_are_checked(
    context: DriverContext,
    driver: type[OpcUaTrigger | OpcUaSignals | OpcUaOutput],
    settings: Mapping[str, Scalar],
    says: str,
) -> None:
    with pytest.raises(DriverSettingsError) as refused:
        driver.from_settings(settings, context)
    assert says in refused.value.cause
