"""One look at one part: grab, make sure that it is that part, look."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from goodpart.base.clock import Clock
from goodpart.base.errors import GoodpartError
from goodpart.base.killpoints import KillPoint, reached
from goodpart.gateway.cameras.port import Camera, Picture
from goodpart.gateway.drivers.errors import DriverError
from goodpart.gateway.station.decide import Seen, Unseen
from goodpart.gateway.station.recipes import LoadedRecipes
from goodpart.gateway.station.sight import Eye, Sight
from goodpart.gateway.triggers.port import PartArrived, PartUnderCamera, Trigger
from goodpart.vision.errors import FrameError, PartNotFoundError
from goodpart.wire.desired import RecipeSpec
from goodpart.wire.events import StageLatency
from goodpart.wire.verdicts import NoReadCause

DEADLINE_WITHOUT_RECIPE_MS = 400
_OUTPUT_TAKES_MS = 60
"""Kept back of each deadline, so that the fail-safe is still written in time where the look is not done."""


@dataclass(frozen=True)
class Finding:
    """What came of one look."""

    part: PartUnderCamera | None
    """What the PLC said of it; None where it could not be asked in time."""
    recipe: RecipeSpec | None
    deadline_ns: int
    look: Seen | Unseen
    picture: Picture | None = None
    sight: Sight | None = None
    stages: tuple[StageLatency, ...] = ()


class PartLooker:
    """Uses the camera, the trigger and one thread for the network."""

    def __init__(self, camera: Camera, trigger: Trigger, clock: Clock, thread: Executor) -> None:
        self._camera = camera
        self._trigger = trigger
        self._clock = clock
        self._thread = thread
        self.camera_problem: str | None = None
        """Why the last grab failed; None after one that did not."""

    async def look_at(
        self, arrived: PartArrived, loaded: LoadedRecipes, *, last_number: str, has_moved_on: Callable[[], bool]
    ) -> Finding:
        """Never raises for what can go wrong at a line: that is `Unseen`, with its cause.

        ``has_moved_on`` says whether a later part was heard of; the PLC itself is asked after the grab. A part whose
        number cannot be asked any more is taken for one of ``last_number``, the part number before.
        """
        assumed, _ = loaded.find(last_number)
        deadline_ns = _deadline_ns(arrived, assumed)
        if has_moved_on():
            return Finding(None, assumed, deadline_ns, _late())
        grabbing = asyncio.create_task(self._grab())
        try:
            try:
                part = await self._trigger.part()
            except DriverError as error:
                return Finding(None, assumed, deadline_ns, Unseen(NoReadCause.PLC_LINK_LOST, error.cause))
            if part.sequence != arrived.sequence:
                return Finding(None, assumed, deadline_ns, _late())
            recipe, eye = loaded.find(part.part_number)
            deadline_ns = _deadline_ns(arrived, recipe)
            if recipe is None or eye is None:
                missing = "recipe" if recipe is None else "proven package"
                detail = f"There is no {missing} for the part number {part.part_number!r}."
                return Finding(part, recipe, deadline_ns, Unseen(NoReadCause.NO_RECIPE, detail))
            until_ns = deadline_ns - min(_OUTPUT_TAKES_MS, recipe.deadline_ms // 4) * 1_000_000
            return await self._look(part, recipe, eye, grabbing, deadline_ns, until_ns)
        finally:
            if not grabbing.done():
                grabbing.cancel()
            await asyncio.gather(grabbing, return_exceptions=True)

    async def _look(
        self,
        part: PartUnderCamera,
        recipe: RecipeSpec,
        eye: Eye,
        grabbing: "asyncio.Task[tuple[Picture, float]]",
        deadline_ns: int,
        until_ns: int,
    ) -> Finding:
        try:
            async with asyncio.timeout(self._seconds_until(until_ns)):
                picture, grab_ms = await grabbing
        except TimeoutError:
            self.camera_problem = f"The camera gave no picture within {recipe.deadline_ms} ms of the trigger."
            failed = Unseen(NoReadCause.CAMERA_FAILED, self.camera_problem)
            return Finding(part, recipe, deadline_ns, failed)
        except DriverError as error:
            self.camera_problem = error.cause
            return Finding(part, recipe, deadline_ns, Unseen(NoReadCause.CAMERA_FAILED, error.cause))
        self.camera_problem = None
        reached(KillPoint.STATION_AFTER_GRAB)
        stages: tuple[StageLatency, ...] = (StageLatency(stage="grab", ms=grab_ms),)
        asking = asyncio.create_task(self._trigger.part())
        looking = asyncio.get_running_loop().run_in_executor(self._thread, eye.look, picture.content, recipe)
        sight: Sight | None = None
        look: Seen | Unseen
        try:
            async with asyncio.timeout(self._seconds_until(until_ns)):
                sight = await asyncio.shield(looking)
            look = Seen(sight.score)
            stages += sight.stages
        except TimeoutError:
            looking.add_done_callback(_forget)
            look = Unseen(NoReadCause.DEADLINE_MISSED, f"The look was not done within {recipe.deadline_ms} ms.")
        except PartNotFoundError as error:
            look = Unseen(NoReadCause.PART_NOT_FOUND, error.cause)
        except FrameError as error:
            look = Unseen(NoReadCause.FRAME_UNREADABLE, error.cause)
        except GoodpartError as error:
            look = Unseen(NoReadCause.INSPECTION_FAILED, error.cause)
        try:
            if (await asking).sequence != part.sequence:
                look = _late()
        except DriverError as error:
            look = Unseen(NoReadCause.PLC_LINK_LOST, f"It is not known which part the picture shows. {error.cause}")
        if isinstance(look, Unseen) and look.cause is NoReadCause.FRAME_LATE:
            return Finding(part, recipe, deadline_ns, look, stages=stages)
        return Finding(part, recipe, deadline_ns, look, picture, sight, stages)

    async def _grab(self) -> tuple[Picture, float]:
        started_ns = self._clock.monotonic_ns()
        picture = await self._camera.grab()
        return picture, (self._clock.monotonic_ns() - started_ns) / 1e6

    def _seconds_until(self, monotonic_ns: int) -> float:
        return max((monotonic_ns - self._clock.monotonic_ns()) / 1e9, 0.0)


def _deadline_ns(arrived: PartArrived, recipe: RecipeSpec | None) -> int:
    deadline_ms = recipe.deadline_ms if recipe is not None else DEADLINE_WITHOUT_RECIPE_MS
    return arrived.at_monotonic_ns + deadline_ms * 1_000_000


def _late() -> Unseen:
    return Unseen(NoReadCause.FRAME_LATE, "The next part was under the camera before the picture was taken.")


def _forget(looking: "asyncio.Future[Sight]") -> None:
    """A look that came too late: whatever it found or raised, the part is recorded already."""
    if not looking.cancelled():
        looking.exception()
