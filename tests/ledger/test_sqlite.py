"""The SQLite ledger against a plain list, whatever is done to it in whatever order."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem
from eventsourcing.persistence import IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger.developments import When
from ledger.errors import DedupConflict, NotFound
from ledger.merkle import leaf_hash, root
from ledger.store.postgres import PostgresRecorder
from ledger.store.recorder import Entry, RecordedEntry
from ledger.store.sqlite import SqliteRecorder

START = datetime(2024, 6, 25, 12, tzinfo=UTC)
TYPES = ["item.observed/1", "feed.added/1", "alert.raised/1"]
TAGS = ["feed:a", "feed:b", "item:1", "item:2", "kind:grève"]


@dataclass
class HandClock:
    """A clock that the test sets, backwards too."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Stored:
    """A row of the model."""

    entry: Entry
    recorded_at: datetime

    def matches(self, query: DCBQuery) -> bool:
        tags = set(self.entry.tags)
        return not query.items or any(
            (not item.types or self.entry.type in item.types) and tags >= set(item.tags)
            for item in query.items
        )


@dataclass
class Model:
    """A ledger as a plain list."""

    rows: list[Stored] = field(default_factory=list)

    def append(self, entries: list[Entry], condition: DCBAppendCondition | None, now: datetime) -> str | None:
        if condition and any(
            row.matches(condition.fail_if_events_match) for row in self.rows[condition.after or 0 :]
        ):
            return "condition"
        known = {row.entry.dedup_key: row.entry for row in self.rows if row.entry.dedup_key}
        fresh = []
        for entry in entries:
            same = known.get(entry.dedup_key) if entry.dedup_key else None
            if same is None:
                fresh.append(entry)
                if entry.dedup_key:
                    known[entry.dedup_key] = entry
            elif (same.type, same.data, set(same.tags)) != (entry.type, entry.data, set(entry.tags)):
                return "conflict"
        at = max([now, *(row.recorded_at for row in self.rows[-1:])])
        self.rows += [Stored(entry, at) for entry in fresh]
        return None

    def read(self, query: DCBQuery, after: int, until: int) -> list[int]:
        return [n for n, row in enumerate(self.rows, 1) if after < n <= until and row.matches(query)]


entries = st.builds(
    Entry,
    type=st.sampled_from(TYPES),
    data=st.binary(max_size=3),
    tags=st.lists(st.sampled_from(TAGS), max_size=3),
    actor=st.sampled_from(["", "watcher"]),
    observed_at=st.none() | st.just(START - timedelta(days=1)),
    occurred=st.none() | st.sampled_from([When(text="2024-06"), When(text="2024-06-25")]),
    dedup_key=st.none() | st.sampled_from(["k1", "k2", "k3", "k4"]),
    causation_id=st.none() | st.just("because"),
)
queries = st.builds(
    DCBQuery,
    items=st.lists(
        st.builds(
            DCBQueryItem,
            types=st.lists(st.sampled_from([*TYPES, "never/1"]), max_size=2),
            tags=st.lists(st.sampled_from([*TAGS, "never:1"]), max_size=3),
        ),
        max_size=3,
    ),
)
positions = st.integers(0, 40)


class AnyHistory(RuleBasedStateMachine):
    """Appends, conditions, clocks that jump and ledgers that are reopened, in any order."""

    @initialize()
    def make(self) -> None:
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "ledger.sqlite3"
        self.clock = HandClock()
        self.model = Model()
        self.recorder = self.recorder_at(SqliteRecorder.create, PostgresRecorder.create)

    def recorder_at(self, file: Callable[..., Any], _database: Callable[..., Any]) -> Any:
        return file(self.path, clock=self.clock)

    def teardown(self) -> None:
        self.recorder.close()
        self.folder.cleanup()

    @rule(batch=st.lists(entries, min_size=1, max_size=6), query=st.none() | queries, after=positions)
    def append(self, batch: list[Entry], query: DCBQuery | None, after: int) -> None:
        condition = None if query is None else DCBAppendCondition(query, after=after or None)
        outcome = self.model.append(batch, condition, self.clock.now)
        if outcome is None:
            assert self.recorder.append(batch, condition) == len(self.model.rows)
        else:
            with pytest.raises(IntegrityError if outcome == "condition" else DedupConflict):
                self.recorder.append(batch, condition)

    @rule(minutes=st.integers(-90, 90))
    def turn_the_clock(self, minutes: int) -> None:
        self.clock.now += timedelta(minutes=minutes)

    @rule()
    def reopen(self) -> None:
        self.recorder.close()
        self.recorder = self.recorder_at(SqliteRecorder.open, PostgresRecorder.open)

    @precondition(lambda self: self.model.rows)
    @rule(query=queries, after=positions, until=st.none() | positions, limit=st.none() | st.integers(0, 5))
    def read(self, query: DCBQuery, after: int, until: int | None, limit: int | None) -> None:
        last = len(self.model.rows)
        expected = self.model.read(query, after, last if until is None else min(until, last))[:limit]
        response = self.recorder.read(query, after=after, until=until, limit=limit)
        found = list(response)
        assert [row.position for row in found] == expected
        for row in found:
            self.check(row)
        covered = last if until is None else min(until, last)
        assert response.head == (
            (expected[-1] if expected else None) if limit is not None else covered or None
        )
        if limit is None:
            lean = list(self.recorder.rows(query, after=after, until=until))
            assert [(row[0], row[8]) for row in lean] == [(row.position, row.event.data) for row in found]

    def check(self, row: RecordedEntry) -> None:
        stored = self.model.rows[row.position - 1]
        assert row.recorded_at == stored.recorded_at
        assert row.event.tags == sorted(set(stored.entry.tags))
        for name in ("type", "data", "actor", "observed_at", "occurred", "dedup_key", "causation_id"):
            assert getattr(row.event, name) == getattr(stored.entry, name)
        assert row.leaf_hash == leaf_hash(independent_leaf(row))

    @rule(size=positions)
    def root_of_any_prefix(self, size: int) -> None:
        if size > len(self.model.rows):
            with pytest.raises(NotFound):
                self.recorder.root(size)
        else:
            assert self.recorder.root(size) == root([row.leaf_hash for row in self.recorder.read(until=size)])

    @rule(minutes=st.integers(-300, 300))
    def position_at(self, minutes: int) -> None:
        instant = START + timedelta(minutes=minutes)
        expected = sum(row.recorded_at <= instant for row in self.model.rows)
        assert self.recorder.position_at(instant) == expected

    @invariant()
    def newest(self) -> None:
        if hasattr(self, "recorder"):
            rows = self.model.rows
            assert self.recorder.last_recorded_at() == (rows[-1].recorded_at if rows else None)
            assert self.recorder.read().head == (len(rows) or None)


