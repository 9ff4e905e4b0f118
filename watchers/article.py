"""One document taken in by hand, through the same path as a feed's items: proposals with quotes, nothing confirmed."""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from ledger.configuration import Configuration, Feed
from ledger.envelope import NewEvent
from ledger.errors import UsageError
from ledger.events import DevelopmentReported, FeedAdded, ItemObserved, ItemRevised
from ledger.sources import Source
from watchers.article_read import read_document_bytes
from watchers.decide import WATCHER
from watchers.decide_document import Desk, Document, read_document
from watchers.feeds import FeedMemories
from watchers.items import ParsedFeed, item_id_of, sha256_of
from watchers.normalise import clean, resolve_link
from watchers.poll_steps import poll_id_of
from watchers.published import last_day_of_publication, published_when

FEED = "added"
"""The archive feed that single documents belong to."""
PARSER = "document/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A document and what is known about it. Unknown publication stays unknown; an ungraded source is F."""

    name: str
    data: bytes
    source: str | None = None
    grade: str | None = None
    published: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What came of a document. `new` is false if the very same one was added before.

    `ignored` names what was said of it this time (`source`, `grade`, `published`), differs from what is recorded, and
    so was left out: what is recorded of a document does not change.
    """

    item_id: str
    new: bool
    in_scope: bool
    text: str
    developments: tuple[DevelopmentReported, ...]
    ignored: tuple[str, ...] = ()


def add_document(desk: Desk, submission: Submission, now: datetime) -> Added:
    """Take a document in: bytes and text stored, developments proposed with their quotes, all in one transaction.

    A document with an address that was added before with other words is a revision. Raises SourceError if there is
    no text to be had, UsageError for a grade, a date or an address that is none, and for a date in the future.
    """
    url = _address(submission.url)
    feed = Feed(name=FEED, source=submission.source or submission.name, kind="archive", url=url)
    configuration = _graded(desk.configuration, feed.source, submission.grade)
    raw = replace(
        read_document_bytes(submission.data, submission.name),
        guid=url or f"document:{sha256_of(submission.data)}",
        link=url,
        published=_date(submission.published, desk, now),
        publisher=feed.source,
    )
    document = Document(
        feed=feed,
        raw=submission.data,
        parsed=ParsedFeed(items=(raw,), parser=PARSER),
        observed_at=now,
        poll=poll_id_of(FEED, now),
    )
    memory = FeedMemories(desk.ledger).of(FEED)
    reading = read_document(document, memory, replace(desk, configuration=configuration))
    events = reading.decision.events
    if events:
        added = FeedAdded(feed=FEED, source=FEED, kind="archive")
        first = () if memory.added else (NewEvent(event=added, actor=WATCHER),)
        desk.ledger.blobs.put_many(reading.decision.blobs)
        desk.ledger.record([*first, *events])
    item_id = item_id_of(FEED, reading.window[0])
    memory.apply_all(events)
    latest = memory.versions(reading.window[0])[-1]
    developments = _reported(desk, item_id)
    return Added(
        item_id=item_id,
        new=bool(events),
        in_scope=latest.in_scope,
        text=latest.text,
        developments=developments,
        ignored=() if events else _ignored(desk, item_id, submission, developments),
    )


def _reported(desk: Desk, item_id: str) -> tuple[DevelopmentReported, ...]:
    events = (recorded.event for recorded in desk.ledger.tagged(f"item:{item_id}"))
    return tuple(event for event in events if isinstance(event, DevelopmentReported))


def _ignored(
    desk: Desk, item_id: str, submission: Submission, developments: tuple[DevelopmentReported, ...]
) -> tuple[str, ...]:
    source = published = None
    for recorded in desk.ledger.tagged(f"item:{item_id}"):
        match recorded.event:
            case ItemObserved() as event:
                source, published = event.publisher, event.published
            case ItemRevised() as event:
                published = event.published
            case _:
                pass
    grades = {each.grade for each in developments}
    differs = {
        "source": submission.source and clean(submission.source) != source,
        "grade": submission.grade and grades and submission.grade not in grades,
        "published": submission.published and submission.published != published,
    }
    return tuple(name for name, is_so in differs.items() if is_so)


def _graded(configuration: Configuration, source: str, grade: str | None) -> Configuration:
    if grade is None:
        return configuration
    try:
        graded = Source(name=source, grade=grade)
    except ValueError as error:
        raise UsageError(f"--grade: {error}") from error
    others = [each for each in configuration.sources if each.name != source]
    return msgspec.structs.replace(configuration, sources=(graded, *others))


def _address(url: str | None) -> str | None:
    if url is not None and resolve_link(url, None) != url:
        raise UsageError(f"--url: not a web address (http://… or https://…): {url!r}")
    return url


def _date(text: str | None, desk: Desk, now: datetime) -> str | None:
    try:
        return published_when(text, last_day_of_publication(desk.ledger, now)).text if text else None
    except ValueError as error:
        raise UsageError(f"--published: {error}") from error
