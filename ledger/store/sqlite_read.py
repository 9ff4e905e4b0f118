"""Reading the SQLite ledger page by page.

Rows never change and positions have no gaps. So every read first takes the head; the rows up to it are a snapshot
without a long transaction that would keep the write-ahead log from shrinking.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

import msgspec
from eventsourcing.dcb.api import DCBQuery

from ledger.developments import When
from ledger.errors import LedgerDamaged
from ledger.store.leaf import instant_of
from ledger.store.recorder import Entry, EntryReadResponse, RecordedEntry, Row
from ledger.store.sqlite_query import matches, page_sql
from ledger.store.sqlite_schema import reporting

PAGE_ROWS = 512
"""Rows fetched at a time: a page of 600-byte bodies is about half a megabyte."""

ROW = "e.pos, e.event_id, e.type, e.recorded_at, e.observed_at, e.actor, e.causation_id, e.correlation_id, e.body"
ENTRY = f"{ROW}, e.occurred, e.dedup_key, e.tags, e.leaf_hash"
HEAD = "SELECT max(pos) FROM events"

_TAGS = msgspec.json.Decoder(list[str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A connection, and the lock of the threads that share it."""

    connection: sqlite3.Connection
    path: Path
    lock: RLock = field(default_factory=RLock)

    def fetch(self, sql: str, values: dict[str, Any] | None = None) -> list[Any]:
        """Return all rows of a statement (errors as the ledger's own)."""
        with self.lock, reporting(self.path):
            return self.connection.execute(sql, values or {}).fetchall()

    def head(self) -> int:
        """Return the last position, 0 for an empty ledger."""
        return self.fetch(HEAD)[0][0] or 0

    def close(self) -> None:
        """Close the connection; closing twice is harmless."""
        with self.lock:
            self.connection.close()


class Rows(Protocol):
    """Where statements go: the one thing in which reading differs between the back ends."""

    def fetch(self, sql: str, values: dict[str, Any] | None = None) -> list[Any]:
        """Return all rows of a statement (errors as the ledger's own)."""
        ...

    def head(self) -> int:
        """Return the last position, 0 for an empty ledger."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Positions `after < pos <= until`, at most `limit` of them, of rows that match the query."""

    query: DCBQuery | None
    after: int
    until: int
    limit: int | None = None


def pages(reader: Rows, wanted: Range, columns: str) -> Iterator[list[Any]]:
    """Yield rows page by page; LedgerDamaged if a position is missing among rows read without a query."""
    sql, values = page_sql(columns, wanted.query)
    after, left = wanted.after, wanted.limit
    while after < wanted.until and left != 0:
        limit = PAGE_ROWS if left is None else min(PAGE_ROWS, left)
        page = reader.fetch(sql, {**values, "after": after, "until": wanted.until, "limit": limit})
        if not matches(wanted.query):
            _check_gapless(page, after, min(after + limit, wanted.until))
        if page:
            yield page
        if len(page) < limit:
            return
        after = page[-1][0]
        left = None if left is None else left - limit


def _check_gapless(page: list[Any], after: int, last: int) -> None:
    positions = len(page)
    if positions != last - after or (page and page[-1][0] != last):
        missing = next((at for at, row in enumerate(page, after + 1) if row[0] != at), after + positions + 1)
        raise LedgerDamaged(f"position {missing} is missing; restore a backup and compare")


def entry_from(row: Any) -> RecordedEntry:
    """Return the stored row of the ENTRY columns."""
    (pos, event_id, type_, recorded_at, observed_at, actor, causation_id, correlation_id, body) = row[:9]
    occurred, dedup_key, tags, leaf = row[9:]
    entry = Entry(
        type=type_,
        data=body,
        tags=_TAGS.decode(tags),
        event_id=event_id,
        actor=actor,
        observed_at=None if observed_at is None else instant_of(observed_at),
        occurred=None if occurred is None else When(text=occurred),
        dedup_key=dedup_key,
        causation_id=causation_id,
        correlation_id=correlation_id,
    )
    return RecordedEntry(event=entry, position=pos, recorded_at=instant_of(recorded_at), leaf_hash=leaf)


def rows_of(reader: Rows, wanted: Range) -> Iterator[Row]:
    """Yield lean rows for bulk replay."""
    for page in pages(reader, wanted, ROW):
        yield from page


def position_at(reader: Rows, recorded_at: int) -> int:
    """Return the last position recorded at or before an instant in microseconds (0 if none).

    `recorded_at` never decreases along the log, so bisecting positions needs no index of its own.
    """
    low, high = 0, reader.head()
    while low < high:
        middle = (low + high + 1) // 2
        found = reader.fetch("SELECT recorded_at FROM events WHERE pos = :pos", {"pos": middle})
        if not found:
            raise LedgerDamaged(f"position {middle} is missing; restore a backup and compare")
        if found[0][0] <= recorded_at:
            low = middle
        else:
            high = middle - 1
    return low


class SqliteReadResponse(EntryReadResponse):
    """Rows of one read, fetched a page at a time."""

    def __init__(self, reader: Rows, wanted: Range) -> None:
        self._pages = pages(reader, wanted, ENTRY)
        self._limited = wanted.limit is not None
        self._head = None if self._limited else wanted.until or None
        self._page: list[Any] = []
        self._index = 0
        if self._limited:
            self._next_page()

    @property
    def head(self) -> int | None:
        """The last position this read saw; with a limit, that of the last row of the page being returned."""
        return self._head

    def __next__(self) -> RecordedEntry:
        """Return the next row."""
        if self._index == len(self._page):
            self._next_page()
        if not self._page:
            raise StopIteration
        row = self._page[self._index]
        self._index += 1
        try:
            return entry_from(row)
        except (msgspec.DecodeError, TypeError, ValueError, OverflowError) as error:
            raise LedgerDamaged(f"position {row[0]} cannot be read ({error}); restore a backup") from error

    def _next_page(self) -> None:
        self._page = next(self._pages, [])
        self._index = 0
        if self._limited and self._page:
            self._head = self._page[-1][0]
