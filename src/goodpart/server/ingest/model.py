"""Where the lines of a batch belong: pure.

A journal is a chain of lines: each names the hash of the one before. A disk that is cloned, or set back to a snapshot,
makes a second chain with the same first lines. The server keeps every chain as a *branch*: lines that it has are
skipped, the next line of a branch is added to it, a line that follows an earlier line of a branch opens a new branch
there. Nothing that a gateway sends is discarded.

Where a batch begins behind everything that is known, the gateway is asked for what is missing. Where it follows a line
that no branch has, something earlier is missing: the gateway is asked, once, to send this journal from its start. If it
then comes to the same place again, the chain is broken on the gateway itself, and goes on here as a branch of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from goodpart.wire.events import CHAIN_START


@dataclass(frozen=True)
class Line:
    number: int
    previous: str | None
    """None for a line that does not say where it belongs: it is taken for what follows the line before it."""
    hash: str
    content: bytes


@dataclass
class Chain:
    """A branch as far as a batch needs it. Placing lines moves it on."""

    branch: int
    number: int = 0
    chain_hash: str = CHAIN_START
    hashes: dict[int, str] = field(default_factory=dict)
    """Of the lines in the range of the batch, and of the one before it."""

    def hash_at(self, number: int) -> str | None:
        if number == 0:
            return CHAIN_START
        return self.chain_hash if number == self.number else self.hashes.get(number)

    def extend(self, line: Line) -> None:
        self.number, self.chain_hash = line.number, line.hash
        self.hashes[line.number] = line.hash


@dataclass(frozen=True)
class Opened:
    """A branch that a batch made necessary."""

    branch: int
    parent: int | None
    """The branch that it parted from; None for the first of a journal."""
    fork_number: int


@dataclass(frozen=True)
class Placement:
    """What is to be done with a batch."""

    added: tuple[tuple[int, Line], ...]
    """Branch and line, in order. Lines that were known are left out."""
    opened: tuple[Opened, ...]
    branch: int
    """Of the last line that has a place."""
    committed: int
    """What the gateway is told."""
    ask_again_at: int | None = None
    """The number for whose sake the journal is to be sent from its start."""


def place_lines(chains: Sequence[Chain], lines: Sequence[Line], *, asked_again_at: int | None = None) -> Placement:
    """``lines`` have consecutive numbers; ``chains`` are all branches of their journal, and are moved on."""
    known = list(chains)
    current: Chain | None = None
    committed = 0
    added: list[tuple[int, Line]] = []
    opened: list[Opened] = []
    for line in lines:
        fitting = _find_fitting(known, current, line)
        if fitting is None:
            parent = _find_parent(known, current, line, asked_again_at)
            if parent is None and (known or line.number > 1):
                return _ask(known, line)
            fitting = _part_from(parent, len(known), line.number - 1)
            opened.append(Opened(fitting.branch, parent.branch if parent else None, fitting.number))
            known.append(fitting)
        if line.number > fitting.number:
            fitting.extend(line)
            added.append((fitting.branch, line))
        current, committed = fitting, line.number
    return Placement(tuple(added), tuple(opened), current.branch if current else 0, committed)


def _find_fitting(known: Sequence[Chain], current: Chain | None, line: Line) -> Chain | None:
    """The branch that has this line, or else the one whose next line it is; the one in use first."""
    ordered = [current, *(chain for chain in known if chain is not current)] if current else known
    for chain in ordered:
        if line.number <= chain.number and chain.hash_at(line.number) == line.hash:
            return chain
    for chain in ordered:
        if line.number == chain.number + 1 and line.previous in {None, chain.chain_hash}:
            return chain
    return None


def _ask(known: Sequence[Chain], line: Line) -> Placement:
    """The first line of a batch has no place: what the gateway is to send instead."""
    if not known:
        return Placement((), (), 0, 0)
    if line.number > max(chain.number for chain in known) + 1:
        return Placement((), (), known[0].branch, min(chain.number for chain in known))
    return Placement((), (), known[0].branch, 0, ask_again_at=line.number)


def _part_from(parent: Chain | None, branch: int, fork: int) -> Chain:
    """A branch that shares the lines of ``parent`` up to ``fork`` and has none of its own yet."""
    shared = {number: known for number, known in parent.hashes.items() if number <= fork} if parent else {}
    fork_hash = parent.hash_at(fork) if parent else CHAIN_START
    return Chain(branch, fork, fork_hash or "", shared | ({fork: fork_hash} if fork_hash else {}))


def _find_parent(known: Sequence[Chain], current: Chain | None, line: Line, asked_again_at: int | None) -> Chain | None:
    """The branch that this line parts from."""
    for chain in known:
        shares = line.number - 1 <= chain.number
        if shares and line.previous is not None and chain.hash_at(line.number - 1) == line.previous:
            return chain
    if current is not None:
        return current  # the line before has a place, this one does not follow it: broken on the gateway itself
    if known and line.number in {1, asked_again_at}:
        return max(known, key=lambda chain: chain.number)
    return None
