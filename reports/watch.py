"""Watch: what was read from which feed, how the feeds do, and what may have been missed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime

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
from reports.pastitems import Items, Past


@dataclass
class _Tally:
    """What is counted of a feed, in place: a fresh value for every item took half the time of a fold."""

    items: int = 0
    revisions: int = 0
    in_scope: int = 0
    coded: int = 0
    nothing: int = 0
    polls: int = 0
    failures: int = 0
    last_item_at: datetime | None = None

    def saw(self, at: datetime | None) -> None:
        """Note when the feed showed something."""
        if at is not None and (self.last_item_at is None or at > self.last_item_at):
            self.last_item_at = at


class Watch:
    """Items, feeds and gaps, followed one event at a time."""

    def __init__(self) -> None:
        self.items = Items()
        self.gaps: list[Gap] = []
        self.languages: Counter[str] = Counter()
        self._feeds: dict[str, FeedHealth] = {}
        self._tallies: dict[str, _Tally] = {}

    @property
    def feeds(self) -> dict[str, FeedHealth]:
        """Every feed that was ever watched, by its name, counted up."""
        return {name: replace(feed, **vars(self._tallies[name])) for name, feed in self._feeds.items()}

    def take_over(
        self, past: Past, feeds: Iterable[FeedHealth], gaps: Iterable[Gap], languages: Mapping[str, int]
    ) -> None:
        """Go on from a saved state; its items are looked up in the past."""
        self.items = Items(past)
        self.gaps = list(gaps)
        self.languages = Counter(languages)
        for feed in feeds:
            self._feeds[feed.name] = feed
            self._tallies[feed.name] = _Tally(**{name: getattr(feed, name) for name in vars(_Tally())})

    def apply(self, recorded: Recorded) -> None:
        """Take one event about items or feeds in; others are ignored."""
        match recorded.event:
            case ItemObserved() as event:
                self._observed(recorded, event)
            case ItemRevised() as event:
                self.revised(recorded, event)
            case PollsSummarised() as event:
                tally = self._tally(event.feed)
                tally.polls += event.polls
                tally.failures += event.failures
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
        other.items, other.gaps, other.languages = self.items.copy(), self.gaps.copy(), self.languages.copy()
        other._feeds = self._feeds.copy()
        other._tallies = {name: copy(tally) for name, tally in self._tallies.items()}
        return other

    def coded(self, item_id: str) -> int:
        """Note that an item gave a development, and return the item's latest version (0 for an unknown item)."""
        item = self.items.get(item_id)
        if item is None:
            return 0
        self.items[item_id] = replace(item, developments=item.developments + 1)
        if not item.developments:
            tally = self._tally(item.feed)
            tally.coded += 1
            tally.nothing -= item.in_scope
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
        self.languages[event.language or "unknown"] += 1
        tally = self._tally(event.feed)
        tally.items += 1
        tally.in_scope += event.in_scope
        tally.nothing += event.in_scope
        tally.saw(recorded.observed_at or recorded.recorded_at)

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
            tally = self._tally(item.feed)
            tally.revisions += 1
            tally.in_scope += newly
            tally.nothing += newly and not item.developments
            tally.saw(recorded.observed_at)

    def _tally(self, name: str) -> "_Tally":
        tally = self._tallies.get(name)
        if tally is None:
            self._feeds[name] = FeedHealth(name=name, source=name)
            tally = self._tallies[name] = _Tally()
        return tally

    def _feed_added(self, recorded: Recorded, event: FeedAdded) -> None:
        self._tally(event.feed)
        archive = event.kind == "archive"
        self._feeds[event.feed] = replace(
            self._feeds[event.feed],
            source=event.source,
            archive=archive,
            added_at=recorded.recorded_at,
            state="ok",
            failure=None,
        )

    def _feed_state(
        self, recorded: Recorded, event: FeedRemoved | FeedGone | FeedFailing | FeedRecovered
    ) -> None:
        self._tally(event.feed)
        state = _FEED_STATE[type(event)]
        failure = f"{event.failure}: {event.detail}" if isinstance(event, FeedFailing) else None
        self._feeds[event.feed] = replace(
            self._feeds[event.feed], state=state, failure=failure, since=recorded.recorded_at
        )

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
