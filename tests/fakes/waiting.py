"""Waiting for a condition, in place of sleeping."""

import asyncio
import time
from collections.abc import Callable


async def eventually(condition: Callable[[], object], *, within_s: float = 10.0, what: str = "") -> None:
    """Return as soon as ``condition`` holds; fail if it does not in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"did not come within {within_s} s: {what or condition}"
        await asyncio.sleep(0.005)
