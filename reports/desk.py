"""Desk: everything that reports and alert rules look at, folded once from the log and kept up to date.

All views (tiles, disputes, timeline …) are pure functions of a desk, an instant `now` and a valid day `on`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ledger.configuration import Configuration
from ledger.envelope import Recorded
from ledger.events import (
    AlertRaised,
    ReportPublished,
)
from reports.claims import Claim
from reports.facts import Fact, FactKey


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
    """How a feed does: `state` is ok, failing, gone or removed; counts are sums of the daily summaries."""

    name: str
    source: str
    state: str = "ok"
    failure: str | None = None
    since: datetime | None = None
    last_item_at: datetime | None = None
    items: int = 0
    revisions: int = 0
    in_scope: int = 0
    coded: int = 0
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


class Desk:
    """The state of one ledger; `apply` takes one event in, at the cost of a dictionary look-up or two."""

    def __init__(self) -> None:
        self.position = 0
        self.recorded_at: datetime | None = None
        self.opened_at: datetime | None = None
        self.virtual = False
        self.claims: dict[str, Claim] = {}
        self.items: dict[str, Item] = {}
        self.feeds: dict[str, FeedHealth] = {}
        self.gaps: list[Gap] = []
        self.alerts: dict[str, Alert] = {}
        self.reports: list[Published] = []
        self.revisions = 0

    @property
    def configuration(self) -> Configuration:
        """The configuration in force (ConfigurationError if none was recorded yet)."""
        raise NotImplementedError

    def apply(self, recorded: Recorded) -> None:
        """Take one event in."""
        raise NotImplementedError

    def copy(self) -> "Desk":
        """Return an independent desk in the same state, cheaply: the values inside are immutable and shared."""
        raise NotImplementedError

    def facts(self, key: FactKey) -> tuple[Fact, ...]:
        """Return the facts under one key, in order of valid time; worked out once and kept until a claim changes it."""
        raise NotImplementedError

    def all_facts(self) -> Iterator[Fact]:
        """Return every fact."""
        raise NotImplementedError

    def fact_of(self, claim_id: str) -> Fact | None:
        """Return the fact that a claim is about; None for planned and hypothetical claims and unattached denials."""
        raise NotImplementedError

    def of_kind(self, *kinds: str) -> Iterator[Claim]:
        """Return every claim of some kinds, in order of recording."""
        raise NotImplementedError
