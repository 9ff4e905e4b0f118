"""`sitledger report`: the commands that people and scripts call."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from ledger.errors import NotFound, UsageError
from reports import cli_report


@pytest.fixture
def home(story: Any, tmp_path: Path) -> Iterator[Path]:
    """A home that holds the story's ledger."""
    story.ledger.close()
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copytree(story.folder, folder / "data")
    return folder


def run(home: Path, *words: str) -> Result:
    """Run one `report` command; deliberate errors are raised."""
    app = typer.Typer()
    cli_report.register(app)
    return CliRunner().invoke(app, ["report", *words, "--home", str(home)], catch_exceptions=False)


def test_weekly_publishes_what_is_due_and_list_shows_it(home: Path):
    """`report weekly` publishes both closed weeks; `list --json` gives their numbers, periods, roots and hashes."""
    done = json.loads(run(home, "weekly", "--json").stdout)
    assert [each["id"] for each in done["published"]] == ["TST-W-2024-23", "TST-W-2024-24"]
    assert json.loads(run(home, "weekly", "--json").stdout) == {"published": []}
    listed = json.loads(run(home, "list", "--json").stdout)["reports"]
    assert [each["id"] for each in listed] == ["TST-W-2024-23", "TST-W-2024-24"]
    assert {"id", "from", "to", "state", "position", "root", "sha256"} <= set(listed[0])
    assert listed[0]["state"] == "published"
    assert (home / "data" / "reports" / "TST-W-2024-24.html").is_file()
    assert "TST-W-2024-23" in run(home, "list").stdout


def test_rebuild_says_whether_the_bytes_are_the_same(home: Path):
    """`report rebuild` prints each format's hash and compares it with the published one."""
    run(home, "weekly")
    result = run(home, "rebuild", "TST-W-2024-23", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert document["ok"]
    assert document["sha256"] == document["published_sha256"]
    assert {file["format"]: file["same"] for file in document["files"]} == {
        "html": True,
        "json": True,
        "md": True,
    }
    assert "sha256" in run(home, "rebuild", "TST-W-2024-23").stdout


def test_a_rebuild_that_differs_exits_with_one(home: Path, monkeypatch: pytest.MonkeyPatch):
    """A changed layout is found, told, and gives exit code 1."""
    run(home, "weekly")
    monkeypatch.setattr("reports.rebuild.render", lambda _: {"html": b"", "md": b"", "json": b""})
    result = run(home, "rebuild", "TST-W-2024-23")
    assert result.exit_code == 1
    assert "DIFFERS" in result.stdout


def test_show_prints_the_published_bytes(home: Path):
    """`report show` gives exactly the bytes that lie in the folder of reports."""
    run(home, "weekly")
    for form in ("html", "md", "json"):
        shown = run(home, "show", "TST-W-2024-24", "--format", form).stdout_bytes
        assert shown == (home / "data" / "reports" / f"TST-W-2024-24.{form}").read_bytes()


def test_a_draft_is_printed_as_of_any_moment(home: Path):
    """`report weekly --as-of` prints the week of that moment as it was known then, and records nothing."""
    early = run(home, "weekly", "--as-of", "2024-06-05T12:00:00Z").stdout
    late = run(home, "weekly", "--draft").stdout
    assert "(draft)" in early
    assert "120 police" in early
    assert "180 police" not in early
    assert "TST-W-2024-25" in late
    assert json.loads(run(home, "weekly", "--draft", "--json").stdout)["masthead"]["state"] == "draft"
    assert json.loads(run(home, "list", "--json").stdout) == {"reports": []}


def test_one_week_can_be_published_alone(home: Path):
    """`--week` publishes a closed week; one that still runs is refused with the way to a draft."""
    assert "TST-W-2024-24" in run(home, "weekly", "--week", "2024-W24").stdout
    with pytest.raises(UsageError, match="--draft"):
        run(home, "weekly", "--week", "2024-W25")
    with pytest.raises(UsageError, match="2024-W26"):
        run(home, "weekly", "--week", "last")


def test_unknown_reports_are_named(home: Path):
    """A number that does not exist is told as a mistake of the call."""
    with pytest.raises(NotFound, match="report list"):
        run(home, "rebuild", "TST-W-2019-01")
