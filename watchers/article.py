"""One document taken in by hand, through the same path as a feed's items: proposals with quotes, nothing confirmed."""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from ledger.configuration import Configuration, Feed
from ledger.developments import When
from ledger.envelope import NewEvent
from ledger.errors import UsageError
from ledger.events import DevelopmentReported, FeedAdded
from ledger.sources import Source
from watchers.article_read import read_document_bytes
from watchers.decide import WATCHER
from watchers.decide_document import Desk, Document, read_document
from watchers.feeds import FeedMemories
from watchers.items import ParsedFeed, item_id_of, sha256_of
from watchers.poll_steps import poll_id_of

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
    """What came of a document. `new` is false if the very same one was added before."""

    item_id: str
    new: bool
    in_scope: bool
    text: str
    developments: tuple[DevelopmentReported, ...]


def add_document(desk: Desk, submission: Submission, now: datetime) -> Added:
    """Take a document in: bytes and text stored, developments proposed with their quotes, all in one transaction.

    A document with an address that was added before with other words is a revision. Raises SourceError if there is
    no text to be had, UsageError for a grade or date that is none.
    """
    feed = Feed(name=FEED, source=submission.source or submission.name, kind="archive", url=submission.url)
    configuration = _graded(desk.configuration, feed.source, submission.grade)
    raw = replace(
        read_document_bytes(submission.data, submission.name),
        guid=submission.url or f"document:{sha256_of(submission.data)}",
        link=submission.url,
        published=_date(submission.published),
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
    return Added(
        item_id=item_id,
        new=bool(events),
        in_scope=latest.in_scope,
        text=latest.text,
        developments=_reported(desk, item_id),
    )


def _reported(desk: Desk, item_id: str) -> tuple[DevelopmentReported, ...]:
    events = (recorded.event for recorded in desk.ledger.tagged(f"item:{item_id}"))
    return tuple(event for event in events if isinstance(event, DevelopmentReported))


def _graded(configuration: Configuration, source: str, grade: str | None) -> Configuration:
    if grade is None:
        return configuration
    try:
        graded = Source(name=source, grade=grade)
    except ValueError as error:
        raise UsageError(f"--grade: {error}") from error
    others = [each for each in configuration.sources if each.name != source]
    return msgspec.structs.replace(configuration, sources=(graded, *others))


def _date(text: str | None) -> str | None:
    try:
        return When(text=text).text if text else None
    except ValueError as error:
        raise UsageError(f"--published: {error}") from error
