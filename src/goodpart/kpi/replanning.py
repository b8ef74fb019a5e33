"""What of a site's time a new revision of its calendar plans differently."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from goodpart.kpi.calendar import Calendar
from goodpart.kpi.shifts import Shift
from goodpart.kpi.wallclock import midnight
from goodpart.kpi.window import END_OF_TIME, EPOCH, Window

_A_DAY = timedelta(days=1)


def replanned(old: Calendar, new: Calendar) -> tuple[Window, ...]:
    """Outside these windows, in order and apart, both plan the same; inside they may. Whole minutes.

    Only what differs is told: a holiday added to a year of shifts is two days (its last shift may run into the second),
    a week from a date on is everything since.
    """
    if old.zone != new.zone:
        return (Window(EPOCH, END_OF_TIME),)
    return _merged([*_replanned_weeks(old, new), *_replanned_days(old, new)])


def _replanned_weeks(old: Calendar, new: Calendar) -> Iterator[Window]:
    zone = ZoneInfo(old.zone)
    firsts = sorted({change.first for calendar in (old, new) for change in calendar.changes})
    for first, after in zip((None, *firsts), (*firsts, None), strict=True):
        day = first or date.min
        if _told(old.week_on(day)) != _told(new.week_on(day)):
            # The last of these days has shifts that may run into the day after it.
            yield Window(
                midnight(first, zone) if first else EPOCH, midnight(after + _A_DAY, zone) if after else END_OF_TIME
            )


def _replanned_days(old: Calendar, new: Calendar) -> Iterator[Window]:
    zone = ZoneInfo(old.zone)
    before, after = (_exceptions(calendar) for calendar in (old, new))
    for day in before.keys() | after.keys():
        one = before.get(day, _on(old.week_on(day), day))
        two = after.get(day, _on(new.week_on(day), day))
        if one != two:
            yield Window(midnight(day, zone), midnight(day + 2 * _A_DAY, zone))


def _exceptions(calendar: Calendar) -> dict[date, frozenset[object]]:
    return {one.day: frozenset(_times(shift) for shift in one.shifts) for one in calendar.exceptions}


def _on(week: Iterable[Shift], day: date) -> frozenset[object]:
    return frozenset(_times(shift) for shift in week if day.isoweekday() in shift.weekdays)


def _told(week: Iterable[Shift]) -> frozenset[object]:
    """The same for weeks that differ only in how their shifts are listed."""
    return frozenset((weekday, _times(shift)) for shift in week for weekday in shift.weekdays)


def _times(shift: Shift) -> object:
    return shift.name, shift.start, shift.end, shift.breaks


def _merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    merged: list[Window] = []
    for window in sorted(windows, key=lambda one: one.start):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return tuple(merged)
