"""Times of a site's own clock, and what they mean when the clocks change.

A time that the clocks jump over means the moment of the jump; a time that comes twice means its first coming. Both
keep times in order.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from goodpart.kpi.window import MINUTE

DAY_MINUTES = 24 * 60


def utc_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time (naive)."""
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    # PEP 495: for a time in a gap, fold=1 answers from before the jump and fold=0 from after it.
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    earlier = before.astimezone(zone).utcoffset()
    while instant - before > MINUTE:
        middle = before + (instant - before) // MINUTE // 2 * MINUTE
        if middle.astimezone(zone).utcoffset() == earlier:
            before = middle
        else:
            instant = middle
    return instant


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which ``day`` begins."""
    return utc_of(datetime.combine(day, time(0)), zone)


def clock_change_min(day: date, zone: ZoneInfo) -> int:
    """By how many minutes ``day`` is longer than others: -60 where the clocks go an hour forward, else mostly 0."""
    length = midnight(day + timedelta(days=1), zone) - midnight(day, zone)
    return length // MINUTE - DAY_MINUTES


def minute_of_day(moment: time) -> int:
    return moment.hour * 60 + moment.minute
