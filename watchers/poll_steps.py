"""The steps of a poll after the answer: what it means for the record, and for what is remembered of the feed."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

import aiohttp

from ledger.configuration import Feed
from ledger.envelope import NewEvent
from ledger.errors import DedupConflict
from ledger.events import Event, FeedAdded, FeedFailing, FeedGone, FeedRecovered
from watchers.decide import WATCHER
from watchers.decide_document import Desk, Document, Reading, read_document
from watchers.feeds import FeedMemories, FeedMemory
from watchers.feedtable import FeedTable
from watchers.fetch import Fetched, Gone, NotModified
from watchers.fetch_error import FetchError
from watchers.items import FeedState, Health, ParsedFeed, Sight, sha256_of
from watchers.parse_pool import Parses
from watchers.schedule import Signal

ATTEMPTS_MAX = 3
"""How often a document is decided on again when somebody else recorded the same feed meanwhile."""

Result = Literal["read", "degraded", "unchanged", "not_modified", "failed", "gone"]
"""How a poll ended. A degraded document was read as far as it could be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Everything a round of polls needs; the network, the parser and all files are handed in."""

    desk: Desk
    table: FeedTable
    session: aiohttp.ClientSession
    parser: Parses
    memories: FeedMemories


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What came of an answer: the state it leads to, the signal for the schedule, and what was read."""

    result: Result
    state: FeedState
    signal: Signal
    status: int | None = None
    bytes: int = 0
    reading: Reading | None = None
    reason: str | None = None


async def take(
    watch: Watch, feed: Feed, state: FeedState, answer: Fetched | NotModified | Gone, now: datetime
) -> Step:
    """Record what an answer brings, and say what it means (FetchError if its document cannot be read)."""
    match answer:
        case Gone():
            record_health(watch, feed, FeedGone(feed=feed.name, url=feed.url or ""), now)
            gone = replace(state, health="gone", last_poll=now)
            return Step(result="gone", state=gone, signal=Signal(kind="gone"), status=answer.status)
        case NotModified():
            kept = replace(
                _answered(state, now),
                etag=answer.etag or state.etag,
                last_modified=answer.last_modified or state.last_modified,
                unmodified=state.unmodified + 1,
            )
            recovered(watch, feed, state, now)
            signal = _signal("not_modified", answer)
            return Step(result="not_modified", state=kept, signal=signal, status=answer.status)
        case Fetched():
            return await _take_document(watch, feed, state, answer, now)
        case _:
            assert_never(answer)


async def _take_document(watch: Watch, feed: Feed, state: FeedState, answer: Fetched, now: datetime) -> Step:
    kept = replace(_answered(state, now), etag=answer.etag, last_modified=answer.last_modified)
    if answer.body_sha256 == state.body_sha256:
        recovered(watch, feed, state, now)
        signal, size = _signal("unchanged", answer), len(answer.body)
        return Step(result="unchanged", state=kept, signal=signal, status=answer.status, bytes=size)
    # In a thread, because the parsing process is waited for; everything after it is quick and stays in the loop.
    parsed = await asyncio.to_thread(watch.parser.parse, answer.body, answer.content_type)
    reading = record_document(watch, feed, state, (answer.body, parsed), now)
    step = Step(
        result="degraded" if parsed.degraded else "read",
        state=replace(
            kept,
            body_sha256=answer.body_sha256,
            window=reading.window,
            last_read=now,
            health="degraded" if parsed.degraded else "ok",
        ),
        signal=replace(_signal("read", answer), overlap=reading.overlap, ttl_s=parsed.ttl_s),
        status=answer.status,
        bytes=len(answer.body),
        reading=reading,
        reason=reading.decision.reason + (f"; malformed: {parsed.degraded}" if parsed.degraded else ""),
    )
    if parsed.truncated:
        # Its whole items are kept, but the next poll must get the whole document: no validator, no body hash.
        broken = FetchError("truncated", f"the document breaks off ({parsed.degraded})", status=answer.status)
        return replace(failed(watch, feed, state, broken, now), bytes=step.bytes, reading=reading)
    recovered(watch, feed, state, now)
    return step


