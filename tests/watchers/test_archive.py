"""Back-filling from saved polls."""

import io
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ledger.application import Ledger
from ledger.errors import SourceError
from ledger.events import FeedAdded, ItemObserved, ItemRevised
from watchers.archive import import_polls
from watchers.archive_read import count_polls, saved_polls
from watchers.decide_document import Desk
from watchers.items import items_summary
from watchers.parse_pool import ParsePool
from watchers.poll import Watch, poll_feed

Make = Callable[..., Any]
EPOCH = 1_700_000_000
WINDOW = 5
REFERENCE = {
    "bbc-news-2020-21": (364, 5_502, 576, 2),
    "straitstimes-2020-21": (268, 2_940, 247, 102),
}
"""Polls, items, revisions, gaps: counted by an independent walk over the same archives, key = guid or link."""


@pytest.fixture
def history(rss: Make, story: Make) -> list[tuple[str, bytes]]:
    """Sixty polls of a feed: a window of five that moves on, an edit every third poll, one hole."""
    polls = []
    for n in range(60):
        first = n if n < 40 else n + 20
        stories = [
            story(k, f"Story {k} rev {n // 3 if k % 5 == 0 else 0}") for k in range(first, first + WINDOW)
        ]
        polls.append((f"{EPOCH + n * 3_600}-abc.xml", rss(*stories)))
    return polls


def packed(path: Path, polls: list[tuple[str, bytes]], mode: str = "w:xz") -> Path:
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]  # any of the writing modes
        for name, body in polls:
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return path


def counts(ledger: Ledger, feed: str = "old") -> tuple[object, ...]:
    summary = items_summary(ledger, feed)
    return summary["items"], summary["revisions"], summary["gaps"]


@pytest.mark.parametrize("mode", ["w:xz", "w:gz", "w", "folder"])
def test_an_archive_goes_through_the_same_pipeline(
    mode: str, history: list[tuple[str, bytes]], desk: Desk, parse_here: Any, tmp_path: Path
) -> None:
    """Tar in any packing or folder: every item at its poll's own time, revisions and holes found, no baseline."""
    archive = tmp_path / "polls"
    if mode == "folder":
        archive.mkdir()
        for name, body in reversed(history):
            (archive / name).write_bytes(body)
    else:
        packed(archive, history, mode)
    done = import_polls(desk, archive, "old", parser=parse_here)
    assert (done.polls, done.failed) == (60, ())
    assert counts(desk.ledger) == (done.new, done.revised, done.gaps) == (68, 15, 1)
    first = next(desk.ledger.of_type(ItemObserved))
    assert first.observed_at == datetime.fromtimestamp(EPOCH, UTC)
    assert isinstance(first.event, ItemObserved)
    assert not first.event.baseline
    (added,) = [each.event for each in desk.ledger.of_type(FeedAdded)]
    assert (added.feed, added.kind) == ("old", "archive")


def test_a_second_pass_adds_nothing(
    history: list[tuple[str, bytes]], desk: Desk, parse_here: Any, tmp_path: Path
) -> None:
    """Whatever the order of the halves was, running the whole archive again leaves the log as it is."""
    archive = packed(tmp_path / "polls.tar", history, "w")
    import_polls(desk, archive, "old", parser=parse_here)
    head = desk.ledger.head
    again = import_polls(desk, archive, "old", parser=parse_here)
    assert (again.new, again.revised, again.gaps) == (0, 0, 0)
    assert desk.ledger.head == head


def test_archives_may_come_in_any_order(
    history: list[tuple[str, bytes]], desk: Desk, parse_here: Any, tmp_path: Path
) -> None:
    """The younger half first and the older one later give the same items, and nothing more when run again."""
    whole = packed(tmp_path / "whole.tar", history, "w")
    for name, part in (("b", history[30:]), ("a", history[:30])):
        import_polls(desk, packed(tmp_path / name, part), "old", parser=parse_here)
    assert counts(desk.ledger)[0] == 68
    import_polls(desk, whole, "old", parser=parse_here)
    settled = desk.ledger.head
    import_polls(desk, whole, "old", parser=parse_here)
    assert desk.ledger.head == settled


