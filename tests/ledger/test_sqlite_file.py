"""The SQLite ledger's file: what may not happen to it, and what is said when it did."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.errors import LedgerDamaged, LedgerError, LedgerFull, LedgerLocked, LedgerTooNew, NotALedger
from ledger.merkle import root
from ledger.store import sqlite_schema
from ledger.store.recorder import Entry
from ledger.store.sqlite import SqliteRecorder


def clock() -> datetime:
    return datetime(2024, 6, 25, tzinfo=UTC)


def some(count: int, start: int = 1) -> list[Entry]:
    return [
        Entry(type="n/1", data=b"%04d" % n * 100, tags=[f"n:{n}", "all:1"], dedup_key=f"k{n}")
        for n in range(start, start + count)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def recorder(path: Path) -> Iterator[SqliteRecorder]:
    made = SqliteRecorder.create(path, clock=clock)
    yield made
    made.close()


COPY = """ INTO events
SELECT {pos}, {event_id}, type, recorded_at, observed_at, occurred, occurred_first, occurred_last, {dedup_key},
    actor, causation_id, correlation_id, tags, leaf_hash, body
FROM events WHERE pos = 1"""
REFUSED = [
    "UPDATE events SET body = x'00' WHERE pos = 2",
    "UPDATE events SET pos = 99 WHERE pos = 3",
    "DELETE FROM events WHERE pos = 3",
    "DELETE FROM events",
    "REPLACE INTO events SELECT * FROM events WHERE pos = 2",
    "INSERT OR REPLACE" + COPY.format(pos="pos + 3", event_id="'new'", dedup_key="dedup_key"),
    "INSERT OR REPLACE" + COPY.format(pos="pos + 3", event_id="event_id", dedup_key="'new'"),
    "INSERT" + COPY.format(pos="pos + 7", event_id="'new'", dedup_key="'new'"),
    "UPDATE event_tags SET tag = 'other:1'",
    "DELETE FROM event_tags",
    "UPDATE type_spans SET type = 'other/1'",
    "DELETE FROM type_spans",
    "UPDATE about SET value = 'other'",
    "DELETE FROM about",
    "UPDATE tree SET hash = x'00'",
    "DELETE FROM tree",
    "REPLACE INTO tree VALUES (8, 0, x'00')",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_no_program_can_change_what_is_recorded(recorder: SqliteRecorder, path: Path, statement: str) -> None:
    """Any program that opens the file is refused when it updates, deletes or replaces."""
    recorder.append(some(256 if "tree" in statement else 3))
    before = [row.leaf_hash for row in recorder.read()]
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        pytest.raises(sqlite3.IntegrityError, match=r"append-only|only grows"),
    ):
        other.execute(statement)
    assert [row.leaf_hash for row in recorder.read()] == before
    assert recorder.root() == root(before)


def test_making_a_ledger_over_a_file_is_refused(recorder: SqliteRecorder, path: Path) -> None:
    """`create` never touches a ledger that is there."""
    recorder.append(some(1))
    with pytest.raises(LedgerError, match="exists already"):
        SqliteRecorder.create(path, clock=clock)
    assert recorder.read().head == 1


def test_a_ledger_that_was_never_finished_can_be_made_again(path: Path) -> None:
    """A crash while making a ledger leaves an empty file, which is no obstacle."""
    path.touch()
    with pytest.raises(NotALedger):
        SqliteRecorder.open(path, clock=clock)
    SqliteRecorder.create(path, clock=clock).close()


@pytest.mark.parametrize("content", [b"Dear diary,\n" * 1_000, b"SQLite format 3\x00" + b"?" * 8_000])
def test_a_file_that_is_no_ledger_is_named_so(path: Path, content: bytes) -> None:
    """A text, or garbage, at the ledger's place is named as what it is and left alone."""
    path.write_bytes(content)
    with pytest.raises(LedgerError) as caught:
        SqliteRecorder.open(path, clock=clock)
    assert isinstance(caught.value, NotALedger | LedgerDamaged)
    assert path.read_bytes() == content


