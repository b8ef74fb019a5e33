"""An eye that reads the score out of the picture."""

import time

from goodpart.gateway.station.sight import Eye, Sight
from goodpart.vision.errors import EngineError, FrameError, PartNotFoundError
from goodpart.wire.desired import RecipeSpec
from goodpart.wire.events import DefectRegion, StageLatency

PNG = b"\x89PNG heat"


def picture(score: float | str, *, takes_ms: float = 0.0) -> bytes:
    """A picture that `ReadingEye` gives this score, after so long. ``unreadable``, ``absent`` and ``broken`` are no
    scores."""
    return f"score={score} takes_ms={takes_ms}".encode()


class ReadingEye(Eye):
    """Understands what `picture` makes."""

    def look(self, content: bytes, recipe: RecipeSpec) -> Sight:
        fields = dict(field.split("=", 1) for field in content.decode().split())
        time.sleep(float(fields["takes_ms"]) / 1000)
        if fields["score"] == "unreadable":
            raise FrameError("The picture is damaged.", "Take it again.")
        if fields["score"] == "absent":
            raise PartNotFoundError("There is no part in the picture.", "Look for it.")
        if fields["score"] == "broken":
            raise EngineError("The engine gave up.", "Start it again.")
        score = float(fields["score"])
        region = DefectRegion(x=1, y=2, width=3, height=4, score=score)
        return Sight(
            score=score,
            defects=(region,) if score >= recipe.good_below else (),
            stages=(StageLatency(stage="infer", ms=1.0),),
            render_heat=lambda: PNG + content,
        )
