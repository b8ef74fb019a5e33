"""Where lines belong, for any history of cuts, clones and restores: nothing lost, nothing doubled, always an end."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from goodpart.server.ingest.model import Chain, Line, Placement, place_lines
from goodpart.wire.events import CHAIN_START, chain_hash


@dataclass
class Journal:
    lines: list[Line] = field(default_factory=list)

    def append(self, text: str) -> None:
        previous = self.lines[-1].hash if self.lines else CHAIN_START
        content = f"{previous}{len(self.lines) + 1}{text}".encode()
        self.lines.append(Line(len(self.lines) + 1, previous, chain_hash(content), content))

    def clone(self) -> "Journal":
        return Journal(list(self.lines))


@dataclass
class Disk:
    """What a server keeps of one epoch, in memory."""

    chains: list[Chain] = field(default_factory=list)
    kept: dict[int, list[bytes]] = field(default_factory=dict)
    asked: int | None = None

    def take(self, lines: list[Line]) -> Placement:
        placement = place_lines(self.chains, lines, asked_again_at=self.asked)
        if placement.ask_again_at is not None:
            self.asked = placement.ask_again_at
        by_branch = {chain.branch: chain for chain in self.chains}
        for opened in placement.opened:
            parent = by_branch.get(opened.parent) if opened.parent is not None else None
            shared = {n: h for n, h in parent.hashes.items() if n <= opened.fork_number} if parent else {}
            chain = Chain(opened.branch, opened.fork_number, shared.get(opened.fork_number, CHAIN_START), shared)
            by_branch[opened.branch] = chain
            self.chains.append(chain)
        for branch, line in placement.added:
            if by_branch[branch].number < line.number:
                by_branch[branch].extend(line)
            self.kept.setdefault(branch, []).append(line.content)
        return placement

    def take_all(self, journal: Journal, first: int, size: int) -> int:
        """As an uplink does; returns how far the journal is known to be here."""
        done = first
        for _ in range(200):
            if done >= len(journal.lines):
                return done
            done = self.take(journal.lines[done : done + size]).committed
        raise AssertionError("the server never takes the rest")

    def everything(self) -> list[bytes]:
        return [content for lines in self.kept.values() for content in lines]


class TestOneJournal:
    @given(st.integers(1, 30), st.data())
    def test_any_order_of_batches_stores_each_line_once(self, length: int, data: st.DataObject) -> None:
        journal, disk = Journal(), Disk()
        for number in range(length):
            journal.append(str(number))
        for _ in range(data.draw(st.integers(0, 8))):
            first = data.draw(st.integers(0, length - 1))
            placement = disk.take(journal.lines[first : first + data.draw(st.integers(1, 6))])
            known = disk.chains[0].number if disk.chains else 0
            assert placement.committed <= known

        assert disk.take_all(journal, 0, data.draw(st.integers(1, 6))) == length
        assert disk.kept == {0: [line.content for line in journal.lines]}

    def test_an_answer_never_promises_more_than_was_compared(self) -> None:
        """The server has more than this batch: what lies behind it may differ on this gateway."""
        journal, disk = Journal(), Disk()
        for number in range(10):
            journal.append(str(number))
        disk.take(journal.lines)

        assert disk.take(journal.lines[2:5]).committed == 5


class TestClones:
    @given(st.data())
    def test_whatever_diverges_is_kept_whole(self, data: st.DataObject) -> None:
        """Journals are appended to, cloned and sent from where each was acknowledged, in any order."""
        disk = Disk()
        journals = [Journal()]
        acknowledged = [0]
        for step in range(data.draw(st.integers(1, 25))):
            at = data.draw(st.integers(0, len(journals) - 1))
            match data.draw(st.sampled_from(["append", "send", "clone", "forget"])):
                case "append":
                    journals[at].append(f"{at}.{step}")
                case "clone":
                    journals.append(journals[at].clone())
                    acknowledged.append(acknowledged[at])
                case "forget":
                    acknowledged[at] = data.draw(st.integers(0, acknowledged[at]))
                case "send":
                    first = acknowledged[at]
                    lines = journals[at].lines[first : first + data.draw(st.integers(1, 5))]
                    if lines:
                        acknowledged[at] = disk.take(lines).committed
        for at, journal in enumerate(journals):
            size = data.draw(st.integers(1, 5))
            assert disk.take_all(journal, min(acknowledged[at], len(journal.lines)), size) == len(journal.lines)

        stored = disk.everything()
        assert len(stored) == len(set(stored))
        assert set(stored) == {line.content for journal in journals for line in journal.lines}

    @given(st.integers(2, 20), st.integers(1, 6), st.data())
    def test_a_server_set_back_gets_everything_again(self, length: int, size: int, data: st.DataObject) -> None:
        original, disk = Journal(), Disk()
        for number in range(length):
            original.append(str(number))
        fork = data.draw(st.integers(0, length))
        clone = Journal(original.lines[:fork])
        for number in range(length):
            clone.append(f"clone {number}")
        restored_at = data.draw(st.integers(0, length))
        disk.take_all(Journal(original.lines[:restored_at]), 0, size)

        disk.take_all(clone, data.draw(st.integers(0, len(clone.lines))), size)
        disk.take_all(original, data.draw(st.integers(0, length)), size)
        # Where a gateway believes that its end was acknowledged it sends nothing more until it has something new.
        clone.append("new")
        original.append("new here")
        disk.take_all(clone, len(clone.lines) - 1, size)
        disk.take_all(original, len(original.lines) - 1, size)

        expected = {line.content for line in (*original.lines, *clone.lines)}
        assert set(disk.everything()) == expected
        assert len(disk.everything()) == len(expected)


class TestDamage:
    @given(st.integers(2, 20), st.integers(1, 6), st.data())
    def test_a_chain_broken_on_the_gateway_comes_to_an_end(self, length: int, size: int, data: st.DataObject) -> None:
        journal, disk = Journal(), Disk()
        for number in range(length):
            journal.append(str(number))
        for at in data.draw(st.sets(st.integers(0, length - 1), max_size=3)):
            line = journal.lines[at]
            journal.lines[at] = Line(line.number, "f" * 64, line.hash, line.content)

        assert disk.take_all(journal, 0, size) == length

        assert sorted(disk.everything()) == sorted(line.content for line in journal.lines)

    @given(st.integers(1, 20), st.integers(1, 6), st.data())
    def test_a_line_without_a_place_follows_the_one_before(self, length: int, size: int, data: st.DataObject) -> None:
        journal, disk = Journal(), Disk()
        for number in range(length):
            journal.append(str(number))
        for at in data.draw(st.sets(st.integers(0, length - 1))):
            line = journal.lines[at]
            journal.lines[at] = Line(line.number, None, line.hash, line.content)

        assert disk.take_all(journal, 0, size) == length
        assert disk.take_all(journal, 0, size) == length

        assert disk.kept == {0: [line.content for line in journal.lines]}
