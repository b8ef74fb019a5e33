"""What a driver may raise. Anything else ends the station process, which starts anew a second later."""

from goodpart.base.errors import GoodpartError


class DriverError(GoodpartError):
    """A driver could not do what it was asked for; the next time it may."""

    code = "driver_failed"


class DriverUnknownError(GoodpartError):
    """No driver is registered under this name, or what is registered is none."""

    code = "driver_unknown"


class DriverSettingsError(GoodpartError):
    """The wiring of a station gives a driver settings that it cannot use."""

    code = "driver_settings"


class LinkDownError(DriverError):
    """The machine cannot be reached now."""

    code = "link_down"


class CameraError(DriverError):
    """No frame, and why."""

    code = "camera_failed"


class OutputUncertainError(DriverError):
    """The write was sent but not answered: only the machine knows whether it took place."""

    code = "output_uncertain"
