from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from goodpart.base.ids import new_id

moments = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_7_that_tells_its_millisecond(now: datetime, random: bytes) -> None:
    made = UUID(new_id(now, random))
    assert made.version == 7
    assert made.int >> 80 == int(now.timestamp() * 1000)


@given(moments, moments, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_ids_sort_by_the_time_they_were_made(a: datetime, b: datetime, noise_a: bytes, noise_b: bytes) -> None:
    if int(a.timestamp() * 1000) < int(b.timestamp() * 1000):
        assert new_id(a, noise_a) < new_id(b, noise_b)


@given(moments, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_different_noise_makes_different_ids(now: datetime, a: bytes, b: bytes) -> None:
    low = (1 << 74) - 1
    same = int.from_bytes(a, "big") & low == int.from_bytes(b, "big") & low
    assert (new_id(now, a) == new_id(now, b)) == same
