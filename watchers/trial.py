"""Trying a feed: fetch, parse and read it as a poll would, and record nothing."""

from dataclasses import dataclass
from datetime import datetime

from ledger.configuration import Feed
from ledger.describe import brief
from watchers.decide_document import Desk, day_of
from watchers.fetch import Fetched, fetch
from watchers.fetch_error import FetchError
from watchers.fetch_network import open_session
from watchers.items import FeedState, Item
from watchers.normalise import normalise
from watchers.parse_pool import ParsePool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialItem:
    """An item as it would be recorded, and what would be proposed from it."""

    title: str
    link: str | None
    published: str | None
    in_scope: bool
    proposals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one poll of an address would bring. `bytes` is the decoded size."""

    url: str
    status: int
    bytes: int
    degraded: str | None
    items: tuple[TrialItem, ...]


async def try_feed(desk: Desk, url: str, now: datetime) -> Trial:
    """Fetch an address once and read it (FetchError if it cannot be fetched or is no feed)."""
    feed = Feed(name="trial", source="trial", url=url)
    fetching = desk.configuration.fetching
    async with open_session(fetching) as session:
        answer = await fetch(feed, FeedState(feed=feed.name), session, fetching, now)
    if not isinstance(answer, Fetched):
        raise FetchError("status", f"{url} answered {answer.status}")
    with ParsePool(workers=1) as parser:
        parsed = parser.parse(answer.body, answer.content_type)
    items = (normalise(raw, feed.name, address=answer.url) for raw in parsed.items)
    return Trial(
        url=answer.url,
        status=answer.status,
        bytes=len(answer.body),
        degraded=parsed.degraded,
        items=tuple(_tried(desk, item) for item in items),
    )


def _tried(desk: Desk, item: Item) -> TrialItem:
    published = day_of(item.published)
    extraction = desk.extractor.extract(item.text, published=published, source=item.feed)
    return TrialItem(
        title=item.title,
        link=item.link,
        published=item.published,
        in_scope=extraction.in_scope,
        proposals=tuple(brief(found.development) for found in extraction.found),
    )
