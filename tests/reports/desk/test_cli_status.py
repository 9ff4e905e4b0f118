"""The commands status and timeline, on a ledger of their own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.envelope import NewEvent
from ledger.errors import UsageError
from reports import cli_status

Run = Callable[..., str]


@pytest.fixture
def run(told: Any, arrival: Any, text: bytes, tmp_path: Path) -> Run:
    """Run a command on a ledger that was told of two arrivals, the second by a second source three hours later."""
    told.reported("one", arrival(400, "2024-06-01"), source="[red]Wire")
    told.reported("two", arrival(200, "2024-06-01"), source="Paper")
    opened, *later = told.log
    clock = VirtualClock(opened.recorded_at)
    with Ledger.create(tmp_path / "data", clock=clock, program="test", virtual=True) as ledger:
        ledger.blobs.put(text)
        for recorded in later:
            clock.advance_to(recorded.recorded_at)
            new = NewEvent(event=recorded.event, actor="test", observed_at=recorded.observed_at)
            ledger.record([new])
    app = typer.Typer()
    cli_status.register(app)

    def command(*arguments: str) -> str:
        result = CliRunner().invoke(app, [*arguments, "--home", str(tmp_path)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return command


def test_status_is_one_document_as_of_any_position(run: Run):
    """At the position of the first claim 400 stands alone; at the end both stand side by side."""
    now = json.loads(run("status", "--json"))
    then = json.loads(run("status", "--json", "--as-of", "3"))
    tiles = [next(each for each in view["indicators"] if each["id"] == "arrived") for view in (then, now)]
    assert [(tile["low"], tile["high"], tile["disputed"]) for tile in tiles] == [
        (400, 400, False),
        (200, 400, True),
    ]
    assert (then["position"], now["position"]) == (3, 4)
    assert len(now["root"]) == 64
    assert then["root"] != now["root"]


def test_what_sources_had_shown_is_a_moment_of_its_own(run: Run):
    """Seen by an instant between the two, the second source had not spoken."""
    seen = json.loads(run("status", "--json", "--seen-by", "2024-06-01T03:30:00Z"))
    tile = next(each for each in seen["indicators"] if each["id"] == "arrived")
    assert (tile["value"], tile["disputed"]) == (400, False)
    assert seen["as_of"] == "2024-06-01T03:30:00Z"


def test_the_first_day_of_the_calendar_is_answered(run: Run):
    """Asking for the year 1 prints a desk on which nothing had happened."""
    document = json.loads(run("status", "--json", "--on", "0001-01-01"))
    assert {tile["value"] for tile in document["indicators"]} == {None}
    assert run("timeline", "--on", "9999-12-31")


def test_people_read_the_same_in_tables(run: Run):
    """Without --json the range, its sources and the lines are printed; a source's name is never taken for markup."""
    printed = run("status")
    assert "200–400 police" in printed
    assert "[red]Wire" in printed
    lines = run("timeline", "--kind", "movement", "--limit", "1")
    assert "200 police from Norway arrived" in lines
    assert "[red]Wire" not in lines


def test_the_timeline_is_one_document_too(run: Run):
    """Every line carries its id, so that it can be shown whole."""
    document = json.loads(run("timeline", "--json", "--actor", "Norway"))
    assert [row["development"] for row in document["developments"]] == ["one", "two"]


def test_a_moment_that_is_none_is_refused(run: Run):
    """A day that no calendar has is a wrong usage, told as one."""
    with pytest.raises(UsageError, match="is no day"):
        run("timeline", "--since", "2024-02-30")
