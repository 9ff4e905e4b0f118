"""Back-filling: saved polls go through the same pipeline as live ones, from the parser on.

`observed_at` is the poll's own time, `recorded_at` is now. Running it twice adds nothing; a run that was killed is
finished by running it again.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from ledger.configuration import Feed
from ledger.envelope import NewEvent
from ledger.errors import DedupConflict, LedgerError, SourceError
from ledger.events import FeedAdded
from watchers.archive_read import SavedPoll, count_polls, saved_polls
from watchers.decide import WATCHER
from watchers.decide_document import Desk, Document, Reading, read_document
from watchers.feeds import FeedMemories
from watchers.fetch_error import FetchError
from watchers.items import ParsedFeed, Sight, Steps, sha256_of
from watchers.parse_pool import Parses
from watchers.poll_steps import poll_id_of

GROUP_POLLS = 16
"""Polls recorded in one durable transaction: a crash costs at most these, and running again brings them back."""
GROUP_BYTES = 8_000_000
AHEAD = 4
"""Documents that are parsed while earlier ones are decided on."""
ATTEMPTS_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PollFailed:
    """A saved poll that could not be taken in, and why. The rest went on."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import found: `polls` in all, of which `unchanged` repeated the document before them."""

    polls: int
    unchanged: int
    new: int
    revised: int
    gaps: int
    failed: tuple[PollFailed, ...]


@dataclass(kw_only=True)
class _Run:
    feed: Feed
    desk: Desk
    memories: FeedMemories
    previous: Sight | None = None
    polls: int = 0
    unchanged: int = 0
    new: int = 0
    revised: int = 0
    gaps: int = 0
    failed: list[PollFailed] = field(default_factory=list)


Parsed = tuple[SavedPoll, ParsedFeed | None, str | None]
"""A saved poll, and either its document or what is wrong with it. With neither, it repeats the one before."""


def import_polls(
    desk: Desk,
    archive: Path,
    feed: str,
    *,
    parser: Parses,
    steps: Steps | None = None,
) -> Imported:
    """Take the saved polls of an archive (tar or folder) in, under a feed's name; an unknown one is added.

    Whatever is wrong with one document is the failure of that poll, and the rest goes on. Raises SourceError
    if the archive itself cannot be read, breaks off or holds no poll; what came before a break is recorded.
    """
    known = desk.configuration.feed(feed) or Feed(name=feed, source=feed, kind="archive")
    run = _Run(feed=known, desk=desk, memories=FeedMemories(desk.ledger))
    if steps:
        steps.total(count_polls(archive))
    polls = saved_polls(archive, bytes_max=desk.configuration.fetching.body_bytes_max)
    group: list[Parsed] = []
    try:
        for parsed in _parsed_ahead(polls, parser):
            group.append(parsed)
            if not run.polls:
                _add_feed(run)
            run.polls += 1
            if steps:
                steps.advance()
            if len(group) >= GROUP_POLLS or sum(len(poll.body or b"") for poll, *_ in group) > GROUP_BYTES:
                full, group = group, []
                _record(run, full)
    except SourceError:
        _record(run, group)
        raise
    if not run.polls:
        raise SourceError(
            f"{archive} holds no saved poll: no member is named <unixtime>-….xml (or .rss, .atom, .rdf, .json)"
        )
    _record(run, group)
    return Imported(
        polls=run.polls,
        unchanged=run.unchanged,
        new=run.new,
        revised=run.revised,
        gaps=run.gaps,
        failed=tuple(run.failed),
    )


def _add_feed(run: _Run) -> None:
    if not run.memories.of(run.feed.name).added:
        added = FeedAdded(feed=run.feed.name, source=run.feed.source, url=run.feed.url, kind=run.feed.kind)
        run.desk.ledger.record([NewEvent(event=added, actor=WATCHER)])