def test_another_programs_database_is_no_ledger(path: Path) -> None:
    """An SQLite file of another program is not opened."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE songs (title)")
    with pytest.raises(NotALedger, match="no ledger"):
        SqliteRecorder.open(path, clock=clock)
    with pytest.raises(LedgerError, match="exists already"):
        SqliteRecorder.create(path, clock=clock)


def test_an_absent_ledger_says_how_to_make_one(path: Path) -> None:
    """Opening nothing says what to do and creates nothing."""
    with pytest.raises(NotALedger, match="sitledger init"):
        SqliteRecorder.open(path, clock=clock)
    assert not path.exists()


def test_a_newer_ledger_is_not_touched(recorder: SqliteRecorder, path: Path) -> None:
    """A ledger that a newer release wrote is refused, not misread."""
    recorder.close()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {sqlite_schema.VERSION + 1}")
    with pytest.raises(LedgerTooNew, match="upgrade"):
        SqliteRecorder.open(path, clock=clock)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_torn_file_is_reported(recorder: SqliteRecorder, path: Path, share: float) -> None:
    """A ledger whose end is missing is reported, and never read as a shorter ledger."""
    recorder.append(some(500))
    recorder.close()
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(LedgerDamaged):
        list(SqliteRecorder.open(path, clock=clock).read())


def test_a_scribbled_page_is_reported(recorder: SqliteRecorder, path: Path) -> None:
    """Zeroes in the middle of the rows end in LedgerDamaged, not in fewer rows."""
    recorder.append(some(500))
    recorder.close()
    pages = path.stat().st_size // sqlite_schema.PAGE_BYTES
    with path.open("r+b") as file:
        file.seek(sqlite_schema.PAGE_BYTES * (pages // 3))
        file.write(bytes(sqlite_schema.PAGE_BYTES * (pages // 2)))
    with pytest.raises(LedgerDamaged):
        list(SqliteRecorder.open(path, clock=clock).read())


def test_a_missing_row_stops_readers_and_followers(recorder: SqliteRecorder, path: Path) -> None:
    """If somebody lifts the guard and removes a row, whoever reads past it stops and names the position."""
    recorder.append(some(9))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("DROP TRIGGER events_refuses_DELETE")
        other.execute("DELETE FROM events WHERE pos = 5")
    with pytest.raises(LedgerDamaged, match="position 5"):
        list(recorder.read())
    with pytest.raises(LedgerDamaged, match="position 5"):
        list(recorder.rows(after=2))
    with recorder.subscribe(after=4) as follower, pytest.raises(LedgerDamaged, match="position 5"):
        next(follower)
    with pytest.raises(LedgerDamaged):
        recorder.root()


@pytest.mark.parametrize("column", ["tags", "occurred", "actor"])
def test_a_row_that_cannot_be_read_is_named(recorder: SqliteRecorder, path: Path, column: str) -> None:
    """A row whose envelope was overwritten with nonsense is reported."""
    recorder.append(some(3))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("DROP TRIGGER events_refuses_UPDATE")
        other.execute(f"UPDATE events SET {column} = CAST(x'ff5b' AS TEXT) WHERE pos = 2")
    with pytest.raises(LedgerDamaged):
        list(recorder.read())


def test_a_writer_that_does_not_let_go_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another process keeps writing beyond the timeout, the command says so and changes nothing."""
    SqliteRecorder.create(path, clock=clock).close()
    monkeypatch.setattr(sqlite_schema, "BUSY_TIMEOUT_S", 0.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        impatient = SqliteRecorder.open(path, clock=clock)
        with pytest.raises(LedgerLocked, match="another process"):
            impatient.append(some(1))
        other.execute("ROLLBACK")
        assert impatient.append(some(1)) == 1
    impatient.close()


def test_a_full_disk_leaves_nothing_half_written(recorder: SqliteRecorder) -> None:
    """A batch that does not fit is not recorded at all, and the next one that fits is."""
    recorder.append(some(10))
    before = recorder.root()
    writer = recorder._writer
    assert writer is not None
    pages = writer.connection.execute("PRAGMA page_count").fetchone()[0]
    writer.connection.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(LedgerFull, match="full"):
        recorder.append(some(2_000, start=11))
    assert (recorder.read().head, recorder.root()) == (10, before)
    writer.connection.execute("PRAGMA max_page_count = 1000000")
    assert recorder.append(some(2_000, start=11)) == 2_010
    assert recorder.root() == root([row.leaf_hash for row in recorder.read()])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_really_full_disk_leaves_nothing_half_written(small_disk: Path) -> None:
    """On a disk of two megabytes every acknowledged batch stays, and the one too many leaves no trace."""
    path = small_disk / "ledger.sqlite3"
    recorder = SqliteRecorder.create(path, clock=clock)
    acknowledged = [0]
    with pytest.raises(LedgerFull, match="full"):
        acknowledged.extend(recorder.append(some(50, start)) for start in range(1, 100_000, 50))
    recorder.close()
    again = SqliteRecorder.open(path, clock=clock, write=False)
    rows = list(again.read())
    again.close()
    assert acknowledged[-1] == len(rows) > 0


def test_readers_cannot_write(recorder: SqliteRecorder, path: Path) -> None:
    """A ledger opened for reading refuses to append, and sees what others append."""
    reader = SqliteRecorder.open(path, clock=clock, write=False)
    with pytest.raises(LedgerError, match="reading only"):
        reader.append(some(1))
    recorder.append(some(2))
    assert reader.read().head == 2
    reader.close()
    reader.close()


def test_a_ledger_knows_its_id(path: Path) -> None:
    """The id given when a ledger is made stays with it."""
    SqliteRecorder.create(path, clock=clock, ledger_id="haiti").close()
    opened = SqliteRecorder.open(path, clock=clock)
    assert opened.ledger_id == "haiti"
    opened.close()
