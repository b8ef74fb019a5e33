"""A desired state comes to run whole, or not at all; what ran before goes on until then."""

import asyncio
import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from structlog.testing import capture_logs

from goodpart.base import files
from goodpart.gateway.deployment import store
from goodpart.gateway.deployment.document import packages_of
from goodpart.trust.signatures import SoftwareSigner
from goodpart.wire.reported import DeploymentStage
from goodpart.wire.signed import SignedDocument
from tests.fakes.clocks import SteppingClock
from tests.fakes.desired import desired, recipe, station_spec
from tests.fakes.journals import STATION
from tests.fakes.waiting import eventually

if TYPE_CHECKING:
    from tests.integration.gateway.deployment.conftest import Gateway

CONTENT = bytes(range(256)) * 40


def with_package(plant: "Gateway", revision: int, content: bytes = CONTENT, **changes: Any) -> Any:
    package = plant.source.put(content)
    return desired(revision, station_spec(recipe(*package)), **changes)


async def test_a_desired_state_is_downloaded_proven_and_run(gateway: "Gateway") -> None:
    wanted = with_package(gateway, 1)
    state = await gateway.deploy(wanted)
    assert (state.stage, state.revision, state.active_revision) == (DeploymentStage.ACTIVE, 1, 1)
    assert [stage for stage, _ in gateway.history] == ["received", "downloading", "proving", "activating", "active"]
    for sha256 in packages_of(wanted):
        assert gateway.folders.package(sha256).read_bytes() == CONTENT
    assert gateway.prover.proven == list(packages_of(wanted))
    assert gateway.saved == state


async def test_a_gateway_without_stations_runs_an_empty_desired_state(gateway: "Gateway") -> None:
    assert (await gateway.deploy(desired(1))).stage is DeploymentStage.ACTIVE


async def test_a_new_mode_of_a_running_package_needs_no_download_and_no_proof(gateway: "Gateway") -> None:
    await gateway.deploy(with_package(gateway, 1))
    gateway.source.asked.clear()
    gateway.prover.proven.clear()
    assert (await gateway.deploy(with_package(gateway, 2))).active_revision == 2
    assert gateway.source.asked == []
    assert gateway.prover.proven == []


async def test_the_one_before_is_kept_and_what_nobody_names_is_removed(gateway: "Gateway") -> None:
    first, second, third = (with_package(gateway, number, CONTENT + bytes([number])) for number in (1, 2, 3))
    for wanted in (first, second, third):
        await gateway.deploy(wanted)
    kept = {file.name.removesuffix(".gpm") for file in gateway.folders.packages.iterdir()}
    assert kept == {*packages_of(second), *packages_of(third)}
    previous = gateway.store.read_previous(gateway.keys)
    assert previous is not None
    assert previous.revision == 2


async def test_an_unsigned_or_altered_document_is_refused_and_the_active_one_runs_on(gateway: "Gateway") -> None:
    await gateway.deploy(with_package(gateway, 5))
    good = gateway.seal(with_package(gateway, 6))
    altered = msgspec.structs.replace(good, payload=good.payload.replace(b'"revision":6', b'"revision":7'))
    stranger = gateway.seal(with_package(gateway, 6), SoftwareSigner.generate())
    garbage = SignedDocument(payload=b"\x00", signature=good.signature)
    async with gateway.started() as runner:
        for document in (altered, stranger, garbage):
            await runner.offer(document)
            assert runner.state.stage is DeploymentStage.REFUSED
            assert runner.state.detail
            assert (runner.state.active_revision, gateway.active) == (5, 5)
        await runner.offer(good)
        await eventually(lambda: runner.state.active_revision == 6)


async def test_a_document_of_another_gateway_is_refused(gateway: "Gateway") -> None:
    state = await gateway.deploy(with_package(gateway, 1, gateway="somebody-else"))
    assert state.stage is DeploymentStage.REFUSED
    assert "somebody-else" in state.detail
    assert gateway.active == 0


