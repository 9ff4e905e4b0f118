"""The vocabulary: every domain event, in the past tense, under a stable wire name of our own.

`TOPIC` is the wire name, `noun.verb/version`. A changed shape gets a new version and an upcaster in
`ledger.codec`; tests/ledger/golden/ keeps the bytes of every version ever written.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from ledger.configuration import Configuration, Severity
from ledger.developments import Development
from ledger.events_audit import CheckpointSigned
from ledger.sources import Evidence
from ledger.values import Value


class LedgerOpened(Value, frozen=True, kw_only=True):
    """The first event. On a virtual clock every report says so."""

    TOPIC: ClassVar[str] = "ledger.opened/1"
    clock: Literal["system", "virtual"]
    program: str


class ConfigurationChanged(Value, frozen=True, kw_only=True):
    """The whole effective configuration, code book and rules included."""

    TOPIC: ClassVar[str] = "configuration.changed/1"
    sha256: str
    configuration: Configuration


class ClockRead(Value, frozen=True, kw_only=True):
    """The alert engine looked at the clock and something followed from it.

    `evaluated` is the last position whose consequences were all recorded by then.
    """

    TOPIC: ClassVar[str] = "clock.read/1"
    at: datetime
    evaluated: int = 0


class FeedAdded(Value, frozen=True, kw_only=True):
    """A feed is watched from now on (`archive`: only back-filled)."""

    TOPIC: ClassVar[str] = "feed.added/1"
    feed: str
    source: str
    url: str | None = None
    kind: Literal["feed", "archive"] = "feed"


class FeedRemoved(Value, frozen=True, kw_only=True):
    """A feed is no longer in the configuration; its history stays."""

    TOPIC: ClassVar[str] = "feed.removed/1"
    feed: str


class FeedGone(Value, frozen=True, kw_only=True):
    """The server said 410 Gone: polling has stopped."""

    TOPIC: ClassVar[str] = "feed.gone/1"
    feed: str
    url: str


class FeedFailing(Value, frozen=True, kw_only=True):
    """A feed began to fail. `failure` is the typed failure, `detail` what the server or network said."""

    TOPIC: ClassVar[str] = "feed.failing/1"
    feed: str
    failure: str
    detail: str


class FeedRecovered(Value, frozen=True, kw_only=True):
    """A failing feed answered again."""

    TOPIC: ClassVar[str] = "feed.recovered/1"
    feed: str
    failures: int


class CoverageGapFound(Value, frozen=True, kw_only=True):
    """Something may have been missed between two instants, on one feed or (feed None) on the whole watch."""

    TOPIC: ClassVar[str] = "coverage.gap_found/1"
    feed: str | None = None
    reason: Literal["no_overlap", "empty", "failing", "asleep"]
    since: datetime
    until: datetime


class WatchStarted(Value, frozen=True, kw_only=True):
    """The daemon started."""

    TOPIC: ClassVar[str] = "watch.started/1"
    program: str
    feeds: int


class WatchStopped(Value, frozen=True, kw_only=True):
    """The daemon stopped in good order."""

    TOPIC: ClassVar[str] = "watch.stopped/1"
    reason: str


class PollsSummarised(Value, frozen=True, kw_only=True):
    """One feed's polls of one UTC day; single polls are not events."""

    TOPIC: ClassVar[str] = "polls.summarised/1"
    feed: str
    day: date
    polls: int
    not_modified: int = 0
    failures: int = 0
    items: int = 0
    revisions: int = 0


class ItemObserved(Value, frozen=True, kw_only=True):
    """A feed showed an item for the first time.

    `text` is the blob of its normalised text (title LF body, NFC), `raw` the SHA-256 of the document it came in,
    which is a blob too. `published` is what the publisher says, RFC 3339 or None. The field hashes are SHA-256 hex.
    """

    TOPIC: ClassVar[str] = "item.observed/1"
    item_id: str
    feed: str
    key: str
    text: str
    title_sha256: str
    body_sha256: str
    raw: str
    parser: str
    guid: str | None = None
    link: str | None = None
    published: str | None = None
    author: str | None = None
    language: str | None = None
    publisher: str | None = None
    in_scope: bool = False
    baseline: bool = False


class Change(Value, frozen=True, kw_only=True):
    """One changed field. For `title` and `body` old and new are text blobs; for `link` the addresses themselves."""

    field: Literal["title", "body", "link"]
    old: str | None
    new: str | None


