"""The demo's own door to the line: what it has done, the truth, known-good parts to teach with, and its controls.

    GET  /control/status
    GET  /control/truth?from=&to=
    GET  /control/teaching?part_number=&count=
    GET  /control/teaching/{part_number}/{n}
    POST /control/feed              {"parts": N | null, "running": bool}
    POST /control/part_number       {"part_number": "…"}
    POST /control/acts_on_results   {"value": bool}

It listens on a port of its own. The gateway is never told of it.
"""

from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from goodpart.base.errors import GoodpartError
from goodpart.demo.line.machine import Feed
from goodpart.demo.line.memory import as_json
from goodpart.demo.line.running import Line

_MOST_ROWS = 100_000
T = TypeVar("T")


class ControlError(GoodpartError):
    """A request that the line does not understand."""

    code = "line_control"


class _FeedAsked(msgspec.Struct, forbid_unknown_fields=True):
    parts: int | None = None
    running: bool = True


class _NumberAsked(msgspec.Struct, forbid_unknown_fields=True):
    part_number: str


class _KeyAsked(msgspec.Struct, forbid_unknown_fields=True):
    value: bool


class Control:
    """The control door of ``line``."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.app = Starlette(
            routes=[
                Route("/control/status", self._status),
                Route("/control/truth", self._truth),
                Route("/control/teaching", self._teaching),
                Route("/control/teaching/{part_number}/{n:int}", self._teach, name="teach"),
                Route("/control/feed", self._feed, methods=["POST"]),
                Route("/control/part_number", self._change_over, methods=["POST"]),
                Route("/control/acts_on_results", self._turn_key, methods=["POST"]),
            ],
            exception_handlers={GoodpartError: _refuse},
        )

    async def _status(self, _: Request) -> Response:
        return JSONResponse(await self._report())

    async def _report(self) -> dict[str, object]:
        line, machine, counts = self._line, self._line.machine, await self._line.counts()
        return {
            "station": line.station,
            "sequence": machine.sequence,
            "part_number": machine.part_number,
            "part_numbers": list(line.source.part_numbers),
            "state": machine.state.name.lower(),
            "reason": machine.reason,
            "feed": {"parts": machine.feed.parts, "running": machine.feed.running},
            # Not yet decided, or rejected and not yet seen at the chute; from the memory, so that zero also means
            # that the truth of every part can be read.
            "pending": counts["undecided"] + counts["rejected"] - counts["ejected"],
            "acts_on_results": line.tracker.acts_on_results,
            "gateway_alive": line.plc.gateway_alive,
            "skipped_files": line.source.skipped_files,
            "counts": counts,
        }

    async def _truth(self, request: Request) -> Response:
        first = _number(request, "from", 1)
        last = _number(request, "to", self._line.machine.sequence)
        rows = await self._line.truth(first, last, _MOST_ROWS)
        more = rows[-1].sequence + 1 if len(rows) == _MOST_ROWS and rows[-1].sequence < last else None
        return JSONResponse({"parts": [as_json(row) for row in rows], "next": more})

    async def _teaching(self, request: Request) -> Response:
        source = self._line.source
        part_number = self._known(request.query_params.get("part_number", source.part_numbers[0]))
        available = source.teaching_count(part_number)
        count = min(_number(request, "count", 100), available)
        urls = [str(request.url_for("teach", part_number=part_number, n=n)) for n in range(count)]
        return JSONResponse({"part_number": part_number, "available": available, "urls": urls})

    async def _teach(self, request: Request) -> Response:
        part_number, n = str(request.path_params["part_number"]), int(request.path_params["n"])
        if n >= self._line.source.teaching_count(part_number):
            return _answer(404, ControlError(f"There is no good part {n} of {part_number!r} to teach with."))
        return Response(await self._line.teaching(part_number, n), media_type="image/jpeg")

    async def _feed(self, request: Request) -> Response:
        asked = await _body(request, _FeedAsked)
        if asked.parts is not None and asked.parts < 0:
            raise ControlError(f"{asked.parts} parts cannot be fed.", "Give a number from 0, or null.")
        await self._line.feed(Feed(asked.parts, asked.running))
        return JSONResponse(await self._report())

    async def _change_over(self, request: Request) -> Response:
        asked = await _body(request, _NumberAsked)
        await self._line.change_over(self._known(asked.part_number))
        return JSONResponse(await self._report())

    def _known(self, part_number: str) -> str:
        made = self._line.source.part_numbers
        if part_number not in made:
            raise ControlError(f"The line makes no part number {part_number!r}.", f"Ask for one of {', '.join(made)}.")
        return part_number

    async def _turn_key(self, request: Request) -> Response:
        await self._line.turn_key((await _body(request, _KeyAsked)).value)
        return JSONResponse(await self._report())


async def _body(request: Request, kind: type[T]) -> T:
    # Asking for this type keeps web pages out: a browser sends it across origins only after asking us first.
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ControlError("The body is not declared as JSON.", "Send Content-Type: application/json.")
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.DecodeError as error:
        raise ControlError(f"The body cannot be understood: {error}.", "See the list of calls.") from error


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise ControlError(f"{name}={text!r} is not a whole number.", f"Give {name} as digits, or leave it out.")
    return int(text)


async def _refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, GoodpartError)
    return _answer(422, error)


def _answer(status: int, error: GoodpartError) -> Response:
    return JSONResponse({"code": error.code, "cause": error.cause, "remedy": error.remedy}, status_code=status)
