"""What a gateway is to run beside what it runs."""

from dataclasses import dataclass

from goodpart.server.gateways import service as gateways
from goodpart.server.kit.work import Work
from goodpart.server.models import service as models
from goodpart.server.models.errors import ModelNotApprovedError
from goodpart.server.models.model import Model
from goodpart.server.rollouts import service
from goodpart.wire.desired import DesiredState


@dataclass(frozen=True)
class GatewayStates:
    desired: DesiredState | None
    """Issued last; None before the first rollout."""
    active: DesiredState | None
    """What the gateway says it runs; None before it runs anything."""
    models: dict[str, Model]
    """By the SHA-256 of the packages that either names, as far as they are known here."""
    changed: bool
    """Wiring or recipes are not what was issued last: a rollout would change what the gateway runs."""


async def of_gateway(work: Work, gateway: str) -> GatewayStates:
    """Raises `GatewayNotFoundError`."""
    found = await gateways.get(work, gateway)
    desired = await gateways.desired_state(work, gateway, found.desired_revision)
    revision = found.reported.active_revision if found.reported else 0
    active = await gateways.desired_state(work, gateway, revision)
    packages = {
        recipe.package
        for state in (desired, active)
        if state is not None
        for station in state.stations
        for recipe in station.recipes
    }
    known = {package: await models.find_by_package(work, package) for package in sorted(packages)}
    by_package = {package: model for package, model in known.items() if model is not None}
    return GatewayStates(desired, active, by_package, await _changed(work, desired, gateway))


async def _changed(work: Work, desired: DesiredState | None, gateway: str) -> bool:
    try:
        stations = await service.station_specs(work, gateway)
    except ModelNotApprovedError:
        return True  # the rollout says which
    return stations != (desired.stations if desired else ())
