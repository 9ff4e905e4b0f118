"""Following a ledger: rows arrive in order, from this process or another, until the follower stops."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from eventsourcing.dcb.api import DCBQuery, DCBQueryItem
from eventsourcing.persistence import ProgrammingError

from ledger.store.recorder import Entry
from ledger.store.sqlite import SqliteRecorder


def clock() -> datetime:
    return datetime(2024, 6, 25, tzinfo=UTC)


def rows(*tags: str) -> list[Entry]:
    return [Entry(type="n/1", data=b"", tags=[tag]) for tag in tags]


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[SqliteRecorder]:
    made = SqliteRecorder.create(tmp_path / "ledger.sqlite3", clock=clock)
    yield made
    made.close()


def test_a_follower_gets_old_and_new_rows_in_order(recorder: SqliteRecorder) -> None:
    """A follower first catches up, over several pages, and then gets what is appended."""
    recorder.append(rows(*["a"] * 1_200))
    with recorder.subscribe(after=100) as follower:
        caught_up = [next(follower).position for _ in range(1_100)]
        recorder.append(rows("a"))
        assert [*caught_up, next(follower).position] == list(range(101, 1_202))


def test_a_follower_with_a_query_gets_only_its_rows(recorder: SqliteRecorder) -> None:
    """A query narrows what a follower is woken up with."""
    with recorder.subscribe(DCBQuery(items=[DCBQueryItem(tags=["b"])])) as follower:
        recorder.append(rows("a", "b", "a", "a"))
        recorder.append(rows("b"))
        assert [next(follower).position, next(follower).position] == [2, 5]


def test_a_follower_sees_what_another_process_appends(recorder: SqliteRecorder) -> None:
    """Rows that came through another connection arrive too, only a moment later."""
    other = SqliteRecorder.open(recorder.path, clock=clock)
    with recorder.subscribe() as follower:
        found: list[int] = []
        reading = Thread(target=lambda: found.append(next(follower).position))
        reading.start()
        other.append(rows("a"))
        reading.join(timeout=10)
    assert found == [1]
    other.close()


def test_a_waiting_follower_can_be_stopped(recorder: SqliteRecorder) -> None:
    """Stopping from another thread ends a wait, and with it the loop."""
    follower = recorder.subscribe()
    found: list[int] = []
    reading = Thread(target=lambda: found.extend(row.position for row in follower))
    reading.start()
    follower.stop()
    reading.join(timeout=10)
    assert not reading.is_alive()
    assert found == []


def test_a_follower_is_entered_once(recorder: SqliteRecorder) -> None:
    """As with the library's own subscriptions, entering twice is a mistake."""
    with recorder.subscribe() as follower, pytest.raises(ProgrammingError):
        follower.__enter__()
