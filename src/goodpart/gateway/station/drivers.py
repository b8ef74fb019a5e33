"""The drivers of one station, as its wiring names them."""

from dataclasses import dataclass

from goodpart.gateway.cameras.port import GROUP as CAMERAS
from goodpart.gateway.cameras.port import Camera
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.registry import find_driver
from goodpart.gateway.outputs.port import GROUP as OUTPUTS
from goodpart.gateway.outputs.port import Output
from goodpart.gateway.signals.port import GROUP as SIGNALS
from goodpart.gateway.signals.port import Signals
from goodpart.gateway.triggers.port import GROUP as TRIGGERS
from goodpart.gateway.triggers.port import Trigger
from goodpart.wire.desired import StationSpec


@dataclass(frozen=True)
class Drivers:
    """One of each port."""

    camera: Camera
    trigger: Trigger
    signals: Signals
    output: Output


def find_drivers(station: StationSpec, context: DriverContext) -> Drivers:
    """Raises `DriverUnknownError` and `DriverSettingsError`. Nothing is connected yet."""
    camera, trigger, signals, output = station.camera, station.trigger, station.signals, station.output
    return Drivers(
        camera=find_driver(Camera, CAMERAS, camera.driver).from_settings(camera.settings, context),
        trigger=find_driver(Trigger, TRIGGERS, trigger.driver).from_settings(trigger.settings, context),
        signals=find_driver(Signals, SIGNALS, signals.driver).from_settings(signals.settings, context),
        output=find_driver(Output, OUTPUTS, output.driver).from_settings(output.settings, context),
    )
