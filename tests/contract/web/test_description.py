"""The pages, and programs of others, go by the description of the API: it says all, and is what the server offers."""

import ast
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from goodpart.server.openapi import description

CHECKOUT = Path(__file__).resolve().parents[3]
DOCUMENT: dict[str, Any] = json.loads(description())
OPERATIONS = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]

WHOLE = {
    "/api/places": "It is one tree, and no branch makes sense without what is above it.",
    "/api/gateways/{gateway}/stations": "They are what one computer serves.",
    "/api/places/{place}/calendar/preview": "The days that are asked for, and they have a limit.",
    "/api/kpis/series": "The time that is asked for, and it has a limit.",
    "/api/kpis/states": "The time that is asked for, and it has a limit.",
    "/api/kpis/pareto": "Causes and kinds of defects.",
    "/api/kpis/shifts": "The time that is asked for, and it has a limit.",
    "/api/live/lines": "One for each line of the tree.",
    "/api/live/stations": "One for each station of the tree.",
    "/api/server/settings": "They come with the software.",
}
"""Lists that are answered whole, and why that is bounded; `docs/reference/api.md` tells programs."""


def test_the_pages_know_the_api_as_it_is() -> None:
    committed = (CHECKOUT / "web" / "openapi.json").read_text(encoding="utf-8")
    assert committed == description(), "Run: python -m goodpart.server.openapi > web/openapi.json"


def test_every_schema_has_an_example_that_it_accepts() -> None:
    wrong = []
    for name, schema in DOCUMENT["components"]["schemas"].items():
        validator = _validator(schema)
        if name != "Problem" and not schema["examples"]:
            wrong.append(f"{name} has no example")
        wrong += [
            f"{name}: {fault.message}" for one in schema.get("examples", []) for fault in validator.iter_errors(one)
        ]
    assert wrong == []


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_says_what_it_does_and_every_answer(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"], f"Give the endpoint of {method} {path} a docstring."
    answers = operation["responses"]
    assert {"400", "500"} < set(answers)
    if path.startswith("/api") and "security" in operation:
        assert {"401", "403"} < set(answers)
    for status, answer in answers.items():
        for media_type, content in answer.get("content", {}).items():
            if int(status) >= 400:
                assert media_type == "application/problem+json"
                assert content["example"]["status"] == int(status)
            if "json" in media_type and "schema" in content:
                _validator(content["schema"]).validate(content["example"])
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if media_type == "application/json":
            _validator(content["schema"]).validate(content["example"])


def test_only_what_tries_passwords_and_links_makes_wait_and_only_the_stream_is_closed() -> None:
    every = [
        (path, method, one["responses"]) for path, ways in DOCUMENT["paths"].items() for method, one in ways.items()
    ]
    waits = {path for path, _, answers in every if {"410", "429"} & set(answers)}
    assert {path.split("/")[2] for path in waits} == {"session", "account"}
    of_reading = [(path, answers["503"]) for path, method, answers in every if method == "get" and "503" in answers]
    ((stream, closed),) = of_reading
    assert stream == "/api/stream"
    assert closed["content"]["application/problem+json"]["example"]["code"] == "stream_closed"


def test_a_list_that_can_grow_is_answered_by_pages() -> None:
    parameters = {
        path: {parameter["name"]: parameter["schema"] for parameter in methods["get"].get("parameters", ())}
        for path, methods in DOCUMENT["paths"].items()
        if "get" in methods and _answers_a_list(methods["get"])
    }
    assert {path for path, known in parameters.items() if "cursor" not in known} == set(WHOLE)
    assert {known["limit"]["maximum"] for path, known in parameters.items() if path not in WHOLE} == {500}


def _answers_a_list(operation: dict[str, Any]) -> bool:
    content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2].startswith("Listing_")


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_bodies_that_are_no_json_say_what_they_are(path: str, method: str, operation: dict[str, Any]) -> None:
    bodies = [operation.get("requestBody", {}), *(operation["responses"].get(status, {}) for status in ("200", "201"))]
    said = {media_type: content for body in bodies for media_type, content in body.get("content", {}).items()}
    for media_type, content in said.items():
        if media_type != "application/json":
            binary = content["schema"].get("format") == "binary"
            assert content["schema"]["type"] == "string"
            assert binary != bool(content.get("example")), f"{method} {path}: {media_type}"
    assert path.endswith("/export") is ("text/csv" in said and method == "get")
    assert path.endswith("/import") is ("text/csv" in said and method == "post")
    if "200" in operation["responses"] and method == "get":
        assert operation["responses"]["200"]["content"]


def test_every_problem_that_is_answered_without_an_error_is_in_the_list_of_codes() -> None:
    """A literal code in a call of `problem(...)`, anywhere in the server."""
    said = {
        call.args[1].value
        for file in (CHECKOUT / "src" / "goodpart").rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "problem"
        and isinstance(call.args[1], ast.Constant)
    }
    codes = [each["code"] for each in DOCUMENT["x-problems"]]
    assert "host_unknown" in said
    assert said <= set(codes)
    assert codes == sorted(set(codes))


def _validator(schema: dict[str, Any]) -> Any:  # of jsonschema_rs, one class for each draft
    return jsonschema_rs.validator_for({**schema, "components": DOCUMENT["components"]}, validate_formats=True)
