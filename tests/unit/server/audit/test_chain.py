"""The audit trail holds together, and whatever is done to it shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.server.audit.model import AuditEntry, Break, Head, Link, chain_hash, follow
from goodpart.server.kit.work import Actor, ActorKind

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
ADA = Actor(ActorKind.USER, "1", "Ada")


def chain(length: int) -> list[Link]:
    links, head = [], Head()
    for number in range(1, length + 1):
        entry = AuditEntry(f"id {number}", START + timedelta(seconds=number), ADA, "place.created", str(number), "x")
        head = Head(number, chain_hash(head.hash, number, entry))
        links.append(Link(number, entry, head.hash))
    return links


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_whole_chain_is_followed_to_its_end_in_any_pieces(length: int, cut: int) -> None:
    links = chain(length)

    half = follow(Head(), links[:cut])

    assert isinstance(half, Head)
    assert follow(half, links[cut:]) == (Head(length, links[-1].hash) if links else Head())


@pytest.mark.parametrize(
    "change",
    [
        {"id": "other"},
        {"at": START},
        {"actor": Actor(ActorKind.USER, "1", "Eve")},
        {"actor": Actor(ActorKind.SYSTEM, "1", "Ada")},
        {"action": "place.removed"},
        {"subject": "9"},
        {"detail": ""},
    ],
)
def test_an_altered_entry_is_named(change: dict[str, object]) -> None:
    links = chain(5)
    links[2] = replace(links[2], entry=replace(links[2].entry, **change))  # type: ignore[arg-type]

    broken = follow(Head(), links)

    assert isinstance(broken, Break)
    assert (broken.number, broken.entry) == (3, links[2].entry.id)


def test_an_entry_altered_together_with_its_hash_breaks_at_the_next() -> None:
    links = chain(5)
    entry = replace(links[2].entry, detail="rewritten")
    links[2] = Link(3, entry, chain_hash(links[1].hash, 3, entry))

    broken = follow(Head(), links)

    assert isinstance(broken, Break)
    assert broken.number == 4


@given(st.integers(1, 8))
def test_a_missing_entry_is_missed(missing: int) -> None:
    links = [link for link in chain(9) if link.number != missing]

    broken = follow(Head(), links)

    assert isinstance(broken, Break)
    assert (broken.number, broken.entry) == (missing, None)


def test_what_moves_from_one_field_to_the_next_is_another_entry() -> None:
    entry = chain(1)[0].entry
    moved = replace(entry, subject="1x", detail="")

    assert chain_hash("0", 1, moved) != chain_hash("0", 1, entry)
