"""Durable appends beside raw sqlite3: `uv run python bench/append.py [--events N] [--json]`.

Four writers take turns with the same batches in one run:

ledger       the ledger: encoding, tags, dedup key, id, leaf hash and Merkle tree included
raw body     one table (pos, body), bodies encoded beforehand, nothing else
raw row      one table without indexes, all fifteen columns of the ledger's rows computed beforehand
library      the eventsourcing library's own SQLite recorder, bodies encoded beforehand, in its own shape

All commit each batch with journal_mode=WAL and synchronous=FULL. A ratio is raw time / the ledger's time. CPU is this
process's, kernel included; wall time adds the waits for the disk.
"""

import argparse
import json
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from news import Ticking, polls

from ledger.application import entry_of
from ledger.envelope import NewEvent
from ledger.store.sqlite import SqliteRecorder
from ledger.store.sqlite_schema import PAGE_BYTES

_ROW = "pos INTEGER PRIMARY KEY, a, b, c, d, e, f, g, h, i, j, k, l, m, body"


def raw(path: Path, columns: str) -> sqlite3.Connection:
    """Make a file with one bare table, as durable as the ledger's."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"CREATE TABLE raw ({columns})")
    return connection


class Race:
    """The four writers, each on a file of its own, and the time that each has taken."""

    def __init__(self, folder: Path) -> None:
        self.files = {name: folder / name.replace(" ", "-") for name in ("ledger", "raw body", "raw row")}
        self.recorder = SqliteRecorder.create(self.files["ledger"], clock=Ticking())
        self.body = raw(self.files["raw body"], "pos INTEGER PRIMARY KEY, body BLOB")
        self.row = raw(self.files["raw row"], _ROW)
        datastore = SQLiteDatastore(str(folder / "library"))
        self.library = SQLiteApplicationRecorder(datastore)
        self.library.create_table()
        self.cpu_s: dict[str, float] = defaultdict(float)
        self.wall_s: dict[str, float] = defaultdict(float)
        self.bytes_body = self.bytes_given = self.events = 0

    def run(self, batch: list[NewEvent]) -> None:
        """Let each writer append one batch."""
        entries = [entry_of(new) for new in batch]
        self._timed("ledger", lambda: self.recorder.append([entry_of(new) for new in batch]))
        rows = self._written()
        bodies = [(row[0], row[-1]) for row in rows]
        stored = [StoredEvent(uuid4(), 1, entry.type, entry.data) for entry in entries]
        self._timed("raw body", lambda: insert(self.body, bodies))
        self._timed("raw row", lambda: insert(self.row, rows))
        self._timed("library", lambda: self.library.insert_events(stored))
        self.events += len(batch)
        self.bytes_body += sum(len(entry.data) for entry in entries)
        self.bytes_given += sum(
            len(e.data) + len(e.type) + len(e.actor) + len(e.dedup_key or "") + sum(map(len, e.tags)) + 8
            for e in entries
        )

    def _written(self) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.files["ledger"])) as reader:
            return reader.execute(
                "SELECT * FROM events WHERE pos > ? ORDER BY pos", (self.events,)
            ).fetchall()

    def _timed(self, name: str, work: Callable[[], object]) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        self.cpu_s[name] += time.process_time() - cpu
        self.wall_s[name] += time.perf_counter() - wall

    def result(self, batch: int) -> dict[str, Any]:
        """Return the times an event, the ratios, and the ledger's size on disk."""
        self.recorder.close()
        per_event = 1e6 / self.events
        return {
            "batch": batch,
            "events": self.events,
            "body_bytes": round(self.bytes_body / self.events),
            "cpu_us": {name: round(spent * per_event, 2) for name, spent in self.cpu_s.items()},
            "wall_us": {name: round(spent * per_event, 2) for name, spent in self.wall_s.items()},
            "cpu_ratio": {n: round(spent / self.cpu_s["ledger"], 2) for n, spent in self.cpu_s.items()},
            "wall_ratio": {n: round(spent / self.wall_s["ledger"], 2) for n, spent in self.wall_s.items()},
            "disk_to_body": round(self.files["ledger"].stat().st_size / self.bytes_body, 2),
            "disk_to_given": round(self.files["ledger"].stat().st_size / self.bytes_given, 2),
        }


def insert(connection: sqlite3.Connection, rows: list[tuple[object, ...]]) -> None:
    """Insert rows in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO raw VALUES ({', '.join('?' * len(rows[0]))})", rows)
    connection.execute("COMMIT")


def measure(events: int, batch: int) -> dict[str, Any]:
    """Run the race with batches of one size."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        race = Race(Path(folder))
        for each in polls(events, batch):
            race.run(each)
        return race.result(batch)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Durable appends beside raw sqlite3.")
    parser.add_argument("--events", type=int, default=200_000, help="events at batches of 100 and 1,000")
    parser.add_argument("--json", action="store_true", help="print one JSON array instead of a table")
    chosen = parser.parse_args()
    plan = {1: max(chosen.events // 40, 1), 100: chosen.events, 1_000: chosen.events}
    results = [measure(events, batch) for batch, events in plan.items()]
    if chosen.json:
        print(json.dumps(results, indent=1))
        return
    for result in results:
        print(
            f"\nbatches of {result['batch']:,}: {result['events']:,} events of {result['body_bytes']} bytes"
        )
        print(f"{'':12}{'CPU us':>9}{'wall us':>9}{'CPU ratio':>11}{'wall ratio':>12}")
        for name in ("ledger", "raw body", "raw row", "library"):
            numbers = [result[key][name] for key in ("cpu_us", "wall_us", "cpu_ratio", "wall_ratio")]
            print("{:12}{:>9}{:>9}{:>11}{:>12}".format(name, *numbers))
        print(f"on disk: {result['disk_to_body']} x bodies, {result['disk_to_given']} x all that was given")


if __name__ == "__main__":
    main()
