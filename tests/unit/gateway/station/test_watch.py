"""What one picture shows is no alarm yet; what many show is one, and it survives a restart."""

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from goodpart.gateway.station.sight import DriftReading, Sight
from goodpart.gateway.station.watch import LOOKED_AT, OPENS_AT, OpticsState, Watch, after_picture
from goodpart.wire.events import InspectionRecorded
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict
from tests.fakes.eyes import DARK, USUAL_PARTS


def inspection(mode: Mode = Mode.PRODUCTION, package: str = "a") -> InspectionRecorded:
    return InspectionRecorded(
        inspection="i",
        sequence=1,
        part_number="A-100",
        verdict=Verdict.GOOD,
        mode=mode,
        triggered_at=datetime(2026, 11, 2, tzinfo=UTC),
        package=package,
    )


def sight(*, dark: bool = False, share: float = 0.53) -> Sight:
    assert USUAL_PARTS is not None
    drift = DriftReading(USUAL_PARTS, share, None)
    return Sight(0.5, (), (), lambda: b"", optics=(DARK,) if dark else (), drift=drift)


@given(st.lists(st.booleans(), max_size=80))
def test_the_optics_alarm_opens_with_the_third_of_ten_and_clears_with_the_tenth_right_one(dark: list[bool]) -> None:
    state = OpticsState()
    for number, one in enumerate(dark):
        was_open = state.problem is not None
        state = after_picture(state, ["It is dark."] if one else [])
        recent = dark[max(0, number + 1 - LOOKED_AT) : number + 1]
        if was_open:
            assert (state.problem is None) == (not any(recent))
        else:
            assert (state.problem is not None) == (one and sum(recent) >= OPENS_AT)


def test_a_station_that_starts_again_remembers_both(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "watch.json")
    for _ in range(40):
        watch.note(inspection(), sight(share=0.9))
    for _ in range(3):
        watch.note(inspection(), sight(dark=True))
    assert watch.optics_problem == DARK.sentence
    assert watch.drift_problem is not None
    assert "'A-100'" in watch.drift_problem
    watch.save()
    again = Watch(tmp_path / "watch.json")
    assert (again.optics_problem, again.drift_problem) == (watch.optics_problem, watch.drift_problem)


def test_a_damaged_file_is_as_none(tmp_path: Path) -> None:
    for content in (b"", b"{", b"\xff\xfe", b'{"optics":{"recent":"many"}}', b"[" * 100_000):
        (tmp_path / "watch.json").write_bytes(content)
        assert Watch(tmp_path / "watch.json").drift_problem is None


def test_a_full_disk_holds_nothing_up(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "no such folder" / "watch.json")
    watch.note(inspection(), sight())
    watch.save()


def test_parts_of_a_setup_a_challenge_or_a_dark_picture_say_nothing_of_drift(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "watch.json")
    for _ in range(60):
        watch.note(inspection(Mode.CHALLENGE), sight(share=0.9))
        watch.note(inspection(Mode.SETUP), sight(share=0.9, dark=True))
        watch.note(inspection(), sight(share=0.9, dark=True))
    assert watch.drift_problem is None


def test_the_drift_of_a_package_that_no_recipe_uses_any_more_is_forgotten(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "watch.json")
    for _ in range(40):
        watch.note(inspection(package="old"), sight(share=0.9))
    assert watch.drift_problem is not None
    watch.forget_all_but({"new"})
    assert watch.drift_problem is None