class ItemRevised(Value, frozen=True, kw_only=True):
    """The publisher changed an item's title, link or body; the older version is kept. A date alone is none."""

    TOPIC: ClassVar[str] = "item.revised/1"
    item_id: str
    feed: str
    version: int
    changes: tuple[Change, ...]
    text: str
    title_sha256: str
    body_sha256: str
    raw: str
    parser: str
    link: str | None = None
    published: str | None = None
    in_scope: bool = False
    reverted: bool = False


class DevelopmentReported(Value, frozen=True, kw_only=True):
    """Somebody says that something happened. `via` tells who coded it; nothing here is reviewed.

    `grade` is the Admiralty letter of the source when it was recorded, `origin` what independence is counted by,
    `published` the publisher's date (ISO 8601, cut to its precision) or None, `flags` the failed sanity checks.
    """

    TOPIC: ClassVar[str] = "development.reported/1"
    development_id: str
    development: Development
    evidence: tuple[Evidence, ...]
    source: str
    grade: str
    origin: str
    via: Literal["extractor", "record", "person"]
    item_id: str | None = None
    item_version: int | None = None
    published: str | None = None
    record: str | None = None
    conflicts_with: tuple[str, ...] = ()
    rule_set: str | None = None
    rule: str | None = None
    confidence: Decimal | None = None
    flags: tuple[str, ...] = ()


class AlertRaised(Value, frozen=True, kw_only=True):
    """An alert rule fired. `labels` with the rule's name are the alert's identity, `n` counts its firings."""

    TOPIC: ClassVar[str] = "alert.raised/1"
    alert_id: str
    rule: str
    kind: str
    severity: Severity
    labels: dict[str, str]
    n: int
    summary: str
    value: str | None = None
    threshold: str | None = None
    developments: tuple[str, ...] = ()
    unsent: str | None = None


class AlertResolved(Value, frozen=True, kw_only=True):
    """An alert's condition cleared, or its time was over."""

    TOPIC: ClassVar[str] = "alert.resolved/1"
    alert_id: str
    reason: str


class NotificationRequested(Value, frozen=True, kw_only=True):
    """An alert is to be handed to a destination; recorded in the transaction that raised (or resolved) it."""

    TOPIC: ClassVar[str] = "notification.requested/1"
    notification_id: str
    alert_id: str
    destination: str
    reason: str
    phase: Literal["raised", "resolved"] = "raised"


class NotificationDelivered(Value, frozen=True, kw_only=True):
    """A destination accepted a notification."""

    TOPIC: ClassVar[str] = "notification.delivered/1"
    notification_id: str
    destination: str
    attempt: int


class NotificationFailed(Value, frozen=True, kw_only=True):
    """A destination refused a notification for good, or time was up."""

    TOPIC: ClassVar[str] = "notification.failed/1"
    notification_id: str
    destination: str
    attempt: int
    reason: str


class ReportPublished(Value, frozen=True, kw_only=True):
    """A report was published. It is a pure function of the ledger up to `position`.

    `start` and `end` bound the period [start, end) in UTC. `files` maps a format (json, html, md) to the SHA-256 of
    its bytes, which are kept as blobs. `renderer` names code and template versions.
    """

    TOPIC: ClassVar[str] = "report.published/1"
    report_id: str
    version: int
    start: datetime
    end: datetime
    position: int
    root: str
    renderer: str
    files: dict[str, str]


class BlobDropped(Value, frozen=True, kw_only=True):
    """Stored bytes were removed for good: retention, takedown. The hash stays wherever it was recorded."""

    TOPIC: ClassVar[str] = "blob.dropped/1"
    sha256: str
    reason: str


_OfLedger = LedgerOpened | ConfigurationChanged | BlobDropped | CheckpointSigned
_OfFeeds = FeedAdded | FeedRemoved | FeedGone | FeedFailing | FeedRecovered | CoverageGapFound
_OfWatch = WatchStarted | WatchStopped | PollsSummarised
_OfItems = ItemObserved | ItemRevised | DevelopmentReported
_OfAlerts = ClockRead | AlertRaised | AlertResolved
_OfNotices = NotificationRequested | NotificationDelivered | NotificationFailed

Event = _OfLedger | _OfFeeds | _OfWatch | _OfItems | _OfAlerts | _OfNotices | ReportPublished
