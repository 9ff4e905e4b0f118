"""The PostgreSQL ledger: what may not happen to it, who writes at once, and what is said when it cannot be used."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import (
    BlobDropped,
    DedupConflict,
    LedgerError,
    LedgerLocked,
    LedgerTooNew,
    NotALedger,
    NotFound,
)
from ledger.merkle import root
from ledger.store.address import Database, address_of
from ledger.store.postgres import PostgresRecorder
from ledger.store.postgres_blobs import PostgresBlobs
from ledger.store.postgres_connect import _translated
from ledger.store.postgres_schema import TABLES
from ledger.store.recorder import Entry
from ledger.store.sqlite import SqliteRecorder

WRITER = """
import sys
from ledger.clocks import system_clock
from ledger.store.postgres import PostgresRecorder
from ledger.store.recorder import Entry
url, name = sys.argv[1:]
recorder = PostgresRecorder.open(url, clock=system_clock)
input()
for n in range(15):
    recorder.append([Entry(type="own/1", data=f"{name}-{n}".encode(), tags=["w:" + name])])
    recorder.append([Entry(type="shared/1", data=f"{n}".encode(), tags=["s:1"], dedup_key=f"shared-{n}")])
recorder.close()
"""
HOLD = """
CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.body = 'slow' THEN PERFORM pg_advisory_xact_lock(42); END IF;
    RETURN new;
END $$;
CREATE TRIGGER hold BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION hold();
"""
WAITING = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def clock() -> datetime:
    return datetime(2024, 6, 25, tzinfo=UTC)


def some(count: int, start: int = 1) -> list[Entry]:
    return [
        Entry(type="n/1", data=b"%04d" % n, tags=[f"n:{n}", "all:1"], dedup_key=f"k{n}", event_id=f"id-{n}")
        for n in range(start, start + count)
    ]


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def recorder(url: str) -> Iterator[PostgresRecorder]:
    made = PostgresRecorder.create(url, clock=clock)
    yield made
    made.close()


ROW = (
    "SELECT {pos}, {id}, type, recorded_at, observed_at, occurred, occurred_first, occurred_last, {key}, actor, \
causation_id, correlation_id, tags, leaf_hash, body FROM events WHERE pos = 1"
)
REFUSED = [
    "UPDATE events SET body = 'x' WHERE pos = 2",
    "UPDATE events SET pos = 99 WHERE pos = 3",
    "DELETE FROM events WHERE pos = 3",
    "TRUNCATE events",
    "INSERT INTO events SELECT * FROM events WHERE pos = 2 ON CONFLICT (pos) DO UPDATE SET body = 'x'",
    "INSERT INTO events " + ROW.format(pos="pos + 7", id="'new'", key="'new'"),
    "INSERT INTO events " + ROW.format(pos="0", id="'new'", key="'new'"),
    "INSERT INTO events " + ROW.format(pos="pos + 256", id="event_id", key="'new'"),
    "INSERT INTO events " + ROW.format(pos="pos + 256", id="'new'", key="dedup_key"),
    "INSERT INTO events SELECT * FROM events WHERE pos = 2",
    "UPDATE event_tags SET tag = 'other:1'",
    "DELETE FROM event_tags",
    "UPDATE type_spans SET type = 'other/1'",
    "DELETE FROM type_spans",
    "UPDATE about SET value = 'other'",
    "DELETE FROM about",
    "UPDATE tree SET hash = 'x'",
    "DELETE FROM tree",
    "DELETE FROM blobs",
    "TRUNCATE blobs",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_no_program_can_change_what_is_recorded(recorder: PostgresRecorder, url: str, statement: str) -> None:
    """Any session, also a superuser's, is refused when it updates, deletes, truncates or leaves a gap."""
    recorder.append(some(256))
    before = [row.leaf_hash for row in recorder.read()]
    with (
        psycopg.connect(url, autocommit=True) as other,
        pytest.raises(psycopg.IntegrityError),
    ):
        other.execute(statement)
    assert [row.leaf_hash for row in recorder.read()] == before
    assert recorder.root() == root(before)


