"""Candidates in, approved and signed packages out."""

import asyncio
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from goodpart.server.audit import service as audit
from goodpart.server.datasets import service as datasets
from goodpart.server.kit.objects import Objects
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.work import Work
from goodpart.server.models import repository
from goodpart.server.models.errors import (
    CandidateDamagedError,
    ModelNotApprovedError,
    ModelNotCandidateError,
    ModelNotFoundError,
)
from goodpart.server.models.model import Model, ModelState
from goodpart.trust.signatures import Signer
from goodpart.vision.errors import PackageError
from goodpart.vision.package import sign_package
from goodpart.vision.verdict import Thresholds

CANDIDATES = "candidates"
PACKAGES = "packages"
"""Folders of the object store. What is in the second one is signed; gateways get nothing else."""


async def register_candidate(
    work: Work,
    *,
    name: str,
    part_number: str,
    training_run: str,
    dataset: str,
    candidate_sha256: str,
    size_bytes: int,
    proof: dict[str, Any],
    thresholds: Thresholds,
) -> Model:
    """The candidate of a training run, whose package is in the object store. A run has one, however often it asks."""
    known = await repository.find_by_training_run(work.session, training_run)
    if known is not None:
        return known
    model = Model(
        id=work.new_id(),
        name=name,
        part_number=part_number,
        state=ModelState.CANDIDATE,
        candidate_sha256=candidate_sha256,
        package_sha256=None,
        size_bytes=size_bytes,
        training_run=training_run,
        dataset=dataset,
        proof=proof,
        thresholds=thresholds,
        created_at=work.now,
        approved_at=None,
        approved_by=None,
    )
    await repository.add(work.session, model)
    await audit.record(work, "model.trained", model.id, f"{name}, for the part number {part_number}.")
    return model


async def approve(work: Work, model: str, *, note: str, signer: Signer, objects: Objects) -> Model:
    """Sign a candidate's package and store it: gateways may run it from now on.

    The package is on disk before the transaction that names it commits. Raises `ModelNotFoundError`,
    `ModelNotCandidateError`, `CandidateDamagedError`.
    """
    candidate = await get(work, model)
    work.reach.require(await datasets.place_of(work, candidate.dataset))
    if candidate.state is not ModelState.CANDIDATE:
        raise _not_candidate(candidate)
    content = await objects.get(CANDIDATES, candidate.candidate_sha256)
    try:
        signed = await asyncio.to_thread(_signed, content, signer)
    except PackageError as error:
        raise CandidateDamagedError(
            f"The package of the candidate {candidate.name!r} is damaged and was not signed.", "Train the model again."
        ) from error
    package = await objects.put(PACKAGES, signed)
    changed = await repository.set_approved(
        work.session,
        model,
        package_sha256=package,
        size_bytes=len(signed),
        at=work.now,
        by=work.actor.name,
        note=note,
    )
    if not changed:
        raise _not_candidate(candidate)
    await audit.record(work, "model.approved", model, f"Package {package}. {note}".strip())
    work.session.expire_all()
    return await get(work, model)


async def get(work: Work, model: str) -> Model:
    """Raises `ModelNotFoundError`, also where its dataset is out of reach."""
    found = await repository.find(work.session, model)
    if found is None or not work.reach.sees(await datasets.place_of(work, found.dataset)):
        raise ModelNotFoundError.of("model", model)
    return found


async def get_approved(work: Work, model: str) -> tuple[Model, str]:
    """With the SHA-256 of its signed package, whatever the reach: for recipes, which have a place of their own.

    Raises `ModelNotFoundError` and `ModelNotApprovedError`.
    """
    found = await repository.find(work.session, model)
    if found is None:
        raise ModelNotFoundError.of("model", model)
    if found.state is not ModelState.APPROVED or found.package_sha256 is None:
        raise ModelNotApprovedError(
            f"The model {found.name!r} is a {found.state}, not an approved model.",
            "Look at its proof and approve it; then use it.",
            name=found.name,
        )
    return found, found.package_sha256


async def find_many(work: Work, models: Iterable[str]) -> dict[str, Model]:
    return {model.id: model for model in await repository.find_many(work.session, models)}


async def find_by_package(work: Work, package_sha256: str) -> Model | None:
    return await repository.find_by_package(work.session, package_sha256)


async def list_newest(work: Work, request: PageRequest) -> Page[Model]:
    return await repository.list_newest(work.session, request, work.reach)


def _not_candidate(model: Model) -> ModelNotCandidateError:
    return ModelNotCandidateError(
        f"The model {model.name!r} is not a candidate any more.", "Reload the page to see what became of it."
    )


def _signed(content: bytes, signer: Signer) -> bytes:
    with tempfile.TemporaryDirectory(prefix="goodpart-approval-") as folder:
        candidate, signed = Path(folder) / "candidate.gpm", Path(folder) / "signed.gpm"
        candidate.write_bytes(content)
        sign_package(candidate, signer, signed)
        return signed.read_bytes()
