"""Every problem that the browser API can answer with: what its users, and translations, key on."""

from collections.abc import Iterable
from dataclasses import dataclass

from goodpart.base.errors import GoodpartError
from goodpart.kpi.shifts import CalendarError
from goodpart.web.errors import HttpError
from goodpart.web.problems import UNRAISED

_FROM_BELOW: tuple[type[GoodpartError], ...] = (CalendarError,)
"""Errors of the pure cores that are told as they are, with 422."""


@dataclass(frozen=True, order=True)
class ProblemKind:
    code: str
    status: int
    title: str


def problems() -> list[ProblemKind]:
    """By code. Of the modules that are loaded: all, once `goodpart.server.api` is."""
    kinds = {ProblemKind(code, status, title) for code, (status, title) in UNRAISED.items()}
    kinds |= {ProblemKind(error.code, 422, "Not acceptable") for error in _FROM_BELOW}
    kinds |= {
        ProblemKind(error.code, error.status, error.title)
        for error in _all(HttpError)
        if error.code != GoodpartError.code and error.__module__.startswith("goodpart.") and not error.for_gateways
    }
    return sorted(kinds)


def _all(kind: type[HttpError]) -> Iterable[type[HttpError]]:
    for found in kind.__subclasses__():
        yield found
        yield from _all(found)
