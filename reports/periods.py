"""Report periods: ISO weeks of the configured zone, as [start, end) in UTC.

A report is due for every closed week that has none, so a period is never "when the clock struck": local midnight
may not exist (clocks spring forward) or come twice (they fall back), and a machine may have slept through it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ledger.errors import ConfigurationError, UsageError
from ledger.values import Value

_WEEK = timedelta(days=7)
_TEXT = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)


class Period(Value, frozen=True, kw_only=True):
    """One ISO week. `start` and `end` are aware UTC instants, the end exclusive."""

    year: int
    week: int
    start: datetime
    end: datetime

    @property
    def text(self) -> str:
        """Return the ISO form, e.g. 2024-W26."""
        return f"{self.year:04}-W{self.week:02}"


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """Return the IANA zone of that name (ConfigurationError if there is none)."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise ConfigurationError(f"mission.zone: {name!r} is no IANA time zone") from error


def period_in(year: int, week: int, zone: ZoneInfo) -> Period:
    """Return an ISO week of a zone (UsageError if the year has no such week)."""
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        raise UsageError(f"there is no week {week} in {year}") from None
    return Period(year=year, week=week, start=_midnight(monday, zone), end=_midnight(monday + _WEEK, zone))


def period_at(instant: datetime, zone: ZoneInfo) -> Period:
    """Return the week that an instant falls into."""
    year, week, _ = instant.astimezone(zone).isocalendar()
    return period_in(year, week, zone)


def period_named(text: str, zone: ZoneInfo) -> Period:
    """Return the week a text like 2024-W26 names (UsageError if it is none)."""
    found = _TEXT.fullmatch(text)
    if not found:
        raise UsageError(f"{text!r} is no ISO week; write it as 2024-W26")
    return period_in(int(found[1]), int(found[2]), zone)


def period_after(period: Period, zone: ZoneInfo) -> Period:
    """Return the week that follows."""
    return _neighbour(period, _WEEK, zone)


def period_before(period: Period, zone: ZoneInfo) -> Period:
    """Return the week before."""
    return _neighbour(period, -_WEEK, zone)


def closed_periods(opened: datetime, now: datetime, zone: ZoneInfo) -> Iterator[Period]:
    """Return every week that has ended by now, from the one in which the ledger was opened, in order."""
    period = period_at(opened, zone)
    while period.end <= now:
        yield period
        period = period_after(period, zone)


def report_id(mission: str, period: Period) -> str:
    """Return the permanent number of a week's report, e.g. ABC-W-2024-26."""
    return f"{mission}-W-{period.year:04}-{period.week:02}"


def _neighbour(period: Period, step: timedelta, zone: ZoneInfo) -> Period:
    year, week, _ = (date.fromisocalendar(period.year, period.week, 1) + step).isocalendar()
    return period_in(year, week, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # fold=0 takes the first of two midnights, and in a gap the offset before it, which is the first instant after.
    return datetime.combine(day, time(), zone).astimezone(UTC)