async def test_an_older_document_is_a_replay_unless_it_is_the_rollback_of_what_runs(gateway: "Gateway") -> None:
    await gateway.deploy(with_package(gateway, 5))
    replayed = await gateway.deploy(with_package(gateway, 4))
    assert (replayed.stage, replayed.active_revision, gateway.active) == (DeploymentStage.REFUSED, 5, 5)
    another = await gateway.deploy(with_package(gateway, 4, rolls_back=3))
    assert (another.stage, gateway.active) == (DeploymentStage.REFUSED, 5)
    rolled_back = await gateway.deploy(with_package(gateway, 4, rolls_back=5))
    assert (rolled_back.stage, gateway.active) == (DeploymentStage.ACTIVE, 4)


async def test_a_download_that_breaks_off_is_resumed(gateway: "Gateway") -> None:
    gateway.source.break_after = [3000, 2500]
    wanted = with_package(gateway, 1)
    state = await gateway.deploy(wanted)
    assert state.stage is DeploymentStage.ACTIVE
    (sha256,) = packages_of(wanted)
    assert gateway.source.asked == [(sha256, 0), (sha256, 3000), (sha256, 5500)]
    assert gateway.folders.package(sha256).read_bytes() == CONTENT


async def test_a_server_that_cannot_resume_starts_again(gateway: "Gateway") -> None:
    gateway.source.break_after = [3000]
    gateway.source.ranges = False
    assert (await gateway.deploy(with_package(gateway, 1))).stage is DeploymentStage.ACTIVE


async def test_a_server_that_is_away_is_waited_for(gateway: "Gateway") -> None:
    gateway.source.unreachable = True
    async with gateway.started() as runner:
        await runner.offer(gateway.seal(with_package(gateway, 1)))
        await eventually(lambda: len(gateway.source.asked) > 3)
        assert runner.state.stage is DeploymentStage.DOWNLOADING
        gateway.source.unreachable = False
        await eventually(lambda: runner.state.stage is DeploymentStage.ACTIVE)


async def test_an_altered_package_is_refused(gateway: "Gateway") -> None:
    wanted = with_package(gateway, 1)
    (sha256,) = packages_of(wanted)
    gateway.source.shelf[sha256] = CONTENT[:-1] + b"X"
    state = await gateway.deploy(wanted)
    assert state.stage is DeploymentStage.REFUSED
    assert "altered" in state.detail
    assert list(gateway.folders.packages.iterdir()) == []


@pytest.mark.parametrize("content", [CONTENT + b"more", b""])
async def test_a_package_of_another_length_is_not_taken(gateway: "Gateway", content: bytes) -> None:
    wanted = with_package(gateway, 1)
    (sha256,) = packages_of(wanted)
    gateway.source.shelf[sha256] = content
    async with gateway.started() as runner:
        await runner.offer(gateway.seal(wanted))
        await eventually(lambda: len(gateway.source.asked) > 2 or runner.state.stage is DeploymentStage.REFUSED)
        assert gateway.active == 0
        assert not gateway.folders.package(sha256).exists()


async def test_a_damaged_rest_of_a_download_is_fetched_anew(gateway: "Gateway") -> None:
    wanted = with_package(gateway, 1)
    (sha256,) = packages_of(wanted)
    (gateway.folders.packages / f"{sha256}.part").write_bytes(b"x" * 5000)
    assert (await gateway.deploy(wanted)).stage is DeploymentStage.ACTIVE
    assert gateway.folders.package(sha256).read_bytes() == CONTENT


async def test_a_package_that_rots_on_disk_is_fetched_again(gateway: "Gateway") -> None:
    wanted = with_package(gateway, 1)
    await gateway.deploy(wanted)
    (sha256,) = packages_of(wanted)
    gateway.folders.package(sha256).write_bytes(b"rot")
    assert (await gateway.deploy(with_package(gateway, 2))).stage is DeploymentStage.ACTIVE
    assert gateway.folders.package(sha256).read_bytes() == CONTENT


