"""Ledger: commands, configuration, moments and folds over a real file."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self

import msgspec
import pytest

from ledger.application import Command, Ledger
from ledger.clocks import VirtualClock
from ledger.codebook import shipped_codebook
from ledger.configuration import Configuration, Fetching, Mission
from ledger.envelope import NewEvent, Recorded
from ledger.errors import (
    ConfigurationError,
    DedupConflict,
    LedgerDamaged,
    LedgerError,
    LedgerFull,
    NotALedger,
    UsageError,
)
from ledger.events import AlertRaised, Event, FeedAdded, FeedFailing, LedgerOpened, WatchStarted
from ledger.home import Home
from ledger.moments import Moment, parse_instant, resolve
from ledger.replay import fold
from ledger.store.sqlite import SqliteRecorder

START = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
def ledger(tmp_path: Path, clock: VirtualClock) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "data", clock=clock, program="test", virtual=True) as made:
        yield made


def configuration(name: str = "A mission") -> Configuration:
    return Configuration(
        mission=Mission(id="M", name=name),
        fetching=Fetching(contact="desk@example.org"),
        codebook=shipped_codebook(),
    )


def feed_added(name: str) -> NewEvent:
    return NewEvent(event=FeedAdded(feed=name, source="Somebody"), actor="test")


class Names:
    """A projection that remembers the feeds it saw, in order."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def apply(self, recorded: Recorded) -> None:
        if isinstance(recorded.event, FeedAdded):
            self.names.append(recorded.event.feed)


class FailOnce(Command):
    """Records that a feed fails unless that is recorded already."""

    def __init__(self, feed: str, meanwhile: list[NewEvent], ledger: Ledger) -> None:
        self.feed, self.meanwhile, self.ledger, self.failing = feed, meanwhile, ledger, False

    def boundary(self) -> Sequence[tuple[str, ...]]:
        return [(f"feed:{self.feed}",)]

    def evolve(self, event: Event) -> None:
        self.failing = self.failing or isinstance(event, FeedFailing)

    def decide(self) -> Sequence[NewEvent]:
        while self.meanwhile:
            self.ledger.record([self.meanwhile.pop()])
        if self.failing:
            return []
        return [
            NewEvent(event=FeedFailing(feed=self.feed, failure="dns", detail="no such host"), actor="test")
        ]

    def again(self) -> Self:
        return type(self)(self.feed, self.meanwhile, self.ledger)


def test_a_new_ledger_says_first_which_clock_it_runs_on(ledger: Ledger) -> None:
    """The opening is position 1, and a virtual clock is admitted there."""
    first = next(ledger.events())
    assert (first.position, first.event) == (1, LedgerOpened(clock="virtual", program="test"))
    assert ledger.is_virtual


def test_a_ledger_is_never_made_over_another(ledger: Ledger, tmp_path: Path, clock: VirtualClock) -> None:
    """Creating twice in one place is refused and changes nothing."""
    before = ledger.recorder.root()
    with pytest.raises(LedgerError):
        Ledger.create(tmp_path / "data", clock=clock, program="test")
    assert ledger.recorder.root() == before


def test_the_configuration_is_recorded_when_it_changes_and_only_then(ledger: Ledger) -> None:
    """The same configuration twice is one event; a past position answers with the configuration of its time."""
    with pytest.raises(ConfigurationError, match="init"):
        ledger.configuration()
    assert ledger.configure(configuration("First"), actor="desk")
    position = ledger.head
    assert not ledger.configure(configuration("First"), actor="desk")
    assert ledger.head == position
    assert ledger.configure(configuration("Second"), actor="desk")
    assert ledger.configuration(until=position).mission.name == "First"
    assert ledger.configuration().mission.name == "Second"


def test_an_event_recorded_twice_is_one_event_and_a_contradicting_one_is_refused(ledger: Ledger) -> None:
    """Keys make recording idempotent; the same key with other content fails the whole batch."""
    alert = AlertRaised(
        alert_id="a-1", rule="r", kind="development", severity="info", labels={}, n=1, summary="Something"
    )
    position = ledger.record([NewEvent(event=alert, actor="alerts")])
    assert ledger.record([NewEvent(event=alert, actor="alerts")]) == position
    other = msgspec.structs.replace(alert, summary="Something else")
    with pytest.raises(DedupConflict):
        ledger.record([feed_added("new"), NewEvent(event=other, actor="alerts")])
    assert ledger.head == position


def test_a_command_decides_again_when_somebody_else_was_faster(ledger: Ledger) -> None:
    """What another writer records inside the boundary in between is seen by the second try."""
    race = [NewEvent(event=FeedFailing(feed="f", failure="tls", detail="expired"), actor="other")]
    assert ledger.do(FailOnce("f", race, ledger)) == ()
    failing = [each.event for each in ledger.of_type(FeedFailing)]
    assert [event.failure for event in failing if isinstance(event, FeedFailing)] == ["tls"]
    assert len(ledger.do(FailOnce("g", [], ledger))) == 1


