"""Whole polls, from the server to the record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.configuration import Configuration, Feed
from ledger.errors import NotFound
from ledger.events import (
    CoverageGapFound,
    DevelopmentReported,
    Event,
    FeedAdded,
    FeedFailing,
    FeedGone,
    FeedRecovered,
    ItemObserved,
    ItemRevised,
    PollsSummarised,
)
from ledger.sources import Quoted
from watchers.feeds import FeedMemories
from watchers.feedtable import FeedTable
from watchers.items import items_summary
from watchers.poll import PollOutcome, Watch, poll_due, poll_feed

Make = Callable[..., Any]


def of(ledger: Ledger, *kinds: type[Event]) -> list[Any]:
    return [recorded.event for recorded in ledger.events() if isinstance(recorded.event, kinds)]


async def poll(watch: Watch, clock: VirtualClock, *, hours: int = 1) -> PollOutcome:
    clock.advance(timedelta(hours=hours))
    return await poll_feed(watch, watch.desk.configuration.feeds[0], clock())


async def test_the_first_poll_is_a_baseline_and_every_number_has_its_quote(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make
) -> None:
    """Items, their texts and the proposals with evidence are recorded once, in one go."""
    server.says(rss(story(1, "About 400 arrived"), story(2, "A quiet day")))
    outcome = await poll(watch, clock)
    assert (outcome.outcome, outcome.status, outcome.new, outcome.gap) == ("read", 200, 2, None)
    ledger = watch.desk.ledger
    first, second = of(ledger, ItemObserved)
    assert (first.baseline, first.in_scope, second.in_scope) == (True, True, False)
    assert ledger.text(first.text) == "About 400 arrived\nNothing to count."
    assert ledger.blobs.has(first.raw)
    (development,) = of(ledger, DevelopmentReported)
    (evidence,) = development.evidence
    assert isinstance(evidence, Quoted)
    assert ledger.text(evidence.blob)[evidence.start : evidence.end] == "400"
    assert (development.source, development.grade, development.origin) == ("The Gazette", "B", "The Gazette")
    assert (development.published, development.item_version) == ("2024-06-25", 1)
    recorded = [
        each for each in ledger.events() if isinstance(each.event, ItemObserved | DevelopmentReported)
    ]
    assert {each.observed_at for each in recorded} == {clock()}
    assert len({each.correlation_id for each in recorded}) == 1
    assert {each.actor for each in recorded} == {"watcher", "extractor"}


async def test_an_unchanged_answer_costs_no_parse_and_no_event(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make, parse_here: Any
) -> None:
    """A 304 and an equal body record nothing, and validators are kept up all the same."""
    server.says(rss(story(1)), ETag='"1"', Last_Modified="yesterday")
    await poll(watch, clock)
    head = watch.desk.ledger.head
    server.says(status=304, ETag='"2"')
    assert (await poll(watch, clock)).outcome == "not_modified"
    server.says(rss(story(1)), Last_Modified="today")
    assert (await poll(watch, clock)).outcome == "unchanged"
    server.says(status=304)
    await poll(watch, clock)
    sent = [
        (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))
        for request in server.requests
    ]
    assert sent == [(None, None), ('"1"', "yesterday"), ('"2"', "yesterday"), (None, "today")]
    assert watch.desk.ledger.head == head
    assert parse_here.parsed == 1


async def test_an_edit_is_kept_with_its_older_version(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make
) -> None:
    """A changed figure is a revision and a new claim; a figure that stands is not claimed again."""
    server.says(rss(story(1, "At least 30 held, 7 free")))
    await poll(watch, clock)
    server.says(rss(story(1, "At least 25 held, 7 free")))
    assert (await poll(watch, clock)).revised == 1
    server.says(rss(story(1, "At least 25 held, 7 free", link="http://gazette.example.invalid/one")))
    await poll(watch, clock)
    ledger = watch.desk.ledger
    edited, moved = of(ledger, ItemRevised)
    assert [change.field for change in edited.changes] == ["title"]
    assert ledger.text(edited.changes[0].old).startswith("At least 30")
    assert (moved.version, [change.field for change in moved.changes]) == (3, ["link"])
    assert moved.in_scope
    counts = [event.development.count.n for event in of(ledger, DevelopmentReported)]
    assert counts == [30, 7, 25]


async def test_a_figure_that_returns_is_claimed_again(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make
) -> None:
    """30, then 25, then 30 again: the last word is a claim of its own, and the revision says reverted."""
    for n in (30, 25, 30):
        server.says(rss(story(1, f"At least {n} held")))
        await poll(watch, clock)
    counts = [event.development.count.n for event in of(watch.desk.ledger, DevelopmentReported)]
    assert counts == [30, 25, 30]
    assert [event.reverted for event in of(watch.desk.ledger, ItemRevised)] == [False, True]


async def test_a_date_alone_is_recorded_nowhere(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make
) -> None:
    """An edit of the date is no revision."""
    server.says(rss(story(1)))
    await poll(watch, clock)
    head = watch.desk.ledger.head
    server.says(rss(story(1, pubDate="Tue, 25 Jun 2024 11:30:00 GMT")))
    assert (await poll(watch, clock)).seen == 1
    assert watch.desk.ledger.head == head


async def test_a_window_that_moved_on_is_a_gap(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make
) -> None:
    """No item in common with the last document: something may have been missed, from then until now."""
    server.says(rss(story(1)))
    await poll(watch, clock)
    before = clock()
    server.says(rss(story(2)))
    assert (await poll(watch, clock)).gap == "no_overlap"
    server.says(rss(story(2), story(3)))
    assert (await poll(watch, clock)).gap is None
    server.says(rss())
    assert (await poll(watch, clock)).gap == "empty"
    gap, empty = of(watch.desk.ledger, CoverageGapFound)
    assert (gap.feed, gap.reason, gap.since, gap.until) == (
        "gazette",
        "no_overlap",
        before,
        before + timedelta(hours=1),
    )
    assert empty.reason == "empty"


@pytest.fixture
def one_story(rss: Make, story: Make) -> bytes:
    document: bytes = rss(story(1))
    return document


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"<!doctype html><title>Are you human?</title>", "not_a_feed"),
        (b"", "truncated"),
        (b"<rss version='2.0'><channel><item><guid>g1</guid><title>Sto", "truncated"),
    ],
)
async def test_a_bad_document_is_a_failure_and_its_validators_are_not_kept(
    body: bytes, failure: str, server: Any, watch: Watch, clock: VirtualClock, one_story: bytes
) -> None:
    """A captcha, an empty or a cut body removes nothing and is asked for again with the old validators."""
    server.says(one_story, ETag='"good"')
    await poll(watch, clock)
    server.says(body, ETag='"bad"')
    outcome = await poll(watch, clock)
    assert outcome.outcome == "failed"
    assert outcome.reason.startswith(failure)
    server.says(one_story, ETag='"good"')
    await poll(watch, clock)
    assert server.requests[-1].headers["If-None-Match"] == '"good"'
    (failing,), (recovered,) = of(watch.desk.ledger, FeedFailing), of(watch.desk.ledger, FeedRecovered)
    assert (failing.failure, recovered.failures) == (failure, 1)
    assert of(watch.desk.ledger, ItemRevised) == []


async def test_a_failing_feed_is_told_once_and_backs_off(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make
) -> None:
    """Ten refusals in a row are one event; the waits between them grow; Retry-After is obeyed."""
    server.says(status=500)
    waits = []
    for _ in range(4):
        outcome = await poll(watch, clock, hours=30)
        assert outcome.next_at is not None
        waits.append(outcome.next_at - clock())
    assert waits == sorted(waits)
    server.says(status=429, Retry_After="50000")
    outcome = await poll(watch, clock, hours=30)
    assert "Retry-After" in outcome.schedule
    server.says(rss(story(1)))
    await poll(watch, clock)
    assert len(of(watch.desk.ledger, FeedFailing)) == 1
    assert [event.failures for event in of(watch.desk.ledger, FeedRecovered)] == [5]


async def test_a_feed_that_is_gone_is_not_asked_again_even_if_the_table_is_lost(
    server: Any, watch: Watch, clock: VirtualClock, tmp_path: Path
) -> None:
    """410 is recorded once and ends the polling, by the log alone."""
    server.says(status=410)
    assert (await poll_due(watch, clock()))[0].outcome == "gone"
    clock.advance(timedelta(days=3))
    assert await poll_due(watch, clock()) == ()
    with FeedTable(tmp_path / "fresh.sqlite3") as fresh:
        assert await poll_due(replace(watch, table=fresh), clock(), force=True) == ()
    assert len(of(watch.desk.ledger, FeedGone)) == 1
    assert len(server.requests) == 1


async def test_a_lost_table_costs_one_unconditional_request_and_no_event(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make, tmp_path: Path
) -> None:
    """What the watcher remembers beside the log may be lost without harm."""
    server.says(rss(story(1, "Some 30"), story(2)), ETag='"1"')
    await poll(watch, clock)
    head = watch.desk.ledger.head
    with FeedTable(tmp_path / "fresh.sqlite3") as fresh:
        again = replace(watch, table=fresh, memories=FeedMemories(watch.desk.ledger))
        outcome = await poll(again, clock)
    assert (outcome.new, outcome.revised, outcome.seen, outcome.gap) == (0, 0, 2, None)
    assert "If-None-Match" not in server.requests[-1].headers
    assert watch.desk.ledger.head == head


async def test_two_workers_that_record_the_same_end_with_one(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make, tmp_path: Path
) -> None:
    """A second worker whose picture of the log is stale decides again instead of recording twice."""
    with FeedTable(tmp_path / "other.sqlite3") as other_table:
        other = replace(watch, table=other_table, memories=FeedMemories(watch.desk.ledger))
        server.says(rss(story(1)))
        await poll(watch, clock)
        await poll(other, clock)
        server.says(rss(story(1, "Now 30"), head="<ttl>1</ttl>"))
        await poll(watch, clock)
        server.says(rss(story(1, "Now 30"), head="<ttl>2</ttl>"))
        assert (await poll(other, clock)).revised == 0
    assert len(of(watch.desk.ledger, ItemObserved)) == 1
    assert len(of(watch.desk.ledger, ItemRevised)) == 1
    assert len(of(watch.desk.ledger, FeedAdded)) == 1


async def test_only_what_is_due_is_polled(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make
) -> None:
    """A fresh round asks nobody; `force` does; an unknown name is an error that names it."""
    server.says(rss(story(1)))
    assert len(await poll_due(watch, clock())) == 1
    assert await poll_due(watch, clock()) == ()
    assert len(await poll_due(watch, clock(), only=["gazette"], force=True)) == 1
    clock.advance(timedelta(days=1))
    assert len(await poll_due(watch, clock())) == 1
    with pytest.raises(NotFound, match="courier"):
        await poll_due(watch, clock(), only=["courier"])


@pytest.fixture
def many(configured: Callable[..., Configuration]) -> Configuration:
    hosts = ("a", "a", "a", "b", "c")
    feeds = [
        Feed(name=f"feed{n}", source="s", url=f"http://{host}.example.invalid/{n}")
        for n, host in enumerate(hosts)
    ]
    return configured(*feeds)


async def test_one_feed_disturbs_no_other_and_a_host_gets_one_request_at_a_time(
    server: Any, watch: Watch, clock: VirtualClock, many: Configuration, rss: Make, story: Make
) -> None:
    """A feed that fails is one outcome of five; three feeds of one host are asked one after the other."""
    in_flight: dict[str, int] = {}
    most: dict[str, int] = {}

    async def answer(request: web.Request) -> web.StreamResponse:
        host = request.host
        in_flight[host] = in_flight.get(host, 0) + 1
        most[host] = max(most.get(host, 0), in_flight[host])
        response = web.StreamResponse(status=500 if request.path == "/3" else 200)
        await response.prepare(request)
        await response.write(rss(story(int(request.path[1:]))))
        await response.write_eof()
        in_flight[host] -= 1
        return response

    server.answer = answer
    outcomes = await poll_due(replace(watch, desk=replace(watch.desk, configuration=many)), clock())
    assert [outcome.outcome for outcome in outcomes] == ["read", "read", "read", "failed", "read"]
    assert set(most.values()) == {1}


async def test_a_day_of_polls_becomes_one_event(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make
) -> None:
    """Single polls are inspectable but not recorded; a day of them is summed up when it is over, once."""
    server.says(rss(story(1)), ETag='"1"')
    await poll_due(watch, clock())
    server.says(status=304)
    await poll_due(watch, clock(), force=True)
    clock.advance(timedelta(days=1))
    await poll_due(watch, clock(), force=True)
    await poll_due(watch, clock(), force=True)
    (summary,) = of(watch.desk.ledger, PollsSummarised)
    assert (summary.feed, summary.day.isoformat()) == ("gazette", "2024-06-25")
    assert (summary.polls, summary.not_modified, summary.failures, summary.items) == (2, 1, 0, 1)
    rows = watch.table.polls("gazette")
    assert [row.outcome for row in rows] == ["not_modified"] * 3 + ["read"]
    assert rows[-1].etag == '"1"'
    assert "next:" in rows[-1].reason


async def test_the_summary_counts_what_was_recorded(
    server: Any, watch: Watch, clock: VirtualClock, rss: Make, story: Make
) -> None:
    """Items are listed as their latest version has them."""
    server.says(rss(story(1), story(2)))
    await poll(watch, clock)
    server.says(rss(story(1, "Edited"), story(2)))
    await poll(watch, clock)
    summary: Any = items_summary(watch.desk.ledger, "gazette")
    assert (summary["items"], summary["revisions"], summary["gaps"]) == (2, 1, 0)
    assert [row["title"] for row in summary["list"]] == ["Edited", "Story 2"]
    assert items_summary(watch.desk.ledger)["items"] == 2
    assert items_summary(watch.desk.ledger, "other")["items"] == 0
    msgspec.json.encode(summary)