def test_a_bad_member_is_its_own_failure(
    history: list[tuple[str, bytes]], desk: Desk, parse_here: Any, tmp_path: Path
) -> None:
    """A web page, an empty file, a link and a bug's provocation are named, and the rest goes on."""
    polls = history[:10]
    polls[3] = (polls[3][0], b"<!doctype html><p>maintenance</p>")
    polls[5] = (polls[5][0], b"")
    archive = packed(tmp_path / "polls.tar", polls, "w")
    with tarfile.open(archive, "a") as tar:
        link = tarfile.TarInfo(f"{EPOCH}-link.xml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    done = import_polls(desk, archive, "old", parser=parse_here)
    assert [failure.name for failure in done.failed] == [polls[3][0], polls[5][0], f"{EPOCH}-link.xml"]
    assert done.polls == 11
    assert done.new == 14


def test_an_extraction_that_breaks_on_one_text_costs_one_poll(
    history: list[tuple[str, bytes]], desk: Desk, numbers: Any, parse_here: Any, tmp_path: Path
) -> None:
    """Even an error nobody foresaw is told of that poll, and the next one brings its items."""

    class Breaks:
        rule_set = "breaks"

        def extract(self, text: str, **known: Any) -> Any:
            if "Story 7 " in text and not numbers.texts.count(text):
                numbers.extract(text, **known)
                raise ZeroDivisionError("seven")
            return numbers.extract(text, **known)

    fragile = replace(desk, extractor=Breaks())
    done = import_polls(fragile, packed(tmp_path / "p.tar", history), "old", parser=parse_here)
    assert [failure.reason for failure in done.failed] == ["ZeroDivisionError: seven"]
    assert counts(desk.ledger)[0] == 68


def test_hostile_names_write_nothing_anywhere(
    desk: Desk, parse_here: Any, rss: Make, story: Make, tmp_path: Path
) -> None:
    """Absolute paths and climbing ones are read, never written; other names are passed over."""
    target = tmp_path / "escape" / f"{EPOCH}-x.xml"
    polls = [
        (str(target), rss(story(1))),
        (f"../../{EPOCH + 1}-y.xml", rss(story(2))),
        ("README.md", b"hello"),
    ]
    polls += [(f"{10**11}-far.xml", rss(story(3)))]
    done = import_polls(desk, packed(tmp_path / "evil.tar", polls, "w"), "old", parser=parse_here)
    assert done.new == 2
    assert not target.parent.exists()


def test_what_is_no_archive_is_said_and_what_came_before_a_break_is_kept(
    history: list[tuple[str, bytes]], desk: Desk, parse_here: Any, tmp_path: Path
) -> None:
    """A cut download is an error that names the file; its readable part is in the ledger."""
    with pytest.raises(SourceError, match=r"none\.tar"):
        import_polls(desk, tmp_path / "none.tar", "old", parser=parse_here)
    cut = packed(tmp_path / "cut.tar", history, "w")
    cut.write_bytes(cut.read_bytes()[:60_000])
    with pytest.raises(SourceError, match="cut"):
        import_polls(desk, cut, "old", parser=parse_here)
    assert 0 < int(str(counts(desk.ledger)[0])) < 68


CHILD = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from ledger.application import Ledger
from ledger.clocks import system_clock
from watchers.archive import import_polls
from watchers.decide_document import Desk
from watchers.extract.found import Extraction
from watchers.parse import parse_feed

class Parser:
    parse = staticmethod(parse_feed)

class Nothing:
    rule_set = "none"
    def extract(self, text, **known):
        return Extraction(in_scope=False, reason="", language="en")

class Bomb:
    left = {after}
    def total(self, total): pass
    def advance(self, steps=1):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)

ledger = Ledger.open(Path({data!r}), clock=system_clock)
desk = Desk(ledger=ledger, configuration=ledger.configuration(), extractor=Nothing())
import_polls(desk, Path({archive!r}), "old", parser=Parser(), steps=Bomb())
"""


@pytest.mark.parametrize("after", [1, 17, 33, 50])
def test_an_import_that_was_killed_is_finished_by_the_next(
    after: int, history: list[tuple[str, bytes]], desk: Desk, parse_here: Any, tmp_path: Path
) -> None:
    """Killed in the middle without a chance to tidy up, then run again: the counts of an undisturbed import."""
    archive = packed(tmp_path / "polls.tar", history, "w")
    child = CHILD.format(
        root=str(Path(__file__).parents[2]), after=after, data=str(tmp_path / "data"), archive=str(archive)
    )
    killed = subprocess.run([sys.executable, "-c", child], check=False, capture_output=True, text=True)
    assert killed.returncode == -9, killed.stderr
    import_polls(desk, archive, "old", parser=parse_here)
    assert counts(desk.ledger) == (68, 15, 1)
    versions = [recorded.event for recorded in desk.ledger.of_type(ItemObserved, ItemRevised)]
    assert len(versions) == 68 + 15


def archive_at(shared_data: Path, name: str) -> Path:
    path = shared_data / "feeds" / f"{name}.tar.xz"
    if not path.exists():
        pytest.skip(f"the archive {name} is not at hand")
    return path


@pytest.mark.archives
@pytest.mark.parametrize("name", REFERENCE)
def test_a_real_archive_gives_the_counts_of_an_independent_walk(
    name: str, shared_data: Path, desk: Desk, pool: ParsePool
) -> None:
    """Items, revisions and gaps of two years of real polls, and not one event more on a second pass."""
    archive = archive_at(shared_data, name)
    polls, items, revisions, gaps = REFERENCE[name]
    done = import_polls(desk, archive, "old", parser=pool)
    assert done.polls == polls == count_polls(archive)
    assert counts(desk.ledger) == (items, revisions, gaps)
    head = desk.ledger.head
    import_polls(desk, archive, "old", parser=pool)
    assert desk.ledger.head == head


@pytest.mark.archives
@pytest.mark.parametrize("name", REFERENCE)
async def test_a_real_feed_served_poll_by_poll_gives_the_same_counts(
    name: str, shared_data: Path, server: Any, watch: Watch, pool: ParsePool
) -> None:
    """The same two years over HTTP with validators: what is live and what is back-filled agree."""
    polls = list(saved_polls(archive_at(shared_data, name), bytes_max=10_000_000))
    feed = watch.desk.configuration.feeds[0]
    live = replace(watch, parser=pool)
    now = polls[0]

    async def answer(request: web.Request) -> web.StreamResponse:
        etag = f'"{hash(now.body)}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(body=now.body, headers={"ETag": etag, "Content-Type": "application/rss+xml"})

    server.answer = answer
    outcomes = []
    for poll in polls:
        now = poll
        outcomes.append(await poll_feed(live, feed, poll.at))
    _, items, revisions, gaps = REFERENCE[name]
    found = counts(watch.desk.ledger, feed.name)
    assert found[:2] == (items, revisions)
    assert gaps <= int(str(found[2])) <= gaps * 1.5
    assert sum(outcome.outcome == "not_modified" for outcome in outcomes) == sum(
        a.body == b.body for a, b in pairwise(polls)
    )
