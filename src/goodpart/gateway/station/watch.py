"""Watches over the parts of one station: are the pictures taken, and do the parts look, as in training?

What one picture shows marks its inspection. An alarm needs more: that of the optics opens with the third of the last
ten pictures that is not as in training and clears with the tenth in a row that is; that of the drift follows
`goodpart.vision.drift`. Parts whose picture is not as in training tell nothing about the parts, so drift passes them
over. The state is kept in a file: a station that starts again neither clears an alarm nor learns a line anew.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec
import structlog

from goodpart.base.files import write_durably
from goodpart.gateway.station.sight import Sight
from goodpart.vision.drift import DriftState, follow, levels_of
from goodpart.wire.events import InspectionRecorded
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict

LOOKED_AT = 10
OPENS_AT = 3
_WATCHED_MODES = {Mode.PRODUCTION, Mode.OBSERVE}
_log = structlog.get_logger("watch")


class OpticsState(msgspec.Struct, frozen=True, kw_only=True):
    """``recent`` are the last pictures, True for one not as in training; ``problem`` while the alarm is open."""

    recent: tuple[bool, ...] = ()
    problem: str | None = None


class PackageState(msgspec.Struct, frozen=True, kw_only=True):
    """The drift of the parts that one package looks at; ``problem`` while the alarm is open."""

    drift: DriftState = DriftState()
    problem: str | None = None


class WatchState(msgspec.Struct, frozen=True, kw_only=True):
    """All that is remembered. Packages go by their SHA-256."""

    optics: OpticsState = OpticsState()
    packages: dict[str, PackageState] = {}


def after_picture(state: OpticsState, sentences: Sequence[str]) -> OpticsState:
    """The state after one more picture, of which ``sentences`` say what is not as in training."""
    recent = (*state.recent, bool(sentences))[-LOOKED_AT:]
    if not any(recent):
        return OpticsState(recent=recent)
    if state.problem is None and sum(recent) >= OPENS_AT and sentences:
        return OpticsState(recent=recent, problem=" ".join(sentences))
    return OpticsState(recent=recent, problem=state.problem)


class Watch:
    """One station's, with its state in ``file``. A file that cannot be read is as none."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._state = _read(file)
        self._saved = self._state

    @property
    def optics_problem(self) -> str | None:
        """Why the optics alarm is open."""
        return self._state.optics.problem

    @property
    def drift_problem(self) -> str | None:
        """Why the drift alarm is open."""
        problems = [one.problem for one in self._state.packages.values() if one.problem is not None]
        return problems[0] if problems else None

    def note(self, inspection: InspectionRecorded, sight: Sight | None) -> None:
        """Take in a part that is on record. Only parts that really run count, not those of a set-up or a challenge."""
        if sight is None or inspection.verdict is Verdict.NO_READ or inspection.mode not in _WATCHED_MODES:
            return
        optics, packages = self._state.optics, self._state.packages
        if sight.optics is not None:
            optics = after_picture(optics, [mark.sentence for mark in sight.optics])
        if sight.drift is not None and not sight.optics:
            known = packages.get(inspection.package, PackageState())
            state = follow(known.drift, sight.drift.reference, sight.drift.score_share, sight.drift.distance)
            alarm = levels_of(state, sight.drift.reference).alarm
            problem = None if alarm is None else known.problem or f"Part number {inspection.part_number!r}: {alarm}"
            packages = {**packages, inspection.package: PackageState(drift=state, problem=problem)}
        self._state = WatchState(optics=optics, packages=packages)

    def forget_all_but(self, packages: Collection[str]) -> None:
        """Packages that no recipe uses any more have no drift."""
        kept = {name: one for name, one in self._state.packages.items() if name in packages}
        self._state = msgspec.structs.replace(self._state, packages=kept)

    def save(self) -> None:
        """Put the state on disk where it changed. A disk that does not take it costs the memory of a restart only."""
        state = self._state
        if state == self._saved:
            return
        try:
            write_durably(self._file, msgspec.json.encode(state))
        except OSError as error:
            _log.warning("watch_not_saved", cause=str(error))
        self._saved = state


def _read(file: Path) -> WatchState:
    try:
        return msgspec.json.decode(file.read_bytes(), type=WatchState)
    except FileNotFoundError:
        return WatchState()
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        _log.warning("watch_not_read", cause=str(error))
        return WatchState()