def failed(watch: Watch, feed: Feed, state: FeedState, error: FetchError, now: datetime) -> Step:
    """Note a failure; its beginning is an event. Validators and window stay those of the last good answer."""
    if state.health not in {"failing", "gone"} and not watch.memories.of(feed.name).failing:
        event = FeedFailing(feed=feed.name, failure=error.failure, detail=error.detail)
        record_health(watch, feed, event, now)
    return Step(
        result="failed",
        state=replace(state, health="failing", failures=state.failures + 1, last_poll=now),
        signal=Signal(kind="failed", retry_after_s=error.retry_after_s),
        status=error.status,
        reason=str(error),
    )


def recovered(watch: Watch, feed: Feed, state: FeedState, now: datetime) -> None:
    """Record that a feed answers again, if it was failing or gone by the log."""
    if state.health in {"ok", "degraded"}:
        return
    memory = watch.memories.of(feed.name)
    if memory.failing or memory.gone_url is not None:
        record_health(watch, feed, FeedRecovered(feed=feed.name, failures=state.failures), now)


def record_health(watch: Watch, feed: Feed, event: Event, now: datetime) -> None:
    """Record an event about a feed itself, after its FeedAdded."""
    memory = watch.memories.of(feed.name)
    if isinstance(event, FeedGone) and memory.gone_url == event.url:
        return
    watch.desk.ledger.record([*_added(memory, feed), NewEvent(event=event, actor=WATCHER, observed_at=now)])


def record_document(
    watch: Watch, feed: Feed, state: FeedState, document: tuple[bytes, ParsedFeed], now: datetime
) -> Reading:
    """Decide on a document and record it: blobs first, durable, then all events in one transaction.

    If another worker recorded the same feed meanwhile, what is known is read anew and decided again.
    """
    ledger = watch.desk.ledger
    for attempt in range(ATTEMPTS_MAX):
        memory = watch.memories.of(feed.name)
        reading = read_document(_document(feed, state, document, now, memory), memory, watch.desk)
        events = (*_added(memory, feed), *reading.decision.events)
        try:
            if events:
                ledger.blobs.put_many(reading.decision.blobs)
                ledger.record(events)
        except DedupConflict:
            watch.memories.forget(feed.name)
            if attempt + 1 == ATTEMPTS_MAX:
                raise
            continue
        break
    return reading


def poll_id_of(feed: str, at: datetime) -> str:
    """Return the id that all events of one poll share."""
    return "poll-" + sha256_of(f"{feed}\n{at.isoformat()}")[:16]


def _document(
    feed: Feed, state: FeedState, document: tuple[bytes, ParsedFeed], now: datetime, memory: FeedMemory
) -> Document:
    raw, parsed = document
    previous: Sight | None
    if state.health == "failing" and not parsed.items:
        previous = None  # the gap, if any, was found when the failing began
    elif state.window is not None and state.last_read is not None:
        previous = Sight(at=state.last_read, keys=frozenset(state.window))
    else:
        previous = memory.sight(now)
    return Document(
        feed=feed,
        raw=raw,
        parsed=parsed,
        observed_at=now,
        poll=poll_id_of(feed.name, now),
        previous=previous,
        baseline=not memory.has_items,
    )


def _added(memory: FeedMemory, feed: Feed) -> tuple[NewEvent, ...]:
    if memory.added:
        return ()
    event = FeedAdded(feed=feed.name, source=feed.source, url=feed.url, kind=feed.kind)
    return (NewEvent(event=event, actor=WATCHER),)


def _answered(state: FeedState, now: datetime) -> FeedState:
    again = state.last_poll is not None
    health: Health = "degraded" if state.health == "degraded" else "ok"
    return replace(state, health=health, failures=0, validated=state.validated + again, last_poll=now)


def _signal(kind: Literal["read", "unchanged", "not_modified"], answer: Fetched | NotModified) -> Signal:
    freshness = answer.freshness
    return Signal(kind=kind, max_age_s=freshness.max_age_s, expires_s=freshness.expires_s)
