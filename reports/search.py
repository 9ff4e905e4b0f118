"""Full-text search over what items say and what developments state; an index beside the log, made again if it is lost.

It follows the log one event at a time, and knows by the Merkle root over the position it stopped at whether it
belongs to this ledger. Case and diacritics do not count. Words that were dropped leave the index with the next search.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ledger.application import Ledger
from ledger.configuration import Configuration
from ledger.envelope import Recorded
from ledger.errors import BlobDropped as Gone
from ledger.errors import ConfigurationError, NotFound, UsageError
from ledger.events import BlobDropped, ConfigurationChanged, DevelopmentReported, ItemObserved, ItemRevised
from ledger.sources import Evidence
from reports.names import Names, names_for
from reports.sentences import sentence

FILE = "search.sqlite3"
VERSION = "1"
BUSY_TIMEOUT_S = 60.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS found (
    id INTEGER PRIMARY KEY, position INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    version INTEGER, recorded_at TEXT NOT NULL, blob TEXT
);
CREATE INDEX IF NOT EXISTS found_blob ON found (blob);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(title, body, tokenize = "unicode61 remove_diacritics 2");
"""
_SEARCH = """
SELECT f.kind, f.name, f.version, f.position, f.recorded_at, w.title, snippet(words, 1, '', '', ' … ', 24)
FROM words w JOIN found f ON f.id = w.rowid WHERE words MATCH ? AND f.position <= ? ORDER BY w.rank, f.position
LIMIT ?
"""
_COUNT = "SELECT count(*) FROM words w JOIN found f ON f.id = w.rowid WHERE words MATCH ? AND f.position <= ?"
_PART = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One version of an item, or one development, that has all the words. `snippet` is where they stand."""

    kind: str
    id: str
    version: int | None
    position: int
    recorded_at: datetime
    title: str
    snippet: str


class SearchIndex:
    """The index in one SQLite file; call `follow` before `find`. Losing the file loses nothing."""

    def __init__(self, path: Path) -> None:
        self._connection = _opened(path)
        self._stale = False
        self._names: Names = names_for(None)
        self._labels: dict[str, str] = {}

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def follow(self, ledger: Ledger) -> int:
        """Take in what was recorded since the last time, and return how many events that were."""
        after = self._position(ledger)
        if not after:
            self._clear()
        self._configured(_configuration(ledger, after))
        taken = 0
        with self._changing():
            for recorded in ledger.events(after=after):
                self._take(ledger, recorded)
                after, taken = recorded.position, taken + 1
            if self._stale:
                # A deleted word stays in the index's segments until they are merged.
                self._connection.execute("INSERT INTO words (words) VALUES ('optimize')")
                self._stale = False
            self._note(position=str(after), root=ledger.recorder.root(after).hex(), version=VERSION)
        return taken

    def find(self, text: str, *, until: int, limit: int) -> tuple[int, tuple[Hit, ...]]:
        """Return how many hits there are up to a position, and the best ones (UsageError if there is no word)."""
        query = _query(text)
        total = int(self._connection.execute(_COUNT, (query, until)).fetchone()[0])
        rows = self._connection.execute(_SEARCH, (query, until, limit or -1)).fetchall()
        return total, tuple(
            Hit(
                kind=kind,
                id=name,
                version=version,
                position=position,
                recorded_at=datetime.fromisoformat(at),
                title=title,
                snippet=snippet,
            )
            for kind, name, version, position, at, title, snippet in rows
        )

    def _position(self, ledger: Ledger) -> int:
        about = dict(self._connection.execute("SELECT name, value FROM about").fetchall())
        position = int(about.get("position", 0))
        if about.get("version") != VERSION or position > ledger.head:
            return 0
        return position if about.get("root") == ledger.recorder.root(position).hex() else 0

    def _clear(self) -> None:
        self._connection.executescript("DELETE FROM about; DELETE FROM found; DELETE FROM words;")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _note(self, **about: str) -> None:
        self._connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())

    def _configured(self, configuration: Configuration | None) -> None:
        self._names = names_for(configuration)
        self._labels = (
            {kind.name: kind.label for kind in configuration.codebook.kinds} if configuration else {}
        )

    def _take(self, ledger: Ledger, recorded: Recorded) -> None:
        match recorded.event:
            case ItemObserved() | ItemRevised() as event:
                version = event.version if isinstance(event, ItemRevised) else 1
                self._add(recorded, ("item", event.item_id, version, event.text), _text(ledger, event.text))
            case DevelopmentReported() as event:
                label = self._labels.get(event.development.kind)
                said = sentence(event.development, self._names, label=label)
                # An item's words are found through the item; a record's only here.
                words = None if event.item_id else _quotes(ledger, event.evidence)
                blob = event.evidence[0].blob if event.evidence and not event.item_id else None
                about = ("development", event.development_id, event.item_version, blob)
                self._add(recorded, about, f"{said}\n{words or ''}")
            case ConfigurationChanged() as event:
                self._configured(event.configuration)
            case BlobDropped() as event:
                self._forget(event.sha256)
            case _:
                pass

    def _add(
        self, recorded: Recorded, about: tuple[str, str, int | None, str | None], text: str | None
    ) -> None:
        if text is None:
            return
        kind, name, version, blob = about
        title, _, body = text.partition("\n")
        added = self._connection.execute(
            "INSERT INTO found (position, kind, name, version, recorded_at, blob) VALUES (?, ?, ?, ?, ?, ?)",
            (recorded.position, kind, name, version, recorded.recorded_at.isoformat(), blob),
        )
        self._connection.execute(
            "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", (added.lastrowid, title, body)
        )

    def _forget(self, sha256: str) -> None:
        rows = self._connection.execute("SELECT id, kind FROM found WHERE blob = ?", (sha256,)).fetchall()
        for row, kind in rows:
            if kind == "item":
                self._connection.execute("DELETE FROM words WHERE rowid = ?", (row,))
                self._connection.execute("DELETE FROM found WHERE id = ?", (row,))
            else:
                # What a development states are our words; only the quote goes.
                self._connection.execute("UPDATE words SET body = '' WHERE rowid = ?", (row,))
        self._stale |= bool(rows)


def _opened(path: Path) -> sqlite3.Connection:
    """Open the index. One that cannot be read is made again, one that cannot be written is made in memory."""
    try:
        return _prepared(str(path))
    except sqlite3.OperationalError:
        return _prepared(":memory:")
    except sqlite3.DatabaseError:
        path.unlink()
        return _prepared(str(path))


def _prepared(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        connection.execute("PRAGMA secure_delete = ON")
        connection.executescript(_SCHEMA)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _configuration(ledger: Ledger, position: int) -> Configuration | None:
    try:
        return ledger.configuration(position)
    except ConfigurationError:
        return None


def _text(ledger: Ledger, sha256: str) -> str | None:
    try:
        return ledger.text(sha256)
    except (Gone, NotFound):
        return None


def _quotes(ledger: Ledger, evidence: tuple[Evidence, ...]) -> str:
    found = ((each, _text(ledger, each.blob)) for each in evidence)
    return " … ".join(text[each.start : each.end] for each, text in found if text is not None)


def _query(text: str) -> str:
    """Return the words as a query that can mean nothing else: all of them, in quotes together, a final * as a start."""
    parts = []
    for phrase, word in _PART.findall(text):
        bare = (phrase or word).strip()
        start = not phrase and bare.endswith("*")
        bare = bare.rstrip("*") if start else bare
        if any(letter.isalnum() for letter in bare):
            parts.append('"' + bare.replace('"', '""') + '"' + ("*" if start else ""))
    if not parts:
        raise UsageError(f"{text!r} holds no word to look for")
    return " ".join(parts)


def forget_dropped(folder: Path, ledger: Ledger) -> None:
    """Take dropped words out of the index of a folder, if there is one."""
    path = folder / FILE
    if path.exists():
        index = SearchIndex(path)
        try:
            index.follow(ledger)
        finally:
            index.close()
