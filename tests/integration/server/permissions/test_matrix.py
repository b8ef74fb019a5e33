"""Every endpoint, for every role, at one's own site and at another: made from the endpoints' own permissions.

An endpoint that is new and touches things of places needs a line in `site.call`, or one in `UNPLACED` below.
"""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from goodpart.server.api import make_browser_app
from goodpart.server.audit import service as audit
from goodpart.server.compose import Server
from goodpart.server.kit.permissions import PermissionCheck
from goodpart.server.kit.roles import Grant, Permission, Role
from goodpart.web.cookies import COOKIE
from tests.integration.server.conftest import ORIGIN, UNSEEN
from tests.integration.server.permissions.site import Site, add_person, build_site, call

UNPLACED = {
    ("GET", "/api/openapi.json"),
    ("GET", "/api/part-numbers"),
    ("GET", "/api/part-numbers/counts"),
    ("POST", "/api/part-numbers"),
    ("GET", "/api/part-numbers/export"),
    ("POST", "/api/part-numbers/import"),
    ("GET", "/api/part-numbers/{part}"),
    ("PATCH", "/api/part-numbers/{part}"),
    ("DELETE", "/api/part-numbers/{part}"),
}
"""Not of any place: seen by all, changed only for the whole enterprise."""
LISTS = {
    ("GET", "/api/places"),
    ("GET", "/api/gateways"),
    ("GET", "/api/datasets"),
    ("GET", "/api/training-runs"),
    ("GET", "/api/models"),
    ("GET", "/api/recipes"),
    ("GET", "/api/rollouts"),
    ("GET", "/api/inspections"),
    ("GET", "/api/inspections/counts"),
    ("GET", "/api/inspections/export"),
    ("GET", "/api/live/lines"),
    ("GET", "/api/live/stations"),
    ("GET", "/api/alarms"),
}
"""They answer with what is within reach."""
ASKING = {("POST", "/api/places/{place}/calendar/consequence")}
"""Ask with a body, and change nothing."""
ENDLESS = {("GET", "/api/stream")}
"""Has tests of its own."""
REFUSED = {401, 403, 404}


def _checks(dependant: Dependant) -> Iterator[PermissionCheck]:
    if isinstance(dependant.call, PermissionCheck):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _checks(inner)


def endpoints() -> list[tuple[str, str, PermissionCheck]]:
    """Those that need a permission: method, path, and the check that stands before it."""
    app = make_browser_app({"localhost"})
    found = [
        (method, route.path, checks[0])
        for route in iter_route_contexts(app.routes)
        if hasattr(route, "dependant") and route.path is not None and (checks := [*_checks(route.dependant)])
        for method in route.methods or ()
    ]
    # What ends things comes last: a revoked gateway takes no more wiring, and one session is ended before all are.
    return sorted(found, key=lambda one: (one[1].endswith("/revoke"), one[0] == "DELETE", -len(one[1]), one[1]))


ENDPOINTS = [one for one in endpoints() if one[:2] not in ENDLESS and one[2].permission is not Permission.ACCOUNT]


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def ulm(server: Server) -> Site:
    return await build_site(server, "Ulm", 10)


@pytest.fixture
async def linz(server: Server) -> Site:
    return await build_site(server, "Linz", 20)


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(server.browser_app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"X-Goodpart": "1"}) as opened:
        yield opened


async def ask(client: httpx.AsyncClient, token: str, method: str, path: str, site: Site) -> httpx.Response:
    address, arguments = call(method, path, site)
    return await client.request(method, address, headers={"Cookie": f"{COOKIE}={token}", **UNSEEN}, **arguments)


async def audit_entries(server: Server) -> int:
    async with server.resources.database.work(read_only=True) as work:
        return (await audit.verify(work))[0].number


@pytest.mark.parametrize("role", Role)
async def test_a_role_counts_at_its_own_site_and_other_sites_do_not_exist(
    server: Server, client: httpx.AsyncClient, ulm: Site, linz: Site, role: Role
) -> None:
    token = await add_person(server, f"{role} of Ulm", Grant(role, ulm.ids["place"]))
    for method, path, check in ENDPOINTS:
        allowed = check.permission in role.permissions and not check.everywhere
        own = await ask(client, token, method, path, ulm)
        other = await ask(client, token, method, path, linz)
        what = (role, method, path, own.status_code, other.status_code, own.text[:200], other.text[:200])
        assert not [trace for trace in linz.traces - {path} if trace in own.text], what
        if (method, path) in UNPLACED:
            assert own.status_code == (200 if method == "GET" else 403), what
        elif not allowed:
            assert (own.status_code, other.status_code) == (403, 403), what
            assert own.json() == other.json(), what
        elif (method, path) in LISTS:
            assert (own.status_code, other.status_code) == (200, 200), what
            assert not [trace for trace in linz.traces if trace in other.text], what
        else:
            assert own.status_code not in REFUSED, what
            assert other.status_code == 404, what


