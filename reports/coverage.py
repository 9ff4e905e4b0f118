"""Coverage: what was heard, and what was not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.desk import Desk
from reports.kept import FeedHealth, Gap, Item

SILENT_DAYS = 7
"""A feed that is well and showed nothing new for so long is called silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCoverage:
    """Counts of one source's items: read, revised, in scope, with a development, in scope with nothing proposed."""

    source: str
    items: int
    revisions: int
    in_scope: int
    coded: int
    nothing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the watch covers. `silent` feeds are well but showed nothing new for SILENT_DAYS."""

    items: int
    revisions: int
    in_scope: int
    coded: int
    nothing: int
    developments: int
    feeds: tuple[FeedHealth, ...]
    failing: tuple[str, ...]
    silent: tuple[str, ...]
    gaps: tuple[Gap, ...]
    sources: tuple[SourceCoverage, ...]
    languages: dict[str, int]


def coverage(desk: Desk, *, now: datetime, since: datetime | None = None) -> Coverage:
    """Return what was heard; with `since`, only items first seen and gaps open from that instant on."""
    health = desk.feeds
    sources, languages = _whole(desk, health) if since is None else _part(desk, health, since)
    claims = [claim for claim in desk.claims.values() if since is None or claim.recorded_at >= since]
    feeds = tuple(feed for feed in health.values() if feed.state != "removed")
    return Coverage(
        items=sum(each.items for each in sources),
        revisions=sum(each.revisions for each in sources),
        in_scope=sum(each.in_scope for each in sources),
        coded=sum(each.coded for each in sources),
        nothing=sum(each.nothing for each in sources),
        developments=len(claims),
        feeds=feeds,
        failing=tuple(feed.name for feed in feeds if feed.state in ("failing", "gone")),
        silent=tuple(feed.name for feed in feeds if _silent(feed, now)),
        gaps=tuple(gap for gap in desk.gaps if since is None or gap.until >= since),
        sources=sources,
        languages=languages,
    )


def _whole(desk: Desk, health: Mapping[str, FeedHealth]) -> tuple[tuple[SourceCoverage, ...], dict[str, int]]:
    """Add up what the desk counted as it went along: looking at every item again would take as long as a fold."""
    by_source: defaultdict[str, list[FeedHealth]] = defaultdict(list)
    for feed in health.values():
        if feed.items:
            by_source[feed.source].append(feed)
    sources = tuple(
        SourceCoverage(
            source=source,
            items=sum(feed.items for feed in feeds),
            revisions=sum(feed.revisions for feed in feeds),
            in_scope=sum(feed.in_scope for feed in feeds),
            coded=sum(feed.coded for feed in feeds),
            nothing=sum(feed.nothing for feed in feeds),
        )
        for source, feeds in sorted(by_source.items())
    )
    return sources, dict(sorted(desk.watch.languages.items()))


def _part(
    desk: Desk, health: Mapping[str, FeedHealth], since: datetime
) -> tuple[tuple[SourceCoverage, ...], dict[str, int]]:
    items = [item for item in desk.items.values() if _seen(item) >= since]
    by_source: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        feed = health.get(item.feed)
        by_source[feed.source if feed else item.feed].append(item)
    sources = tuple(_of_source(source, each) for source, each in sorted(by_source.items()))
    return sources, dict(sorted(Counter(item.language or "unknown" for item in items).items()))


def _of_source(source: str, items: Iterable[Item]) -> SourceCoverage:
    items = tuple(items)
    return SourceCoverage(
        source=source,
        items=len(items),
        revisions=sum(len(item.versions) - 1 for item in items),
        in_scope=sum(item.in_scope for item in items),
        coded=sum(item.developments > 0 for item in items),
        nothing=sum(_nothing(item) for item in items),
    )


def _seen(item: Item) -> datetime:
    first = item.versions[0]
    return first.observed_at or first.recorded_at


def _nothing(item: Item) -> bool:
    return item.in_scope and not item.developments


def _silent(feed: FeedHealth, now: datetime) -> bool:
    last = feed.last_item_at or feed.added_at
    return (
        feed.state == "ok"
        and not feed.archive
        and last is not None
        and now - last > timedelta(days=SILENT_DAYS)
    )
