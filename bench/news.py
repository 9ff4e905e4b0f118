"""Made-up items of about 600 bytes, as a year of polling thirty feeds would record them."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ledger.envelope import NewEvent
from ledger.events import ItemObserved
from ledger.store.event_ids import minted
from ledger.store.leaf import micros

START = datetime(2024, 1, 1, tzinfo=UTC)
FEEDS = 30


class Ticking:
    """A clock that moves on by five milliseconds whenever somebody looks."""

    def __init__(self) -> None:
        self._now = START

    def __call__(self) -> datetime:
        """Return the next instant."""
        self._now += timedelta(milliseconds=5)
        return self._now


def polls(events: int, batch: int, seed: int = 1) -> Iterator[list[NewEvent]]:
    """Yield batches of new items; each batch is what one feed showed at one poll."""
    rng = random.Random(seed)
    for start in range(0, events, batch):
        feed = f"feed-{rng.randrange(FEEDS):02d}-name"
        at = START + timedelta(milliseconds=start)
        ids = minted(micros(at))
        yield [_item(rng, feed, next(ids), n) for n in range(start, min(start + batch, events))]


def _item(rng: random.Random, feed: str, item_id: str, n: int) -> NewEvent:
    text, title, body, raw = (f"{rng.getrandbits(256):064x}" for _ in range(4))
    link = f"https://news.example.org/2024/06/25/{n}/a-headline-of-{'x' * rng.randrange(20)}-words"
    item = ItemObserved(
        item_id=item_id,
        feed=feed,
        key=f"guid:{link}",
        text=text,
        title_sha256=title,
        body_sha256=body,
        raw=raw,
        parser="feedparser/6",
        link=link,
        published="2024-06-25T12:00:00Z",
        language="en",
    )
    return NewEvent(event=item, actor="watcher", observed_at=START)
