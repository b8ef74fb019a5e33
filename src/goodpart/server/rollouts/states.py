"""What a gateway is to run beside what it runs."""

from goodpart.server.gateways import service as gateways
from goodpart.server.kit.work import Work
from goodpart.server.models import service as models
from goodpart.server.models.errors import ModelNotApprovedError
from goodpart.server.rollouts import service
from goodpart.server.rollouts.model import GatewayStates
from goodpart.wire.desired import DesiredState


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
