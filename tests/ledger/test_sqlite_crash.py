"""The SQLite ledger under real processes: killed at any point, or writing all at once."""

import random
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from ledger.merkle import root
from ledger.store.recorder import Entry
from ledger.store.sqlite import SqliteRecorder

# Appends batches of one to twelve rows for ever, and says so after each; a row's body is "batch:rows in it".
ENDLESS_WRITER = """
import sys
from ledger.clocks import system_clock
from ledger.store.recorder import Entry
from ledger.store.sqlite import SqliteRecorder
path, run = sys.argv[1:]
recorder = SqliteRecorder.open(path, clock=system_clock)
for batch in range(1_000_000):
    size = batch % 12 + 1
    body = f"{run}-{batch}:{size}".encode()
    keys = [f"{run}-{batch}-{n}" for n in range(size)]
    recorder.append([Entry(type="n/1", data=body, tags=["all:1", key], dedup_key=key) for key in keys])
    print(f"{run}-{batch}", flush=True)
"""

# Appends its own rows one by one, and between them rows that every writer appends.
SHARING_WRITER = """
import sys
from ledger.clocks import system_clock
from ledger.store.recorder import Entry
from ledger.store.sqlite import SqliteRecorder
path, name = sys.argv[1:]
recorder = SqliteRecorder.open(path, clock=system_clock)
input()
for n in range(15):
    recorder.append([Entry(type="own/1", data=f"{name}-{n}".encode(), tags=["w:" + name])])
    recorder.append([Entry(type="shared/1", data=f"{n}".encode(), tags=["s:1"], dedup_key=f"shared-{n}")])
recorder.close()
"""


def clock() -> datetime:
    return datetime(2024, 6, 25, tzinfo=UTC)


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    """After any number of kill -9, every acknowledged batch is there, each batch is whole, and the root holds."""
    path = tmp_path / "ledger.sqlite3"
    SqliteRecorder.create(path, clock=clock).close()
    acknowledged: set[str] = set()
    for run in range(4):
        writer = start(ENDLESS_WRITER, str(path), str(run))
        assert writer.stdout
        for _ in range(random.randrange(1, 60)):
            acknowledged.add(writer.stdout.readline().strip())
        writer.kill()
        acknowledged.update(line.strip() for line in writer.stdout if line.endswith("\n"))
        writer.wait()

    recorder = SqliteRecorder.open(path, clock=clock)
    rows = list(recorder.read())
    batches = Counter(row.event.data.decode() for row in rows)
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert all(count == int(body.split(":")[1]) for body, count in batches.items())
    assert len(acknowledged) >= 4
    assert acknowledged <= {body.split(":")[0] for body in batches}
    assert recorder.root() == root([row.leaf_hash for row in rows])
    assert recorder.append([Entry(type="n/1", data=b"after")]) == len(rows) + 1
    recorder.close()


def test_six_writers_at_once_leave_one_order(tmp_path: Path) -> None:
    """Six processes write together: no gaps, nothing lost, and what all of them report is recorded once."""
    path = tmp_path / "ledger.sqlite3"
    SqliteRecorder.create(path, clock=clock).close()
    writers = [start(SHARING_WRITER, str(path), name) for name in "abcdef"]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0

    recorder = SqliteRecorder.open(path, clock=clock, write=False)
    rows = list(recorder.read())
    recorded = Counter((row.event.type, row.event.data.decode()) for row in rows)
    expected = {("own/1", f"{name}-{n}") for name in "abcdef" for n in range(15)}
    expected |= {("shared/1", f"{n}") for n in range(15)}
    assert recorded == dict.fromkeys(expected, 1)
    assert [row.position for row in rows] == list(range(1, len(expected) + 1))
    assert [row.recorded_at for row in rows] == sorted(row.recorded_at for row in rows)
    assert recorder.root() == root([row.leaf_hash for row in rows])
    recorder.close()
