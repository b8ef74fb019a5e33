"""The outcome of one look at one part, and why a part was not looked at."""

from enum import StrEnum


class Verdict(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"
    """Between the two thresholds: a person decides."""
    NO_READ = "no_read"
    """The part was not looked at; the inspection names the cause."""


class NoReadCause(StrEnum):
    """Why a part has no verdict. Every part that passes unseen is counted under one of these."""

    GATEWAY_DOWN = "gateway_down"
    """The part passed while no station process was listening, or before a crashed one had recorded it."""
    PLC_LINK_LOST = "plc_link_lost"
    CAMERA_FAILED = "camera_failed"
    FRAME_LATE = "frame_late"
    """The next part was already under the camera when the frame came."""
    FRAME_UNREADABLE = "frame_unreadable"
    PART_NOT_FOUND = "part_not_found"
    """The picture shows no part, or not wholly, or another one than the model was taught."""
    DEADLINE_MISSED = "deadline_missed"
    NO_RECIPE = "no_recipe"
    """No recipe, or no proven package, for this part number."""
    INSPECTION_FAILED = "inspection_failed"
    STORAGE_FULL = "storage_full"
