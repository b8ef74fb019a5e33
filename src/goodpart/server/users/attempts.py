"""Guessing takes for ever: failed sign-ins are counted by name and by address, and each next one has to wait longer.

Names that nobody has are counted like those of accounts, so that the waiting tells nothing. An attempt is counted
before its password is looked at, so that a thousand at the same moment do not slip through together; success takes it
back. An account is never locked for good: then anyone could lock everyone out.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from goodpart.server.kit.work import Work
from goodpart.server.users import repository
from goodpart.server.users.errors import SignInDelayedError

_FORGOTTEN_AFTER = timedelta(hours=24)
_FIRST_WAIT = timedelta(seconds=30)


@dataclass(frozen=True)
class Patience:
    """How many failures are free, and how long the wait may grow."""

    free: int
    longest: timedelta

    def wait_after(self, failures: int) -> timedelta:
        """Twice as long with each failure."""
        if failures < self.free:
            return timedelta(0)
        doubled = min(failures - self.free, 20)
        return min(self.longest, _FIRST_WAIT * (1 << doubled))


BY_NAME = Patience(free=5, longest=timedelta(minutes=15))
BY_ADDRESS = Patience(free=50, longest=timedelta(minutes=5))
"""A whole plant may come from the address of its proxy."""


async def begin(work: Work, name: str, address: str) -> timedelta:
    """Count an attempt. The answer is how long the next one has to wait, should this one fail.

    Raises `SignInDelayedError` while one has to wait; the transaction is to be rolled back then, and nothing counts.
    """
    await repository.forget_failures(work.session, work.now - _FORGOTTEN_AFTER)
    waits = []
    for key, patience in ((_name_key(name), BY_NAME), (_address_key(address), BY_ADDRESS)):
        # Counted first and looked at then: attempts at the same moment wait here for each other's count and block.
        failures, until = await repository.count_failure(work.session, key, work.now)
        if until is not None and until > work.now:
            raise _delayed(until, work.now)
        waits.append(patience.wait_after(failures))
        if waits[-1]:
            await repository.block(work.session, key, work.now + waits[-1])
    return max(waits)


async def succeeded(work: Work, name: str, address: str) -> None:
    """The name starts afresh; of the address only this attempt is taken back."""
    await repository.forget_failure(work.session, _name_key(name))
    await repository.take_back_failure(work.session, _address_key(address))


async def awaits_code(work: Work, address: str) -> None:
    """The password was right, and its second factor comes with the next attempt: two attempts to the name, which keeps
    whoever guesses codes waiting, but nobody guessed at the address, from which a whole plant may sign in.
    """
    await repository.take_back_failure(work.session, _address_key(address))


async def wait_of(work: Work, name: str) -> datetime | None:
    """Until when whoever signs in by this name has to wait; None: they need not."""
    until = await repository.blocked_until(work.session, _name_key(name))
    return until if until is not None and until > work.now else None


async def end_wait(work: Work, name: str) -> None:
    """The name starts afresh, as after a success. Addresses wait on: many people come from one."""
    await repository.forget_failure(work.session, _name_key(name))


def _name_key(name: str) -> str:
    return "name " + hashlib.sha256(name.casefold().encode(errors="replace")).hexdigest()


def _address_key(address: str) -> str:
    return f"address {address}"[:100]


def _delayed(until: datetime, now: datetime) -> SignInDelayedError:
    seconds = math.ceil((until - now).total_seconds())
    error = SignInDelayedError(
        "There were too many failed attempts.", f"Wait {seconds} s, then try again.", seconds=seconds
    )
    error.headers = {"Retry-After": str(seconds)}
    return error
