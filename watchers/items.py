"""What feeds show, as values: a parsed entry, an item, what is new about it, and how a feed is doing.

None of these is ever recorded as it is; what is recorded are the events that `watchers.decide` makes of them.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from ledger.application import Ledger
from ledger.errors import BlobDropped
from ledger.events import Change, CoverageGapFound, ItemObserved, ItemRevised


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """One entry as the document has it: title and body already plain text, everything else untouched.

    `published` is RFC 3339 in UTC, or None where the publisher gave no date that can be read.
    """

    guid: str | None = None
    link: str | None = None
    title: str = ""
    body: str = ""
    published: str | None = None
    author: str | None = None
    publisher: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a document holds, in its own order.

    `degraded` says what is malformed about it. `truncated` tells that it breaks off, so its last entry was left
    out. `ttl_s` is how long the publisher says it stays good (seconds). `parser` names parser and version.
    """

    items: tuple[RawItem, ...]
    parser: str
    degraded: str | None = None
    truncated: bool = False
    title: str | None = None
    site: str | None = None
    ttl_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a feed, normalised. `key` is its identity within the feed, `item_id` follows from feed and key."""

    item_id: str
    feed: str
    key: str
    title: str
    body: str
    guid: str | None = None
    link: str | None = None
    published: str | None = None
    author: str | None = None
    publisher: str | None = None
    language: str | None = None

    @property
    def text(self) -> str:
        """The text that evidence points into: title, line feed, body."""
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an item as the ledger holds it. `n` counts from 1 in the order of recording."""

    n: int
    observed_at: datetime
    text: str
    title_sha256: str
    body_sha256: str
    link: str | None
    in_scope: bool

    def says_the_same_as(self, other: "Version") -> bool:
        """Whether title, body and link are equal; dates do not count."""
        return (self.title_sha256, self.body_sha256, self.link) == (
            other.title_sha256,
            other.body_sha256,
            other.link,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """The feed never showed this item before."""

    reason: str = "first sight of this key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """Title, body or link differ from the version that was current when this was observed.

    `n` is the number of the version to be recorded; `reverted` tells that an earlier version said just the same.
    """

    n: int
    previous: Version
    changes: tuple[Change, ...]
    reverted: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Nothing new; `reason` says what it repeats."""

    reason: str


Verdict = New | Revised | Repeat
"""What one observation of an item means."""

Health = Literal["new", "ok", "degraded", "failing", "gone"]
"""How a feed is doing, as of its last poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What the watcher remembers of a feed between polls; it may be lost without harm.

    The validators are opaque. `window` holds the keys of the last document. `interval_s` is what adaptation has come
    to, `validated` counts conditional requests and `unmodified` how many of them were answered 304.
    """

    feed: str
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    window: tuple[str, ...] | None = None
    next_at: datetime | None = None
    reason: str = "never polled"
    health: Health = "new"
    failures: int = 0
    interval_s: float | None = None
    validated: int = 0
    unmodified: int = 0
    last_poll: datetime | None = None
    last_read: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One poll's document as later polls remember it: when it was, and the keys of its items."""

    at: datetime
    keys: frozenset[str]


class Steps(Protocol):
    """Whoever shows how far an import is."""

    def advance(self, steps: int = 1) -> None:
        """Note that so many polls or lines were read."""
        ...

    def total(self, total: int) -> None:
        """Note how many there are in all."""
        ...


def sha256_of(data: str | bytes) -> str:
    """Return the SHA-256 (hex) of bytes, or of a text as UTF-8."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def item_id_of(feed: str, key: str) -> str:
    """Return the id that an item has for good: `item-` and 16 hex digits of the hash of feed and key."""
    return "item-" + sha256_of(f"{feed}\n{key}")[:16]


def items_summary(ledger: Ledger, feed: str | None = None) -> dict[str, Any]:
    """Return what `sitledger items --json` prints: counts, and every item as its latest version has it.

    `list` is in the order of first recording; the latest version is the one a source showed last.
    """
    fold = _Summary(ledger)
    wanted = ledger.tagged(f"feed:{feed}") if feed else ledger.of_type(*_COUNTED)
    for recorded in wanted:
        fold.take(recorded.event, recorded.observed_at)
    return {
        "items": len(fold.items),
        "revisions": fold.revisions,
        "aliases": 0,
        "copies": 0,
        "gaps": fold.gaps,
        "disappeared": 0,
        "list": [fold.row(item_id) for item_id in fold.items],
    }


_COUNTED = (ItemObserved, ItemRevised, CoverageGapFound)


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class _Summary:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.items: dict[str, ItemObserved] = {}
        self.versions: dict[str, list[tuple[datetime | None, ItemObserved | ItemRevised]]] = {}
        self.revisions = 0
        self.gaps = 0

    def take(self, event: object, observed_at: datetime | None) -> None:
        if isinstance(event, CoverageGapFound):
            self.gaps += 1
        elif isinstance(event, ItemObserved):
            self.items[event.item_id] = event
            self.versions.setdefault(event.item_id, []).append((observed_at, event))
        elif isinstance(event, ItemRevised):
            self.revisions += 1
            self.versions.setdefault(event.item_id, []).append((observed_at, event))

    def row(self, item_id: str) -> dict[str, object]:
        first, versions = self.items[item_id], self.versions[item_id]
        seen = [at for at, _ in versions if at is not None]
        latest = max(versions, key=lambda each: each[0] or _LONG_AGO)[1]
        return {
            "id": item_id,
            "feed": first.feed,
            "key": first.key,
            "guid": first.guid,
            "link": latest.link,
            "title": self._title(latest.text),
            "published": latest.published,
            "first_seen": min(seen, default=None),
            "last_changed": max(seen, default=None),
            "versions": len(versions),
            "in_scope": latest.in_scope,
        }

    def _title(self, text: str) -> str | None:
        try:
            return self._ledger.text(text).partition("\n")[0]
        except BlobDropped:  # a withdrawn text leaves its hash behind, and the list goes on
            return None
