"""More people for tests than the first administrator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from goodpart.server.compose import Server
from tests.integration.server.conftest import ORIGIN

EVES_PASSWORD = "three green apples"


@asynccontextmanager
async def seat(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody is signed in."""
    transport = httpx.ASGITransport(server.browser_app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"X-Goodpart": "1"}) as client:
        yield client


async def invite(admin: httpx.AsyncClient, name: str = "Eve", *grants: dict[str, Any]) -> dict[str, Any]:
    """A new user, with ``link``: the token of their password link."""
    made = await admin.post("/api/users", json={"name": name, "grants": grants})
    assert made.status_code == 201, made.text
    user: dict[str, Any] = made.json()
    link = (await admin.post(f"/api/users/{user['id']}/password-links", json={})).json()["path"]
    return {**user, "link": link.removeprefix("/set-password#")}


async def take_up(client: httpx.AsyncClient, user: dict[str, Any], password: str = EVES_PASSWORD) -> None:
    """Choose a password by the link, and sign in with it."""
    chosen = await client.post("/api/session/password", json={"token": user["link"], "password": password})
    assert chosen.status_code == 204, chosen.text
    signed_in = await client.post("/api/session", json={"name": user["name"], "password": password})
    assert signed_in.status_code == 201, signed_in.text


async def actions(admin: httpx.AsyncClient) -> list[str]:
    """What the audit trail tells, oldest first."""
    return [entry["action"] for entry in reversed((await admin.get("/api/audit")).json()["items"])]
