"""The training job: images out of the store, a process that learns from them, a candidate in.

The one step can be repeated from its start at any time: the folder is made anew, and the candidate is registered in
the same transaction that ends the run. A run that was cancelled or has ended is not started again.
"""

import asyncio
import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from goodpart.base.clock import Clock
from goodpart.server.datasets import service as datasets
from goodpart.server.datasets.model import DatasetImage, Label
from goodpart.server.kit.jobs import JobEndedError, JobKind, JobStep
from goodpart.server.kit.objects import Objects
from goodpart.server.kit.work import Database
from goodpart.server.models.service import CANDIDATES
from goodpart.server.training import service
from goodpart.server.training.errors import TrainingProcessError
from goodpart.server.training.process import TrainingProcess
from goodpart.vision.verdict import Thresholds

KIND = "training"
_LOOKED_AFTER_S = 0.2
"""How often a run is looked at for a cancellation, and its progress written at most."""
_SEED = 0


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    stage: str
    done: int
    total: int
    remaining_s: float | None = None


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    report: dict[str, Any]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    cause: str
    remedy: str = ""
    code: str = ""


_line = msgspec.json.Decoder(Progress | Finished | Failed)


class Trainer:
    """Trains runs, each in a folder of its own below ``folder``.

    ``backbone`` is the id of the one to train with; added ones lie in ``backbones_dir``, by default where the command
    line of the same user puts them. Features of pictures are kept in ``features_dir`` for the next run.
    """

    def __init__(
        self,
        database: Database,
        objects: Objects,
        folder: Path,
        clock: Clock,
        *,
        backbone: str = "efficientnet-lite0",
        backbones_dir: Path | None = None,
        features_dir: Path | None = None,
    ) -> None:
        self._database = database
        self._objects = objects
        self._folder = folder
        self._clock = clock
        self._backbone = backbone
        self._backbones_dir = backbones_dir
        self._features_dir = features_dir

    def kind(self) -> JobKind:
        return JobKind(KIND, (JobStep("train", self.train),), self.wanted, self.failed)

    async def wanted(self) -> Sequence[str]:
        async with self._database.work(read_only=True) as work:
            return await service.list_open(work)

    async def failed(self, run: str, detail: str) -> None:
        async with self._database.work() as work:
            await service.fail(work, run, detail)

    async def train(self, run: str) -> None:
        """Raises `JobEndedError` where the run is not wanted any more, `TrainingProcessError` where it failed."""
        folder = self._folder / run
        await asyncio.to_thread(_make_empty, folder)
        try:
            candidate = folder / "candidate.gpm"
            job_file = await self._prepare(run, folder, candidate)
            report = await self._learn(run, folder, job_file)
            content = await asyncio.to_thread(candidate.read_bytes)
            sha256 = await self._objects.put(CANDIDATES, content)
            thresholds = msgspec.convert(report["thresholds"], Thresholds)
            async with self._database.work() as work:
                await service.finish(
                    work,
                    run,
                    candidate_sha256=sha256,
                    size_bytes=len(content),
                    thresholds=thresholds,
                    proof=report,
                )
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _prepare(self, run: str, folder: Path, candidate: Path) -> Path:
        """Write the images and the job file."""
        async with self._database.work(read_only=True) as work:
            if not await service.is_wanted(work, run):
                raise JobEndedError
            dataset = await datasets.get(work, (await service.get(work, run)).dataset)
            images = await datasets.labelled_images(work, dataset.id)
        await self._tell(run, Progress("preparing", 0, len(images)))
        for image in images:
            content = await self._objects.get(datasets.FOLDER, image.sha256)
            await asyncio.to_thread((folder / image.sha256).write_bytes, content)
        job = {
            "images": [
                {
                    "path": str(folder / image.sha256),
                    "label": _label(image),
                    "name": image.name,
                    "part": image.serial,
                }
                for image in images
            ],
            "out": str(candidate),
            "settings": {"name": dataset.name, "backbone": self._backbone},
            "seed": _SEED,
            "keep": None if self._features_dir is None else str(self._features_dir.absolute()),
        }
        job_file = folder / "job.json"
        await asyncio.to_thread(job_file.write_bytes, msgspec.json.encode(job))
        return job_file

    async def _learn(self, run: str, folder: Path, job_file: Path) -> dict[str, Any]:
        """Run the process to its end; its report."""
        last: Finished | Failed | None = None
        told_ns = 0
        async with TrainingProcess(folder, job_file, self._backbones_dir) as process:
            watcher = asyncio.create_task(self._stop_when_unwanted(run, process))
            try:
                async for line in process.lines():
                    if not line.startswith(b"{"):  # a library's own remark
                        continue
                    told = _line.decode(line)
                    if not isinstance(told, Progress):
                        last = told
                    elif self._clock.monotonic_ns() - told_ns >= _LOOKED_AFTER_S * 1e9:
                        told_ns = self._clock.monotonic_ns()
                        await self._tell(run, told)
            finally:
                watcher.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watcher
        if isinstance(last, Finished):
            return last.report
        async with self._database.work(read_only=True) as work:
            if not await service.is_wanted(work, run):
                raise JobEndedError
        if isinstance(last, Failed):
            raise TrainingProcessError(last.cause, last.remedy)
        raise TrainingProcessError(
            f"The training process ended without a result. {process.last_words()}".strip(),
            "Start the training again; if it ends like this again, look at this machine's memory and disk.",
        )

    async def _stop_when_unwanted(self, run: str, process: TrainingProcess) -> None:
        while True:
            await asyncio.sleep(_LOOKED_AFTER_S)
            async with self._database.work(read_only=True) as work:
                if not await service.is_wanted(work, run):
                    process.stop()
                    return

    async def _tell(self, run: str, progress: Progress) -> None:
        async with self._database.work() as work:
            await service.set_progress(
                work,
                run,
                stage=progress.stage,
                done=progress.done,
                total=progress.total,
                remaining_s=progress.remaining_s,
            )


def _label(image: DatasetImage) -> str:
    """What the training calls it: ``good``, or the kind of defect, which must not be called the same."""
    if image.label is Label.GOOD:
        return Label.GOOD.value
    return image.defect if image.defect and image.defect != Label.GOOD.value else Label.BAD.value


def _make_empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
