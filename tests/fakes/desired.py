"""Desired states for tests."""

from datetime import UTC, datetime
from typing import Any

from goodpart.wire.desired import DesiredState, DriverSpec, RecipeSpec, StationSpec
from tests.fakes.gateway_server import GATEWAY
from tests.fakes.journals import STATION


def recipe(package: str, size_bytes: int, **changes: Any) -> RecipeSpec:
    named: dict[str, Any] = {
        "recipe": "recipe-1",
        "revision": 1,
        "part_number": "A-100",
        "package": package,
        "package_size_bytes": size_bytes,
        "good_below": 1.0,
        "bad_above": 2.0,
    }
    return RecipeSpec(**{**named, **changes})


def station_spec(*recipes: RecipeSpec, station: str = STATION) -> StationSpec:
    driver = DriverSpec(driver="none")
    return StationSpec(
        station=station,
        name="Station 1",
        camera=driver,
        trigger=driver,
        signals=driver,
        output=driver,
        recipes=recipes,
    )


def desired(revision: int, *stations: StationSpec, **changes: Any) -> DesiredState:
    named: dict[str, Any] = {
        "gateway": GATEWAY,
        "revision": revision,
        "issued_at": datetime(2026, 11, 2, tzinfo=UTC),
        "stations": stations,
    }
    return DesiredState(**{**named, **changes})
