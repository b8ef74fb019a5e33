"""Requests that the description of the API allows, and some that it does not, by everybody: nothing breaks.

Schemathesis makes them, the same ones every time. Ids that there are stand in place of half of the made-up ones. No
answer is an incident, each is one that the description names, in the form that it names; who has no session or a
forged one gets nowhere.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import schemathesis
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

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
EXAMPLES = {Role.ADMIN: (8, 4), TOKEN: (2, 2), Role.ENGINEER: (3, 2)}
"""How many requests that the description allows, and how many that it does not, for each endpoint."""
FEW = (1, 1)
ENDLESS = {"/api/stream"}
"""Has tests of its own."""
LAST = {"/api/session"}
"""Signs out."""


@dataclass(frozen=True)
class Plant:
    url: str
    site: Site
    schema: Any  # of Schemathesis
    credentials: dict[str, dict[str, str]]
    """Headers of each kind of person."""


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def plant(settings: Settings) -> Iterator[Plant]:
    """A server on loopback with a site of everything, and one person of each kind."""
    with start_blocking_portal() as portal:
        with portal.wrap_async_context_manager(serving(settings, SteppingClock(), with_jobs=False)) as (
            server,
            addresses,
        ):
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
            document = copy.deepcopy(server.browser_app.openapi())
            yield Plant(addresses.url, site, schemathesis.openapi.from_dict(document), credentials)


@pytest.mark.parametrize("person", PEOPLE)
def test_no_request_breaks_what_the_description_says(plant: Plant, person: str) -> None:
    broken: list[str] = []
    operations = [found.ok() for found in plant.schema.get_all_operations()]
    headers = {"X-Goodpart": "1", **plant.credentials[person]}
    with httpx.Client(base_url=plant.url, headers=headers, trust_env=False) as client:
        for operation in sorted(operations, key=lambda one: (one.path in LAST, one.method == "delete")):
            if operation.path in ENDLESS:
                continue
            allowed, foreign = EXAMPLES.get(person, FEW)
            for mode, count in ((GenerationMode.POSITIVE, allowed), (GenerationMode.NEGATIVE, foreign)):
                if mode is GenerationMode.NEGATIVE and not (
                    operation.body or operation.path_parameters or operation.query
                ):
                    continue
                try:
                    try_out(client, operation, mode, count, plant.site.ids, secured=person not in STRANGERS)
                except Exception as failure:  # noqa: BLE001 - of Schemathesis or ours: told together below
                    broken.append(f"{operation.label} ({mode}): {_in_short(failure)}")
    assert broken == []


def try_out(
    client: httpx.Client, operation: Any, mode: GenerationMode, count: int, ids: dict[str, str], *, secured: bool
) -> None:
    @settings(
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
            ground(case, ids)
        sent = case.as_transport_kwargs(base_url=str(client.base_url).rstrip("/"))
        answer = client.send(_request(client, sent))
        case.validate_response(answer, checks=CHECKS)
        if not secured and operation.definition.raw.get("security"):
            assert answer.status_code in {400, 401}, f"{answer.status_code} for a stranger: {answer.text[:200]}"

    ask()


def ground(case: Any, ids: dict[str, str]) -> None:
    """Put ids that there are in the place of those that were made up."""
    for values in (case.path_parameters, case.query, case.body if isinstance(case.body, dict) else None):
        for name in values or ():
            key = "place" if name in {"site", "parent"} else name
            if key in ids and isinstance(values[name], str):
                values[name] = ids[key]
    if case.method.upper() not in {"GET", "HEAD"}:
        case.headers = {**(case.headers or {}), "If-Match": "*"}


def _request(client: httpx.Client, sent: dict[str, Any]) -> httpx.Request:
    """In the words of httpx."""
    data = sent.get("data")
    return client.build_request(
        sent["method"],
        sent["url"],
        params=sent.get("params"),
        headers=dict(sent.get("headers") or {}),
        **({"json": sent["json"]} if "json" in sent else {"content": data} if isinstance(data, str | bytes) else {}),
    )


def _in_short(failure: BaseException) -> str:
    inner = failure.exceptions if isinstance(failure, BaseExceptionGroup) else [failure]
    return "; ".join(f"{type(one).__name__} {one}"[:600].replace("\n", " ") for one in inner)
