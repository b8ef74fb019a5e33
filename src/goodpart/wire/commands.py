"""What the server wants of a gateway now and not for good: the answer to ``GET /gateway/v1/commands``.

Each kind of command is a field of its own. A gateway passes over the fields that it does not know, so a kind may be
added at any time; what a gateway does know it says in `goodpart.wire.reported.ReportedState.commands`.
"""

import msgspec

WATCH = "watch"
"""Name of the command `WatchStation` in `ReportedState.commands`."""


class WatchStation(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody looks at this station: send previews of its parts until the lease ends."""

    station: str
    lease_s: float
    """Seconds from the arrival of the answer: the clocks of server and gateway need not agree."""


class Commands(msgspec.Struct, frozen=True, kw_only=True):
    """All that holds at the moment, not what has changed: an answer that was lost is made up for by the next one."""

    v: int = 1
    cursor: int = 0
    """To be sent back with the next question, which waits until it differs. It means nothing to the gateway."""
    watch: tuple[WatchStation, ...] = ()
