"""The line to the server: patient in its pauses, sparing in its words."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from goodpart.gateway.enrollment.errors import ServerRefusedError, ServerUnreachableError
from goodpart.gateway.uplink.link import Link, pause_s

AWAY = ServerUnreachableError("The server at https://plant:8443 cannot be reached: no connection.", "Check it.")
REVOKED = ServerRefusedError("The gateway was revoked.", "Enrol again.", status=403, reason="revoked")


@given(st.integers(1, 10_000), st.floats(0.01, 10), st.floats(1, 600), st.floats(0, 1))
def test_a_pause_is_never_longer_than_the_longest_and_never_nothing(
    failures: int, first_s: float, longest_s: float, chance: float
) -> None:
    pause = pause_s(failures, first_s=first_s, longest_s=longest_s, chance=chance)
    assert min(first_s, longest_s) / 2 <= pause <= longest_s


@given(st.integers(1, 50), st.floats(0, 1))
def test_pauses_grow_with_every_failure(failures: int, chance: float) -> None:
    now, then = (pause_s(n, first_s=0.2, longest_s=5, chance=chance) for n in (failures, failures + 1))
    assert then >= now


def events(logs: Sequence[Mapping[str, object]]) -> list[object]:
    return [entry["event"] for entry in logs]


def test_a_server_that_is_lost_is_said_once_however_many_loops_notice() -> None:
    link = Link(first_s=0.2, longest_s=5)
    with capture_logs() as logs:
        for _ in range(5):
            for loop in ("events", "images", "reports", "desired"):
                link.failed(loop, AWAY)
        for loop in ("reports", "desired", "events"):
            link.worked(loop)
        assert not link.is_up
        link.worked("images")
        link.worked("images")
    assert events(logs) == ["server_lost", "server_found_again"]
    assert link.is_up


def test_another_cause_is_said_too() -> None:
    link = Link(first_s=0.2, longest_s=5)
    with capture_logs() as logs:
        link.failed("events", AWAY)
        link.failed("events", REVOKED)
        link.failed("events", REVOKED)
    assert [entry["cause"] for entry in logs] == [AWAY.cause, REVOKED.cause]
    assert all(entry["remedy"] for entry in logs)


def test_a_loop_that_works_again_starts_with_short_pauses() -> None:
    link = Link(first_s=0.2, longest_s=5, chance=lambda: 1.0)
    assert [link.failed("events", AWAY) for _ in range(7)] == [0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]
    link.worked("events")
    assert link.failed("events", AWAY) == 0.2
