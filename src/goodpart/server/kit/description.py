"""What the description of the API says besides what FastAPI reads off the endpoints.

How a request proves who sends it, every answer that is an error, an example of every body, and all the codes that a
program can key on. It is derived from what an endpoint asks for, so that a new one is described without a line more.
"""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts

from goodpart.server.kit.catalogue import problems
from goodpart.server.kit.edits import Edit, Tagged
from goodpart.server.kit.examples import example_of
from goodpart.server.kit.media import EVENTS
from goodpart.server.kit.permissions import Permission, PermissionCheck
from goodpart.web.cookies import COOKIE
from goodpart.web.guard import CSRF_HEADER

Json = dict[str, Any]

_PROBLEM = "#/components/schemas/Problem"
_READING = {"get", "head", "options"}
_SAID_BY_STATUS = {
    400: "The request cannot be read, or the server does not go by this name",
    401: "Nobody is signed in, or the session or token has ended",
    403: "Signed in, but not allowed",
    404: "It does not exist, or at no place that this person sees",
    409: "The state of the thing does not allow it",
    410: "The link was used or has expired",
    412: "Somebody has changed it meanwhile; the answer names who and when, and carries the present `ETag`",
    413: "The body is too large",
    422: "What the request says cannot be; `errors` names each field",
    428: "`If-Match` is missing",
    429: "Too many failed attempts: wait",
    500: "An incident: nobody foresaw this. The detail names its id, which the server's log has as well",
    503: "The data folder cannot be written",
    507: "The server's disk is full",
}
_OF_WHO_SIGNS_IN = ("/api/session", "/api/account")
"""Where passwords and links are tried."""
_SESSIONS_ONLY = "Not for API tokens, whatever their scopes: 403."
_FOR_STATUS = {
    400: "bad_request",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    410: "gone",
    412: "changed_meanwhile",
    413: "too_large",
    422: "request_invalid",
    428: "precondition_required",
    429: "too_many_attempts",
    500: "incident",
    503: "storage_read_only",
    507: "storage_full",
}
"""The code that an example of each status shows."""


def complete(document: Json, app: FastAPI) -> Json:
    """``document``, which FastAPI has made of ``app``, with the rest."""
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _problem_schema()
    document["components"]["securitySchemes"] = {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": f"What changes something needs the header `{CSRF_HEADER}: 1` as well, which no page of "
            "another site can send.",
        },
        "token": {"type": "http", "scheme": "bearer", "description": "An API token with the scopes that are named."},
    }
    for path, method, route in _operations(app):
        operation = document["paths"].get(path, {}).get(method)
        if operation is not None:
            _complete_operation(operation, path, method, route.dependant)
    for name, schema in schemas.items():
        if name != "Problem":
            schema["examples"] = [example_of(schema, schemas)]
    for content in _contents(document):
        content["example"] = example_of(content["schema"], schemas)
    document["x-problems"] = [{"code": one.code, "status": one.status, "title": one.title} for one in problems()]
    return document


def _operations(app: FastAPI) -> Iterator[tuple[str, str, RouteContext]]:
    for route in iter_route_contexts(app.routes):
        if hasattr(route, "dependant") and route.path is not None:
            for method in route.methods or ():
                yield route.path, method.lower(), route


def _complete_operation(operation: Json, path: str, method: str, dependant: Dependant) -> None:
    operation["summary"] = operation["summary"].capitalize()
    calls = [*_calls(dependant)]
    needed = [call.permission for call in calls if isinstance(call, PermissionCheck)]
    changes = method not in _READING
    if Permission.ACCOUNT in needed:
        operation["security"] = [{"session": []}]
        operation["description"] += f"\n\n{_SESSIONS_ONLY}"
    elif needed:
        operation["security"] = [{"session": []}, {"token": sorted(needed)}]
    statuses = {400, 500}
    statuses |= {401, 403} if needed else set()
    statuses |= {404} if "{" in path or operation.get("parameters") or changes else set()
    statuses |= {422} if "requestBody" in operation or operation.get("parameters") else set()
    statuses |= {403, 409, 413, 503, 507} if changes else set()
    edits = any(isinstance(call, type) and issubclass(call, Edit) for call in calls)
    statuses |= {412, 428} if edits else set()
    statuses |= {401, 410, 429} if changes and path.startswith(_OF_WHO_SIGNS_IN) else set()
    answers = operation["responses"]
    answers.pop("422", None)
    answers |= {str(status): _answer(status) for status in sorted(statuses)}
    if EVENTS in answers.get("200", {}).get("content", {}):
        answers["503"] = _answer(503, "stream_closed", "This server hears of nothing right now: try again in seconds")
    if edits or Tagged in calls:
        for status, answer in answers.items():
            if status.startswith("2"):
                answer["headers"] = {"ETag": {"schema": {"type": "string"}, "description": "Send it in `If-Match`"}}


def _calls(dependant: Dependant) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def _answer(status: int, code: str = "", said: str = "") -> Json:
    code, said = code or _FOR_STATUS[status], said or _SAID_BY_STATUS[status]
    example = {
        "type": f"urn:goodpart:problem:{code}",
        "title": next(one.title for one in problems() if one.code == code),
        "status": status,
        "code": code,
        "detail": said.replace("`", "").split(";")[0] + ".",
        "remedy": "",
        "values": {},
    }
    content = {"application/problem+json": {"schema": {"$ref": _PROBLEM}, "example": example}}
    return {"description": said, "content": content}


def _problem_schema() -> Json:
    """RFC 9457, with members of our own."""
    said: Json = {"type": "string"}
    return {
        "type": "object",
        "title": "Problem",
        "description": "Every error. `code` is stable: programs and translations key on it, not on the words.",
        "required": ["type", "title", "status", "code", "detail", "remedy", "values"],
        "properties": {
            "type": said,
            "title": said,
            "status": {"type": "integer"},
            "code": said,
            "detail": {**said, "description": "What happened, in a sentence"},
            "remedy": {**said, "description": "What to do now, in a sentence"},
            "values": {
                "type": "object",
                "description": "The names and figures in `detail` and `remedy`, for who says them in another language",
                "additionalProperties": {"type": ["string", "number"]},
            },
            "errors": {
                "type": "array",
                "description": "Of 422 `request_invalid`: up to 20 fields and what is wrong with each",
                "items": {
                    "type": "object",
                    "required": ["field", "code", "detail"],
                    "properties": {"field": said, "code": said, "detail": said},
                },
            },
            "changed_by": {"type": ["string", "null"], "description": "Of 412: who changed it"},
            "changed_at": {"type": ["string", "null"], "format": "date-time", "description": "Of 412: when"},
        },
    }


def _contents(document: Json) -> Iterator[Json]:
    """Of JSON bodies, of requests and of answers that are no errors."""
    for methods in document["paths"].values():
        for operation in methods.values():
            bodies = [operation.get("requestBody", {})]
            bodies += [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            for body in bodies:
                for media_type, content in body.get("content", {}).items():
                    if media_type == "application/json" and "schema" in content:
                        yield content