async def deployed_and_altered(gateway: "Gateway") -> Path:
    """The one package of what runs, with one byte flipped."""
    wanted = with_package(gateway, 1)
    await gateway.deploy(wanted)
    (sha256,) = packages_of(wanted)
    package = gateway.folders.package(sha256)
    content = bytearray(package.read_bytes())
    content[len(content) // 2] ^= 1
    package.write_bytes(content)
    gateway.source.asked.clear()
    return package


async def test_a_package_of_what_runs_that_rots_is_said_and_fetched_again(gateway: "Gateway") -> None:
    package = await deployed_and_altered(gateway)
    gateway.source.break_after = [3000]
    with capture_logs() as logs:
        async with gateway.started() as runner:
            await eventually(lambda: package.exists() and package.read_bytes() == CONTENT)
            await eventually(lambda: not runner.state.said)
            assert (runner.state.stage, runner.state.active_revision) == (DeploymentStage.ACTIVE, 1)
    said = [each for each in logs if each["event"] == "package_altered"]
    assert len(said) == 1
    assert "altered" in said[0]["cause"]
    assert said[0]["remedy"]
    assert gateway.source.asked == [(package.stem, 0), (package.stem, 3000)]
    assert gateway.active == 1


@pytest.mark.parametrize("trouble", ["unreachable", "unknown"])
async def test_what_runs_asks_for_a_lost_package_until_it_comes_also_after_a_kill(
    gateway: "Gateway", trouble: str
) -> None:
    package = await deployed_and_altered(gateway)
    shelf = dict(gateway.source.shelf)
    gateway.source.unreachable = trouble == "unreachable"
    gateway.source.shelf.clear()
    for _ in range(2):
        gateway.source.asked.clear()
        async with gateway.started() as runner:
            await eventually(lambda: len(gateway.source.asked) > 2)
            assert package.stem[:12] in runner.state.said
            assert runner.state.stage is DeploymentStage.ACTIVE
            assert trouble == "unreachable" or "The package is not here." in runner.state.said
    gateway.source.unreachable = False
    gateway.source.shelf.update(shelf)
    async with gateway.started() as runner:
        await eventually(lambda: package.exists() and not runner.state.said)
    assert package.read_bytes() == CONTENT
    assert gateway.saved.said == ""


async def test_a_refusal_leaves_the_last_good_state_with_its_packages(gateway: "Gateway") -> None:
    package = await deployed_and_altered(gateway)
    async with gateway.started() as runner:
        await runner.offer(SignedDocument(payload=b"", signature=gateway.seal(desired(2)).signature))
        await eventually(lambda: package.exists() and package.read_bytes() == CONTENT)
        await eventually(lambda: not runner.state.lacking)
        assert runner.state.stage is DeploymentStage.REFUSED
        assert runner.state.said == runner.state.detail != ""


async def test_a_package_that_the_server_does_not_have_is_refused_in_its_words(gateway: "Gateway") -> None:
    wanted = with_package(gateway, 1)
    gateway.source.shelf.clear()
    state = await gateway.deploy(wanted)
    assert state.stage is DeploymentStage.REFUSED
    assert "The package is not here." in state.detail


async def test_a_disk_without_room_refuses_before_it_is_full(gateway: "Gateway") -> None:
    await gateway.deploy(with_package(gateway, 1))
    gateway.reserve_mb = 10**9
    state = await gateway.deploy(with_package(gateway, 2, CONTENT + b"2"))
    assert state.stage is DeploymentStage.REFUSED
    assert "no room" in state.detail
    assert gateway.active == 1


async def test_a_disk_that_fills_up_during_the_download_refuses_and_leaves_no_rest(
    gateway: "Gateway", monkeypatch: pytest.MonkeyPatch
) -> None:
    await gateway.deploy(with_package(gateway, 1))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(store, "write_durably", lambda *_, **__: full(0))
    async with gateway.started() as runner:
        await runner.offer(gateway.seal(with_package(gateway, 2, CONTENT + b"2")))
        await eventually(lambda: runner.state.stage is DeploymentStage.REFUSED)
        assert "Free space" in runner.state.detail
        assert gateway.active == 1
        assert [file.suffix for file in gateway.folders.packages.iterdir()] == [".gpm"]


async def test_a_disk_that_is_full_when_the_stations_are_to_be_told_leaves_the_active_one(
    gateway: "Gateway", monkeypatch: pytest.MonkeyPatch
) -> None:
    await gateway.deploy(with_package(gateway, 1))
    real = files.write_durably

    def full_for_documents(path: Any, content: bytes, **named: Any) -> None:
        if path.name != "deployment.json":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(path, content, **named)

    monkeypatch.setattr(store, "write_durably", full_for_documents)
    state = await gateway.deploy(with_package(gateway, 2))
    assert state.stage is DeploymentStage.REFUSED
    assert "No space left" in state.detail
    assert gateway.active == 1


async def test_a_package_that_does_not_prove_itself_never_runs(gateway: "Gateway") -> None:
    await gateway.deploy(with_package(gateway, 1))
    wanted = with_package(gateway, 2, CONTENT + b"2")
    (sha256,) = packages_of(wanted)
    gateway.prover.bad[sha256] = "Golden image 3 scored 0.9 instead of 0.4."
    state = await gateway.deploy(wanted)
    assert (state.stage, state.revision, state.active_revision) == (DeploymentStage.REFUSED, 2, 1)
    assert "Golden image 3" in state.detail
    assert gateway.active == 1


async def test_a_newer_document_takes_the_place_of_the_one_under_way(gateway: "Gateway") -> None:
    gateway.prover.held = asyncio.Event()
    async with gateway.started() as runner:
        await runner.offer(gateway.seal(with_package(gateway, 1)))
        await eventually(lambda: runner.state.stage is DeploymentStage.PROVING)
        await runner.offer(gateway.seal(with_package(gateway, 2, CONTENT + b"2")))
        assert runner.state.revision == 2
        gateway.prover.held.set()
        await eventually(lambda: runner.state.stage is DeploymentStage.ACTIVE)
        assert gateway.active == 2


async def test_a_replay_does_not_disturb_what_is_under_way(gateway: "Gateway") -> None:
    gateway.prover.held = asyncio.Event()
    async with gateway.started() as runner:
        await runner.offer(gateway.seal(with_package(gateway, 3)))
        await eventually(lambda: runner.state.stage is DeploymentStage.PROVING)
        await runner.offer(gateway.seal(with_package(gateway, 2)))
        assert (runner.state.stage, runner.state.revision) == (DeploymentStage.PROVING, 3)


async def test_the_rollout_waits_for_every_station(gateway: "Gateway") -> None:
    gateway.follows = False
    wanted = desired(1, station_spec(), station_spec(station="second"))
    async with gateway.started() as runner:
        await runner.offer(gateway.seal(wanted))
        await eventually(lambda: "Waiting for 2 of 2" in runner.state.detail)
        gateway.stations = {STATION: 1}
        await eventually(lambda: "Waiting for 1 of 2" in runner.state.detail)
        assert runner.state.active_revision == 0
        gateway.stations = {STATION: 1, "second": 1}
        await eventually(lambda: runner.state.stage is DeploymentStage.ACTIVE)
        assert runner.state.detail == ""


async def test_stations_that_do_not_take_it_over_get_the_last_good_one_back(gateway: "Gateway") -> None:
    await gateway.deploy(with_package(gateway, 1))
    gateway.follows = False
    clock = gateway.clock = SteppingClock()
    async with gateway.started() as runner:
        await runner.offer(gateway.seal(with_package(gateway, 2)))
        await eventually(lambda: runner.state.stage is DeploymentStage.ACTIVATING and gateway.active == 2)
        await eventually(lambda: "Waiting" in runner.state.detail)
        gateway.complaints = {STATION: "The camera driver 'none' is not installed."}
        clock.advance(61)
        await eventually(lambda: runner.state.stage is DeploymentStage.REFUSED)
        await eventually(lambda: gateway.active == 1)
        assert STATION in runner.state.detail
        assert "is not installed" in runner.state.detail
        assert runner.state.active_revision == 1


async def test_a_first_document_that_no_station_takes_over_is_taken_back(gateway: "Gateway") -> None:
    gateway.follows = False
    clock = gateway.clock = SteppingClock()
    async with gateway.started() as runner:
        await runner.offer(gateway.seal(with_package(gateway, 1)))
        await eventually(lambda: "Waiting" in runner.state.detail)
        clock.advance(61)
        await eventually(lambda: runner.state.stage is DeploymentStage.REFUSED)
        await eventually(lambda: not gateway.folders.active.exists())


async def test_a_withdrawn_signing_key_stops_what_it_signed(gateway: "Gateway") -> None:
    gateway.prover.held = asyncio.Event()
    async with gateway.started() as runner:
        await runner.offer(gateway.seal(with_package(gateway, 1)))
        await eventually(lambda: runner.state.stage is DeploymentStage.PROVING)
        gateway.keys = type(gateway.keys)([SoftwareSigner.generate().public_key])
        gateway.prover.held.set()
        await eventually(lambda: runner.state.stage is DeploymentStage.REFUSED)
        assert gateway.active == 0


async def test_a_damaged_active_document_is_put_back(gateway: "Gateway") -> None:
    await gateway.deploy(with_package(gateway, 1))
    gateway.folders.active.write_bytes(b"{}")
    async with gateway.started():
        await eventually(lambda: gateway.active == 1)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"stage":"nonsense"}'])
