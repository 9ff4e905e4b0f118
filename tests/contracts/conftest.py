"""The recorders that the contract is run on. A new one is added here and nowhere else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.clocks import VirtualClock
from ledger.store.recorder import LedgerRecorder
from ledger.store.sqlite import SqliteRecorder


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2024, 6, 25, tzinfo=UTC))


@pytest.fixture(params=["sqlite"])
def recorder(request: pytest.FixtureRequest, tmp_path: Path, clock: VirtualClock) -> Iterator[LedgerRecorder]:
    made = {"sqlite": lambda: SqliteRecorder.create(tmp_path / "ledger.sqlite3", clock=clock)}[
        request.param
    ]()
    yield made
    made.close()
