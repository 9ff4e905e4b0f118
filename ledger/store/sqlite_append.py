"""Appending to the SQLite ledger: one durable transaction a batch, each dedup key once."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent
from eventsourcing.persistence import IntegrityError

from ledger.clocks import Clock
from ledger.errors import DedupConflict, LedgerDamaged
from ledger.merkle import leaf_hash
from ledger.store import sqlite_tree
from ledger.store.event_ids import minted
from ledger.store.leaf import Envelope, leaf_bytes, micros, tags_json
from ledger.store.recorder import Entry, RecordedEntry
from ledger.store.sqlite_query import match_sql, matches
from ledger.store.sqlite_read import Reader, Rows
from ledger.store.sqlite_schema import SPAN_BITS, reporting

_LAST = "SELECT pos, recorded_at FROM events ORDER BY pos DESC LIMIT 1"
_KNOWN = "SELECT type, body, tags FROM events WHERE dedup_key = :key"
# OR FAIL, because ABORT would copy every page it touches; a failed batch is rolled back whole in any case.
_INSERT = "INSERT OR FAIL INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_TAG = "INSERT INTO event_tags VALUES (?, ?)"
_INSERT_SPAN = "INSERT OR IGNORE INTO type_spans VALUES (?, ?)"
_UNIX_EPOCH_ORDINAL = 719_163


Draft = tuple[Entry, list[str], bytes]
"""An entry, its tags sorted and each once, and their JSON. A plain tuple: it is made once a row."""


Content = tuple[str, bytes, str]
"""What a dedup key stands for: type, body, and the tags' JSON."""
_LEAF = 13
"""Where the leaf hash stands in a row."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a batch goes: after which position, and its one instant (microseconds since 1970, UTC)."""

    head: int
    recorded_at: int


class Appender:
    """Writes batches through one connection, a thread at a time."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader = reader
        self._connection = reader.connection
        self._clock = clock
        self._spans: dict[str, int] = {}

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None) -> int:
        """Append a batch and return the last position of the log; see `LedgerRecorder.append`."""
        drafts = [draft_of(event) for event in events]
        with self._reader.lock, reporting(self._reader.path):
            try:
                return self._transact(drafts, condition, checked=False)
            except sqlite3.IntegrityError:
                self._undo()  # A key or an id is taken. That is rare, so keys are looked up only now.
                return self._append_unknown(drafts, condition)
            finally:
                self._undo()

    def adopt(self, recorded: Sequence[RecordedEntry]) -> None:
        """Append rows of another store as they are; see `LedgerRecorder.adopt`."""
        drafts = [draft_of(each.event) for each in recorded]
        with self._reader.lock, reporting(self._reader.path):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                head, last = self._connection.execute(_LAST).fetchone() or (0, 0)
                self._insert(list(rows_as_recorded(recorded, drafts, Place(head, last))), drafts, head)
                self._connection.execute("COMMIT")
            except sqlite3.IntegrityError as error:
                raise DedupConflict("a key or id of these rows is taken; nothing was appended") from error
            finally:
                self._undo()

    def _append_unknown(self, drafts: list[Draft], condition: DCBAppendCondition | None) -> int:
        try:
            return self._transact(drafts, condition, checked=True)
        except sqlite3.IntegrityError as error:
            raise DedupConflict("an event id of this batch is taken; nothing was appended") from error

    def _transact(self, drafts: list[Draft], condition: DCBAppendCondition | None, *, checked: bool) -> int:
        self._connection.execute("BEGIN IMMEDIATE")
        head, last = self._connection.execute(_LAST).fetchone() or (0, 0)
        if condition is not None:
            check_condition(self._reader, condition, head)
        fresh = list(unknown(drafts, self._known)) if checked else drafts
        if not fresh:
            return int(head)
        place = Place(head, max(micros(self._clock()), last))
        self._insert(list(rows_of(fresh, place)), fresh, head)
        self._connection.execute("COMMIT")
        return int(head) + len(fresh)

    def _undo(self) -> None:
        if self._connection.in_transaction:
            self._spans.clear()
            self._connection.execute("ROLLBACK")

    def _known(self, key: str) -> Content | None:
        found = self._reader.fetch(_KNOWN, {"key": key})
        return found[0] if found else None

    def _insert(self, rows: list[tuple[Any, ...]], drafts: list[Draft], head: int) -> None:
        self._connection.executemany(_INSERT, rows)
        tagged = [(tag, pos) for pos, (_, tags, _) in enumerate(drafts, head + 1) for tag in tags]
        tagged.sort()  # In the index's order, so that neighbours share a page while it is at hand.
        self._connection.executemany(_INSERT_TAG, tagged)
        self._mark_spans(drafts, head)
        sqlite_tree.grow(self._reader, head, head + len(drafts))

    def _mark_spans(self, drafts: list[Draft], head: int) -> None:
        for kind, span in spans_of(drafts, head):
            if self._spans.get(kind) != span:
                self._spans[kind] = span
                self._connection.execute(_INSERT_SPAN, (kind, span))


def check_condition(reader: Rows, condition: DCBAppendCondition, head: int) -> None:
    """Raise the library's IntegrityError if rows up to the head fail a condition."""
    after = condition.after or 0
    items = matches(condition.fail_if_events_match)
    if items:
        sql, values = match_sql(items)
        failed = bool(reader.fetch(sql, {**values, "after": after, "until": head, "limit": 1}))
    else:
        failed = head > after
    if failed:
        raise IntegrityError(condition)


