"""Series for charts: steps of a figure over time with its range, and counts of developments a week."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.claims import Number
from reports.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A figure from a valid day on; `low` to `high` is its range, `source` the leading claim's."""

    day: date
    value: Number
    low: Number
    high: Number
    source: str
    development: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """An indicator's admitted snapshots (or flows) in order of valid day."""

    indicator: str
    label: str
    unit: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """How many developments of each track are said to have occurred in the ISO week that starts on `monday`."""

    monday: date
    tracks: dict[str, int]


def indicator_series(desk: Desk, indicator_id: str, *, now: datetime, on: date | None = None) -> Series:
    """Return an indicator's history (NotFound if there is no such indicator)."""
    raise NotImplementedError


def weeks_by_track(desk: Desk, *, now: datetime, on: date | None = None, weeks: int = 26) -> tuple[Week, ...]:
    """Return the last so many weeks up to the valid day, empty ones too; one fact counts once."""
    raise NotImplementedError
