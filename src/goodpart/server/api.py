"""The two apps: one for browsers, one for gateways."""

import sqlite3
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from goodpart import __version__
from goodpart.base.clock import Clock, SystemClock
from goodpart.server.alarms import endpoints as alarms
from goodpart.server.audit import endpoints as audit
from goodpart.server.calendars import endpoints as calendars
from goodpart.server.datasets import endpoints as datasets
from goodpart.server.gateways import endpoints as gateways
from goodpart.server.gateways import listener
from goodpart.server.gateways.door import answer_refusal
from goodpart.server.ingest import endpoints as ingest
from goodpart.server.inspections import endpoints as inspections
from goodpart.server.kit import server_settings, stream
from goodpart.server.kit.creation import MadeBeforeError, answer_again
from goodpart.server.kit.description import complete
from goodpart.server.kit.errors import ConflictError, ForbiddenError, UnauthenticatedError
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kpis import calendar_endpoints as planning
from goodpart.server.kpis import endpoints as kpis
from goodpart.server.models import endpoints as models
from goodpart.server.places import endpoints as places
from goodpart.server.previews import endpoints as previews
from goodpart.server.previews import listener as previews_listener
from goodpart.server.recipes import endpoints as recipes
from goodpart.server.reviews import endpoints as reviews
from goodpart.server.rollouts import endpoints as rollouts
from goodpart.server.training import endpoints as training
from goodpart.server.users import endpoints as users
from goodpart.web.assets import Interface
from goodpart.web.bodies import BodyLimit
from goodpart.web.compression import Compression
from goodpart.web.guard import BrowserGuard
from goodpart.web.problems import HANDLERS, Handler, IncidentGuard, problem, storage_full, storage_read_only

_TOLD_AT_ONCE = 20
_LONGEST_FIELD = 200
_LONGEST_BODY = 4_000_000
"""Bytes."""
_LONGER_BODIES = {
    r"/api/datasets/[^/]+/images": 1_100_000_000,  # the most that GOODPART_IMAGE_LIMIT_MB may allow
    r"/api/(part-numbers|users)/import": 11_000_000,
}
"""These read piece by piece, up to limits of their own within these."""
_MODULES = (
    users,
    places,
    calendars,
    gateways,
    datasets,
    training,
    models,
    recipes,
    rollouts,
    inspections,
    reviews,
    kpis,
    planning,
    previews,
    alarms,
    audit,
    server_settings,
    stream,
)


def make_browser_app(
    hosts: Collection[str], interface: Interface | None = None, *, clock: Clock | None = None
) -> FastAPI:
    """``hosts`` are the names that browsers may use, without ports. Resources are put on its state by ``compose``."""
    handlers: dict[int | type[Exception], Handler] = {
        **HANDLERS,
        RequestValidationError: _of_invalid,
        MadeBeforeError: answer_again,
        sa.exc.DBAPIError: _of_database_error,
        UnicodeEncodeError: _of_unstorable,
        OverflowError: _of_unstorable,
    }
    app = _DescribedApp(
        routes=[*_module_routes()],
        title="Goodpart",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(BrowserGuard, hosts=hosts, clock=clock or SystemClock()),
            Middleware(Compression),
            Middleware(BodyLimit, limit=_LONGEST_BODY, larger=_LONGER_BODIES),
            Middleware(IncidentGuard),
        ],
        exception_handlers=handlers,
        generate_unique_id_function=_id_of,
    )
    app.add_api_route(
        "/api/openapi.json",
        _describe,
        methods=["GET"],
        dependencies=[permit(Permission.VIEW)],
        include_in_schema=False,
    )
    app.add_api_route("/healthz", _healthz, methods=["GET"], tags=["health"])
    app.add_route("/{path:path}", (interface or Interface()).serve, methods=["GET", "HEAD"], include_in_schema=False)
    return app


@cache
def _module_routes() -> list[BaseRoute]:
    """Every app has the same ones: to analyse a hundred endpoints takes longer than all else that makes an app."""
    router = APIRouter(generate_unique_id_function=_id_of)
    for module in _MODULES:
        router.include_router(module.router, prefix="/api")
    return router.routes


def _id_of(route: APIRoute) -> str:
    return route.name


def make_gateway_app() -> Starlette:
    """Only reachable over mutual TLS; its `Door` is put on its state by ``compose``."""
    handlers: dict[Any, Handler] = {
        **HANDLERS,
        sa.exc.DBAPIError: _of_database_error,
        ForbiddenError: answer_refusal,
        UnauthenticatedError: answer_refusal,
    }
    return Starlette(
        routes=[*listener.routes, *ingest.routes, *previews_listener.routes, Route("/healthz", _gateway_healthz)],
        middleware=[Middleware(IncidentGuard)],
        exception_handlers=handlers,
    )


class _DescribedApp(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The description of this API, with all that its users can rely on."""
        if not self.openapi_schema:
            self.openapi_schema = complete(super().openapi(), self)
        return self.openapi_schema


async def _describe(request: Request) -> dict[str, Any]:
    """The description of this API, for programs (OpenAPI 3.1)."""
    app: FastAPI = request.app
    return app.openapi()


async def _healthz() -> dict[str, str]:
    """Whether the server answers; for load balancers and supervisors."""
    return {"status": "ok"}


async def _gateway_healthz(_: Request) -> Response:
    return Response('{"status":"ok"}', media_type="application/json")


async def _of_invalid(_: Request, error: Exception) -> Response:
    """The first thing that is wrong with a request, and where in it; for programs the next ones as well."""
    assert isinstance(error, RequestValidationError)
    wrong = [
        {"field": _field(one["loc"]), "code": one["type"], "detail": one["msg"]}
        for one in error.errors()[:_TOLD_AT_ONCE]
    ]
    detail = f"{wrong[0]['field']}: {wrong[0]['detail']}."
    remedy = "Correct it and send again."
    return problem(422, "request_invalid", "Not acceptable", detail, remedy, extensions={"errors": wrong})


def _field(parts: Iterable[str | int]) -> str:
    return ".".join(str(part) for part in parts)[:_LONGEST_FIELD]


async def _of_unstorable(_: Request, __: Exception) -> Response:
    """A character, a number or a time that no database holds."""
    remedy = "Send it without control characters and halves of characters, and numbers of at most 63 bits."
    return problem(
        422, "value_unstorable", "Not acceptable", "The request holds a value that cannot be stored.", remedy
    )


async def _of_database_error(request: Request, error: Exception) -> Response:
    """What the database cannot hold, and a full or read-only disk, are told as such; anything else is an incident."""
    assert isinstance(error, sa.exc.DBAPIError)
    text = str(error.orig)
    if isinstance(error, sa.exc.DataError):
        return await _of_unstorable(request, error)
    if isinstance(error, sa.exc.IntegrityError):
        remedy = "Reload the page; if it is not there yet, try again."
        detail = "Somebody has made the same, or removed what it belongs to, at the same moment."
        return problem(409, ConflictError.code, ConflictError.title, detail, remedy)
    if isinstance(error.orig, sqlite3.OperationalError):
        if "disk is full" in text or "disk I/O error" in text:
            return storage_full(request)
        if "readonly" in text or "unable to open" in text:
            return storage_read_only(request)
    if getattr(error.orig, "sqlstate", None) in {"53100", "25006"}:  # disk_full, read_only_sql_transaction
        return storage_full(request)
    raise error