async def test_who_only_looks_at_another_site_changes_nothing_there(
    server: Server, client: httpx.AsyncClient, ulm: Site, linz: Site
) -> None:
    grants = Grant(Role.ADMIN, ulm.ids["place"]), Grant(Role.VIEWER, linz.ids["place"])
    token = await add_person(server, "Admin of Ulm, viewer at Linz", *grants)
    for method, path, check in ENDPOINTS:
        if (method, path) in UNPLACED or check.everywhere:
            continue
        answer = await ask(client, token, method, path, linz)
        what = (method, path, answer.status_code, answer.text[:200])
        if check.permission is Permission.VIEW:
            assert answer.status_code not in REFUSED, what
        else:
            assert answer.status_code == 403, what


async def test_who_has_a_role_for_the_enterprise_has_it_everywhere_and_every_change_is_audited(
    server: Server, client: httpx.AsyncClient, ulm: Site, linz: Site
) -> None:
    token = await add_person(server, "Admin", Grant(Role.ADMIN))
    for method, path, _ in ENDPOINTS:
        before = await audit_entries(server)
        answer = await ask(client, token, method, path, linz)
        assert answer.status_code not in REFUSED, (method, path, answer.status_code, answer.text[:200])
        if method != "GET" and answer.is_success and (method, path) not in ASKING:
            assert await audit_entries(server) > before, f"{method} {path} leaves no trace in the audit trail"


async def test_who_has_no_role_may_only_leave(server: Server, client: httpx.AsyncClient, ulm: Site) -> None:
    token = await add_person(server, "Nobody's")
    for method, path, _ in ENDPOINTS:
        assert (await ask(client, token, method, path, ulm)).status_code == 403, (method, path)
    assert (await ask(client, token, "GET", "/api/session", ulm)).json()["user"]["permissions"] == []
    assert (await ask(client, token, "DELETE", "/api/session", ulm)).status_code == 204


async def test_who_sees_one_station_is_not_led_to_its_line(
    server: Server, client: httpx.AsyncClient, ulm: Site
) -> None:
    for_station, for_line = [
        await add_person(server, f"Of the {kind}", Grant(Role.VIEWER, ulm.ids[kind])) for kind in ("station", "line")
    ]
    lines = {}
    for token in (for_station, for_line):
        (tile,) = (await ask(client, token, "GET", "/api/live/stations", ulm)).json()["items"]
        lines[token] = tile["line"] and tile["line"]["id"]
    assert lines == {for_station: None, for_line: ulm.ids["line"]}


async def test_a_grant_for_a_line_holds_for_its_stations_and_not_for_its_site(
    server: Server, client: httpx.AsyncClient, ulm: Site, linz: Site
) -> None:
    token = await add_person(server, "Of line 1", Grant(Role.ENGINEER, ulm.ids["line"]))

    async def get(path: str) -> httpx.Response:
        return await ask(client, token, "GET", path, ulm)

    places = (await get("/api/places")).json()["items"]
    assert {place["id"] for place in places} == {ulm.ids["line"], ulm.ids["station"]}
    (tile,) = (await get("/api/live/stations")).json()["items"]
    assert (tile["station"]["id"], tile["gateway"]["id"]) == (ulm.ids["station"], ulm.ids["gateway"])
    assert (await get("/api/session")).json()["site"]["name"] == "Ulm"
    assert (await get("/api/inspections/{inspection}")).status_code == 200
    assert (await get("/api/gateways/{gateway}")).status_code == 404
    reviewed = await ask(client, token, "POST", "/api/inspections/{inspection}/reviews", ulm)
    assert reviewed.status_code == 201
    wired = await ask(client, token, "PUT", "/api/gateways/{gateway}/stations/{station}", ulm)
    assert wired.status_code == 404
