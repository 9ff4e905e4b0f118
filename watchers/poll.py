"""Polling: one feed from question to record, and one round over all that are due."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from yarl import URL

from ledger.configuration import Feed
from ledger.envelope import NewEvent
from ledger.errors import DedupConflict, NotFound
from watchers.decide import WATCHER
from watchers.feedtable import PollRow
from watchers.fetch import fetch
from watchers.fetch_error import FetchError
from watchers.items import FeedState
from watchers.poll_steps import Result, Step, Watch, failed, take
from watchers.schedule import next_poll

__all__ = ["PollOutcome", "Watch", "poll_due", "poll_feed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOutcome:
    """One poll, as `sitledger poll --json` prints it. `bytes` is the decoded size, `ms` the time it took.

    `reason` says what was found or what went wrong, `schedule` why the next poll is at `next_at`.
    """

    feed: str
    outcome: Result
    status: int | None
    bytes: int
    new: int
    revised: int
    seen: int
    gap: str | None
    next_at: datetime | None
    reason: str
    schedule: str
    ms: int


async def poll_feed(watch: Watch, feed: Feed, now: datetime) -> PollOutcome:
    """Poll one feed:  fetch | parse | normalise | dedupe | extract | decide | record | schedule.

    The record is durable before the validators are kept: a crash in between costs a repeated request, never an item.
    A failure of the feed is an outcome; an error of the ledger is raised.
    """
    started = perf_counter()
    fetching = watch.desk.configuration.fetching
    state = watch.table.state(feed.name, feed.url)
    try:
        answer = await fetch(feed, state, watch.session, fetching, now)
        step = await take(watch, feed, state, answer, now)
    except FetchError as error:
        step = failed(watch, feed, state, error, now)
    scheduled = next_poll(step.state, step.signal, now, feed, fetching)
    outcome = _outcome(feed, step, scheduled, round((perf_counter() - started) * 1_000))
    watch.table.save(scheduled, _row(outcome, scheduled, now))
    return outcome


async def poll_due(
    watch: Watch, now: datetime, *, only: Collection[str] | None = None, force: bool = False
) -> tuple[PollOutcome, ...]:
    """Poll every feed that is due (with `force`, due or not; `only` narrows to the feeds named, NotFound otherwise).

    A few at a time, and one at a time per host. One feed's failure or delay disturbs no other; an error of the
    ledger is raised when all others are done.
    """
    _summarise(watch, now)
    due = [feed for feed in _wanted(watch, only) if _is_due(watch, feed, now, force=force, named=bool(only))]
    slots = asyncio.Semaphore(watch.desk.configuration.fetching.concurrency)
    hosts = {_host(feed): asyncio.Lock() for feed in due}

    async def one(feed: Feed) -> PollOutcome:
        async with hosts[_host(feed)], slots:
            return await poll_feed(watch, feed, now)

    results = await asyncio.gather(*(one(feed) for feed in due), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return tuple(result for result in results if isinstance(result, PollOutcome))


def _wanted(watch: Watch, only: Collection[str] | None) -> list[Feed]:
    feeds = [feed for feed in watch.desk.configuration.feeds if feed.kind == "feed" and feed.url]
    if only is None:
        return [feed for feed in feeds if feed.enabled]
    if unknown := sorted(set(only) - {feed.name for feed in feeds}):
        raise NotFound(f"no feed to poll is called {', '.join(unknown)}; `sitledger feeds list` names them")
    return [feed for feed in feeds if feed.name in only]


def _is_due(watch: Watch, feed: Feed, now: datetime, *, force: bool, named: bool) -> bool:
    state = watch.table.state(feed.name, feed.url)
    if state.health == "gone" or (
        state.health == "new" and feed.url and watch.memories.of(feed.name).gone_url == feed.url
    ):
        return force and named
    return force or state.next_at is None or state.next_at <= now


def _host(feed: Feed) -> str:
    try:
        return URL(feed.url or "").host or ""
    except ValueError:
        return ""


def _summarise(watch: Watch, now: datetime) -> None:
    today = now.date()
    summaries = watch.table.unsummarised(today)
    for summary in summaries:
        try:
            watch.desk.ledger.record([NewEvent(event=summary, actor=WATCHER)])
        except DedupConflict:  # another worker, or a table that was lost since, summed up that day already
            continue
    if summaries:
        watch.table.mark_summarised(summaries, today)


def _outcome(feed: Feed, step: Step, scheduled: FeedState, ms: int) -> PollOutcome:
    reading = step.reading
    return PollOutcome(
        feed=feed.name,
        outcome=step.result,
        status=step.status,
        bytes=step.bytes,
        new=reading.new if reading else 0,
        revised=reading.revised if reading else 0,
        seen=reading.seen if reading else 0,
        gap=reading.gap if reading else None,
        next_at=scheduled.next_at,
        reason=step.reason or _SAID[step.result],
        schedule=scheduled.reason,
        ms=ms,
    )


_SAID: dict[Result, str] = {
    "read": "read",
    "degraded": "read as far as possible",
    "unchanged": "the same document as last time",
    "not_modified": "the server says that nothing changed",
    "failed": "failed",
    "gone": "the server says that the feed will not come back",
}


def _row(outcome: PollOutcome, state: FeedState, now: datetime) -> PollRow:
    return PollRow(
        feed=outcome.feed,
        at=now,
        outcome=outcome.outcome,
        status=outcome.status,
        bytes=outcome.bytes,
        ms=outcome.ms,
        etag=state.etag,
        last_modified=state.last_modified,
        new=outcome.new,
        revised=outcome.revised,
        seen=outcome.seen,
        gap=outcome.gap,
        next_at=outcome.next_at,
        reason=f"{outcome.reason}; next: {outcome.schedule}",
    )
