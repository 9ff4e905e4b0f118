"""Typed replay beside a bare scan: `uv run python bench/replay.py [--events N] [--rounds N] [--json]`.

The readers take turns over the same ledger in one run:

bare scan    SELECT body FROM events, through sqlite3, nothing decoded
row scan     SELECT of the nine columns that an event in its envelope needs, nothing decoded
rows         the recorder's lean tuples, with the check that no position is missing
typed        the ledger's events, decoded into typed structs in their envelopes
entries      the recorder's full entries, tags and leaf hash included

A ratio is the scan's CPU time / the reader's. Memory is what Python held at most while reading typed events.
"""

import sqlite3
import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from news import Ticking, polls
from printing import run

from ledger.application import Ledger
from ledger.store.sqlite_read import ROW

BATCH = 1_000
FILE = "ledger.sqlite3"


def drain(rows: Iterable[object]) -> None:
    """Read everything and keep nothing."""
    deque(rows, maxlen=0)


def readers(ledger: Ledger, folder: Path) -> dict[str, Callable[[], None]]:
    """Return the four ways to read the whole ledger."""

    def scan(columns: str) -> None:
        with closing(sqlite3.connect(folder / FILE)) as connection:
            drain(connection.execute(f"SELECT {columns} FROM events e ORDER BY pos"))

    return {
        "bare scan": lambda: scan("e.body"),
        "row scan": lambda: scan(ROW),
        "rows": lambda: drain(ledger.recorder.rows()),
        "typed": lambda: drain(ledger.events()),
        "entries": lambda: drain(ledger.recorder.read()),
    }


def held_bytes(read: Callable[[], None]) -> int:
    """Return the most bytes that Python held for a reader at one time."""
    tracemalloc.start()
    read()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def measure(events: int, rounds: int, folder: Path) -> dict[str, object]:
    """Fill a ledger and let every reader read it, in turns; times are those of the best round."""
    with Ledger.create(folder, clock=Ticking(), program="bench") as ledger:
        for batch in polls(events, BATCH):
            ledger.record(batch)
        taken: dict[str, list[float]] = {}
        for _ in range(rounds):
            for name, read in readers(ledger, folder).items():
                start = time.process_time()
                read()
                taken.setdefault(name, []).append(time.process_time() - start)
        best = {name: min(seconds) for name, seconds in taken.items()}
        return {
            "events": events,
            "cpu_us": {name: round(seconds / events * 1e6, 2) for name, seconds in best.items()},
            "cpu_ratio": {name: round(best["bare scan"] / seconds, 2) for name, seconds in best.items()},
            "typed_bytes_held": held_bytes(readers(ledger, folder)["typed"]),
        }


if __name__ == "__main__":
    run("Typed replay beside a bare scan.", measure, ("typed reading", "typed_bytes_held"))
