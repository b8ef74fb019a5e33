"""Finds the driver that a station's wiring names, among the entry points of all installed packages."""

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any, TypeVar

from goodpart.gateway.drivers.errors import DriverUnknownError

P = TypeVar("P")


def find_driver(port: Callable[..., P], group: str, name: str) -> type[P]:
    """The driver ``name`` of an entry point group such as ``goodpart.cameras``; ``port`` is the class it must be of.

    Raises `DriverUnknownError`.
    """
    base: Any = port
    found = {entry.name: entry for entry in entry_points(group=group)}
    if name not in found:
        raise DriverUnknownError(
            f"There is no driver {name!r} in {group}; installed are: {', '.join(sorted(found)) or 'none'}.",
            "Correct the wiring of this station on the server, or install the package that brings this driver.",
        )
    try:
        driver: type[P] = found[name].load()
    except (ImportError, AttributeError) as error:
        raise DriverUnknownError(
            f"The driver {name!r} in {group} cannot be loaded: {error}.",
            "Install what it needs (for OPC UA: goodpart[gateway]), or repair the package that brings it.",
        ) from error
    if not (isinstance(driver, type) and issubclass(driver, base)):
        raise DriverUnknownError(
            f"The driver {name!r} in {group} is no {base.__name__}.", "Repair the package that brings it."
        )
    return driver
