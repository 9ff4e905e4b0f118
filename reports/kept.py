"""What the desk keeps of items, feeds, gaps, alerts and reports: one immutable value each."""

from dataclasses import dataclass
from datetime import datetime

from ledger.events import AlertRaised, ReportPublished


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemVersion:
    """One version of an item: where it can be read (`text` is a blob) and when it came."""

    version: int
    text: str
    raw: str
    recorded_at: datetime
    observed_at: datetime | None
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item with all its versions, oldest first. `baseline`: it was already there at the feed's first poll."""

    id: str
    feed: str
    link: str | None
    published: str | None
    publisher: str | None
    language: str | None
    in_scope: bool
    baseline: bool
    versions: tuple[ItemVersion, ...]
    developments: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How a feed does: `state` is ok, failing, gone or removed, `since` when that began.

    `coded` counts items with a development, `nothing` those in scope without one; polls and failures are sums of the daily summaries.
    """

    name: str
    source: str
    state: str = "ok"
    failure: str | None = None
    since: datetime | None = None
    added_at: datetime | None = None
    archive: bool = False
    last_item_at: datetime | None = None
    items: int = 0
    revisions: int = 0
    in_scope: int = 0
    coded: int = 0
    nothing: int = 0
    polls: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of time in which items may have been missed, on one feed or (None) on the whole watch."""

    feed: str | None
    reason: str
    since: datetime
    until: datetime
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert that was raised, and when and why it was resolved."""

    raised: AlertRaised
    raised_at: datetime
    position: int
    resolved_at: datetime | None = None
    reason: str | None = None

    @property
    def open(self) -> bool:
        """Whether it still stands."""
        return self.resolved_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published report and the position of its event."""

    report: ReportPublished
    recorded_at: datetime
    position: int
