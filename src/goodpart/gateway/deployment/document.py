"""Is this desired state for us, whole, and signed? Parsed here once; everything behind trusts it."""

import math
from collections import Counter
from collections.abc import Iterable

import msgspec

from goodpart.gateway.deployment.errors import DocumentRefusedError
from goodpart.gateway.folders import is_sha256, is_station_name
from goodpart.trust.documents import open_sealed
from goodpart.trust.signatures import DESIRED_STATE, KeySet
from goodpart.wire.desired import DesiredState, RecipeSpec, StationSpec
from goodpart.wire.signed import SignedDocument

KNOWN_VERSION = 1
_ISSUE = "Issue it again from the server."
_decoder = msgspec.json.Decoder(DesiredState)


def open_desired(document: SignedDocument, keys: KeySet, gateway: str) -> DesiredState:
    """The desired state in ``document``. Raises `SignatureError` and `DocumentRefusedError`."""
    payload = open_sealed(keys, DESIRED_STATE, document)
    try:
        desired = _decoder.decode(payload)
    except msgspec.MsgspecError as error:
        raise DocumentRefusedError(f"The desired state cannot be read: {error}.", "Update this gateway.") from error
    if desired.v > KNOWN_VERSION:
        raise DocumentRefusedError(f"The desired state is of version {desired.v}.", "Update this gateway.")
    if desired.gateway != gateway:
        raise DocumentRefusedError(
            f"The desired state is for the gateway {desired.gateway}, this is {gateway}.", _ISSUE
        )
    if desired.revision < 1:
        raise DocumentRefusedError(f"The desired state has the revision {desired.revision}.", _ISSUE)
    _check_unique("station", (station.station for station in desired.stations))
    for station in desired.stations:
        _check_station(station)
    return desired


def claimed_revision(document: SignedDocument) -> int | None:
    """The revision that a document says it is, believed by nobody: to name what was refused."""
    try:
        return max(0, _decoder.decode(document.payload).revision)
    except msgspec.MsgspecError:
        return None


def packages_of(desired: DesiredState) -> dict[str, int]:
    """SHA-256 → size in bytes of every package that it names."""
    return {recipe.package: recipe.package_size_bytes for station in desired.stations for recipe in station.recipes}


def _check_station(station: StationSpec) -> None:
    if not is_station_name(station.station):
        raise DocumentRefusedError(f"{station.station!r} cannot name a station.", _ISSUE)
    _check_unique(f"recipe of station {station.name!r} for", (recipe.part_number for recipe in station.recipes))
    for recipe in station.recipes:
        _check_recipe(recipe)


def _check_recipe(recipe: RecipeSpec) -> None:
    where = f"The recipe for part number {recipe.part_number!r}"
    if not is_sha256(recipe.package) or recipe.package_size_bytes < 1:
        raise DocumentRefusedError(f"{where} names no package.", _ISSUE)
    thresholds = (recipe.good_below, recipe.bad_above)
    if not all(map(math.isfinite, thresholds)) or recipe.good_below > recipe.bad_above:
        raise DocumentRefusedError(f"{where} has thresholds that are not in order: {thresholds}.", _ISSUE)
    if recipe.deadline_ms < 1 or recipe.good_image_every < 1:
        raise DocumentRefusedError(f"{where} has a deadline or image count below 1.", _ISSUE)


def _check_unique(what: str, names: Iterable[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise DocumentRefusedError(f"The desired state has {count} entries for one {what} {name!r}.", _ISSUE)
