"""Connections to PostgreSQL: opening them, statements of the SQLite back end on them, and what errors mean."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import RLock
from typing import Any

import psycopg
from psycopg import Connection, IsolationLevel, conninfo, errors

from ledger.errors import LedgerDamaged, LedgerError, LedgerFull, LedgerLocked, NotALedger

LOCK_TIMEOUT_MS = 10_000
"""How long a writer waits for another before LedgerLocked."""
CONNECT_TIMEOUT_S = 10
_PARAMETER = re.compile(r":(\w+)")


class PostgresReader:
    """One connection, and the lock of the threads that share it; a broken connection is opened again on next use."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.place = place_of(url)
        self.lock = RLock()
        self._connection: Connection | None = None
        self._closed = False

    @property
    def connection(self) -> Connection:
        """The open connection, in autocommit mode (LedgerError if it was closed, or the server is not reached)."""
        if self._closed:
            raise LedgerError(f"the ledger in {self.place} was closed; open it again")
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._url)
        return self._connection

    def fetch(self, sql: str, values: dict[str, Any] | None = None) -> list[Any]:
        """Return all rows of a statement in SQLite's notation (errors as the ledger's own)."""
        with self.lock, reporting(self.place):
            cursor = self.connection.cursor(binary=True)
            cursor.execute(_translated(sql), values or {})
            return cursor.fetchall() if cursor.description else []

    def head(self) -> int:
        """Return the last position, 0 for an empty ledger."""
        return self.fetch("SELECT max(pos) FROM events")[0][0] or 0

    def close(self) -> None:
        """Close the connection; closing twice is harmless."""
        with self.lock:
            self._closed = True
            if self._connection is not None:
                self._connection.close()


def connect(url: str) -> Connection:
    """Open a connection in autocommit mode (LedgerError if the server is not reached)."""
    with reporting(place_of(url)):
        connection = psycopg.connect(
            url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S, application_name="sitledger"
        )
        # Under any stricter level the snapshot would be older than the lock: a batch would land on a taken position.
        connection.isolation_level = IsolationLevel.READ_COMMITTED
        connection.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
        # A commit that was answered survives the power going off, whatever the server's own setting.
        connection.execute("SET synchronous_commit = on")
        return connection


def place_of(url: str) -> str:
    """Return where a URL points to, for people: never its password (LedgerError if it is no such URL)."""
    try:
        parts = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # The parser's own message would repeat the address, password and all.
        raise LedgerError(
            "the database's address cannot be read; write postgresql://user@host/database"
        ) from None
    return f"postgres database {parts.get('dbname') or 'default'} on {parts.get('host') or 'this machine'}"


@lru_cache(maxsize=1024)
def _translated(sql: str) -> str:
    """Turn a statement of the SQLite back end into PostgreSQL's notation.

    CROSS JOIN … ON is SQLite's way to fix the order of a join; parameters are written differently. That is all.
    """
    return _PARAMETER.sub(r"%(\1)s", sql.replace("CROSS JOIN", "JOIN"))


@contextmanager
def reporting(place: str) -> Iterator[None]:
    """Turn PostgreSQL's errors into the ledger's, naming the place and what to do."""
    try:
        yield
    except psycopg.Error as error:
        found = _meaning(place, error)
        if found is None:
            raise
        raise found from error


def _meaning(place: str, error: psycopg.Error) -> LedgerError | None:
    said = (error.diag.message_primary or str(error)).strip()
    match error:
        case errors.DiskFull() | errors.OutOfMemory():
            return LedgerFull(f"{place} has no room ({said}); nothing was half written. Free some space")
        case errors.LockNotAvailable() | errors.DeadlockDetected() | errors.TooManyConnections():
            return LedgerLocked(f"{place}: another process is writing; wait until it is done, or stop it")
        case errors.UndefinedTable() | errors.UndefinedColumn():
            return NotALedger(f"there is no ledger in {place} ({said}); run `sitledger db init`")
        case errors.DataCorrupted() | errors.IndexCorrupted():
            return LedgerDamaged(f"{place} cannot be read ({said}); restore a backup and compare")
        case errors.RestrictViolation():
            return LedgerError(f"{place}: {said}")
        case errors.InsufficientPrivilege() | errors.ReadOnlySqlTransaction():
            return LedgerError(f"{place} cannot be used for this ({said}); check the user's rights")
        case psycopg.DataError():
            return LedgerError(
                f"{place} cannot hold this ({said}); PostgreSQL takes no NUL character in a text"
            )
        case psycopg.OperationalError():
            return LedgerError(f"{place} is not reached ({said}); check SITLEDGER_DATABASE and the server")
    return None
