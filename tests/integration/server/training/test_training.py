"""A training run: in a process of its own, told as it goes, and repeatable wherever it was cut."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from goodpart.base.clock import SystemClock
from goodpart.server.datasets import service as datasets
from goodpart.server.datasets.errors import DatasetNotFoundError
from goodpart.server.datasets.model import Label
from goodpart.server.kit.jobs import JobEndedError
from goodpart.server.kit.objects import Objects, open_objects
from goodpart.server.kit.pages import PageRequest
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Database
from goodpart.server.models import service as models
from goodpart.server.models.model import ModelState
from goodpart.server.places import service as places
from goodpart.server.training import service as training
from goodpart.server.training.errors import DatasetTooSmallError, TrainingProcessError, TrainingRunEndedError
from goodpart.server.training.jobs import Trainer
from goodpart.server.training.model import RunState, TrainingRun
from goodpart.vision.package import read_package
from tests.fakes.pictures import good_part
from tests.fakes.waiting import eventually

FOLDER = "training"


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return open_objects("", tmp_path / "objects")


@pytest.fixture
def trainer(database: Database, objects: Objects, tmp_path: Path) -> Trainer:
    return Trainer(database, objects, tmp_path / FOLDER, SystemClock())


async def make_dataset(database: Database, objects: Objects, good: int, images_of_a_part: int = 1) -> str:
    async with database.work() as work:
        await places.create_part_number(work, "A-100", "Washer", 2000)
        dataset = await datasets.create(work, name="First parts", part_number="A-100")
    for number in range(good):
        image = await datasets.take_in(objects, good_part(number), f"{number}.png")
        async with database.work() as work:
            await datasets.add_image(
                work, dataset.id, image, label=Label.GOOD, defect="", serial=f"SN{number // images_of_a_part}"
            )
    return dataset.id


async def start(database: Database, dataset: str) -> str:
    async with database.work() as work:
        return (await training.start(work, dataset)).id


async def run_now(database: Database, run: str) -> TrainingRun:
    async with database.work(read_only=True) as work:
        return await training.get(work, run)


async def test_good_parts_become_a_candidate_once(
    database: Database, objects: Objects, trainer: Trainer, tmp_path: Path
) -> None:
    heard: list[Signal] = []
    database.signals.listen("training", heard.append)
    run = await start(database, await make_dataset(database, objects, good=6, images_of_a_part=2))
    assert await trainer.wanted() == [run]

    await trainer.train(run)

    done = await run_now(database, run)
    assert (done.state, done.detail) == (RunState.FINISHED, "")
    assert done.model is not None
    assert await trainer.wanted() == []
    async with database.work(read_only=True) as work:
        model = await models.get(work, done.model)
    assert (model.state, model.part_number, model.training_run) == (ModelState.CANDIDATE, "A-100", run)
    assert (model.proof["n_good"], model.proof["n_good_parts"], model.proof["proof"]["n_good"]) == (6, 3, 3)
    assert model.thresholds.good_below <= model.thresholds.bad_above
    (tmp_path / "c.gpm").write_bytes(await objects.get(models.CANDIDATES, model.candidate_sha256))
    assert read_package(tmp_path / "c.gpm", keys=None).key_id is None, "training must not sign"
    assert list((tmp_path / FOLDER).iterdir()) == []
    states = [one.payload["state"] for one in heard]
    assert (states[0], states[-1]) == ("queued", "finished")
    assert {"preparing"} < {one.payload["stage"] for one in heard}

    with pytest.raises(JobEndedError):
        await trainer.train(run)
    async with database.work(read_only=True) as work:
        assert len((await models.list_newest(work, PageRequest())).rows) == 1


@pytest.mark.parametrize("good", [0, 1])
async def test_too_few_good_parts_are_refused_before_anything_starts(
    database: Database, objects: Objects, good: int
) -> None:
    dataset = await make_dataset(database, objects, good=good)

    with pytest.raises(DatasetTooSmallError, match=f"images of good parts: {good}"):
        await start(database, dataset)
    with pytest.raises(DatasetNotFoundError):
        await start(database, "none")


async def test_a_cancelled_run_ends_its_process_and_leaves_nothing(
    database: Database, objects: Objects, trainer: Trainer, tmp_path: Path
) -> None:
    run = await start(database, await make_dataset(database, objects, good=6))
    job = asyncio.create_task(trainer.train(run))
    await eventually(lambda: _trains(tmp_path), within_s=60, what="the process to start")

    async with database.work() as work:
        assert (await training.cancel(work, run)).state is RunState.CANCELLED

    with pytest.raises(JobEndedError):
        async with asyncio.timeout(60):
            await job
    done = await run_now(database, run)
    assert (done.state, done.model) == (RunState.CANCELLED, None)
    assert "Cancelled by" in done.detail
    assert not _trains(tmp_path)
    assert list((tmp_path / FOLDER).iterdir()) == []
    async with database.work() as work:
        with pytest.raises(TrainingRunEndedError):
            await training.cancel(work, run)


async def test_a_run_that_was_cut_in_the_middle_is_done_by_the_next_attempt(
    database: Database, objects: Objects, trainer: Trainer, tmp_path: Path
) -> None:
    run = await start(database, await make_dataset(database, objects, good=6))
    job = asyncio.create_task(trainer.train(run))
    await eventually(lambda: _trains(tmp_path), within_s=60, what="the process to start")
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert not _trains(tmp_path), "the process ends with the one that started it"
    assert await trainer.wanted() == [run], "the run is still to be done"

    await trainer.train(run)

    assert (await run_now(database, run)).state is RunState.FINISHED


async def test_a_process_that_dies_without_a_word_is_a_failure_that_says_so(
    database: Database, objects: Objects, trainer: Trainer, tmp_path: Path
) -> None:
    run = await start(database, await make_dataset(database, objects, good=6))
    job = asyncio.create_task(trainer.train(run))
    await eventually(lambda: _trains(tmp_path), within_s=60, what="the process to start")
    for process in _trains(tmp_path):
        os.kill(process, signal.SIGKILL)

    with pytest.raises(TrainingProcessError, match="without a result"):
        async with asyncio.timeout(60):
            await job
    await trainer.failed(run, "The training process ended without a result.")

    done = await run_now(database, run)
    assert (done.state, done.detail) == (RunState.FAILED, "The training process ended without a result.")
    assert done.finished_at is not None


async def test_the_process_trains_with_the_backbone_of_the_settings_from_their_folder(
    database: Database, objects: Objects, tmp_path: Path
) -> None:
    backbones = tmp_path / "backbones"
    trainer = Trainer(database, objects, tmp_path / FOLDER, SystemClock(), backbone="resnet50", backbones_dir=backbones)
    run = await start(database, await make_dataset(database, objects, good=6))
    with pytest.raises(TrainingProcessError, match=f"there is no {backbones}/resnet50") as caught:
        await trainer.train(run)
    assert "goodpart backbones add resnet50" in str(caught.value)


async def test_the_process_is_told_of_no_setting_and_no_key(
    database: Database,
    objects: Objects,
    trainer: Trainer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOODPART_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    run = await start(database, await make_dataset(database, objects, good=6))
    job = asyncio.create_task(trainer.train(run))
    await eventually(lambda: _trains(tmp_path), within_s=60, what="the process to start")

    (process,) = _trains(tmp_path)
    told = (Path("/proc") / str(process) / "environ").read_bytes().decode()
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert "GOODPART" not in told
    assert "AWS_" not in told
    assert f"TMPDIR={tmp_path / FOLDER / run}" in told


def _trains(folder: Path) -> list[int]:
    """The processes that work in a folder below ``folder``."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink().is_relative_to(folder):
                    found.append(int(entry.name))
            except OSError:
                continue  # ended while we looked
    return found
