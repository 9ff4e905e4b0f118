"""Moments: what the record held (as of), what sources had shown (seen by), on which valid day (on).

As the command line takes them: digits alone are a position, a date alone is the end of that day in UTC, everything
else an RFC 3339 instant or a report's id. The three combine.
"""

import re
from datetime import UTC, date, datetime, time
from typing import Protocol

from ledger.errors import UsageError
from ledger.values import Value

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CALENDAR = re.compile(r"\d{4}-\d\d-\d\d(?:$|[T ])", re.ASCII)
"""Calendar dates only: a week date would silently mean its Monday."""


class Moment(Value, frozen=True, kw_only=True):
    """A resolved moment. `position` is inclusive; `seen_by` and `on` are None when they do not restrict."""

    position: int
    seen_by: datetime | None = None
    on: date | None = None


class Catalogue(Protocol):
    """What is needed of a ledger to resolve a moment."""

    @property
    def head(self) -> int:
        """The last position."""
        ...

    def position_at(self, instant: datetime) -> int:
        """The last position recorded at or before an instant."""
        ...

    def position_of_report(self, report_id: str) -> int | None:
        """The position a report was made as of, or None if there is no such report."""
        ...


def parse_instant(text: str) -> datetime:
    """Return the instant a text names; a date alone is the last microsecond of that day in UTC (UsageError)."""
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        instant = datetime.fromisoformat(text if _CALENDAR.match(text) else "no week date")
    except ValueError:
        raise UsageError(
            f"{text!r} is no moment; give a date (2024-06-25), an instant (2024-06-25T12:00:00Z), a position or a report id"
        ) from None
    try:
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{text!r} lies outside of the years 1 to 9999") from None


def parse_day(text: str) -> date:
    """Return the valid day a text names (UsageError if it is none)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day; write it as 2024-06-25") from None


def resolve(
    catalogue: Catalogue, *, as_of: str | None = None, seen_by: str | None = None, on: str | None = None
) -> Moment:
    """Turn the three texts of a command line into a moment of a ledger (UsageError for what cannot be read)."""
    return Moment(
        position=_position(catalogue, as_of),
        seen_by=None if seen_by is None else parse_instant(seen_by),
        on=None if on is None else parse_day(on),
    )


def _position(catalogue: Catalogue, as_of: str | None) -> int:
    if as_of is None:
        return catalogue.head
    if as_of.isascii() and as_of.isdigit():
        position = int(as_of)
        if position == 0:
            raise UsageError("positions count from 1")
        if position > catalogue.head:
            raise UsageError(
                f"the ledger ends at position {catalogue.head}; there is no position {position} yet"
            )
        return position
    of_report = catalogue.position_of_report(as_of)
    return of_report if of_report is not None else catalogue.position_at(parse_instant(as_of))
