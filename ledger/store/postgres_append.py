"""Appending to the PostgreSQL ledger: one transaction a batch under the ledger's one advisory lock, rows by COPY."""

from collections.abc import Sequence
from typing import Any

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent
from psycopg import Connection, errors

from ledger.clocks import Clock
from ledger.errors import DedupConflict
from ledger.store import sqlite_tree
from ledger.store.leaf import micros
from ledger.store.postgres_connect import PostgresReader, reporting
from ledger.store.postgres_schema import lock
from ledger.store.recorder import RecordedEntry
from ledger.store.sqlite_append import (
    Content,
    Draft,
    Place,
    check_condition,
    draft_of,
    rows_as_recorded,
    rows_of,
    spans_of,
    unknown,
)

_LAST = "SELECT pos, recorded_at FROM events ORDER BY pos DESC LIMIT 1"
_KNOWN = "SELECT dedup_key, type, body, tags FROM events WHERE dedup_key = ANY(%s)"
_COPY = "COPY events FROM STDIN (FORMAT BINARY)"
_COLUMNS = (
    *("int8", "text", "text", "int8", "int8", "text", "int4", "int4"),
    *("text", "text", "text", "text", "text", "bytea", "bytea"),
)
_COPY_TAGS = "COPY event_tags FROM STDIN (FORMAT BINARY)"
_SPAN = "INSERT INTO type_spans VALUES (%s, %s) ON CONFLICT DO NOTHING"
_TAKEN = "a key or event id of this batch is taken; nothing was appended"


class PostgresAppender:
    """Writes batches through one connection, a thread at a time."""

    def __init__(self, reader: PostgresReader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock
        self._spans: dict[str, int] = {}

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None) -> int:
        """Append a batch and return the last position of the log; see `LedgerRecorder.append`."""
        drafts = [draft_of(event) for event in events]
        with self._reader.lock, reporting(self._reader.place):
            connection = self._reader.connection
            try:
                with connection.transaction():
                    return self._transact(connection, drafts, condition)
            except errors.UniqueViolation as error:
                raise DedupConflict(_TAKEN) from error
            except BaseException:
                self._spans.clear()
                raise

    def adopt(self, recorded: Sequence[RecordedEntry]) -> None:
        """Append rows of another store as they are; see `LedgerRecorder.adopt`."""
        drafts = [draft_of(each.event) for each in recorded]
        with self._reader.lock, reporting(self._reader.place):
            connection = self._reader.connection
            try:
                with connection.transaction():
                    place = _place(connection)
                    self._insert(
                        connection, list(rows_as_recorded(recorded, drafts, place)), drafts, place.head
                    )
            except errors.UniqueViolation as error:
                raise DedupConflict(_TAKEN) from error
            except BaseException:
                self._spans.clear()
                raise

    def _transact(
        self, connection: Connection, drafts: list[Draft], condition: DCBAppendCondition | None
    ) -> int:
        place = _place(connection)
        if condition is not None:
            check_condition(self._reader, condition, place.head)
        # A failed COPY leaves dead rows behind, so keys are always looked up first, all in one statement.
        fresh = list(unknown(drafts, _known(connection, drafts).get))
        if not fresh:
            return place.head
        place = Place(place.head, max(micros(self._clock()), place.recorded_at))
        self._insert(connection, list(rows_of(fresh, place)), fresh, place.head)
        return place.head + len(fresh)

    def _insert(
        self, connection: Connection, rows: list[tuple[Any, ...]], drafts: list[Draft], head: int
    ) -> None:
        cursor = connection.cursor()
        with cursor.copy(_COPY) as copy:
            copy.set_types(_COLUMNS)
            for row in rows:
                copy.write_row(row)
        tagged = [(tag, pos) for pos, (_, tags, _) in enumerate(drafts, head + 1) for tag in tags]
        if tagged:
            tagged.sort()
            with cursor.copy(_COPY_TAGS) as copy:
                copy.set_types(("text", "int8"))
                for tag in tagged:
                    copy.write_row(tag)
        for kind, span in spans_of(drafts, head):
            if self._spans.get(kind) != span:
                self._spans[kind] = span
                cursor.execute(_SPAN, (kind, span))
        sqlite_tree.grow(self._reader, head, head + len(drafts))


def _place(connection: Connection) -> Place:
    lock(connection)
    found = connection.execute(_LAST).fetchone()
    return Place(*found) if found else Place(0, 0)


def _known(connection: Connection, drafts: list[Draft]) -> dict[str, Content]:
    keys = [entry.dedup_key for entry, _, _ in drafts if entry.dedup_key is not None]
    if not keys:
        return {}
    found = connection.cursor(binary=True).execute(_KNOWN, (keys,))
    return {key: (kind, body, tags) for key, kind, body, tags in found}