def test_replication_does_not_lift_the_refusal(recorder: PostgresRecorder, url: str) -> None:
    """A session that calls itself a replica is refused as well."""
    recorder.append(some(1))
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.RestrictViolation):
            other.execute("DELETE FROM events")


def test_the_owner_holds_no_right_to_change(recorder: PostgresRecorder, url: str) -> None:
    """The rights to update, delete and truncate are taken away even from the owner of the tables."""
    assert recorder.read().head is None
    with psycopg.connect(url) as other:
        found = other.execute(
            "SELECT c.relname::text, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a"
            " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
        ).fetchall()
    rights = {table: {right for name, right in found if name == table} for table in TABLES}
    assert all("INSERT" in rights[table] for table in TABLES)
    assert all(not rights[table] & {"DELETE", "TRUNCATE"} for table in TABLES)
    assert [table for table in TABLES if "UPDATE" in rights[table]] == ["blobs"]


def test_six_writers_and_a_follower(recorder: PostgresRecorder, url: str) -> None:
    """Six processes write at once: no gap, each row once, and a follower sees every one in order."""
    seen: list[int] = []
    following = recorder.subscribe()
    reading = Thread(target=lambda: seen.extend(row.position for row in islice(following, 105)))
    reading.start()
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, str(name)],
            stdin=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for name in range(6)
    ]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert [writer.wait(timeout=120) for writer in writers] == [0] * 6
    reading.join(timeout=60)
    following.stop()
    rows = list(recorder.read())
    assert [row.position for row in rows] == list(range(1, 6 * 15 + 15 + 1))
    assert set(Counter(row.event.data for row in rows).values()) == {1}
    assert seen == [row.position for row in rows]
    assert recorder.root() == root([row.leaf_hash for row in rows])


def test_a_row_that_is_held_back_is_never_overtaken(recorder: PostgresRecorder, url: str) -> None:
    """While one writer's row waits before its commit, no later row becomes visible, so no follower skips it."""
    other = PostgresRecorder.open(url, clock=clock)
    with psycopg.connect(url, autocommit=True) as holder, ThreadPoolExecutor(2) as pool:
        holder.execute(HOLD)
        holder.execute("SELECT pg_advisory_lock(42)")
        slow = pool.submit(recorder.append, [Entry(type="n/1", data=b"slow")])
        while holder.execute(WAITING).fetchone() != (1,):
            pass
        quick = pool.submit(other.append, [Entry(type="n/1", data=b"quick")])
        while holder.execute(WAITING).fetchone() != (2,):
            pass
        assert list(recorder.read()) == []
        assert not quick.done()
        holder.execute("SELECT pg_advisory_unlock(42)")
        assert (slow.result(), quick.result()) == (1, 2)
    assert [row.event.data for row in recorder.read()] == [b"slow", b"quick"]
    other.close()


def test_many_may_start_at_once(url: str) -> None:
    """Processes that prepare the same empty database together do not disturb each other; one makes the tables."""
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: Database(url).prepare(), range(6)))
    assert sorted(made) == [False] * 5 + [True]
    with pytest.raises(NotALedger, match="no ledger yet"):
        PostgresRecorder.open(url, clock=clock)
    PostgresRecorder.create(url, clock=clock).close()
    with pytest.raises(LedgerError, match="already"):
        PostgresRecorder.create(url, clock=clock)


def test_the_same_rows_have_the_same_root_on_both_back_ends(
    recorder: PostgresRecorder, tmp_path: Path
) -> None:
    """Appended in batches of any size, the same rows have the same leaves and the same root in a file."""
    file = SqliteRecorder.create(tmp_path / "ledger.sqlite3", clock=clock)
    for start in (1, 301, 302):
        for each in (recorder, file):
            each.append(some(300 if start != 301 else 1, start))
    assert [row.leaf_hash for row in recorder.read()] == [row.leaf_hash for row in file.read()]
    assert recorder.root() == file.root()
    assert list(recorder.rows()) == list(file.rows())
    file.close()


