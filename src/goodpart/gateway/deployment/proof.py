"""Having a package prove itself in a process of its own (`goodpart.gateway.deployment.prove`)."""

import asyncio
import os
import subprocess
import sys
import time
from abc import ABC, abstractmethod

import msgspec

from goodpart.base.processes import start_child, stop_children
from goodpart.gateway.deployment.errors import ProofError
from goodpart.gateway.folders import GatewayFolders

_POLLED_EVERY_S = 0.05


class ProofResult(msgspec.Struct, frozen=True, kw_only=True):
    """``cause`` says what was found, also where it passed."""

    passed: bool
    cause: str
    remedy: str = ""


class Prover(ABC):
    """Tells whether a package that is on disk may run here."""

    @abstractmethod
    async def prove(self, sha256: str) -> None:
        """Raises `ProofError` where it may not."""


class ChildProver(Prover):
    """Proves each package in a child process, which ends with this one."""

    def __init__(self, folders: GatewayFolders, *, timeout_s: float) -> None:
        self._folders = folders
        self._timeout_s = timeout_s

    async def prove(self, sha256: str) -> None:
        arguments = [sys.executable, "-m", "goodpart.gateway.deployment.prove"]
        arguments += ["--data", str(self._folders.root), "--package", sha256]
        child = start_child(arguments, environment=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with child:  # closes the pipes; the process has ended by then
            try:
                said, complained = await self._ended(child, sha256)
            finally:
                stop_children([child], grace_s=0)
        try:
            result = msgspec.json.decode(said.splitlines()[-1] if said else b"", type=ProofResult)
        except msgspec.MsgspecError as error:
            last = complained.decode(errors="replace").strip().splitlines()
            why = last[-1] if last else "it said nothing"
            raise ProofError(
                f"The proof of the package {sha256[:12]}… ended with status {child.returncode}: {why}",
                "Look at the memory of this gateway; roll out again.",
            ) from error
        if not result.passed:
            raise ProofError(result.cause, result.remedy)

    async def _ended(self, child: "subprocess.Popen[bytes]", sha256: str) -> tuple[bytes, bytes]:
        """What it wrote to stdout and stderr. Raises `ProofError` where it takes too long."""
        # Its output is read while it runs: a full pipe would hold it up for ever.
        reading = asyncio.create_task(asyncio.to_thread(child.communicate))
        deadline = time.monotonic() + self._timeout_s
        try:
            while not reading.done():
                if time.monotonic() > deadline:
                    raise ProofError(
                        f"The package {sha256[:12]}… did not prove itself within {self._timeout_s:g} s.",
                        "Give this gateway more processing time, or raise GOODPART_GATEWAY_PROVE_TIMEOUT_S.",
                    )
                await asyncio.wait([reading], timeout=_POLLED_EVERY_S)
            return reading.result()
        finally:
            if not reading.done():
                child.kill()
                await reading
