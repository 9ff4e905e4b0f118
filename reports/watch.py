"""Watch: what was read from which feed, how the feeds do, and what may have been missed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ledger.envelope import Recorded
from ledger.events import (
    CoverageGapFound,
    FeedAdded,
    FeedFailing,
    FeedGone,
    FeedRecovered,
    FeedRemoved,
    ItemObserved,
    ItemRevised,
    PollsSummarised,
)
from reports.kept import FeedHealth, Gap, Item, ItemVersion


class Watch:
    """Items, feeds and gaps, followed one event at a time."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.feeds: dict[str, FeedHealth] = {}
        self.gaps: list[Gap] = []

    def apply(self, recorded: Recorded) -> None:
        """Take one event about items or feeds in; others are ignored."""
        match recorded.event:
            case ItemObserved() as event:
                self._observed(recorded, event)
            case ItemRevised() as event:
                self.revised(recorded, event)
            case PollsSummarised() as event:
                self._feed(event.feed, polls=event.polls, failures=event.failures)
            case FeedAdded() as event:
                self._feed_added(recorded, event)
            case FeedRemoved() | FeedGone() | FeedFailing() | FeedRecovered() as event:
                self._feed_state(recorded, event)
            case CoverageGapFound() as event:
                self._gap(recorded, event)
            case _:
                pass

    def copy(self) -> "Watch":
        """Return an independent watch in the same state."""
        other = Watch()
        other.items, other.feeds, other.gaps = self.items.copy(), self.feeds.copy(), self.gaps.copy()
        return other

    def coded(self, item_id: str) -> int:
        """Note that an item gave a development, and return the item's latest version (0 for an unknown item)."""
        item = self.items.get(item_id)
        if item is None:
            return 0
        self.items[item_id] = replace(item, developments=item.developments + 1)
        if not item.developments:
            self._feed(item.feed, coded=1)
        return item.versions[-1].version

    def _observed(self, recorded: Recorded, event: ItemObserved) -> None:
        self.items[event.item_id] = Item(
            id=event.item_id,
            feed=event.feed,
            link=event.link,
            published=event.published,
            publisher=event.publisher,
            language=event.language,
            in_scope=event.in_scope,
            baseline=event.baseline,
            versions=(_version(1, recorded, event),),
        )
        self._feed(
            event.feed,
            items=1,
            in_scope=int(event.in_scope),
            seen=recorded.observed_at or recorded.recorded_at,
        )

    def revised(self, recorded: Recorded, event: ItemRevised) -> None:
        """Keep the new version of an item beside the older ones."""
        item = self.items.get(event.item_id)
        if item is not None:
            newly = event.in_scope and not item.in_scope
            self.items[item.id] = replace(
                item,
                link=event.link or item.link,
                published=event.published or item.published,
                in_scope=item.in_scope or event.in_scope,
                versions=(*item.versions, _version(event.version, recorded, event)),
            )
            self._feed(item.feed, revisions=1, in_scope=int(newly), seen=recorded.observed_at)

    def _feed(self, name: str, *, seen: datetime | None = None, **counts: int) -> None:
        feed = self.feeds.get(name) or FeedHealth(name=name, source=name)
        changed: dict[str, Any] = {field: getattr(feed, field) + count for field, count in counts.items()}
        if seen is not None and (feed.last_item_at is None or seen > feed.last_item_at):
            changed["last_item_at"] = seen
        self.feeds[name] = replace(feed, **changed)

    def _feed_added(self, recorded: Recorded, event: FeedAdded) -> None:
        feed = self.feeds.get(event.feed) or FeedHealth(name=event.feed, source=event.source)
        archive = event.kind == "archive"
        self.feeds[event.feed] = replace(
            feed,
            source=event.source,
            archive=archive,
            added_at=recorded.recorded_at,
            state="ok",
            failure=None,
        )

    def _feed_state(
        self, recorded: Recorded, event: FeedRemoved | FeedGone | FeedFailing | FeedRecovered
    ) -> None:
        feed = self.feeds.get(event.feed) or FeedHealth(name=event.feed, source=event.feed)
        state = _FEED_STATE[type(event)]
        failure = f"{event.failure}: {event.detail}" if isinstance(event, FeedFailing) else None
        self.feeds[event.feed] = replace(feed, state=state, failure=failure, since=recorded.recorded_at)

    def _gap(self, recorded: Recorded, event: CoverageGapFound) -> None:
        self.gaps.append(
            Gap(
                feed=event.feed,
                reason=event.reason,
                since=event.since,
                until=event.until,
                position=recorded.position,
            )
        )


_FEED_STATE: Mapping[type, str] = {
    FeedRemoved: "removed",
    FeedGone: "gone",
    FeedFailing: "failing",
    FeedRecovered: "ok",
}


def _version(number: int, recorded: Recorded, event: ItemObserved | ItemRevised) -> ItemVersion:
    return ItemVersion(
        version=number,
        text=event.text,
        raw=event.raw,
        recorded_at=recorded.recorded_at,
        observed_at=recorded.observed_at,
        position=recorded.position,
    )
