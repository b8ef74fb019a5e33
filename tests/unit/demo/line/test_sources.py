"""The drawn supply: deterministic, mostly good, and never teaching with a part that production shows."""

from goodpart.demo.line.parts.defects import DefectType
from goodpart.demo.line.parts.shapes import FLANGE
from goodpart.demo.line.sources import DrawnParts, Part, Truth


class Undrawn(DrawnParts):
    """Where the truth is enough, nothing needs drawing."""

    def photograph(self, part: Part) -> bytes:
        return b""


def test_a_second_line_of_the_same_seed_makes_the_same_parts() -> None:
    assert DrawnParts(3).produce(12, FLANGE) == DrawnParts(3).produce(12, FLANGE)
    assert DrawnParts(3).produce(12, FLANGE)[1] != DrawnParts(4).produce(12, FLANGE)[1]


def test_a_part_photographed_again_gives_the_same_picture() -> None:
    source = DrawnParts(3, defect_rate=1)
    part, photograph = source.produce(9, FLANGE)
    assert part.truth is Truth.BAD
    assert DrawnParts(99).photograph(part) == photograph


def test_about_one_part_in_twelve_is_bad_and_every_type_comes_up() -> None:
    source = Undrawn(1)
    parts = [source.produce(sequence, FLANGE)[0] for sequence in range(1, 1501)]
    bad = [part for part in parts if part.truth is Truth.BAD]
    assert 0.05 < len(bad) / len(parts) < 0.11
    assert {part.defect for part in bad} == {kind.value for kind in DefectType}
    assert all(part.severity is not None and 0.55 <= part.severity <= 1 for part in bad)
    assert all(part.defect == "" and part.severity is None for part in parts if part.truth is Truth.GOOD)


def test_teaching_never_shows_a_part_of_production() -> None:
    source = DrawnParts(1, defect_rate=0)
    shown = {source.produce(sequence, FLANGE)[1] for sequence in range(1, 13)}
    assert shown.isdisjoint({source.teaching(FLANGE, n) for n in range(12)})
    assert source.teaching(FLANGE, 0) == source.teaching(FLANGE, 0)
    assert source.teaching_count("NO-SUCH") == 0
