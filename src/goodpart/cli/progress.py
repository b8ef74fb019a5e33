"""A bar on stderr while something takes longer than a second, and a clean end when a person presses Ctrl-C."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from goodpart.vision.progress import Progress

_WIDTH = 24
_CLEAR = "\r\033[K"


class Bar:
    """Shows `Progress` while it is open, where stderr is a terminal; elsewhere nothing.

    Ctrl-C inside it ends the command with exit code 130 and the sentence ``left``, which says what is there then.
    """

    def __init__(self, left: str, *, shown: bool = True) -> None:
        self._left = left
        self._shown = shown and sys.stderr.isatty()

    def __enter__(self) -> "Bar":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            click.echo(f"goodpart: interrupted. {self._left}", err=True)
            raise SystemExit(130) from error

    def show(self, progress: "Progress") -> None:
        """Draw one state: the stage, how much of it is done, and the time the rest will take."""
        if not self._shown:
            return
        share = progress.done / progress.total if progress.total else 1.0
        remaining = "" if progress.remaining_s is None else f"  {_told(progress.remaining_s)} left"
        filled = "#" * round(_WIDTH * share)
        line = (
            f"{progress.stage.replace('_', ' '):<18} [{filled:<{_WIDTH}}] {progress.done}/{progress.total}{remaining}"
        )
        click.echo(f"{_CLEAR}{line}", nl=False, err=True)

    def clear(self) -> None:
        """Leave the line empty for what is said next."""
        if self._shown:
            click.echo(_CLEAR, nl=False, err=True)


def _told(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
