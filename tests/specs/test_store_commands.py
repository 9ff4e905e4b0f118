"""The commands that keep a ledger elsewhere, as somebody types them, on both back ends."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def sitledger(*arguments: object, database: str = "", code: int = 0) -> Any:
    """Run a command and return its JSON document, or what it said when it failed."""
    done = subprocess.run(
        [sys.executable, "-m", "watchers.cli.command", *map(str, arguments)],
        env=os.environ | {"SITLEDGER_DATABASE": database, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else done.stderr


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a ledger in a file."""
    folder = tmp_path / "desk"
    sitledger("init", "--home", folder, "--json")
    return folder


def test_a_ledger_moves_to_a_database_and_back(
    home: Path, tmp_path: Path, new_database: Callable[[], str]
) -> None:
    """Copied into a prepared database and used there, the ledger is backed up, and restored into a file."""
    url = new_database()
    before = sitledger("db", "status", "--home", home, "--json")
    assert (before["store"], before["state"]) == ("sqlite", "ready")
    assert sitledger("db", "status", "--home", home, "--json", database=url, code=1)["state"] == "absent"
    assert sitledger("db", "init", "--home", home, "--json", database=url)["made"] is True
    assert sitledger("db", "init", "--home", home, "--json", database=url)["state"] == "empty"
    done = sitledger("copy", f"sqlite:{home}", "postgres:", "--json", database=url)
    assert (done["root"], done["events"]) == (before["root"], before["events"])
    there = sitledger("db", "status", "--home", home, "--json", database=url)
    assert {**there, "store": 0, "place": 0} == {**before, "store": 0, "place": 0}
    assert sitledger("db", "migrate", "--home", home, "--json", database=url)["migrated"] is False
    log = sitledger("log", "--home", home, "--json", database=url)
    assert log == sitledger("log", "--home", home, "--json")
    file, new = tmp_path / "a.backup", tmp_path / "new"
    sitledger("backup", file, "--home", home, "--json", database=url)
    assert sitledger("restore", file, "--verify", "--home", new, "--json")["root"] == before["root"]
    assert sitledger("log", "--home", new, "--json") == log
    assert "already" in sitledger("restore", file, "--home", new, code=3)
    file.write_bytes(file.read_bytes()[:-20_000])
    assert "error:" in sitledger("restore", file, "--home", tmp_path / "none", code=3)


def test_a_ledger_is_made_in_a_database(tmp_path: Path, new_database: Callable[[], str]) -> None:
    """With the variable set, `init` makes the ledger in the database and refuses to do so twice."""
    url, folder = new_database(), tmp_path / "desk"
    made = sitledger("init", "--home", folder, "--json", database=url)
    assert made["position"] > 0
    assert not (folder / "data" / "ledger.sqlite3").exists()
    assert "already" in sitledger("init", "--home", folder, database=url, code=2)
    assert "unset SITLEDGER_DATABASE" in sitledger("demo", "--home", tmp_path / "demo", database=url, code=2)


def test_events_are_exported_and_imported(home: Path, tmp_path: Path) -> None:
    """Exported events make the same record in an empty home; importing them twice adds nothing."""
    file, new = tmp_path / "events.jsonl", tmp_path / "new"
    header = sitledger("export", "events", file, "--home", home, "--json")
    taken = sitledger("import", "events", file, "--home", new, "--json")
    assert (taken["root"], taken["events"]) == (header["root"], header["size"])
    assert sitledger("import", "events", file, "--home", new, "--json")["events"] == 0
    assert sitledger("log", "--home", new, "--json") == sitledger("log", "--home", home, "--json")
    file.write_bytes(file.read_bytes()[:-300])
    nowhere = tmp_path / "nowhere"
    assert "error:" in sitledger("import", "events", file, "--home", nowhere, code=4)
    assert not nowhere.exists()


def test_wrong_use_is_told(home: Path, tmp_path: Path) -> None:
    """Each mistake has its exit code and says what to do."""
    assert "sqlite:PATH" in sitledger("copy", "here", "there", code=2)
    assert "same place" in sitledger("copy", f"sqlite:{home}", f"sqlite:{home}/data", code=2)
    assert "not set" in sitledger("db", "init", "--home", home, code=2)
    assert "sitledger init" in sitledger("db", "migrate", "--home", tmp_path / "none", code=3)
    assert "no ledger" in sitledger("backup", tmp_path / "x", "--home", tmp_path / "none", code=3)
    nobody = "postgresql://desk:s3cret@127.0.0.1:1/none"
    said = sitledger("log", "--home", home, database=nobody, code=3)
    assert "not reached" in said
    assert "s3cret" not in said
