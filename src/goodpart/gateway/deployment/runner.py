"""Carries a deployment through: gathers the facts, asks `model.decide`, keeps its answer on disk, takes the step."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import structlog

from goodpart.base.clock import Clock
from goodpart.base.errors import GoodpartError
from goodpart.gateway.deployment.document import claimed_revision, open_desired, packages_of
from goodpart.gateway.deployment.download import Packages
from goodpart.gateway.deployment.errors import DeploymentError, DocumentRefusedError
from goodpart.gateway.deployment.model import (
    Content,
    Deployment,
    Facts,
    Fetch,
    Prove,
    Rest,
    Restore,
    Step,
    Switch,
    Wait,
    decide,
    receive,
    refuse,
)
from goodpart.gateway.deployment.proof import Prover
from goodpart.gateway.deployment.store import DeploymentStore
from goodpart.gateway.enrollment.errors import EnrollmentError
from goodpart.trust.signatures import KeySet, SignatureError
from goodpart.wire.desired import DesiredState
from goodpart.wire.reported import DeploymentStage
from goodpart.wire.signed import SignedDocument

_log = structlog.get_logger("deployment")
_STATIONS_ASKED_EVERY_S = 0.2
_DISK_ASKED_EVERY_S = 5.0
_PACKAGES_LOOKED_AT_EVERY_S = 30.0


@dataclass(frozen=True)
class Surroundings:
    """What a runner needs of the process around it."""

    gateway: str
    keys: Callable[[], KeySet]
    """The signing keys that are accepted now: a renewal may bring others."""
    running: Callable[[], Mapping[str, int]]
    """Station → the revision that it says it runs."""
    complaints: Callable[[], Mapping[str, str]]
    """Station → what it says is wrong with it."""
    pause_after: Callable[[GoodpartError], float]
    """A download failed this time; the seconds to wait before the next attempt."""
    not_fetching: Callable[[], None]
    """Nothing is being downloaded, so nothing fails to be."""
    changed: Callable[[], None]
    """The state is another one: report it."""


class DeploymentRunner:
    """One deployment at a time; a newer document takes the place of the one under way."""

    def __init__(
        self,
        store: DeploymentStore,
        packages: Packages,
        prover: Prover,
        surroundings: Surroundings,
        clock: Clock,
        *,
        activation_timeout_s: float,
    ) -> None:
        self._store = store
        self._packages = packages
        self._prover = prover
        self._around = surroundings
        self._clock = clock
        self._activation_timeout_s = activation_timeout_s
        self._state = store.load(surroundings.keys())
        self._offered: SignedDocument | None = None
        self._wake = asyncio.Event()
        self._looked = asyncio.Event()
        self._failure = ""
        self._proven: set[str] = set()
        self._told_at_ns: int | None = None
        self._saved = True
        self._stations = _stations(store.read_active(surroundings.keys()))

    @property
    def state(self) -> Deployment:
        return self._state

    @property
    def stations(self) -> frozenset[str]:
        """Those that are told to run, by the active document."""
        return self._stations

    async def offer(self, document: SignedDocument) -> None:
        """A document came from the server. Returns when `run` has taken it over or refused it: see `state`."""
        self._offered = document
        self._looked.clear()
        self._wake.set()
        await self._looked.wait()

    async def run(self) -> None:
        """Never returns. What a step cannot do ends in the stage ``refused``, not here."""
        while True:
            self._wake.clear()
            self._look_at_offer()
            before = self._state
            sizes, facts = await self._facts()
            after, step = decide(before, facts, activation_timeout_s=self._activation_timeout_s)
            self._failure = ""
            self._become(after)
            idle = isinstance(step, Rest | Wait)
            if not isinstance(step, Fetch):
                self._around.not_fetching()
            if idle and after.stage != before.stage:
                continue
            await self._take_unless_overtaken(step, sizes)

    def _look_at_offer(self) -> None:
        document, self._offered = self._offered, None
        if document is not None:
            self._look_at(document)
            self._looked.set()

    def _look_at(self, document: SignedDocument) -> None:
        try:
            desired = open_desired(document, self._around.keys(), self._around.gateway)
        except (SignatureError, DocumentRefusedError) as error:
            _log.error("desired_state_refused", cause=error.cause, remedy=error.remedy, code=error.code)
            self._become(refuse(self._state, claimed_revision(document), error.cause))
            return
        self._become(receive(self._state, document, desired.revision, desired.rolls_back))

    async def _facts(self) -> tuple[Mapping[str, int], Facts]:
        """The sizes of all packages that are needed, and what is so now."""
        keys = self._around.keys()
        target = self._open_target(keys)
        active = self._store.read_active(keys)
        previous = self._store.read_previous(keys)
        wanted = _content(target)
        running = self._around.running()
        needed = (target, active) if self._state.stage.is_final else (target,)
        sizes = {sha256: size for each in needed if each for sha256, size in packages_of(each).items()}
        here = frozenset({each for each in sizes if await self._packages.is_here(each)})
        on_disk = _content(active)
        self._stations = _stations(active)
        proven = frozenset(self._proven) | (on_disk.packages if on_disk and _all_run(on_disk, running) else frozenset())
        facts = Facts(
            target=wanted,
            on_disk=on_disk,
            previous_revision=previous.revision if previous else 0,
            packages_here=here,
            proven=proven,
            running=running,
            complaints=self._around.complaints(),
            failure=self._failure,
            activating_for_s=self._activating_for_s(),
        )
        return sizes, facts

    def _open_target(self, keys: KeySet) -> DesiredState | None:
        if self._state.document is None:
            return None
        try:
            return open_desired(self._state.document, keys, self._around.gateway)
        except (SignatureError, DocumentRefusedError):
            return None  # its key was withdrawn since it came; the decision says so

    def _activating_for_s(self) -> float:
        if self._state.stage is not DeploymentStage.ACTIVATING:
            self._told_at_ns = None
            return 0.0
        if self._told_at_ns is None:
            self._told_at_ns = self._clock.monotonic_ns()
        return (self._clock.monotonic_ns() - self._told_at_ns) / 1e9

    async def _take_unless_overtaken(self, step: Step, sizes: Mapping[str, int]) -> None:
        """Take a step; leave it where it stands as soon as a newer document comes."""
        taking = asyncio.create_task(self._take(step, sizes))
        waking = asyncio.create_task(self._wake.wait())
        try:
            await asyncio.wait({taking, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (taking, waking):
                if not task.done():
                    task.cancel()
            await asyncio.gather(taking, waking, return_exceptions=True)
        if not taking.cancelled():
            taking.result()

    async def _take(self, step: Step, sizes: Mapping[str, int]) -> None:
        try:
            match step:
                case Fetch(packages):
                    for sha256 in sorted(packages):
                        await self._packages.fetch(sha256, sizes[sha256])
                case Prove(package):
                    await self._prover.prove(package)
                    self._proven.add(package)
                case Switch() if self._state.document is not None:
                    self._switch(self._state.document)
                case Restore():
                    self._store.restore()
                    _log.warning("last_good_state_restored", revision=self._state.active_revision)
                case Wait():
                    await asyncio.sleep(_STATIONS_ASKED_EVERY_S)
                case _:
                    await self._rest()
        except EnrollmentError as error:
            await asyncio.sleep(self._around.pause_after(error))
        except DeploymentError as error:
            self._failure = f"{error.cause} {error.remedy}".strip()
            if self._state.stage.is_final:
                # What the last good state lacks is wanted for as long as it takes.
                await asyncio.sleep(self._around.pause_after(error))
        except OSError as error:
            # A full or broken disk: what runs goes on, and the deployment waits for a person.
            self._failure = f"The data folder cannot be written: {error.strerror or error}."
            if self._state.stage.is_final:
                await asyncio.sleep(_DISK_ASKED_EVERY_S)

    def _switch(self, document: SignedDocument) -> None:
        active = self._store.read_active(self._around.keys())
        keep = active is not None and active.revision == self._state.active_revision != self._state.revision
        self._store.switch(document, keep_active=keep)
        _log.info("desired_state_switched", revision=self._state.revision)

    async def _rest(self) -> None:
        if self._state.stage is DeploymentStage.ACTIVE:
            self._remove_old_packages()
        if self._saved:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PACKAGES_LOOKED_AT_EVERY_S):
                    await self._wake.wait()
        else:
            await asyncio.sleep(_DISK_ASKED_EVERY_S)
            self._save()

    def _remove_old_packages(self) -> None:
        keys = self._around.keys()
        kept = (self._store.read_active(keys), self._store.read_previous(keys))
        self._store.remove_packages_except({sha256 for each in kept if each for sha256 in packages_of(each)})

    def _become(self, state: Deployment) -> None:
        if state == self._state:
            return
        said = (state.stage, state.revision) != (self._state.stage, self._state.revision)
        lacked, lacks = bool(self._state.lacking), bool(state.lacking)
        self._state = state
        self._save()
        if said:
            level = _log.warning if state.stage is DeploymentStage.REFUSED else _log.info
            level("deployment", stage=state.stage.value, revision=state.revision, detail=state.detail)
        if lacks and not lacked:
            _log.error("active_state_not_whole", revision=state.active_revision, cause=state.lacking)
        if lacked and not lacks and state.stage.is_final:
            _log.info("active_state_whole_again", revision=state.active_revision)
        self._around.changed()

    def _save(self) -> None:
        """On disk before the next step. A full disk holds nothing up: every step begins with what the disk says."""
        try:
            self._store.save(self._state)
        except OSError as error:
            if self._saved:
                _log.error("deployment_stage_not_saved", cause=error.strerror or str(error))
            self._saved = False
        else:
            self._saved = True


def _stations(desired: DesiredState | None) -> frozenset[str]:
    return frozenset(station.station for station in desired.stations) if desired else frozenset()


def _content(desired: DesiredState | None) -> Content | None:
    if desired is None:
        return None
    return Content(
        revision=desired.revision,
        packages=frozenset(packages_of(desired)),
        stations=_stations(desired),
    )


def _all_run(content: Content, running: Mapping[str, int]) -> bool:
    return all(running.get(station) == content.revision for station in content.stations)
