"""A run of the simulated line, as its user starts it, and what a PLC client does with it."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node

WITHIN_S = 15.0


class LineProcess:
    """One run of the line. ``plc``, ``camera`` and ``control`` are its addresses."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "goodpart.demo.line", "--folder", str(folder), *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        if not ready:
            raise AssertionError(f"the line did not start: {self.process.communicate()[1]}")
        urls = json.loads(ready)
        self.plc, self.camera, self.control = urls["plc_url"], urls["camera_url"], urls["control_url"]
        self.http = httpx.Client(base_url=self.control, timeout=WITHIN_S)

    def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.get("/control/status").raise_for_status().json()
        return answer

    def truth(self, **window: int) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = self.http.get("/control/truth", params=window).raise_for_status().json()["parts"]
        return parts

    def post(self, call: str, **body: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.post(f"/control/{call}", json=body).raise_for_status().json()
        return answer

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first status that meets ``condition``."""
        end = time.monotonic() + WITHIN_S
        while not condition(status := self.status()):
            assert time.monotonic() < end, f"not within {WITHIN_S} s; the line says {status}"
            time.sleep(0.02)
        return status

    def close(self) -> None:
        self.http.close()
        self.process.kill()
        self.process.communicate()


StartLine = Callable[..., LineProcess]


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until ``condition`` holds."""
    end = time.monotonic() + WITHIN_S
    while not await condition():
        assert time.monotonic() < end, f"not within {WITHIN_S} s"
        await asyncio.sleep(0.02)


class PlcClient:
    """A client of the line's PLC, the way a gateway is one. Use it as an asynchronous context."""

    def __init__(self, url: str) -> None:
        self.client = Client(url, timeout=5)
        self.nodes: dict[str, Node] = {}

    async def __aenter__(self) -> "PlcClient":
        await self.client.connect()
        self.namespace = await self.client.get_namespace_index("urn:goodpart:line")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.disconnect()

    def node(self, name: str) -> Node:
        return self.client.get_node(ua.StringNodeId(ua.String(f"station1.{name}"), ua.Int16(self.namespace)))

    async def read(self, name: str) -> Any:
        return await self.node(name).read_value()

    async def write_result(self, sequence: int, verdict: int, *, reject: bool) -> None:
        """Verdict, reject and sequence in one request, in this order."""
        await self.client.write_values(
            [self.node(f"Result.{name}") for name in ("Verdict", "Reject", "Sequence")],
            [
                ua.DataValue(ua.Variant(verdict, ua.VariantType.Int32)),
                ua.DataValue(ua.Variant(reject, ua.VariantType.Boolean)),
                ua.DataValue(ua.Variant(sequence, ua.VariantType.UInt32)),
            ],
        )

    async def shows(self, name: str, value: object) -> None:
        """Wait until the node ``name`` has this value."""

        async def there() -> bool:
            return bool(await self.read(name) == value)

        await eventually(there)
