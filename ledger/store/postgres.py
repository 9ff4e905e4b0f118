"""The recorder on PostgreSQL: the same rows, bytes and roots as on SQLite, for many machines at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Self

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery
from eventsourcing.persistence import ProgrammingError

from ledger.clocks import Clock
from ledger.errors import LedgerError
from ledger.store import sqlite_tree
from ledger.store.event_ids import minted
from ledger.store.leaf import instant_of, micros
from ledger.store.postgres_append import PostgresAppender
from ledger.store.postgres_connect import PostgresReader, connect, place_of, reporting
from ledger.store.postgres_schema import found_ledger, make_tables, recognise
from ledger.store.recorder import LedgerRecorder, RecordedEntry, Row
from ledger.store.sqlite_follow import Listeners, SqliteSubscription
from ledger.store.sqlite_read import Range, SqliteReadResponse, position_at, rows_of


class PostgresRecorder(LedgerRecorder):
    """A ledger in one schema of a PostgreSQL database; make it with `create` or `open`.

    Threads may share it: reading and writing have a connection and a lock each. Other processes may write too.
    """

    def __init__(self, url: str, *, clock: Clock, write: bool) -> None:
        self.place = place_of(url)
        self._reader = PostgresReader(url)
        self._writer = PostgresReader(url) if write else None
        self._appender = PostgresAppender(self._writer, clock) if self._writer else None
        self._listeners = Listeners()
        try:
            with reporting(self.place):
                recognise(self._reader.connection, self.place)
        except BaseException:
            self._reader.close()
            raise

    @classmethod
    def create(cls, url: str, *, clock: Clock, ledger_id: str | None = None) -> "PostgresRecorder":
        """Make an empty ledger; its id is minted if not given (LedgerError if there is one already)."""
        now = clock()
        about = {"ledger_id": ledger_id or next(minted(micros(now))), "created_at": now.isoformat()}
        place = place_of(url)
        with connect(url) as connection, reporting(place):
            make_tables(connection)
            if not found_ledger(connection, about):
                raise LedgerError(f"there is a ledger in {place} already; open it, or name another schema")
        return cls(url, clock=clock, write=True)

    @classmethod
    def open(cls, url: str, *, clock: Clock, write: bool = True) -> "PostgresRecorder":
        """Open a ledger (NotALedger, LedgerTooNew; LedgerError if the server is not reached)."""
        return cls(url, clock=clock, write=write)

    @property
    def ledger_id(self) -> str:
        """The id the ledger was made with."""
        return str(self._reader.fetch("SELECT value FROM about WHERE key = 'ledger_id'")[0][0])

    def read(
        self,
        query: DCBQuery | None = None,
        *,
        after: int | None = None,
        limit: int | None = None,
        until: int | None = None,
    ) -> SqliteReadResponse:
        """Return matching rows with `after < position <= until`, from one snapshot; `head` as on SQLite."""
        return SqliteReadResponse(self._reader, self._range(query, after, until, limit))

    def rows(
        self, query: DCBQuery | None = None, *, after: int | None = None, until: int | None = None
    ) -> Iterator[Row]:
        """Return matching rows like `read`, as plain tuples: the fast way through the whole log."""
        return rows_of(self._reader, self._range(query, after, until))

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """Append all rows in one durable transaction and return the last position of the log.

        Raises DedupConflict, LedgerLocked, LedgerFull, LedgerError (server lost: repeat the same batch, its keys keep
        it from being recorded twice), or the library's IntegrityError (condition) and ProgrammingError (no events).
        """
        if not events:
            raise ProgrammingError("an append needs at least one event")
        position = self._writing.append(events, condition)
        self._listeners.notify()
        return position

    def adopt(self, recorded: Sequence[RecordedEntry]) -> None:
        """Append rows of another store as they are; see `LedgerRecorder.adopt`."""
        self._writing.adopt(recorded)
        self._listeners.notify()

    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> SqliteSubscription[Self]:
        """Return matching rows after a position, those still to come included; `next` blocks at the end."""
        return SqliteSubscription(self, self._listeners, query, after)

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before an instant (0 if none)."""
        return position_at(self._reader, micros(instant))

    def root(self, size: int | None = None) -> bytes:
        """Return the RFC 6962 root (32 bytes) over the first `size` rows, all by default (NotFound if fewer)."""
        return sqlite_tree.root_of(self._reader, self._reader.head() if size is None else size)

    def subtree(self, first: int, last: int) -> bytes:
        """Return the RFC 6962 root (32 bytes) over the leaves first <= n < last, counted from 0."""
        return sqlite_tree.subtree_of(self._reader, first, last)

    def last_recorded_at(self) -> datetime | None:
        """Return when the newest row was recorded, None in an empty ledger."""
        found = self._reader.fetch("SELECT recorded_at FROM events ORDER BY pos DESC LIMIT 1")
        return instant_of(found[0][0]) if found else None

    def close(self) -> None:
        """Release the connections; closing twice is harmless."""
        self._reader.close()
        if self._writer:
            self._writer.close()

    @property
    def _writing(self) -> PostgresAppender:
        if self._appender is None:
            raise LedgerError(f"the ledger in {self.place} was opened for reading only")
        return self._appender

    def _range(
        self, query: DCBQuery | None, after: int | None, until: int | None, limit: int | None = None
    ) -> Range:
        head = self._reader.head()
        return Range(
            query=query, after=after or 0, until=head if until is None else min(until, head), limit=limit
        )
