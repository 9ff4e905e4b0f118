"""The operational table beside the log: due times, validators, health, and every single poll.

It may be lost without harm. Then every feed is asked once without validators, and what comes is compared with the
log, so nothing is recorded twice. Single polls are not events; a day of them is (PollsSummarised).
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from ledger.events import PollsSummarised
from watchers.items import FeedState

POLLS_KEPT_DAYS = 90
BUSY_TIMEOUT_S = 10.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feeds (name TEXT PRIMARY KEY, next_at TEXT, state BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS polls (
    id INTEGER PRIMARY KEY, feed TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL, status INTEGER,
    bytes INTEGER NOT NULL, ms INTEGER NOT NULL, etag TEXT, last_modified TEXT, new INTEGER NOT NULL,
    revised INTEGER NOT NULL, seen INTEGER NOT NULL, gap TEXT, next_at TEXT, reason TEXT NOT NULL,
    summarised INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS polls_of_feed ON polls (feed, at);
CREATE INDEX IF NOT EXISTS polls_to_summarise ON polls (at) WHERE summarised = 0;
"""
_INSERT = f"INSERT INTO polls VALUES (NULL{', ?' * 14}, 0)"  # noqa: S608 - a count of question marks
_SUMS = """
SELECT feed, substr(at, 1, 10), count(*), sum(outcome IN ('not_modified', 'unchanged')), sum(outcome = 'failed'),
       sum(new), sum(revised)
FROM polls WHERE summarised = 0 AND at < ? GROUP BY 1, 2 ORDER BY 2, 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRow:
    """One poll as it can be inspected later. `bytes` is the decoded size, `ms` how long it took."""

    feed: str
    at: datetime
    outcome: str
    status: int | None = None
    bytes: int = 0
    ms: int = 0
    etag: str | None = None
    last_modified: str | None = None
    new: int = 0
    revised: int = 0
    seen: int = 0
    gap: str | None = None
    next_at: datetime | None = None
    reason: str = ""


class FeedTable:
    """Feed states and polls in one SQLite file, made if it is absent and made anew if it cannot be read."""

    def __init__(self, path: Path | str) -> None:
        self._connection = _connect(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file; closing twice is harmless."""
        self._connection.close()

    def state(self, feed: str, url: str | None) -> FeedState:
        """Return what is known of a feed; one whose address changed is a fresh subscription."""
        found = self._connection.execute("SELECT state FROM feeds WHERE name = ?", (feed,)).fetchone()
        state = msgspec.json.decode(found[0], type=FeedState) if found else None
        return state if state and state.url == url else FeedState(feed=feed, url=url)

    def save(self, state: FeedState | None, poll: PollRow) -> None:
        """Keep a poll and, if given, the state it led to, in one transaction."""
        with self._connection:
            if state is not None:
                row = (state.feed, _text(state.next_at), msgspec.json.encode(state))
                self._connection.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?)", row)
            self._connection.execute(_INSERT, _row(poll))

    def polls(self, feed: str, *, limit: int = 100) -> tuple[PollRow, ...]:
        """Return a feed's newest polls, newest first."""
        rows = self._connection.execute(
            "SELECT * FROM polls WHERE feed = ? ORDER BY id DESC LIMIT ?", (feed, limit)
        ).fetchall()
        return tuple(_poll(row) for row in rows)

    def next_due(self) -> datetime | None:
        """Return the earliest instant at which a known feed is to be polled again, None if none ever is."""
        found = self._connection.execute("SELECT min(next_at) FROM feeds").fetchone()
        return datetime.fromisoformat(found[0]) if found[0] else None

    def unsummarised(self, today: date) -> tuple[PollsSummarised, ...]:
        """Return the summaries of all days before today that have none yet, one per feed and UTC day."""
        rows = self._connection.execute(_SUMS, (_text(_midnight(today)),)).fetchall()
        return tuple(
            PollsSummarised(
                feed=feed,
                day=date.fromisoformat(day),
                polls=polls,
                not_modified=not_modified,
                failures=failures,
                items=items,
                revisions=revisions,
            )
            for feed, day, polls, not_modified, failures, items, revisions in rows
        )

    def mark_summarised(self, summaries: Iterable[PollsSummarised], today: date) -> None:
        """Note that days are in the log now, and forget polls older than 90 days."""
        with self._connection:
            for each in summaries:
                self._connection.execute(
                    "UPDATE polls SET summarised = 1 WHERE feed = ? AND at >= ? AND at < ?",
                    (each.feed, _text(_midnight(each.day)), _text(_midnight(each.day + timedelta(days=1)))),
                )
            oldest = _text(_midnight(today - timedelta(days=POLLS_KEPT_DAYS)))
            self._connection.execute("DELETE FROM polls WHERE summarised = 1 AND at < ?", (oldest,))


def _connect(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
    try:
        # Losing the last moments in a power cut costs one unconditional request, so no poll waits for the disk.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)
    except sqlite3.DatabaseError as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError) or str(path) == ":memory:":
            raise
        Path(path).unlink()
        return _connect(path)
    return connection


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _text(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat(timespec="microseconds") if instant else None


def _row(poll: PollRow) -> tuple[object, ...]:
    values = (getattr(poll, name) for name in PollRow.__slots__)  # in the order of the columns
    return tuple(_text(value) if isinstance(value, datetime) else value for value in values)


def _poll(row: tuple[object, ...]) -> PollRow:
    return msgspec.convert(dict(zip(PollRow.__slots__, row[1:-1], strict=True)), PollRow)
