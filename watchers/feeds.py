"""What the log says about one feed: its items and all their versions, its gaps, and whether it failed or is gone.

Folded from the events tagged with the feed and kept up as new ones are recorded. Nothing else is remembered, so it
can be thrown away at any time: after a crash, or when somebody else recorded something.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

from ledger.application import Ledger
from ledger.envelope import NewEvent
from ledger.events import (
    CoverageGapFound,
    DevelopmentReported,
    Event,
    FeedAdded,
    FeedFailing,
    FeedGone,
    FeedRecovered,
    ItemObserved,
    ItemRevised,
)
from watchers.items import Sight, Version


class FeedMemory:
    """Everything recorded about one feed that decides what a new poll of it means."""

    def __init__(self, feed: str) -> None:
        self.feed = feed
        self.position = 0
        self.added = False
        self.failing = False
        self.gone_url: str | None = None
        self.gaps: set[datetime] = set()
        self.said: dict[str, list[DevelopmentReported]] = {}
        self._versions: dict[str, list[Version]] = {}
        self._keys: dict[str, str] = {}

    def __contains__(self, key: object) -> bool:
        """Whether an item of that key was ever recorded."""
        return key in self._versions

    @property
    def has_items(self) -> bool:
        """Whether the feed ever showed anything."""
        return bool(self._versions)

    def versions(self, key: str) -> tuple[Version, ...]:
        """Return all versions of an item, earliest observation first."""
        return tuple(self._versions.get(key, ()))

    def current(self, key: str, at: datetime) -> Version | None:
        """Return the version that was current at an instant, or None if the item was not seen by then."""
        versions = self._versions.get(key, [])
        index = bisect_right(versions, at, key=lambda version: version.observed_at)
        return versions[index - 1] if index else None

    def following(self, key: str, at: datetime) -> Version | None:
        """Return the version observed next after an instant, or None."""
        versions = self._versions.get(key, [])
        index = bisect_right(versions, at, key=lambda version: version.observed_at)
        return versions[index] if index < len(versions) else None

    def sight(self, at: datetime) -> Sight | None:
        """Return what is known of the feed's last document before an instant: all items seen by then.

        A stand-in for the window of the last poll, when that was lost: wider, so it finds fewer gaps, never more.
        """
        known = {key: self.current(key, at) for key in self._versions}
        seen = [version.observed_at for version in known.values() if version]
        keys = frozenset(key for key, version in known.items() if version)
        return Sight(at=max(seen), keys=keys) if seen else None

    def apply(self, event: Event, observed_at: datetime | None) -> None:
        """Take one event in, whether it comes from the log or is about to be recorded."""
        match event:
            case ItemObserved() | ItemRevised():
                assert observed_at is not None
                self._add(event, observed_at)
            case CoverageGapFound():
                self.gaps.add(event.until)
            case DevelopmentReported() if event.item_id:
                self.said.setdefault(event.item_id, []).append(event)
            case FeedAdded():
                self.added = True
            case FeedFailing():
                self.failing = True
            case FeedRecovered():
                self.failing = False
                self.gone_url = None
            case FeedGone():
                self.gone_url = event.url
            case _:
                pass

    def apply_all(self, events: Iterable[NewEvent]) -> None:
        """Take several events in, in order."""
        for new in events:
            self.apply(new.event, new.observed_at)

    def _add(self, event: ItemObserved | ItemRevised, observed_at: datetime) -> None:
        if isinstance(event, ItemObserved):
            self._keys[event.item_id] = event.key
        versions = self._versions.setdefault(self._keys[event.item_id], [])
        n = 1 if isinstance(event, ItemObserved) else event.version
        if any(version.n == n for version in versions):
            return  # the same event once more: taken in before it was recorded, now read from the log
        version = Version(
            n=n,
            observed_at=observed_at,
            text=event.text,
            title_sha256=event.title_sha256,
            body_sha256=event.body_sha256,
            link=event.link,
            in_scope=event.in_scope,
        )
        versions.insert(bisect_right(versions, observed_at, key=lambda each: each.observed_at), version)


class FeedMemories:
    """The memories of all feeds, read from the ledger on first need and brought up to date on every later one."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._memories: dict[str, FeedMemory] = {}

    def of(self, feed: str) -> FeedMemory:
        """Return what the log says about a feed by now."""
        memory = self._memories.setdefault(feed, FeedMemory(feed))
        for recorded in self._ledger.tagged(f"feed:{feed}", after=memory.position):
            memory.apply(recorded.event, recorded.observed_at)
            memory.position = recorded.position
        return memory

    def forget(self, feed: str) -> None:
        """Drop what was folded, because something else was recorded than was thought."""
        self._memories.pop(feed, None)