def _parsed_ahead(polls: Iterator[SavedPoll], parser: Parses) -> Iterator[Parsed]:
    """Parse a few documents ahead, and yield them in order; a body equal to the one before is not parsed."""
    before = ""
    with ThreadPoolExecutor(max_workers=AHEAD) as threads:
        waiting: deque[tuple[SavedPoll, Future[ParsedFeed] | None]] = deque()
        for poll in polls:
            digest = sha256_of(poll.body or b"")
            wanted = poll.body is not None and digest != before
            before = digest
            waiting.append((poll, threads.submit(parser.parse, poll.body or b"") if wanted else None))
            if len(waiting) > AHEAD:
                yield _outcome(*waiting.popleft())
        while waiting:
            yield _outcome(*waiting.popleft())


def _outcome(poll: SavedPoll, parsing: "Future[ParsedFeed] | None") -> Parsed:
    if parsing is None:
        return poll, None, poll.problem
    try:
        return poll, parsing.result(), None
    except FetchError as error:
        return poll, None, str(error)


def _record(run: _Run, group: list[Parsed]) -> None:
    """Decide on a group of polls in order and record it durably; if somebody else was faster, decide again."""
    ledger, previous = run.desk.ledger, run.previous
    for attempt in range(ATTEMPTS_MAX):
        attempted = _decide(run, group, previous)
        events = [event for reading in attempted.readings for event in reading.decision.events]
        try:
            if events:
                ledger.blobs.put_many(blob for each in attempted.readings for blob in each.decision.blobs)
                ledger.record(events)
        except DedupConflict:
            run.memories.forget(run.feed.name)
            if attempt + 1 == ATTEMPTS_MAX:
                raise
            continue
        break
    run.previous = attempted.previous
    run.unchanged += attempted.unchanged
    run.failed += attempted.failed
    run.new += sum(reading.new for reading in attempted.readings)
    run.revised += sum(reading.revised for reading in attempted.readings)
    run.gaps += sum(reading.gap is not None for reading in attempted.readings)


@dataclass(kw_only=True)
class _Attempt:
    previous: Sight | None
    readings: list[Reading] = field(default_factory=list)
    failed: list[PollFailed] = field(default_factory=list)
    unchanged: int = 0


def _decide(run: _Run, group: list[Parsed], previous: Sight | None) -> _Attempt:
    memory = run.memories.of(run.feed.name)
    attempt, pending = _Attempt(previous=previous), dict[str, str]()
    for poll, parsed, problem in group:
        if problem is not None:
            attempt.failed.append(PollFailed(name=poll.name, reason=problem))
        elif parsed is None:
            attempt.unchanged += 1
            if attempt.previous:
                attempt.previous = Sight(at=max(poll.at, attempt.previous.at), keys=attempt.previous.keys)
        else:
            try:
                reading = _read(run, poll, parsed, attempt, pending)
            except LedgerError:
                raise
            except Exception as error:  # noqa: BLE001 - one document, whatever it provokes, must not end an import
                attempt.failed.append(PollFailed(name=poll.name, reason=f"{type(error).__name__}: {error}"))
                continue
            memory.apply_all(reading.decision.events)
            pending |= {sha256_of(blob): blob.decode() for blob in reading.decision.blobs[:-1]}
            attempt.readings.append(reading)
            if attempt.previous is None or poll.at > attempt.previous.at:
                attempt.previous = Sight(at=poll.at, keys=frozenset(reading.window))
            if parsed.truncated:
                attempt.failed.append(
                    PollFailed(
                        name=poll.name, reason=f"truncated: the document breaks off ({parsed.degraded})"
                    )
                )
    return attempt


def _read(
    run: _Run, poll: SavedPoll, parsed: ParsedFeed, attempt: _Attempt, pending: dict[str, str]
) -> Reading:
    memory = run.memories.of(run.feed.name)
    document = Document(
        feed=run.feed,
        raw=poll.body or b"",
        parsed=parsed,
        observed_at=poll.at,
        poll=poll_id_of(run.feed.name, poll.at),
        previous=attempt.previous or memory.sight(poll.at),
    )
    return read_document(document, memory, run.desk, pending)
