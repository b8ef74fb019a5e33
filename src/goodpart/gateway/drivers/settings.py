"""A driver's settings: parsed once, at the boundary, with an error that says which setting is wrong."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from goodpart.gateway.drivers.errors import DriverSettingsError

Scalar = str | int | float | bool
S = TypeVar("S", bound=msgspec.Struct)


def read_settings(settings: Mapping[str, Scalar], kind: type[S], *, driver: str, station: str) -> S:
    """``settings`` as ``kind``. Unknown names are refused where ``kind`` forbids them, as ours do.

    Raises `DriverSettingsError`.
    """
    try:
        return msgspec.convert(dict(settings), type=kind)
    except msgspec.ValidationError as error:
        raise DriverSettingsError(
            f"The settings of the {driver} of station {station} are wrong: {error}.",
            f"Correct the wiring of this station on the server; it knows {', '.join(kind.__struct_fields__)}.",
        ) from error
