"""Looking back, end to end: two moments, a history, a takedown, and everything derived anew."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.clocks import system_clock
from ledger.events import BlobDropped, DevelopmentReported, ItemObserved
from ledger.home import Home
from watchers.wiring import Duty


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "watchers.cli.command", *arguments, "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def answer(home: Path, *arguments: str, code: int = 0) -> Any:
    done = run(home, *arguments, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def copy(demo: Home, tmp_path: Path) -> Path:
    """A copy of the demo's home that may be written into."""
    folder = tmp_path / "copy"
    shutil.copytree(demo.folder, folder)
    return folder


def test_everything_in_the_demo_is_derived_anew(demo: Home) -> None:
    """Projections, alerts and all 44 reports come out of the log as they were recorded."""
    found = answer(demo.folder, "replay", "--audit")
    assert found["ok"] is True
    assert (found["reports"]["checked"], found["reports"]["differ"]) == (44, [])
    assert found["alerts"]["checked"] > 100
    assert found["projections"]["checked"] == 8


def test_an_altered_figure_is_found_by_deriving_anew(copy: Path) -> None:
    """Somebody makes 400 arrivals 500 behind the program's back: the reports and alerts no longer follow."""
    with closing(sqlite3.connect(copy / "data" / "ledger.sqlite3")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE events SET body = replace(body, '\"n\":400', '\"n\":500') WHERE type = 'development.reported/1'"
        )
        connection.commit()
    found = answer(copy, "replay", "--audit", code=1)
    assert found["ok"] is False
    assert "MSS-W-2024-26" in found["reports"]["differ"]


def test_the_week_in_which_the_dispute_began_is_told(demo: Home) -> None:
    """From 10 to 17 July the tile went from 400 to 200–400, and a dispute was opened."""
    found = answer(demo.folder, "diff", "2024-07-10", "2024-07-17")
    tile = next(each for each in found["indicators"] if each["indicator"] == "kenyan_arrivals")
    assert (tile["old"], tile["new"]) == ("400 police", "200–400 police (disputed)")
    assert any(each["change"] == "new" and "Kenya" in each["label"] for each in found["disputes"])
    assert any(each["new"] == "open" for each in found["alerts"])


def test_a_takedown_withdraws_the_quote_and_nothing_else(copy: Path) -> None:
    """The words are gone from status, search and raw documents; every recorded thing stays, and the audit knows why."""
    claim = _arrival(copy)
    item = answer(copy, "history", claim["development"])["item"]
    assert answer(copy, "find", "400 police", "--limit", "0")["matches"]
    told = answer(copy, "drop", item, "--why", "the publisher asks", "--by", "ana")
    assert len(told["dropped"]) == 2
    assert _arrival(copy) == claim | {"quote": "quote withdrawn"}
    assert item not in {each["id"] for each in answer(copy, "find", "400 police", "--limit", "0")["list"]}
    gone = run(copy, "show", item, "--raw")
    assert gone.returncode == 3
    assert "its hash stays" in gone.stderr
    found = answer(copy, "replay", "--audit")
    assert found["ok"] is True
    assert found["reports"]["withdrawn"]
    number = found["reports"]["withdrawn"][0]
    assert run(copy, "report", "show", number).returncode == 0
    again = answer(copy, "drop", item, "--why", "the publisher asks", "--by", "ana")
    assert (again["dropped"], len(again["gone_before"])) == ([], 2)


def _arrival(home: Path) -> Any:
    tiles = answer(home, "status", "--as-of", "2024-07-10")["indicators"]
    tile = next(each for each in tiles if each["id"] == "kenyan_arrivals")
    return next(claim for claim in tile["claims"] if claim["value"] == 400)


@pytest.mark.parametrize(
    "arguments",
    [
        ("drop", "nobody", "--why", "w", "--by", "ana"),
        ("drop", "0" * 64, "--why", "w", "--by", "ana"),
        ("drop", "item-1", "--why", " ", "--by", "ana"),
        ("drop", "item-1", "--why", "w", "--by", "retention"),
        ("history", "nobody"),
        ("diff", "2024-07-17", "2024-07-10"),
        ("find", "…"),
        ("replay", "--audit", "--from", "5"),
    ],
)
def test_what_cannot_be_meant_is_told_without_a_traceback(demo: Home, arguments: tuple[str, ...]) -> None:
    """Wrong usage is exit code 2 and one clear line."""
    done = run(demo.folder, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")


def test_retention_keeps_to_the_configuration(copy: Path) -> None:
    """`retain` drops texts out of scope that are older than ninety days; everything in scope can still be read."""
    told = answer(copy, "retain")
    assert told["out_of_scope_s"] == 90 * 86_400
    with Home(copy).open(system_clock) as ledger:
        items = [each.event for each in ledger.of_type(ItemObserved)]
        in_scope = {item.text for item in items if isinstance(item, ItemObserved) and item.in_scope}
        assert set(told["dropped"]).isdisjoint(in_scope)
        assert all(ledger.blobs.has(text) for text in in_scope)
        quoted = [each.event for each in ledger.of_type(DevelopmentReported)]
        assert all(
            ledger.blobs.has(evidence.blob)
            for event in quoted
            if isinstance(event, DevelopmentReported)
            for evidence in event.evidence
        )
    assert answer(copy, "replay", "--audit")["ok"] is True


def test_the_daemon_retains_once_a_day(copy: Path) -> None:
    """The first look of a day drops what is over, the second does nothing, the next day looks again."""
    home = Home(copy)
    with home.open(system_clock, write=True) as ledger:
        now = ledger.clock() + timedelta(days=400)
        duty = Duty(home=home, ledger=ledger, engine=None, outbox=None, outside=None)  # type: ignore[arg-type]
        first = duty.retain(now)
        assert first == len(list(ledger.of_type(BlobDropped)))
        assert duty.retain(now) == 0
        assert duty.retained_on == now.date()
        assert duty.retain(now + timedelta(days=1)) == 0
