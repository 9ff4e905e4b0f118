import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.errors import LedgerLocked
from ledger.store.ownership import exclusive

HOLDER = """
import sys
from ledger.store.ownership import exclusive
with exclusive(sys.argv[1]):
    print("held", flush=True)
    input()
"""


def test_a_second_daemon_is_told_who_holds_the_ledger(tmp_path: Path) -> None:
    """Only one daemon watches a ledger; the second learns the pid of the first."""
    path = tmp_path / "ledger.sqlite3"
    with exclusive(path), pytest.raises(LedgerLocked, match=f"pid {os.getpid()}"), exclusive(path):
        pass
    with exclusive(path):
        pass


def test_a_killed_daemon_holds_nothing(tmp_path: Path) -> None:
    """Whatever ends a daemon, the next one may start at once."""
    path = tmp_path / "ledger.sqlite3"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(LedgerLocked, match=f"pid {holder.pid}"), exclusive(path):
        pass
    holder.kill()
    holder.communicate()
    with exclusive(path):
        assert path.with_name("ledger.sqlite3.lock").read_text() == f"{os.getpid()}\n"
