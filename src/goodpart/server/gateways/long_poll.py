"""Questions of gateways that stay open until there is an answer, on whichever replica the answer came about."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import Request

from goodpart.server.gateways.door import BodyError, Door
from goodpart.server.gateways.model import Gateway
from goodpart.server.kit.signals import Signal

MAX_WAIT_S = 55
T = TypeVar("T")


def read_question(request: Request, known: str) -> tuple[int, float]:
    """The number that the gateway knows, by the name ``known``, and how many seconds it waits for another one.

    Raises `BodyError`.
    """
    remedy = f"Ask for {request.url.path}?{known}=0&wait={MAX_WAIT_S}."
    try:
        number = int(request.query_params.get(known, "0"))
        wait_s = float(request.query_params.get("wait", "0"))
    except ValueError as error:
        raise BodyError(f"{known} and wait are numbers.", remedy) from error
    if not 0 <= wait_s <= MAX_WAIT_S:
        raise BodyError(f"wait is a number of seconds up to {MAX_WAIT_S}.", remedy)
    return number, wait_s


async def wait_for(
    look: Callable[[], Awaitable[T | None]], door: Door, request: Request, gateway: Gateway, topic: str, wait_s: float
) -> T | None:
    """What ``look`` finds, at once or after a signal of ``topic`` for this ``gateway``; None where it takes longer.

    Answers what it has when the process stops. Raises what `Door.identify` raises where the gateway is revoked
    meanwhile.
    """
    arose = asyncio.Event()

    def wake(signal: Signal) -> None:
        if signal.payload["gateway"] == gateway.id:
            arose.set()

    forget = door.database.signals.listen(topic, wake)
    stopping = asyncio.ensure_future(door.stopping.wait())
    try:
        deadline = asyncio.get_running_loop().time() + wait_s
        while True:
            arose.clear()
            found = await look()
            if found is not None:
                return found
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or stopping.done() or await request.is_disconnected():
                return None
            arrived = asyncio.ensure_future(arose.wait())
            await asyncio.wait(
                {arrived, stopping},
                timeout=min(left, door.poll_s or left),
                return_when=asyncio.FIRST_COMPLETED,
            )
            arrived.cancel()
            if door.poll_s is not None:
                await door.identify(request)  # another replica may have revoked it while it waited
    finally:
        stopping.cancel()
        forget()