def test_a_lost_connection_is_opened_again(recorder: PostgresRecorder, url: str) -> None:
    """When the server drops every connection, the failed append says so, and repeating it records it once."""
    recorder.append(some(2))
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'sitledger' AND pid <> pg_backend_pid()"
        )
    with pytest.raises(LedgerError, match="not reached"):
        recorder.append(some(3))
    assert recorder.append(some(3)) == 3
    assert recorder.append(some(3)) == 3  # As after a commit whose answer was lost.
    with pytest.raises(LedgerError, match="not reached"):
        recorder.read()
    assert [row.position for row in recorder.read()] == [1, 2, 3]


def test_a_taken_id_is_refused(recorder: PostgresRecorder) -> None:
    """An event id names one event for ever."""
    recorder.append([Entry(type="n/1", data=b"", event_id="one")])
    with pytest.raises(DedupConflict, match="id"):
        recorder.append([Entry(type="n/1", data=b"", event_id="one")])
    assert recorder.append([Entry(type="n/1", data=b"")]) == 2


def test_a_character_that_postgresql_cannot_hold_is_refused(recorder: PostgresRecorder) -> None:
    """A NUL character in a text is refused with a reason; in a body it is kept."""
    recorder.append([Entry(type="n/1", data=b"\x00")])
    with pytest.raises(LedgerError, match="NUL"):
        recorder.append([Entry(type="n/1", data=b"", actor="a\x00b")])
    assert [row.event.data for row in recorder.read()] == [b"\x00"]


def test_a_newer_schema_is_refused(recorder: PostgresRecorder, url: str) -> None:
    """Tables that a later version made are left alone."""
    recorder.append(some(1))
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("DROP TRIGGER about_refuses ON about")
        other.execute("UPDATE about SET value = '99' WHERE key = 'schema'")
    with pytest.raises(LedgerTooNew, match="99"):
        PostgresRecorder.open(url, clock=clock)


def test_one_process_watches(recorder: PostgresRecorder, url: str) -> None:
    """A second daemon on the same database is refused, on whichever machine, until the first is gone."""
    assert recorder.read().head is None
    with Database(url).exclusive(), pytest.raises(LedgerLocked), Database(url).exclusive():
        pass
    with Database(url).exclusive():
        pass


def test_a_password_is_never_told() -> None:
    """Neither a failed connection nor an unreadable address repeats the password."""
    for url in ("postgresql://desk:s3cret@127.0.0.1:1/none", "postgresql://desk:s3cret@[bad/none"):
        with pytest.raises(LedgerError) as caught:
            Database(url).exists()
        assert "s3cret" not in str(caught.value)
        assert "s3cret" not in repr(Database(url))


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without psycopg the message says which extra to install."""
    for name in [name for name in sys.modules if name.startswith(("ledger.store.postgres", "psycopg"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LedgerError, match=r"install sitledger\[postgres\]"):
        address_of("postgres://desk@db/x", None).open(clock, write=False)


def test_blobs_are_kept_dropped_and_kept_again(recorder: PostgresRecorder, url: str) -> None:
    """Texts in the database behave as those in a file: kept once, dropped for good, and known by their hash."""
    assert recorder.read().head is None
    with closing(PostgresBlobs(url)) as blobs:
        first, second = blobs.put_many([b"words " * 100, b"\x00\xff"])
        assert blobs.put(b"words " * 100) == first
        assert (blobs.get(first), blobs.get(second), blobs.has(first)) == (b"words " * 100, b"\x00\xff", True)
        size = blobs.size_bytes()
        blobs.drop(first)
        blobs.drop(first)
        assert not blobs.has(first)
        assert blobs.size_bytes() < size
        with pytest.raises(BlobDropped):
            blobs.get(first)
        for lost in ("00" * 32, "no hash"):
            with pytest.raises(NotFound):
                blobs.drop(lost)
        blobs.put(b"words " * 100)
        assert blobs.get(first) == b"words " * 100
        assert sorted((size, content is None) for _, size, _, content in blobs.packed()) == [
            (2, False),
            (600, False),
        ]


@given(st.text(alphabet="ab1_ ", max_size=20))
@settings(max_examples=50)
def test_only_parameters_are_translated(text: str) -> None:
    """Between the notations of the two back ends only parameters and the order of joins differ."""
    assert _translated(text) == text
    assert _translated(f"a = :v1 {text}") == f"a = %(v1)s {text}"
