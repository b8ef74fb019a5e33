"""Station-minutes gathered into the bars of a chart."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from goodpart.kpi.minutes import StationMinute
from goodpart.kpi.sums import Sums, total


def by_minute(rows: Iterable[StationMinute]) -> dict[datetime, Sums]:
    """Sums per minute (UTC), in order; minutes without rows are absent."""
    return _gathered((row.minute, row.sums) for row in rows)


def by_hour(rows: Iterable[StationMinute], zone: ZoneInfo) -> dict[datetime, Sums]:
    """Sums per hour of the site's clock, by its start in UTC, in order; hours without rows are absent.

    Hours follow the wall: half-hour zones start theirs at half past UTC, and an hour that comes twice is two bars.
    """
    return _gathered(
        (row.minute.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC), row.sums)
        for row in rows
    )


def by_quarter(rows: Iterable[StationMinute]) -> dict[datetime, Sums]:
    """Sums per quarter of an hour, by its start in UTC, in order; quarters without rows are absent.

    All zones in use lie a whole number of quarters from UTC, so these are quarters of the site's clock too.
    """
    return _gathered((row.minute.replace(minute=row.minute.minute // 15 * 15), row.sums) for row in rows)


def _gathered(timed: Iterable[tuple[datetime, Sums]]) -> dict[datetime, Sums]:
    found: dict[datetime, list[Sums]] = defaultdict(list)
    for start, sums in timed:
        found[start].append(sums)
    return {start: total(found[start]) for start in sorted(found)}
