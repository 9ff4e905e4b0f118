"""What the report says about its own ears, as values of the report's model."""

from datetime import datetime

from ledger.values import Value


class GapLine(Value, frozen=True, kw_only=True):
    """A stretch of time in which something may have been missed."""

    feed: str
    reason: str
    since: datetime
    until: datetime | None = None


class FeedLine(Value, frozen=True, kw_only=True):
    """What one feed gave in the period."""

    feed: str
    state: str
    polls: int
    failures: int
    items: int
    in_scope: int
    coded: int


class CoverageSection(Value, frozen=True, kw_only=True):
    """What was heard and what was not."""

    items: int
    in_scope: int
    coded: int
    languages: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    gaps: tuple[GapLine, ...] = ()
    more_gaps: int = 0
    feeds: tuple[FeedLine, ...] = ()
