"""Whether a date of publication that somebody typed can be true: nothing was published after it was taken in."""

from datetime import date, datetime, timedelta

from ledger.application import Ledger
from ledger.developments import When

AHEAD_MAX = timedelta(days=1)
"""Where the publisher sits it can be tomorrow already (UTC+14)."""

AHEAD_VIRTUAL_MAX = timedelta(days=3_653)
"""On a virtual clock a story is told of the past, and what is taken in may well be later than it."""


def last_day_of_publication(ledger: Ledger, now: datetime) -> date:
    """Return the last day on which something taken in now can have been published."""
    return now.date() + (AHEAD_VIRTUAL_MAX if ledger.is_virtual else AHEAD_MAX)


def published_when(text: str, latest: date) -> When:
    """Return a date of publication; it may be cut to its month or year, and then counts from its first day.

    Raises ValueError for what is no date, and for a date after the last day that is possible.
    """
    try:
        when = When(text=text)
    except OverflowError as error:  # 9999-W52 ends in a year that the calendar does not have
        raise ValueError(f"not a date that the calendar knows: {text!r}") from error
    if when.first > latest:
        raise ValueError(f"{text} lies in the future; give the day on which it was published")
    return when
