"""One snapshot of an SQLite ledger for an audit, read as it stands, through a connection of its own."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from ledger.errors import LedgerDamaged
from ledger.store.audited import StoredRow
from ledger.store.sqlite_schema import made_schema, open_ledger, reporting

_ROWS = """SELECT pos, event_id, type, recorded_at, observed_at, occurred, occurred_first, occurred_last, dedup_key,
    actor, causation_id, correlation_id, tags, leaf_hash, body FROM events NOT INDEXED {after}
    ORDER BY pos {limit}"""
_INDEXES = {
    "tags": "SELECT tag, pos FROM event_tags",
    "ids": "SELECT event_id, pos FROM events INDEXED BY events_by_id",
    "keys": "SELECT dedup_key, pos FROM events INDEXED BY events_by_dedup_key WHERE dedup_key IS NOT NULL",
}
_REPEATED = {
    "ids": """SELECT min(p) FROM (SELECT max(pos) AS p FROM events INDEXED BY events_by_id
        GROUP BY event_id HAVING count(*) > 1)""",
    "keys": """SELECT min(p) FROM (SELECT max(pos) AS p FROM events INDEXED BY events_by_dedup_key
        WHERE dedup_key IS NOT NULL GROUP BY dedup_key HAVING count(*) > 1)""",
}
_FOUND = "SELECT count(*) FROM events a NOT INDEXED CROSS JOIN events b ON b.pos = a.pos"
_FIND = "SELECT count(*) FROM events WHERE pos = ?"
_LEAVES = "SELECT leaf_hash FROM events WHERE pos > ? AND pos <= ? ORDER BY pos"


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """As `reporting`; and since the statements here are fixed, one that SQLite does not accept means a damaged schema."""
    with reporting(path):
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:
                raise
            raise LedgerDamaged(f"the tables of {path} are damaged ({error}); restore a backup") from error


class SqliteSnapshot:
    """An `Audited` view of one file; writers go on meanwhile and are not seen."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = open_ledger(path, write=False)
        with _reading(path):
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ledger_id(self) -> str:
        """Return the id the ledger was made with (LedgerDamaged if there is none)."""
        found = self._one("SELECT value FROM about WHERE key = 'ledger_id'")
        if not isinstance(found, str):
            raise LedgerDamaged(f"{self._path} does not say which ledger it is; restore a backup and compare")
        return found

    def head(self) -> int:
        """Return the last position, 0 for an empty ledger."""
        return int(self._one("SELECT max(pos) FROM events") or 0)

    def rows(self) -> Iterator[StoredRow]:
        """Yield every row in the order of positions; the first that cannot be read raises, and none before it."""
        last = 0
        try:
            for row in self._connection.execute(_ROWS.format(after="", limit="")):
                yield row
                last = row[0]
        except sqlite3.DatabaseError:  # Raised one row early by a cursor that looks ahead.
            yield from self._one_by_one(last)

    def _one_by_one(self, last: int) -> Iterator[StoredRow]:
        sql = _ROWS.format(after="WHERE pos > ?", limit="LIMIT 1")
        with _reading(self._path):
            while row := self._connection.execute(sql, (last,)).fetchone():
                yield row
                last = row[0]

    def index(self, name: str) -> Iterator[tuple[Any, ...]]:
        """Yield the entries of an index."""
        with _reading(self._path):
            yield from self._connection.execute(_INDEXES[name])

    def repeated(self, name: str) -> int | None:
        """Return the first position whose id or dedup key an earlier row has too."""
        found: int | None = self._one(_REPEATED[name])
        return found

    def unreachable(self) -> int | None:
        """Return the first position that is not found when it is looked up by its number."""
        head = self.head()
        if self._one(_FOUND) == head:
            return None
        return next((pos for pos in range(1, head + 1) if not self._one(_FIND, pos)), head)

    def spans(self) -> Iterator[tuple[Any, ...]]:
        """Yield (type, span)."""
        with _reading(self._path):
            yield from self._connection.execute("SELECT type, span FROM type_spans")

    def nodes(self) -> Iterator[tuple[Any, ...]]:
        """Yield (level, index, hash) of the stored Merkle subtrees."""
        with _reading(self._path):
            yield from self._connection.execute("SELECT level, idx, hash FROM tree ORDER BY level, idx")

    def leaf_hashes(self, first: int, last: int) -> list[bytes]:
        """Return the stored hashes of the leaves first <= n < last, counted from 0."""
        with _reading(self._path):
            found = [each for (each,) in self._connection.execute(_LEAVES, (first, last))]
        if len(found) != last - first or not all(isinstance(each, bytes) for each in found):
            raise LedgerDamaged(f"positions {first + 1} to {last} are not found by their numbers")
        return found

    def schema(self) -> str | None:
        """Return what is wrong with the tables and their guards; what others added beside them is passed over."""
        with _reading(self._path):
            found = dict(self._connection.execute("SELECT name, sql FROM sqlite_master"))
        for name, sql in made_schema().items():
            if found.get(name) != sql:
                state = "is not as it was made" if name in found else "is missing"
                return f"the table, index or guard {name!r} {state}"
        return None

    def _one(self, sql: str, *values: object) -> Any:
        with _reading(self._path):
            row = self._connection.execute(sql, values).fetchone()
        return row[0] if row else None
