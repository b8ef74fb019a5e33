"""A candidate becomes a signed package, once, and only by an approval."""

import asyncio
from pathlib import Path

import pytest

from goodpart.server.audit import service as audit
from goodpart.server.datasets import service as datasets
from goodpart.server.kit.objects import Objects, open_objects
from goodpart.server.kit.pages import PageRequest
from goodpart.server.kit.work import Database
from goodpart.server.models import service as models
from goodpart.server.models.errors import (
    CandidateDamagedError,
    ModelNotApprovedError,
    ModelNotCandidateError,
    ModelNotFoundError,
)
from goodpart.server.models.model import Model, ModelState
from goodpart.server.places import service as places
from goodpart.trust.signatures import KeySet, SoftwareSigner
from goodpart.vision.package import read_package
from goodpart.vision.verdict import Thresholds
from tests.fakes.clocks import SteppingClock
from tests.fakes.packages import candidate_package

SIGNER = SoftwareSigner.generate()


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return open_objects("", tmp_path / "objects")


async def registered(database: Database, objects: Objects, content: bytes, run: str = "run-1") -> Model:
    sha256 = await objects.put(models.CANDIDATES, content)
    async with database.work() as work:
        if await places.find_part_number(work, "A-100") is None:
            await places.create_part_number(work, "A-100", "Washer", 2000)
        dataset = await datasets.create(work, name="First parts", part_number="A-100")
        return await models.register_candidate(
            work,
            name="First parts",
            part_number="A-100",
            training_run=run,
            dataset=dataset.id,
            candidate_sha256=sha256,
            size_bytes=len(content),
            proof={"why": "for the test"},
            thresholds=Thresholds(good_below=1.0, bad_above=2.0),
        )


async def approve(database: Database, objects: Objects, model: str, note: str = "") -> Model:
    async with database.work() as work:
        return await models.approve(work, model, note=note, signer=SIGNER, objects=objects)


async def test_an_approved_package_is_signed_and_stored_by_its_content(
    database: Database, objects: Objects, tmp_path: Path, clock: SteppingClock
) -> None:
    candidate = await registered(database, objects, candidate_package())
    assert (candidate.state, candidate.package_sha256) == (ModelState.CANDIDATE, None)
    clock.advance(1)

    approved = await approve(database, objects, candidate.id, "looked at all of it")

    assert approved.state is ModelState.APPROVED
    assert approved.approved_at == clock.now()
    assert approved.package_sha256 is not None
    content = await objects.get(models.PACKAGES, approved.package_sha256)
    assert approved.size_bytes == len(content)
    (tmp_path / "p.gpm").write_bytes(content)
    package = read_package(tmp_path / "p.gpm", keys=KeySet([SIGNER.public_key]), expected_id=approved.package_sha256)
    assert package.key_id == SIGNER.public_key.key_id
    async with database.work(read_only=True) as work:
        assert (await models.find_by_package(work, package.id)) == approved
        entry = (await audit.list_newest(work, PageRequest(1))).rows[0].entry
    assert entry.action == "model.approved"
    assert "looked at all of it" in entry.detail


async def test_a_model_is_approved_once(database: Database, objects: Objects) -> None:
    candidate = await registered(database, objects, candidate_package())
    await approve(database, objects, candidate.id)

    with pytest.raises(ModelNotCandidateError):
        await approve(database, objects, candidate.id)


async def test_of_two_approvals_at_the_same_time_one_is_refused(database: Database, objects: Objects) -> None:
    candidate = await registered(database, objects, candidate_package())

    outcomes = await asyncio.gather(
        *(approve(database, objects, candidate.id) for _ in range(2)), return_exceptions=True
    )

    assert sorted(type(outcome) is Model for outcome in outcomes) == [False, True]
    assert any(isinstance(outcome, ModelNotCandidateError) for outcome in outcomes)


async def test_a_damaged_candidate_is_not_signed(database: Database, objects: Objects) -> None:
    candidate = await registered(database, objects, candidate_package()[:-20])

    with pytest.raises(CandidateDamagedError):
        await approve(database, objects, candidate.id)
    async with database.work(read_only=True) as work:
        assert (await models.get(work, candidate.id)).state is ModelState.CANDIDATE


async def test_a_candidate_is_not_to_be_run(database: Database, objects: Objects) -> None:
    candidate = await registered(database, objects, candidate_package())
    async with database.work(read_only=True) as work:
        with pytest.raises(ModelNotApprovedError):
            await models.get_approved(work, candidate.id)
        with pytest.raises(ModelNotFoundError):
            await models.get_approved(work, "none")


async def test_a_training_run_has_one_candidate_however_often_it_registers(
    database: Database, objects: Objects
) -> None:
    first = await registered(database, objects, candidate_package())

    assert await registered(database, objects, candidate_package()) == first
