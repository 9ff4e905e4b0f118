"""The recorder on one SQLite file: durable, append-only, for many threads and processes at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery
from eventsourcing.persistence import ProgrammingError

from ledger.clocks import Clock
from ledger.errors import LedgerError
from ledger.store import sqlite_tree
from ledger.store.event_ids import minted
from ledger.store.leaf import instant_of, micros
from ledger.store.recorder import LedgerRecorder, RecordedEntry, Row
from ledger.store.sqlite_append import Appender
from ledger.store.sqlite_follow import Listeners, SqliteSubscription
from ledger.store.sqlite_read import Range, Reader, SqliteReadResponse, position_at, rows_of
from ledger.store.sqlite_schema import make_ledger, open_ledger


class SqliteRecorder(LedgerRecorder):
    """A ledger in one SQLite file; make it with `create` or `open`.

    Threads may share it: reading and writing have a connection and a lock each. Other processes may write too.
    """

    def __init__(self, path: Path, *, clock: Clock, write: bool) -> None:
        self.path = path
        self._reader = Reader(connection=open_ledger(path, write=False), path=path)
        self._writer = Reader(connection=open_ledger(path, write=True), path=path) if write else None
        self._appender = Appender(self._writer, clock) if self._writer else None
        self._listeners = Listeners()

    @classmethod
    def create(cls, path: Path | str, *, clock: Clock, ledger_id: str | None = None) -> "SqliteRecorder":
        """Make an empty ledger; its id is minted if not given (LedgerError if the file is there already)."""
        now = clock()
        about = {"ledger_id": ledger_id or next(minted(micros(now))), "created_at": now.isoformat()}
        make_ledger(Path(path), about)
        return cls(Path(path), clock=clock, write=True)

    @classmethod
    def open(cls, path: Path | str, *, clock: Clock, write: bool = True) -> "SqliteRecorder":
        """Open a ledger (NotALedger, LedgerTooNew, LedgerLocked, LedgerDamaged)."""
        return cls(Path(path), clock=clock, write=write)

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
        """Return matching rows with `after < position <= until`, from one snapshot.

        `head` is the last position that the answer covers, matching or not; with a limit, that of the last row of
        the page at hand. None if there is none.
        """
        return SqliteReadResponse(self._reader, self._range(query, after, until, limit))

    def rows(
        self, query: DCBQuery | None = None, *, after: int | None = None, until: int | None = None
    ) -> Iterator[Row]:
        """Return matching rows like `read`, as plain tuples: the fast way through the whole log."""
        return rows_of(self._reader, self._range(query, after, until))

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """Append all rows in one durable transaction and return the last position of the log.

        Raises DedupConflict, LedgerLocked, LedgerFull, LedgerDamaged, or the library's IntegrityError (condition)
        and ProgrammingError (no events); then nothing was appended.
        """
        if not events:
            raise ProgrammingError("an append needs at least one event")
        if self._appender is None:
            raise LedgerError(f"{self.path} was opened for reading only")
        position = self._appender.append(events, condition)
        self._listeners.notify()
        return position

    def adopt(self, recorded: Sequence[RecordedEntry]) -> None:
        """Append rows of another store as they are; see `LedgerRecorder.adopt`."""
        if self._appender is None:
            raise LedgerError(f"{self.path} was opened for reading only")
        self._appender.adopt(recorded)
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
        """Release the file; closing twice is harmless."""
        self._reader.close()
        if self._writer:
            self._writer.close()

    def _range(
        self, query: DCBQuery | None, after: int | None, until: int | None, limit: int | None = None
    ) -> Range:
        head = self._reader.head()
        return Range(
            query=query, after=after or 0, until=head if until is None else min(until, head), limit=limit
        )