def unknown(drafts: list[Draft], known: Callable[[str], Content | None]) -> Iterator[Draft]:
    """Yield the drafts that are not recorded yet; `known` is what a key was recorded with (DedupConflict)."""
    batch: dict[str, Content] = {}
    for draft in drafts:
        entry, _, tags = draft
        key = entry.dedup_key
        if key is None:
            yield draft
            continue
        content = (entry.type, entry.data, tags.decode())
        before = known(key) or batch.get(key)
        if before is None:
            batch[key] = content
            yield draft
        elif before != content:
            raise DedupConflict(f"{key!r} was recorded before with other content; nothing was appended")


def spans_of(drafts: list[Draft], head: int) -> Iterator[tuple[str, int]]:
    """Yield each type of a batch that goes after a position with each span of positions it occurs in."""
    for span in range(head >> SPAN_BITS, ((head + len(drafts) - 1) >> SPAN_BITS) + 1):
        start = max((span << SPAN_BITS) - head, 0)
        for kind in {entry.type for entry, _, _ in drafts[start : ((span + 1) << SPAN_BITS) - head]}:
            yield kind, span


def draft_of(event: DCBEvent) -> Draft:
    """Return an event as it is to be stored, its tags sorted."""
    entry = event if isinstance(event, Entry) else Entry(type=event.type, data=event.data, tags=event.tags)
    tags = sorted(set(entry.tags))
    return entry, tags, tags_json(tags)


def rows_of(drafts: list[Draft], place: Place) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of drafts as the columns of `events`, leaf hash included."""
    recorded_at = place.recorded_at
    ids = minted(recorded_at)
    for pos, (entry, _, tags) in enumerate(drafts, place.head + 1):
        event_id = entry.event_id or next(ids)
        observed_at = None if entry.observed_at is None else micros(entry.observed_at)
        when = entry.occurred
        occurred = None if when is None else when.text
        envelope = Envelope(
            actor=entry.actor,
            causation_id=entry.causation_id,
            correlation_id=entry.correlation_id,
            dedup_key=entry.dedup_key,
            event_id=event_id,
            observed_at=observed_at,
            occurred=occurred,
            pos=pos,
            recorded_at=recorded_at,
            tags=msgspec.Raw(tags),
            type=entry.type,
        )
        yield (
            pos,
            event_id,
            entry.type,
            recorded_at,
            observed_at,
            occurred,
            None if when is None else when.first.toordinal() - _UNIX_EPOCH_ORDINAL,
            None if when is None else when.last.toordinal() - _UNIX_EPOCH_ORDINAL,
            entry.dedup_key,
            entry.actor,
            entry.causation_id,
            entry.correlation_id,
            tags.decode(),
            leaf_hash(leaf_bytes(envelope, entry.data)),
            entry.data,
        )


def rows_as_recorded(
    recorded: Sequence[RecordedEntry], drafts: list[Draft], place: Place
) -> Iterator[tuple[Any, ...]]:
    """Yield rows that were recorded elsewhere, and go after a place, as the columns of `events`.

    Each leaf is computed anew: LedgerDamaged names the first position whose content, order or time does not hold.
    """
    head, last = place.head, place.recorded_at
    for each, draft in zip(recorded, drafts, strict=True):
        at = micros(each.recorded_at)
        if each.position != head + 1 or at < last:
            raise LedgerDamaged(f"position {each.position} does not follow position {head}; restore a backup")
        (row,) = rows_of([draft], Place(head, at))
        if row[_LEAF] != each.leaf_hash:
            raise LedgerDamaged(f"position {each.position} does not match its leaf hash; restore a backup")
        yield row
        head, last = each.position, at
