"""A package proves itself in a process of its own, on the machine that is to run it."""

import asyncio
import hashlib
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from goodpart.base.clock import SystemClock
from goodpart.gateway.deployment.errors import ProofError
from goodpart.gateway.deployment.proof import ChildProver
from goodpart.gateway.enrollment.identity import prepare_key, store_identity
from goodpart.gateway.folders import GatewayFolders
from goodpart.trust.certificates import make_request
from goodpart.trust.signatures import SoftwareSigner
from goodpart.vision.package import sign_package
from goodpart.vision.training import train
from tests.fakes.authorities import TestAuthority
from tests.fakes.gateway_server import GATEWAY
from tests.fakes.waiting import eventually
from tests.integration.vision.drawn_parts import SMALL, good_images


@dataclass(frozen=True)
class Approved:
    path: Path
    signer: SoftwareSigner


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Approved:
    folder = tmp_path_factory.mktemp("approved")
    candidate, signed = folder / "candidate.gpm", folder / "signed.gpm"
    train(
        good_images(8),
        SMALL,
        out=candidate,
        progress=lambda _: None,
        cancelled=lambda: False,
        clock=SystemClock(),
        seed=3,
    )
    signer = SoftwareSigner.generate()
    sign_package(candidate, signer, signed)
    return Approved(signed, signer)


@pytest.fixture
def gateway(tmp_path: Path, approved: Approved) -> GatewayFolders:
    folders, authority = GatewayFolders.open(tmp_path / "gateway"), TestAuthority()
    authority.signer = approved.signer
    store_identity(folders, authority.identity(make_request(prepare_key(folders)), GATEWAY))
    return folders


def put(folders: GatewayFolders, content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    folders.package(sha256).write_bytes(content)
    return sha256


async def test_an_approved_package_proves_itself(gateway: GatewayFolders, approved: Approved) -> None:
    await ChildProver(gateway, timeout_s=120).prove(put(gateway, approved.path.read_bytes()))


async def test_an_unsigned_candidate_is_refused(gateway: GatewayFolders, approved: Approved) -> None:
    candidate = put(gateway, (approved.path.parent / "candidate.gpm").read_bytes())
    with pytest.raises(ProofError, match="unsigned"):
        await ChildProver(gateway, timeout_s=120).prove(candidate)


async def test_a_package_that_somebody_else_approved_is_refused(gateway: GatewayFolders, approved: Approved) -> None:
    foreign = approved.path.parent / "foreign.gpm"
    sign_package(approved.path.parent / "candidate.gpm", SoftwareSigner.generate(), foreign)
    with pytest.raises(ProofError, match="not trusted"):
        await ChildProver(gateway, timeout_s=120).prove(put(gateway, foreign.read_bytes()))


async def test_a_package_whose_scores_come_out_differently_is_refused(
    gateway: GatewayFolders, approved: Approved, tmp_path: Path
) -> None:
    shifted = tmp_path / "shifted.gpm"
    with zipfile.ZipFile(approved.path.parent / "candidate.gpm") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = msgspec.json.decode(files["manifest.json"])
    for golden in manifest["golden"]:
        golden["scores"] = {precision: score + 10 for precision, score in golden["scores"].items()}
    files["manifest.json"] = msgspec.json.encode(manifest)
    with zipfile.ZipFile(shifted, "w") as out:
        for name, content in files.items():
            out.writestr(name, content)
    signed = tmp_path / "signed.gpm"
    sign_package(shifted, approved.signer, signed)
    with pytest.raises(ProofError, match="not reproduced"):
        await ChildProver(gateway, timeout_s=120).prove(put(gateway, signed.read_bytes()))


async def test_a_proof_that_takes_too_long_is_ended(gateway: GatewayFolders, approved: Approved) -> None:
    with pytest.raises(ProofError, match="GOODPART_GATEWAY_PROVE_TIMEOUT_S"):
        await ChildProver(gateway, timeout_s=0.05).prove(put(gateway, approved.path.read_bytes()))


async def test_a_proof_that_is_overtaken_leaves_no_process(gateway: GatewayFolders, approved: Approved) -> None:
    sha256 = put(gateway, approved.path.read_bytes())
    proving = asyncio.create_task(ChildProver(gateway, timeout_s=120).prove(sha256))
    await eventually(lambda: children_that_prove(sha256))
    proving.cancel()
    await asyncio.gather(proving, return_exceptions=True)
    assert children_that_prove(sha256) == []


def children_that_prove(sha256: str) -> list[str]:
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and int(process.name) != os.getpid():
            try:
                if sha256.encode() in (process / "cmdline").read_bytes():
                    found.append(process.name)
            except OSError:
                continue
    return found
