"""Ports that are chosen now and listened on later, or again."""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

_HANDED_OUT = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUALLY = (32_768, 60_999)
"""Linux, where nobody has set it."""
_LOWEST, _HIGHEST = 20_000, 65_535
"""Below, services have ports of their own, and browsers refuse some."""
_TRIES = 1_000


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nothing listens on, all different, and that the system hands to nobody.

    Port 0 gives one of those from which every connection and every other port 0 on this machine is served: until it is
    listened on, or between two starts, it may be anybody's. Raises `OSError` where there are none left.
    """
    with ExitStack() as held:  # open together while they are chosen, so that all differ
        found = []
        for port in _candidates():
            try:
                listener = held.enter_context(socket.create_server(("127.0.0.1", port)))
            except OSError:
                continue
            found.append(int(listener.getsockname()[1]))
            if len(found) == count:
                return found
    raise OSError(f"There are no {count} free ports on 127.0.0.1.")


def beside(handed_out: range) -> list[int]:
    """The ports that may be chosen on a machine that gives these to who asks for any."""
    return [port for port in range(_LOWEST, _HIGHEST + 1) if port not in handed_out]


def _candidates() -> Iterator[int]:
    others = beside(_handed_out())
    # A machine that hands out all of them leaves no choice.
    return iter(random.SystemRandom().sample(others, min(_TRIES, len(others))) if others else [0] * _TRIES)


def _handed_out() -> range:
    try:
        low, high = map(int, _HANDED_OUT.read_text().split())
    except (OSError, ValueError):
        low, high = _USUALLY
    return range(low, high + 1)
