"""What a station has loaded: one desired state's recipes, each with the eye that runs its package."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from goodpart.base.errors import GoodpartError
from goodpart.gateway.station.decide import recipe_for
from goodpart.gateway.station.sight import Eye
from goodpart.wire.desired import DriverSpec, RecipeSpec, StationSpec

LoadEye = Callable[[str], Eye]
"""Makes the eye for a package, by SHA-256. Raises `GoodpartError`."""

_log = structlog.get_logger("recipes")


@dataclass(frozen=True)
class LoadedRecipes:
    """Replaced as a whole, between two parts."""

    revision: int
    """Of the desired state."""
    station: StationSpec
    eyes: Mapping[str, Eye] = field(default_factory=dict)
    """By the SHA-256 of the package."""
    problems: tuple[str, ...] = ()
    """Why a recipe's package is not loaded."""

    @property
    def is_complete(self) -> bool:
        return not self.problems

    @property
    def can_inspect(self) -> bool:
        return bool(self.eyes)

    def find(self, part_number: str) -> tuple[RecipeSpec | None, Eye | None]:
        """The recipe for ``part_number`` and its eye; either may be missing."""
        recipe = recipe_for(self.station, part_number)
        return recipe, self.eyes.get(recipe.package) if recipe is not None else None


def load_recipes(revision: int, station: StationSpec, load_eye: LoadEye, *, known: Mapping[str, Eye]) -> LoadedRecipes:
    """Load what ``station`` needs and is not ``known`` yet. Takes seconds; a package that fails is a problem, not an
    error: the other part numbers can still be inspected."""
    eyes: dict[str, Eye] = {}
    problems: list[str] = []
    for package in dict.fromkeys(recipe.package for recipe in station.recipes):
        try:
            eyes[package] = known[package] if package in known else load_eye(package)
        except GoodpartError as error:
            _log.error("package_not_loaded", package=package, cause=error.cause, remedy=error.remedy)
            problems.append(error.cause)
    return LoadedRecipes(revision, station, eyes, tuple(problems))


def wiring(station: StationSpec) -> tuple[DriverSpec, ...]:
    """What cannot change while a station process runs."""
    return (station.camera, station.trigger, station.signals, station.output)
