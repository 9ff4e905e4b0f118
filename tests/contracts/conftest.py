"""The recorders that the contract is run on. A new one is added here and nowhere else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.clocks import VirtualClock
from ledger.store.postgres import PostgresRecorder
from ledger.store.recorder import LedgerRecorder
from ledger.store.sqlite import SqliteRecorder


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2024, 6, 25, tzinfo=UTC))


@pytest.fixture(params=["sqlite", "postgres"])
def recorder(request: pytest.FixtureRequest, tmp_path: Path, clock: VirtualClock) -> Iterator[LedgerRecorder]:
    made: LedgerRecorder
    if request.param == "sqlite":
        made = SqliteRecorder.create(tmp_path / "ledger.sqlite3", clock=clock)
    else:
        made = PostgresRecorder.create(request.getfixturevalue("new_database")(), clock=clock)
    yield made
    made.close()
