"""The SQLite file of a ledger: its tables, how it is made and opened, and what its errors mean.

`events` holds one row an event, complete in itself. `event_tags` and `type_spans` are indexes beside it: a tag's
positions, and the spans of 256 positions in which a type occurs. `tree` holds the hashes of complete Merkle
subtrees at levels 8, 16 and 24. Triggers refuse every UPDATE, DELETE and REPLACE, by any program.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from ledger.errors import LedgerDamaged, LedgerError, LedgerFull, LedgerLocked, LedgerTooNew, NotALedger

APPLICATION_ID = 0x5369746C
"""`Sitl` in ASCII: marks the file as ours for `file(1)` and for `open_ledger`."""
VERSION = 1
"""The schema's version, kept in `PRAGMA user_version`."""
BUSY_TIMEOUT_S = 10.0
"""How long a writer waits for another before LedgerLocked."""
SPAN_BITS = 8
"""A span of `type_spans`, and a subtree of level 8, holds 2**8 positions."""
PAGE_BYTES = 8_192
"""At 4,096 a fifth of the file is lost at the ends of pages; at 16,384 a single append writes twice as much."""
_CACHE_KIB = 16_384

_TABLES = """
CREATE TABLE about (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE events (
    pos INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    observed_at INTEGER,
    occurred TEXT,
    occurred_first INTEGER,
    occurred_last INTEGER,
    dedup_key TEXT,
    actor TEXT NOT NULL,
    causation_id TEXT,
    correlation_id TEXT,
    tags TEXT NOT NULL,
    leaf_hash BLOB NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX events_by_id ON events (event_id);
CREATE INDEX events_by_dedup_key ON events (dedup_key) WHERE dedup_key IS NOT NULL;
CREATE TABLE event_tags (
    tag TEXT NOT NULL,
    pos INTEGER NOT NULL,
    PRIMARY KEY (tag, pos)
) WITHOUT ROWID;
CREATE TABLE type_spans (
    type TEXT NOT NULL,
    span INTEGER NOT NULL,
    PRIMARY KEY (type, span)
) WITHOUT ROWID;
CREATE TABLE tree (
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, idx)
) WITHOUT ROWID;
"""

# REPLACE deletes the row in its way without asking the DELETE trigger, but only through a UNIQUE index. So uniqueness
# is a trigger's, over plain indexes. RAISE(FAIL) needs no statement journal, ABORT would copy every page it touches.
_GUARD = """
CREATE TRIGGER events_only_grow BEFORE INSERT ON events
WHEN new.pos IS NOT (SELECT coalesce(max(pos), 0) + 1 FROM events)
    OR EXISTS (SELECT 1 FROM events WHERE event_id = new.event_id)
    OR EXISTS (SELECT 1 FROM events WHERE dedup_key = new.dedup_key)
BEGIN SELECT raise(FAIL, 'the ledger only grows: position, event_id or dedup_key is taken'); END;
CREATE TRIGGER tree_only_grows BEFORE INSERT ON tree
WHEN EXISTS (SELECT 1 FROM tree WHERE level = new.level AND idx = new.idx)
BEGIN SELECT raise(FAIL, 'the ledger only grows: this subtree is taken'); END;
"""
_REFUSAL = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
BEGIN SELECT raise(ABORT, 'the ledger is append-only: {verb} refused'); END;
"""
_GROWING = ("about", "events", "event_tags", "type_spans", "tree")


def make_ledger(path: Path, about: dict[str, str]) -> None:
    """Make the file of an empty ledger, whole or not at all (LedgerError if one is there)."""
    with reporting(path), closing(connect(path, "rwc")) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise LedgerError(f"{path} exists already; open it, or choose another place")
        for statement in _definitions():
            connection.execute(statement)
        connection.executemany("INSERT INTO about VALUES (?, ?)", sorted(about.items()))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def _definitions() -> Iterator[str]:
    refusals = [_REFUSAL.format(table=t, verb=v) for t in _GROWING for v in ("UPDATE", "DELETE")]
    return _statements(_TABLES + _GUARD + "".join(refusals))


def made_schema() -> dict[str, str]:
    """Return the SQL of every table, index and trigger by its name, as `make_ledger` makes them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in _definitions():
            connection.execute(statement)
        return {
            name: sql
            for name, sql in connection.execute("SELECT name, sql FROM sqlite_master")
            if sql is not None
        }


def open_ledger(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open an existing ledger's file and return a connection.

    Raises NotALedger, LedgerTooNew, LedgerLocked or LedgerDamaged.
    """
    if not path.is_file():
        raise NotALedger(f"there is no ledger at {path}; make one with `sitledger init`, or check --home")
    with reporting(path):
        connection = connect(path, "rw" if write else "ro")
        try:
            _recognise(connection, path)
            if write:  # Changes nothing but after a crash in the last line of `make_ledger`.
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        except BaseException:
            connection.close()
            raise
    return connection


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID:
        raise NotALedger(f"{path} is an SQLite file but no ledger; check --home")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise LedgerTooNew(f"{path} has schema {version}, this program knows {VERSION}; upgrade sitledger")


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Return a connection in an SQLite open mode (ro, rw, rwc); a read-only disk is read as it is."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    if (
        mode == "ro"
        and not os.access(path.parent, os.W_OK)
        and not path.with_name(f"{path.name}-wal").exists()
    ):
        uri += "&immutable=1"  # On a read-only disk SQLite cannot make its shared memory, and needs none.
    return sqlite3.connect(
        uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )


def _statements(script: str) -> Iterator[str]:
    """Split a script: `executescript` would commit the transaction around it."""
    statement = ""
    for line in script.strip().splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def reporting(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the ledger's, naming the file and what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        found = _meaning(path, error)
        if found is None:
            raise
        raise found from error
    except UnicodeDecodeError as error:  # Python's, over a message of SQLite's that quotes a damaged schema.
        raise LedgerDamaged(f"{path} cannot be read ({error}); restore a backup and compare") from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise LedgerFull(_FULL.format(path=path)) from error


_FULL = "the disk of {path} is full; nothing was half written. Free some space and run the command again"


def _meaning(path: Path, error: sqlite3.DatabaseError) -> LedgerError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, sqlite3.ProgrammingError):
        return None
    if code is None:  # Python's own complaint: a text column that is not UTF-8.
        return LedgerDamaged(f"{path} cannot be read ({error}); restore a backup and compare")
    match code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return LedgerFull(_FULL.format(path=path))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LedgerLocked(f"another process is writing to {path}; wait until it is done, or stop it")
        case sqlite3.SQLITE_NOTADB:
            return NotALedger(f"{path} is damaged, or was never a ledger; restore a backup, or check --home")
        case sqlite3.SQLITE_CORRUPT:
            return LedgerDamaged(f"{path} cannot be read ({error}); restore a backup and compare")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return LedgerError(f"{path} cannot be opened for this ({error}); check its permissions")
        case sqlite3.SQLITE_IOERR if _no_room(path):
            return LedgerFull(_FULL.format(path=path))
        case sqlite3.SQLITE_IOERR:
            return LedgerError(f"{path}: the disk failed ({error}); check it, then run the command again")
    return None


def _no_room(path: Path) -> bool:
    with suppress(OSError):
        room = os.statvfs(path.parent)
        return room.f_bavail * room.f_frsize < 2 * PAGE_BYTES
    return False