AnyHistory.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestAnyHistory = AnyHistory.TestCase


class AnyHistoryInADatabase(AnyHistory):
    """The same on PostgreSQL."""

    def __init__(self, new_database: Callable[[], str]) -> None:
        super().__init__()
        self.url = new_database()

    def recorder_at(self, _file: Callable[..., Any], database: Callable[..., Any]) -> Any:
        return database(self.url, clock=self.clock)


def test_any_history_in_a_database(new_database: Callable[[], str]) -> None:
    """Whatever is done in whatever order, PostgreSQL answers like the list, too."""
    run_state_machine_as_test(
        lambda: AnyHistoryInADatabase(new_database),
        settings=settings(max_examples=12, stateful_step_count=20, deadline=None),
    )


def independent_leaf(row: RecordedEntry) -> bytes:
    """The leaf as somebody else would write it, without any of our code."""
    epoch, unit = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
    entry = row.event
    envelope = {
        "pos": row.position,
        "event_id": entry.event_id,
        "type": entry.type,
        "recorded_at": (row.recorded_at - epoch) // unit,
        "observed_at": None if entry.observed_at is None else (entry.observed_at - epoch) // unit,
        "occurred": None if entry.occurred is None else entry.occurred.text,
        "dedup_key": entry.dedup_key,
        "actor": entry.actor,
        "causation_id": entry.causation_id,
        "correlation_id": entry.correlation_id,
        "tags": sorted(entry.tags),
    }
    text = json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode() + b"\n" + entry.data


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[SqliteRecorder]:
    made = SqliteRecorder.create(tmp_path / "ledger.sqlite3", clock=HandClock())
    yield made
    made.close()


@given(text=st.text(st.characters(exclude_categories=["Cs"])), body=st.binary())
@settings(max_examples=30, deadline=None)
def test_any_text_has_one_leaf(text: str, body: bytes) -> None:
    """Whatever characters an actor or tag is written in, anybody can compute the leaf."""
    with TemporaryDirectory() as folder:
        recorder = SqliteRecorder.create(Path(folder) / "ledger.sqlite3", clock=HandClock())
        recorder.append([Entry(type=text, data=body, tags=[text, "x:y"], actor=text, dedup_key=text)])
        row = next(recorder.read())
        recorder.close()
    assert sha256(b"\x00" + independent_leaf(row)).digest() == row.leaf_hash


def test_large_logs_keep_their_root(recorder: SqliteRecorder) -> None:
    """Roots stay right across all stored levels of the tree, for sizes on and beside their borders."""
    for start in range(0, 66_000, 6_000):
        recorder.append([Entry(type="n/1", data=b"%d" % n) for n in range(start, start + 6_000)])
    hashes = [row.leaf_hash for row in recorder.read()]
    for size in (0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 65_792, 66_000):
        assert recorder.root(size) == root(hashes[:size])


def test_ids_sort_by_time_and_say_their_version(recorder: SqliteRecorder) -> None:
    """Minted ids are UUIDs of version 7 that sort as the rows do and carry the millisecond."""
    recorder.append([Entry(type="n/1", data=b"") for _ in range(300)])
    ids = [row.event.event_id for row in recorder.read()]
    assert ids == sorted(set(ids))
    assert {(each[14], each[19] in "89ab", len(each)) for each in ids} == {("7", True, 36)}
    assert int(ids[0].replace("-", "")[:12], 16) == START.timestamp() * 1000


def test_a_taken_id_is_refused(recorder: SqliteRecorder) -> None:
    """An event id names one event for ever."""
    recorder.append([Entry(type="n/1", data=b"", event_id="one")])
    with pytest.raises(DedupConflict, match="id"):
        recorder.append([Entry(type="n/1", data=b"", event_id="one")])
    assert recorder.read().head == 1


def test_a_clock_set_back_does_not_turn_time_back(tmp_path: Path) -> None:
    """When the machine's clock is set back, recorded_at stands still until the clock has caught up."""
    clock = HandClock()
    recorder = SqliteRecorder.create(tmp_path / "ledger.sqlite3", clock=clock)
    for hours in (0, -5, 3):
        clock.now = START + timedelta(hours=hours)
        recorder.append([Entry(type="n/1", data=b"")])
    assert [row.recorded_at for row in recorder.read()] == [START, START, START + timedelta(hours=3)]
    recorder.close()


def test_a_read_is_a_snapshot(recorder: SqliteRecorder) -> None:
    """Rows that are appended while somebody reads belong to the next read."""
    recorder.append([Entry(type="n/1", data=b"") for _ in range(2_000)])
    response = recorder.read()
    next(response)
    recorder.append([Entry(type="n/1", data=b"")])
    assert len(list(response)) == 1_999
    assert response.head == 2_000
