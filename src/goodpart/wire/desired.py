"""What the server wants of a gateway: one numbered document, signed as a whole."""

from datetime import datetime

import msgspec

from goodpart.wire.events import Action
from goodpart.wire.modes import Mode
from goodpart.wire.signed import SignedDocument


class DriverSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Which driver, by the name it is registered under, and its settings, which the driver itself checks."""

    driver: str
    settings: dict[str, str | int | float | bool] = {}


class RecipeSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What a station does for one part number."""

    recipe: str
    revision: int
    part_number: str
    """``*`` stands for every part number that has no recipe of its own."""
    package: str
    """SHA-256 of the signed package."""
    package_size_bytes: int
    good_below: float
    """A score below it is good; from it up to ``bad_above`` it is unsure."""
    bad_above: float
    mode: Mode = Mode.OBSERVE
    """The station's own mode, where it is not production, goes first."""
    fail_safe: Action = Action.REJECT
    """What the output says for ``no_read``."""
    unsure_action: Action = Action.REJECT
    deadline_ms: int = 400
    """From the trigger to the end of the output write; later than this nothing is written."""
    ideal_cycle_ms: int = 0
    """Ideal cycle time of the part number, for KPIs at the edge. 0: unknown."""
    good_image_every: int = 10
    """Of the good parts, one image in so many is kept for upload. All others always are."""


class StationSpec(msgspec.Struct, frozen=True, kw_only=True):
    station: str
    name: str
    mode: Mode = Mode.PRODUCTION
    camera: DriverSpec
    trigger: DriverSpec
    signals: DriverSpec
    output: DriverSpec
    recipes: tuple[RecipeSpec, ...] = ()
    image_store_mb: int = 2048
    """Bound of the local image store."""


class DesiredState(msgspec.Struct, frozen=True, kw_only=True):
    v: int = 1
    gateway: str
    revision: int
    """Grows with every document for this gateway."""
    rolls_back: int | None = None
    """The revision that this document undoes; how going back to older content is told from a replay."""
    issued_at: datetime
    stations: tuple[StationSpec, ...] = ()


class DesiredAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the long poll answers: no document where nothing newer than the asked revision came in the time."""

    document: SignedDocument | None = None
    """Its payload is a `DesiredState` as JSON."""
