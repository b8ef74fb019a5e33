"""One station's share of a change that stored minutes have to follow."""

from dataclasses import dataclass
from datetime import datetime

from goodpart.kpi.window import Window


@dataclass(frozen=True)
class Recomputation:
    id: str
    station: str
    windows: tuple[Window, ...]
    """In order and apart."""
    reached: datetime
    """What lies before it is done."""

    @property
    def left(self) -> tuple[Window, ...]:
        return tuple(
            Window(max(window.start, self.reached), window.end) for window in self.windows if self.reached < window.end
        )
