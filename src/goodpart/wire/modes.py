"""What a station's verdicts are used for."""

from enum import StrEnum


class Mode(StrEnum):
    PRODUCTION = "production"
    """Verdicts drive outputs and enter OEE."""
    OBSERVE = "observe"
    """Verdicts are recorded, outputs are suppressed: how every new recipe starts."""
    SETUP = "setup"
    CHALLENGE = "challenge"
    """Known parts run to prove detection."""
    BYPASS = "bypass"

    @property
    def drives_outputs(self) -> bool:
        return self in {Mode.PRODUCTION, Mode.CHALLENGE}

    @property
    def enters_oee(self) -> bool:
        return self is Mode.PRODUCTION