def test_as_of_a_position_an_instant_or_a_day(ledger: Ledger, clock: VirtualClock) -> None:
    """Digits are a position, a date is the end of that day, an instant is itself."""
    clock.advance_to(START + timedelta(days=1, hours=12))
    ledger.record([feed_added("one")])
    clock.advance_to(START + timedelta(days=2))
    ledger.record([feed_added("two")])
    seen = {
        text: fold(Names(), ledger, resolve(ledger, as_of=text)).names
        for text in ("1", "2", "2024-01-01", "2024-01-02", "2024-01-02T11:59:59Z", "2024-01-03")
    }
    assert seen == {
        "1": [],
        "2": ["one"],
        "2024-01-01": [],
        "2024-01-02": ["one"],
        "2024-01-02T11:59:59Z": [],
        "2024-01-03": ["one", "two"],
    }


@pytest.mark.parametrize(
    "text", ["yesterday", "2024-13-01", "99", "0", "", "2024-W01", "9999-12-31T23:59-12:00"]
)
def test_a_moment_that_cannot_be_read_is_a_usage_error(ledger: Ledger, text: str) -> None:
    """The message shows what a moment may look like."""
    with pytest.raises(UsageError):
        resolve(ledger, as_of=text)


def test_seen_by_leaves_out_what_no_source_had_shown(ledger: Ledger) -> None:
    """`seen_by` never filters the opening; acts of the machine count by when they were recorded."""
    ledger.record([NewEvent(event=WatchStarted(program="test", feeds=0), actor="watcher")])

    class Positions:
        def __init__(self) -> None:
            self.positions: list[int] = []

        def apply(self, recorded: Recorded) -> None:
            self.positions.append(recorded.position)

    early = Moment(position=ledger.head, seen_by=START - timedelta(days=1), on=date(2024, 1, 1))
    late = Moment(position=ledger.head, seen_by=START)
    assert fold(Positions(), ledger, early).positions == [1]
    assert fold(Positions(), ledger, late).positions == [1, 2]


def test_folding_on_equals_folding_from_zero(ledger: Ledger) -> None:
    """A projection stopped at a position and resumed holds what one made from zero holds."""
    ledger.record([feed_added(f"feed-{n}") for n in range(5)])
    part = fold(Names(), ledger, Moment(position=3))
    assert fold(part, ledger, Moment(position=ledger.head), after=3).names == [f"feed-{n}" for n in range(5)]


def test_a_demo_ledger_stays_at_the_instant_it_ended(tmp_path: Path, clock: VirtualClock) -> None:
    """Writing into a ledger on a virtual clock never stamps it with today's date."""
    home = Home(tmp_path)
    Ledger.create(home.data, clock=clock, program="test", virtual=True).close()
    with home.open(lambda: datetime(2030, 1, 1, tzinfo=UTC), write=True) as ledger:
        ledger.record([feed_added("late")])
        assert ledger.recorder.last_recorded_at() == START


def test_a_home_without_a_ledger_says_how_to_make_one(tmp_path: Path, clock: VirtualClock) -> None:
    """The error names `sitledger init`."""
    with pytest.raises(NotALedger, match="sitledger init"):
        Home(tmp_path).open(clock)


def test_a_date_alone_is_the_end_of_that_day_in_utc() -> None:
    """2024-06-25 means its last microsecond."""
    assert parse_instant("2024-06-25") == datetime(2024, 6, 25, 23, 59, 59, 999999, UTC)
    assert parse_instant("2024-06-25T01:00:00+01:00") == datetime(2024, 6, 25, tzinfo=UTC)


def test_reading_needs_no_writing(ledger: Ledger, tmp_path: Path, clock: VirtualClock) -> None:
    """A ledger and its texts are read from files that nobody may write."""
    text = ledger.blobs.put(b"words")
    ledger.close()
    for file in (tmp_path / "data").iterdir():
        file.chmod(0o444)
    with Ledger.open(tmp_path / "data", clock=clock, write=False) as opened:
        assert opened.text(text) == "words"


def test_missing_texts_are_damage(ledger: Ledger, tmp_path: Path, clock: VirtualClock) -> None:
    """A ledger without its blobs, or with an empty file in their place, is not opened but sent to its backup."""
    ledger.close()
    blobs = tmp_path / "data" / "blobs.sqlite3"
    for part in blobs.parent.glob("blobs.sqlite3*"):
        part.unlink()
    for _ in range(2):
        with pytest.raises(LedgerDamaged, match="backup"):
            Ledger.open(tmp_path / "data", clock=clock, write=False)
        blobs.touch()


def test_a_ledger_that_could_not_be_made_leaves_nothing_behind(
    tmp_path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full while a ledger is made, making it again works once there is room."""

    def full(*_: object) -> int:
        raise LedgerFull("full")

    with monkeypatch.context() as patch:
        patch.setattr(SqliteRecorder, "append", full)
        with pytest.raises(LedgerFull):
            Ledger.create(tmp_path, clock=clock, program="test")
    assert list(tmp_path.iterdir()) == []
    Ledger.create(tmp_path, clock=clock, program="test").close()


def test_an_empty_file_is_no_ledger(tmp_path: Path) -> None:
    """What a full disk left behind does not stand in the way of `init`."""
    home = Home(tmp_path)
    home.data.mkdir()
    home.ledger.touch()
    assert not home.has_ledger
