"""What an entry of the audit trail says, and the chain that holds the entries together.

Each entry carries the hash of what it says and of the hash before it: who alters or removes one has to alter all that
follow, and the hash of the newest one no longer is what somebody may have noted elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from goodpart.server.kit.work import Actor

FIRST_HASH = "0" * 64
"""Stands before the first entry."""


EDITS = frozenset(
    {
        "place.created", "place.changed", "place.removed",
        "part_number.created", "part_number.changed", "part_number.retired", "part_number.reinstated",
        "part_number.removed", "part_number.ideal_cycle_set", "part_number.ideal_cycle_removed",
        "user.created", "user.renamed", "user.disabled", "user.enabled", "user.grants_set",
        "gateway.created", "gateway.renamed", "station.wired", "station.unwired",
        "recipe.set", "recipe.promoted", "dataset_image.added", "dataset_image.labelled", "calendar.changed",
    }
)  # fmt: skip
"""Actions that change what a person edits and what its tag is made of; the others leave it as it was."""
TABLES = {"part_number": "part_numbers.imported"}
"""Actions that change many things of a noun in one entry, which names none of them by its id."""


@dataclass(frozen=True)
class AuditEntry:
    id: str
    at: datetime
    actor: Actor
    action: str
    """A noun and what was done to it: ``gateway.revoked``, ``recipe.promoted``."""
    subject: str
    """The id of what it was done to."""
    detail: str
    """In a sentence, for a person; no secrets."""


@dataclass(frozen=True)
class Link:
    """An entry in its place in the chain; numbers begin with 1 and leave none out."""

    number: int
    entry: AuditEntry
    hash: str


@dataclass(frozen=True)
class Head:
    """The end of the chain, kept apart from it: who cuts entries off has to change it as well."""

    number: int = 0
    hash: str = FIRST_HASH


@dataclass(frozen=True)
class AuditFilter:
    """None does not narrow. ``start`` is in, ``end`` is out."""

    actor: str | None = None
    """A part of the actor's name, in capitals or not."""
    action: str | None = None
    """How it begins: ``gateway`` or ``gateway.revoked``."""
    subject: str | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Break:
    """Where the trail is not what was written: ``entry`` is the id of the first entry that does not fit."""

    number: int
    entry: str | None
    reason: str


def chain_hash(previous: str, number: int, entry: AuditEntry) -> str:
    """SHA-256, in hexadecimal, of the hash before and of all that the entry says, as JSON without spaces."""
    actor = entry.actor
    said = [
        previous,
        number,
        entry.id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        actor.kind,
        actor.id,
        actor.name,
        entry.action,
        entry.subject,
        entry.detail,
    ]
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def follow(head: Head, links: Iterable[Link]) -> Head | Break:
    """Go on from ``head`` over the next links, in their order; the end, or the first that does not fit."""
    for link in links:
        if link.number != head.number + 1:
            return Break(
                head.number + 1, None, f"Entry {head.number + 1} is missing; the next one there is {link.number}."
            )
        if link.hash != chain_hash(head.hash, link.number, link.entry):
            return Break(link.number, link.entry.id, f"Entry {link.number}, or the one before it, was altered.")
        head = Head(link.number, link.hash)
    return head
