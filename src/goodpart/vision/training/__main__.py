"""``python -m goodpart.vision.training JOB.json``: one training in a process of its own, told as lines of JSON.

The job: ``{"images": [{"path", "label", "name"?, "mask"?, "part"?}], "out", "settings"?, "seed"?, "keep"?}``. On
standard output, a line each:

    {"type": "progress", "stage", "done", "total", "remaining_s"}
    {"type": "finished", "report": {…}}                  exit code 0
    {"type": "failed", "code", "cause", "remedy"}        exit code 2; SIGTERM ends in this with training_cancelled

The process holds no key: what it writes is an unsigned candidate.
"""

import signal
import sys
from pathlib import Path
from threading import Event
from typing import Literal

import msgspec

from goodpart.base.clock import SystemClock
from goodpart.base.errors import GoodpartError
from goodpart.vision.errors import TrainingError
from goodpart.vision.progress import Progress
from goodpart.vision.training.images import GOOD, TrainingImage
from goodpart.vision.training.report import TrainingReport, TrainingSettings
from goodpart.vision.training.train import train


class JobImage(msgspec.Struct, frozen=True, kw_only=True):
    """An image file; ``name`` is what the report calls it, the file's name by default.

    ``mask`` is an image file of the same size: where the defect is, every pixel but black ones. ``part`` names the
    physical part, where several images show one.
    """

    path: str
    label: str = GOOD
    name: str | None = None
    mask: str | None = None
    part: str | None = None

    def to_train(self) -> TrainingImage:
        """The image as training takes it."""
        mask = None if self.mask is None else Path(self.mask)
        return TrainingImage(self.name or Path(self.path).name, Path(self.path), self.label, mask, self.part)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What to train."""

    images: tuple[JobImage, ...]
    out: str
    settings: TrainingSettings = TrainingSettings()
    seed: int = 0
    keep: str | None = None
    """The folder where features are kept for the next training."""


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """The last line of a training that wrote its package."""

    report: TrainingReport
    type: Literal["finished"] = "finished"


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """The last line of a training that wrote nothing."""

    code: str
    cause: str
    remedy: str
    type: Literal["failed"] = "failed"


class Advanced(msgspec.Struct, frozen=True, kw_only=True):
    """A line on the way."""

    stage: str
    done: int
    total: int
    remaining_s: float | None
    type: Literal["progress"] = "progress"


def read_job(path: Path) -> Job:
    """Read a job file. Raises `TrainingError`."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Job)
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise TrainingError(f"The training job {path} cannot be read: {error}.", "Start the training again.") from error


def main(arguments: list[str]) -> int:
    """Run the job named by the only argument; returns the exit code."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stop.set())
    signal.signal(signal.SIGINT, lambda _signal, _frame: stop.set())
    try:
        if len(arguments) != 1:
            raise TrainingError("One argument is needed: the job file.", "Start the training again.")
        job = read_job(Path(arguments[0]))
        report = train(
            [one.to_train() for one in job.images],
            job.settings,
            out=Path(job.out),
            progress=_tell_progress,
            cancelled=stop.is_set,
            clock=SystemClock(),
            seed=job.seed,
            keep=None if job.keep is None else Path(job.keep),
        )
    except GoodpartError as error:
        _tell(Failed(code=error.code, cause=error.cause, remedy=error.remedy))
        return error.exit_code
    _tell(Finished(report=report))
    return 0


def _tell_progress(progress: Progress) -> None:
    _tell(Advanced(stage=progress.stage, done=progress.done, total=progress.total, remaining_s=progress.remaining_s))


def _tell(line: msgspec.Struct) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
