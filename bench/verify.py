"""Verifying beside a bare scan: `uv run python bench/verify.py [--events N] [--rounds N] [--json]`.

The readers take turns over the same ledger in one run:

bare scan  SELECT body FROM events, through sqlite3, nothing decoded
row scan   SELECT of all fifteen columns, nothing decoded
hashes     row scan, and SHA-256 over each body: the least that any check must do
rows       the pass over the rows: leaf hashes, decoding, times, tags, subtrees
verify     everything: rows, indexes, tree, checkpoints

A ratio is the bare scan's CPU time / the reader's. Memory is what Python held at most while verifying.
"""

import sqlite3
import time
import tracemalloc
from collections import deque
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from news import Ticking, polls
from printing import run

from ledger.application import Ledger
from ledger.audit import verify
from ledger.audit_rows import Scan
from ledger.checkpoints import Notary
from ledger.store.sqlite_audit import SqliteSnapshot

BATCH = 1_000


def readers(path: Path) -> dict[str, Callable[[], None]]:
    """Return the ways to read the whole ledger."""

    def scan(columns: str) -> None:
        with closing(sqlite3.connect(path)) as connection:
            deque(connection.execute(f"SELECT {columns} FROM events e ORDER BY pos"), maxlen=0)

    def hashes() -> None:
        with closing(sqlite3.connect(path)) as connection:
            for row in connection.execute("SELECT * FROM events ORDER BY pos"):
                sha256(row[14]).digest()

    def rows() -> None:
        with SqliteSnapshot(path) as store:
            Scan(store).run(lambda _: None)

    def whole() -> None:
        with SqliteSnapshot(path) as store:
            assert verify(store).ok

    return {
        "bare scan": lambda: scan("e.body"),
        "row scan": lambda: scan("*"),
        "hashes": hashes,
        "rows": rows,
        "verify": whole,
    }


def measure(events: int, rounds: int, folder: Path) -> dict[str, object]:
    """Fill a ledger and let every reader read it, in turns; times are those of the best round."""
    with Ledger.create(folder, clock=Ticking(), program="bench") as ledger:
        for number, batch in enumerate(polls(events, BATCH)):
            ledger.record(batch)
            if number % 20 == 0:
                Notary(folder).sign(ledger)
    path = folder / "ledger.sqlite3"
    taken: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, read in readers(path).items():
            start = time.process_time()
            read()
            taken.setdefault(name, []).append(time.process_time() - start)
    best = {name: min(seconds) for name, seconds in taken.items()}
    tracemalloc.start()
    readers(path)["verify"]()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {
        "events": events,
        "cpu_us": {name: round(seconds / events * 1e6, 2) for name, seconds in best.items()},
        "cpu_ratio": {name: round(best["bare scan"] / seconds, 2) for name, seconds in best.items()},
        "verify_bytes_held": peak,
    }


if __name__ == "__main__":
    run("Verifying beside a bare scan.", measure, ("verifying", "verify_bytes_held"))
