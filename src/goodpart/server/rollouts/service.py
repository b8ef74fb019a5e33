"""Issuing desired states, and following the gateways that are to reach them."""

from collections.abc import Iterable
from dataclasses import replace

from goodpart.server.audit import service as audit
from goodpart.server.gateways import service as gateways
from goodpart.server.gateways.errors import GatewayRevokedError
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Work
from goodpart.server.places import service as places
from goodpart.server.recipes import service as recipes
from goodpart.server.rollouts import repository
from goodpart.server.rollouts.errors import GatewayNotEnrolledError, RolloutNotFoundError
from goodpart.server.rollouts.model import Progress, Rollout, Target, TargetState, advance
from goodpart.server.rollouts.schemas import RolloutOut
from goodpart.trust.signatures import Signer
from goodpart.wire.desired import StationSpec


async def create(work: Work, gateway_ids: Iterable[str], *, note: str, signer: Signer) -> Rollout:
    """Issue to each gateway, at once, the desired state that its wiring and recipes make now.

    All or none: raises `GatewayNotFoundError`, `GatewayRevokedError`, `GatewayNotEnrolledError`,
    `ModelNotApprovedError`.
    """
    targets = []
    for gateway in sorted(set(gateway_ids)):  # in one order everywhere: their rows are locked
        await _check_reachable(work, gateway)
        stations = await station_specs(work, gateway)
        issued = await gateways.issue_desired(work, gateway, stations, signer=signer)
        targets.append(Target(gateway, issued.revision, Progress(TargetState.PENDING)))
    rollout = Rollout(work.new_id(), note, work.now, work.actor.name, tuple(targets))
    await repository.add(work.session, rollout)
    reached = "1 gateway" if len(targets) == 1 else f"{len(targets)} gateways"
    await audit.record(work, "rollout.created", rollout.id, f"To {reached}. {note}".strip())
    await _announce(work, rollout)
    return rollout


async def station_specs(work: Work, gateway: str) -> tuple[StationSpec, ...]:
    """What a gateway is to do at each station that is wired to it. Raises `GatewayNotFoundError`."""
    names = await places.names(work)
    return tuple(
        [
            StationSpec(
                station=wiring.station,
                name=names[wiring.station],
                camera=wiring.camera,
                trigger=wiring.trigger,
                signals=wiring.signals,
                output=wiring.output,
                recipes=await recipes.specs_of_station(work, wiring.station),
            )
            for wiring in sorted(await gateways.wirings_of(work, gateway), key=lambda wiring: wiring.station)
        ]
    )


async def get(work: Work, rollout: str) -> Rollout:
    """As far as it has come by what the gateways say now.

    Raises `RolloutNotFoundError`, also where any of its gateways is out of reach.
    """
    found = await repository.find(work.session, rollout)
    if found is None or not all(work.reach.sees(site) for site in await _sites(work, found)):
        raise RolloutNotFoundError.of("rollout", rollout)
    return await _advanced(work, found)


async def list_newest(work: Work, request: PageRequest) -> Page[Rollout]:
    page = await repository.list_newest(work.session, request, work.reach)
    return Page(tuple([await _advanced(work, rollout) for rollout in page.rows]), page.next)


async def any_open(work: Work) -> bool:
    return bool(await repository.list_open(work.session))


async def follow(work: Work) -> None:
    """Keep how far every target has come. Safe to call at any time, on any replica, as often as wanted."""
    for known in await repository.list_open(work.session):
        rollout = await _advanced(work, known)
        changed = [target for target, before in zip(rollout.targets, known.targets, strict=True) if target != before]
        for target in changed:
            await repository.set_progress(work.session, rollout.id, target.gateway, target.progress)
        if changed:
            await _announce(work, rollout)


async def _advanced(work: Work, rollout: Rollout) -> Rollout:
    targets = []
    for target in rollout.targets:
        progress = target.progress
        if not progress.state.is_final:
            gateway = await gateways.get(work, target.gateway)
            progress = advance(progress, target.revision, gateway.reported)
        targets.append(replace(target, progress=progress))
    return replace(rollout, targets=tuple(targets))


async def _check_reachable(work: Work, gateway: str) -> None:
    found = await gateways.get(work, gateway)
    if found.revoked_at is not None:
        raise GatewayRevokedError(
            f"The gateway {found.name} has been revoked.",
            "Leave it out of the rollout, or enrol a new one.",
            name=found.name,
        )
    if found.enrolled_at is None:
        raise GatewayNotEnrolledError(
            f"The gateway {found.name} has never been enrolled.",
            "Make a claim code on its page and run the join command on the gateway first.",
            name=found.name,
        )


async def _sites(work: Work, rollout: Rollout) -> tuple[str, ...]:
    return await gateways.sites_of(work, [target.gateway for target in rollout.targets])


async def _announce(work: Work, rollout: Rollout) -> None:
    payload = RolloutOut.of(rollout).model_dump(mode="json")
    work.after_commit(Signal("rollout", payload, places=await _sites(work, rollout)))
