"""Asking for stored minutes to be computed again. Who asks does so in the transaction of the change itself, and does
not wait: `goodpart.server.kpis` does it piece by piece, at once and after any restart."""

from collections.abc import Collection, Sequence
from datetime import datetime

from goodpart.kpi.window import Window
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Work
from goodpart.server.recomputations import repository
from goodpart.server.recomputations.model import Recomputation

ASKED = "recomputation_asked"


async def ask(work: Work, stations: Collection[str], windows: Sequence[Window]) -> None:
    """The minutes of ``stations`` in ``windows`` (in order and apart) are no longer what they would be now."""
    if not windows:
        return
    for station in stations:
        repository.add(work.session, Recomputation(work.new_id(), station, tuple(windows), windows[0].start))
    work.after_commit(Signal(ASKED, public=False))


async def any_left(work: Work) -> bool:
    return await repository.any_left(work.session)


async def take_oldest(work: Work) -> Recomputation | None:
    """Nobody else gets it before this transaction ends; nothing where there is none, or others have them all."""
    return await repository.oldest(work.session)


async def advance(work: Work, one: Recomputation, reached: datetime | None) -> None:
    """It is done up to ``reached``; None: to its end."""
    if reached is None:
        await repository.remove(work.session, one.id)
    else:
        await repository.advance(work.session, one.id, reached)


async def waiting(work: Work, stations: Collection[str]) -> frozenset[str]:
    """Those of ``stations`` whose stored minutes are not all as they would be now."""
    return await repository.stations(work.session, stations)
