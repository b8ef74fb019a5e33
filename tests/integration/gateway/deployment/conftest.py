"""A gateway that is handed desired states, with a real store, real downloads and a prover that a test aims."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from goodpart.base.clock import Clock, SystemClock
from goodpart.gateway.deployment.download import Packages
from goodpart.gateway.deployment.errors import ProofError
from goodpart.gateway.deployment.model import Deployment
from goodpart.gateway.deployment.proof import Prover
from goodpart.gateway.deployment.runner import DeploymentRunner, Surroundings
from goodpart.gateway.deployment.store import DeploymentStore
from goodpart.gateway.folders import GatewayFolders
from goodpart.trust.documents import seal
from goodpart.trust.signatures import DESIRED_STATE, KeySet, SoftwareSigner
from goodpart.wire.desired import DesiredState
from goodpart.wire.signed import SignedDocument
from tests.fakes.gateway_server import GATEWAY
from tests.fakes.shelf import ShelfSource
from tests.fakes.waiting import eventually


class AimedProver(Prover):
    """Finds packages good unless told otherwise; ``held`` keeps it busy."""

    def __init__(self) -> None:
        self.bad: dict[str, str] = {}
        self.proven: list[str] = []
        self.held: asyncio.Event | None = None

    async def prove(self, sha256: str) -> None:
        if self.held is not None:
            await self.held.wait()
        if sha256 in self.bad:
            raise ProofError(self.bad[sha256], "Train it again.")
        self.proven.append(sha256)


class Gateway:
    """One gateway whose deployment can be killed and started again."""

    def __init__(self, root: Path) -> None:
        self.folders = GatewayFolders.open(root)
        self.signer = SoftwareSigner.generate()
        self.keys = KeySet([self.signer.public_key])
        self.source = ShelfSource()
        self.prover = AimedProver()
        self.stations: dict[str, int] = {}
        """What each station says that it runs."""
        self.complaints: dict[str, str] = {}
        self.follows = True
        """Stations take over at once what is active."""
        self.reserve_mb = 0
        self.clock: Clock = SystemClock()
        self.activation_timeout_s = 60.0
        self.history: list[tuple[str, int]] = []
        self.runner = self._new_runner()

    def seal(self, desired: DesiredState, signer: SoftwareSigner | None = None) -> SignedDocument:
        return seal(signer or self.signer, DESIRED_STATE, msgspec.json.encode(desired))

    @property
    def store(self) -> DeploymentStore:
        return DeploymentStore(self.folders, GATEWAY)

    @property
    def active(self) -> int:
        """The revision that the stations are told to run."""
        found = self.store.read_active(self.keys)
        return found.revision if found else 0

    @property
    def saved(self) -> Deployment:
        return self.store.load(self.keys)

    def running(self) -> dict[str, int]:
        active = self.store.read_active(self.keys)
        if self.follows and active is not None:
            self.stations = {each.station: active.revision for each in active.stations}
        return self.stations

    @asynccontextmanager
    async def started(self) -> AsyncIterator[DeploymentRunner]:
        """A process that runs the deployment; leaving the block kills it wherever it stands."""
        self.runner = self._new_runner()
        task = asyncio.create_task(self.runner.run())
        try:
            yield self.runner
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def deploy(self, desired: DesiredState, within_s: float = 10.0) -> Deployment:
        """Offer a document to a process and wait until it is active or refused."""
        async with self.started() as runner:
            await runner.offer(self.seal(desired))
            await eventually(lambda: runner.state.stage.is_final, within_s=within_s)
            await eventually(lambda: self.active == runner.state.active_revision)
            return runner.state

    def _new_runner(self) -> DeploymentRunner:
        return DeploymentRunner(
            self.store,
            Packages(self.folders, self.source, reserve_mb=self.reserve_mb),
            self.prover,
            Surroundings(
                gateway=GATEWAY,
                keys=lambda: self.keys,
                running=self.running,
                complaints=lambda: self.complaints,
                pause_after=lambda _: 0.01,
                not_fetching=lambda: None,
                changed=self._note,
            ),
            self.clock,
            activation_timeout_s=self.activation_timeout_s,
        )

    def _note(self) -> None:
        self.history.append((self.runner.state.stage.value, self.runner.state.revision))


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path / "gateway")
