"""How far a training, an evaluation or a folder of images is, and whether it should go on."""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from goodpart.base.clock import Clock
from goodpart.vision.errors import TrainingCancelledError


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """``done`` of ``total`` in this stage; ``remaining_s`` is for the whole work, None until it can be told."""

    stage: str
    done: int
    total: int
    remaining_s: float | None


@dataclass
class Course:
    """The stages of one piece of work with their usual shares of its time, reported as they pass.

    ``work`` is what a person would call it: it stands in the sentence that says it was cancelled.
    """

    shares: dict[str, float]
    report: Callable[[Progress], None]
    cancelled: Callable[[], bool]
    clock: Clock
    work: str = "training"
    _started_ns: int = field(init=False)
    _reported_ns: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._started_ns = self.clock.monotonic_ns()

    @property
    def elapsed_s(self) -> float:
        """Since the work began."""
        return (self.clock.monotonic_ns() - self._started_ns) / 1e9

    def step(self, stage: str, done: int, total: int) -> None:
        """Report a step, ten times a second at most. Raises `TrainingCancelledError` once that is wished."""
        if self.cancelled():
            raise TrainingCancelledError(f"The {self.work} was cancelled.", "Start it again when you want it.")
        self._tell(stage, done, total)

    def end(self, stage: str, total: int) -> None:
        """Report that all is done: what is written stays written, wished or not."""
        self._tell(stage, total, total)

    def _tell(self, stage: str, done: int, total: int) -> None:
        now = self.clock.monotonic_ns()
        if done not in (0, total) and now - self._reported_ns < 100_000_000:
            return
        self._reported_ns = now
        passed = 0.0
        for name, share in self.shares.items():
            if name == stage:
                passed += share * (done / total if total else 1.0)
                break
            passed += share
        passed /= sum(self.shares.values())
        elapsed = (now - self._started_ns) / 1e9
        remaining = round(elapsed * (1 - passed) / passed, 1) if passed > 0.05 else None
        self.report(Progress(stage=stage, done=done, total=total, remaining_s=remaining))
