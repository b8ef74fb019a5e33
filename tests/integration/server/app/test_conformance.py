"""Requests that the description of the API allows, and some that it does not, by everybody: nothing breaks.

Schemathesis makes them, the same ones every time. Ids that there are stand in place of half of the made-up ones. No
answer is an incident, each is one that the description names, in the form that it names; who has no session or a
forged one gets nowhere.
"""

import copy
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as of_hypothesis
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from goodpart.server.api import make_browser_app
from goodpart.server.kit.roles import Grant, Permission, Role
from goodpart.server.run import serving
from goodpart.server.settings import Settings
from goodpart.server.users import repository as user_rows
from goodpart.server.users.model import API_TOKEN_PREFIX, ApiToken, hash_token
from goodpart.web.cookies import COOKIE
from tests.fakes.clocks import SteppingClock
from tests.integration.server.permissions.site import A_DAY, Site, add_person, build_site

pytestmark = pytest.mark.timeout(300)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
NOBODY, FORGED, TOKEN = "nobody", "forged", "token"
STRANGERS = {NOBODY, FORGED}
PEOPLE = [*STRANGERS, TOKEN, *Role]
ALLOWED, FOREIGN = 4, 2
"""How many requests that the description allows, and how many that it does not, for each endpoint."""
CREDENTIALS = {"authorization", "cookie"}
ENDLESS = {"/api/stream"}
"""Has tests of its own."""
DOCUMENT = make_browser_app({"localhost"}).openapi()
SCHEMA = schemathesis.openapi.from_dict(copy.deepcopy(DOCUMENT))
FOUND: list[Any] = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
OPERATIONS = sorted(
    (operation for operation in FOUND if operation.path not in ENDLESS),
    key=lambda one: (one.path == "/api/session", one.method == "delete"),
)
"""What signs out comes last."""


@dataclass(frozen=True)
class Plant:
    url: str
    site: Site
    people: dict[str, httpx.Client]


@pytest.fixture(scope="module")
def plant(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    """A server on loopback with a site of everything, and one person of each kind."""
    folder = tmp_path_factory.mktemp("conformance")
    shutil.copy(migrated_sqlite, folder / "goodpart.db")
    settings = Settings.read(data_dir=folder, port=0, gateway_port=0)
    with start_blocking_portal() as portal:
        running = serving(settings, SteppingClock(), with_jobs=False)
        with portal.wrap_async_context_manager(running) as (server, addresses):
            site = portal.call(build_site, server, "Ulm", 10)
            credentials: dict[str, dict[str, str]] = {NOBODY: {}, FORGED: {"Cookie": f"{COOKIE}=forged"}}
            for role in Role:
                credentials[role] = {"Cookie": f"{COOKIE}={portal.call(add_person, server, role.value, Grant(role))}"}
            secret = f"{API_TOKEN_PREFIX}of-the-mes"

            async def add_token() -> None:
                async with server.resources.database.work() as work:
                    owner = await user_rows.find_by_name(work.session, Role.ENGINEER)
                    assert owner is not None
                    scopes = frozenset(Permission) - {Permission.ACCOUNT}
                    token = ApiToken(work.new_id(), owner, "MES", scopes, work.now, work.now + A_DAY, None, None)
                    await user_rows.add_token(work.session, token, hash_token(secret))

            portal.call(add_token)
            credentials[TOKEN] = {"Authorization": f"Bearer {secret}"}
            with ExitStack() as stack:
                people = {
                    person: stack.enter_context(
                        httpx.Client(
                            base_url=addresses.url, headers={"X-Goodpart": "1", **headers}, trust_env=False, timeout=60
                        )
                    )
                    for person, headers in credentials.items()
                }
                yield Plant(addresses.url, site, people)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.definition.raw["operationId"])
def test_no_request_breaks_what_the_description_says(plant: Plant, operation: Any) -> None:
    try_out(plant, operation, GenerationMode.POSITIVE, ALLOWED)
    if operation.body or operation.path_parameters or operation.query:
        try_out(plant, operation, GenerationMode.NEGATIVE, FOREIGN)


def try_out(plant: Plant, operation: Any, mode: GenerationMode, count: int) -> None:
    @of_hypothesis(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def ask(case: Any, known: bool) -> None:
        if known:
            ground(case, plant.site.ids)
        sent = case.as_transport_kwargs(base_url=plant.url)
        for person in PEOPLE:
            answer = plant.people[person].send(_request(plant.people[person], sent))
            case.validate_response(answer, checks=CHECKS)
            if person in STRANGERS and operation.definition.raw.get("security"):
                # A body that is no JSON is refused before anybody is asked who they are.
                unreadable = answer.status_code == 400 or "json_invalid" in answer.text
                assert answer.status_code == 401 or unreadable, f"{answer.status_code}: {answer.text}"

    ask()


def ground(case: Any, ids: dict[str, str]) -> None:
    """Put ids that there are in the place of those that were made up."""
    places: tuple[dict[str, Any], ...] = (case.path_parameters or {}, case.query or {})
    for values in (*places, case.body if isinstance(case.body, dict) else {}):
        for name in values:
            key = "place" if name in {"site", "parent"} else name
            if key in ids and isinstance(values[name], str):
                values[name] = ids[key]
    if case.method.upper() not in {"GET", "HEAD"}:
        case.headers = {**(case.headers or {}), "If-Match": "*"}


def _request(client: httpx.Client, sent: dict[str, Any]) -> httpx.Request:
    """In the words of httpx, with the credentials of the client instead of those that were made up."""
    data = sent.get("data")
    headers = {name: text for name, text in (sent.get("headers") or {}).items() if name.lower() not in CREDENTIALS}
    return client.build_request(
        sent["method"],
        sent["url"],
        params=sent.get("params"),
        headers=headers,
        **({"json": sent["json"]} if "json" in sent else {"content": data} if isinstance(data, str | bytes) else {}),
    )
