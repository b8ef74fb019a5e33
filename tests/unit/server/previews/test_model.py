"""How long a station is watched, what a gateway is told of it, and what may be shown as a preview."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.server.previews.errors import PreviewUnusableError
from goodpart.server.previews.model import LEASE, check_preview, extended
from goodpart.server.previews.service import as_commands
from goodpart.wire.commands import Commands
from goodpart.wire.previews import StationPreview
from tests.fakes.pictures import good_part
from tests.fakes.previews import preview_of

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)


@given(st.lists(st.floats(0.1, 60), min_size=1, max_size=60))
def test_a_station_is_watched_for_at_least_ten_seconds_after_each_look(pauses: list[float]) -> None:
    until: datetime | None = None
    now = NOW
    for pause_s in pauses:
        now += timedelta(seconds=pause_s)
        until = extended(until, now) or until
        assert until is not None
        assert timedelta(seconds=10) < until - now <= LEASE


def test_the_cursor_changes_when_somebody_begins_to_look_and_is_nothing_without_anybody() -> None:
    one = {"a": NOW + LEASE}
    two = {**one, "b": NOW + LEASE + timedelta(milliseconds=1)}
    assert as_commands({}, NOW) == Commands()
    assert as_commands(one, NOW).cursor < as_commands(two, NOW).cursor
    assert [(each.station, each.lease_s) for each in as_commands(two, NOW).watch] == [("a", 15.0), ("b", 15.001)]


def altered(**values: object) -> StationPreview:
    return msgspec.structs.replace(preview_of(1), **values)


UNUSABLE = {
    "no picture": altered(frame=b"<svg onload=alert(1)>"),
    "cut short": altered(frame=preview_of(1).frame[:-100]),
    "too many pixels": altered(frame=good_part(1, side=641, suffix=".jpg")),
    "another kind": altered(frame=good_part(1)),
    "heat of another kind": altered(heat=preview_of(2).frame),
    "an impossible time": altered(
        inspection=msgspec.structs.replace(preview_of(1).inspection, triggered_at=NOW - timedelta(days=99999))
    ),
}


@pytest.mark.parametrize("preview", UNUSABLE.values(), ids=UNUSABLE)
def test_what_is_not_as_agreed_is_refused(preview: StationPreview) -> None:
    with pytest.raises(PreviewUnusableError):
        check_preview(preview)


def test_what_a_gateway_makes_is_taken() -> None:
    check_preview(preview_of(1))
    check_preview(preview_of(1, heat=good_part(1)))