async def test_a_damaged_stage_is_rebuilt_from_what_runs(gateway: "Gateway", content: bytes) -> None:
    await gateway.deploy(with_package(gateway, 1))
    gateway.folders.deployment.write_bytes(content)
    async with gateway.started() as runner:
        assert (runner.state.stage, runner.state.active_revision) == (DeploymentStage.ACTIVE, 1)
        await runner.offer(gateway.seal(with_package(gateway, 2)))
        await eventually(lambda: runner.state.active_revision == 2)


class Killed(BaseException):
    """Stands for SIGKILL: nothing catches it."""


@pytest.mark.parametrize("write", range(1, 9))
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_killed_at_any_write_the_deployment_goes_on_where_it_was(
    gateway: "Gateway", write: int, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gateway.deploy(with_package(gateway, 1))
    wanted = with_package(gateway, 2, CONTENT + b"2")
    real, writes = files.write_durably, 0

    def dying(*arguments: Any, **named: Any) -> None:
        nonlocal writes
        writes += 1
        if writes >= write and moment == "before":
            raise Killed
        real(*arguments, **named)
        if writes >= write:
            raise Killed

    monkeypatch.setattr(store, "write_durably", dying)
    runner = gateway.runner = gateway._new_runner()
    running = asyncio.create_task(runner.run())
    offering = asyncio.create_task(runner.offer(gateway.seal(wanted)))
    try:
        await eventually(lambda: running.done() or runner.state.stage is DeploymentStage.ACTIVE)
    finally:
        for task in (running, offering):
            task.cancel()
        ended = await asyncio.gather(running, offering, return_exceptions=True)
    assert isinstance(ended[0], Killed | asyncio.CancelledError)
    monkeypatch.setattr(store, "write_durably", real)
    assert gateway.active in {1, 2}  # whole, one or the other
    async with gateway.started() as runner:
        if runner.state.revision != 2:
            await runner.offer(gateway.seal(wanted))  # the server hands it out again: it never heard of it
        await eventually(lambda: runner.state.stage is DeploymentStage.ACTIVE and runner.state.revision == 2)
        assert gateway.active == 2
        previous = gateway.store.read_previous(gateway.keys)
        assert previous is not None
        assert previous.revision == 1


@pytest.mark.parametrize("stage", ["downloading", "proving", "activating"])
async def test_killed_in_a_stage_the_next_process_finishes_it(gateway: "Gateway", stage: str) -> None:
    await gateway.deploy(with_package(gateway, 1))
    wanted = with_package(gateway, 2, CONTENT + b"2")
    gateway.source.unreachable = stage == "downloading"
    gateway.prover.held = asyncio.Event() if stage == "proving" else None
    gateway.follows = stage != "activating"
    async with gateway.started() as runner:
        await runner.offer(gateway.seal(wanted))
        await eventually(lambda: runner.state.stage == stage)
    assert gateway.saved.stage == stage
    gateway.source.unreachable = False
    gateway.prover.held = None
    gateway.follows = True
    async with gateway.started() as runner:
        await eventually(lambda: runner.state.stage is DeploymentStage.ACTIVE)
        assert runner.state.active_revision == 2
