"""The part count. Pure: which parts passed unseen between two numbers of a counter that may wrap or start anew.

The PLC numbers parts with an unsigned 32-bit counter that it keeps over a restart and that wraps to 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass

COUNTER_SIZE = 2**32
LONGEST_GAP = 1_000_000
"""A step forward by more than this is no gap but another count: eleven days at a part a second."""
SHORT_STEP_BACK = 100
"""A step back by no more than this, to a number that is nearer to the last one than to 1, is a number said again or a
counter set right: those parts have their records. Any other step back is a count that began anew at 1."""


@dataclass(frozen=True)
class PartRange:
    """``count`` consecutive part numbers from ``first`` on, over the end of the counter if need be."""

    first: int
    count: int

    def __iter__(self) -> Iterator[int]:
        return ((self.first + step) % COUNTER_SIZE for step in range(self.count))

    def __len__(self) -> int:
        return self.count


@dataclass(frozen=True)
class Account:
    """What a number means for the count."""

    missed: PartRange
    """Parts that passed and that nobody looked at."""
    is_new: bool
    """Whether the number itself is a part to be looked at now."""
    restarted: bool
    """Whether the count does not continue the one before: a person should know."""


_NONE = PartRange(0, 0)


def account_arrival(last: int, sequence: int) -> Account:
    """A part was seen to arrive; ``last`` is the number accounted for before."""
    step = (sequence - last) % COUNTER_SIZE
    if step == 0:
        return Account(_NONE, is_new=False, restarted=False)
    if step <= LONGEST_GAP:
        return Account(_range(last + 1, step - 1), is_new=True, restarted=False)
    # A counter that is set back to 0 has no part 0 under the camera.
    is_new = sequence != 0
    missed = _range(1, sequence - 1) if is_new and _began_anew(last, sequence) else _NONE
    return Account(missed, is_new=is_new, restarted=True)


def account_found(last: int, sequence: int) -> Account:
    """The number was found on the counter after a time without a link: its part is not known to have just arrived,
    so it counts as missed itself."""
    step = (sequence - last) % COUNTER_SIZE
    if step <= LONGEST_GAP:
        return Account(_range(last + 1, step), is_new=False, restarted=False)
    return Account(_range(1, sequence) if _began_anew(last, sequence) else _NONE, is_new=False, restarted=True)


def _began_anew(last: int, sequence: int) -> bool:
    """Whether a count that does not go on from ``last`` began anew at 1, and parts 1 to ``sequence`` came since.

    A number far ahead, or one beyond `LONGEST_GAP`, belongs to a count of which nobody knows where it began.
    """
    back = last - sequence
    return back > 0 and sequence <= LONGEST_GAP and (back > SHORT_STEP_BACK or sequence - 1 <= back)


def _range(first: int, count: int) -> PartRange:
    return PartRange(first % COUNTER_SIZE, count) if count else _NONE
