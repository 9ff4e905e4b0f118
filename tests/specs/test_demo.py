"""The worked example, end to end: what the desk knew on each day, and that the past can be had again."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ledger.home import Home
from watchers.demo.play import Played


def run(home: Home | Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    folder = home.folder if isinstance(home, Home) else home
    command = [sys.executable, "-m", "watchers.cli.command", *arguments, "--home", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def answer(home: Home | Path, *arguments: str) -> Any:
    done = run(home, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def status(home: Home, as_of: str) -> Any:
    return answer(home, "status", "--as-of", as_of)


def arrivals(state: Any) -> Any:
    return next(each for each in state["indicators"] if each["id"] == "kenyan_arrivals")


def test_the_demo_hears_alerts_and_reports(played: tuple[Home, Played]) -> None:
    """Ten months give items, alerts and a report for every week that closed."""
    home, done = played
    assert done.items > 100
    assert done.alerts > 20
    assert done.reports == len(answer(home, "report", "list")["reports"]) == 44


def test_on_20_may_the_arrival_is_only_planned(demo: Home) -> None:
    """No contingent has arrived, and the target dates of 23 and 26 May stand as expected."""
    tile = arrivals(status(demo, "2024-05-20"))
    assert tile["value"] is None
    assert {each["occurred"] for each in tile["expected"]} == {"2024-05-23", "2024-05-26"}
    assert {each["status"] for each in tile["expected"]} == {"planned"}


def first_arrival(state: Any) -> Any:
    return next(each for each in state["deadlines"] if each["first"] == "2024-05-23")


def test_officials_who_prepare_it_are_not_the_arrival(demo: Home) -> None:
    """Six officials came on 20 May; the contingent is still due, and on 25 May it is put off."""
    assert first_arrival(status(demo, "2024-05-22"))["state"] == "due"
    moved = first_arrival(status(demo, "2024-05-25"))
    assert (moved["state"], moved["done"]) == ("due", None)
    assert moved["note"].startswith("put off on 25 May 2024")


def test_the_first_dates_are_missed_when_the_contingent_comes(demo: Home) -> None:
    """On 27 June the targets of 23 to 26 May are missed, and the 400 police of 25 June are what came."""
    state = status(demo, "2024-06-27")
    due = first_arrival(state)
    assert due["state"] == "missed"
    assert due["done"] in {
        claim["development"] for claim in arrivals(state)["claims"] if claim["value"] == 400
    }


def test_a_standing_alert_tells_the_figure_of_today(demo: Home) -> None:
    """The fund's alert of April still says 18 million, and beside it the 21 million of July."""
    alerts = status(demo, "2024-07-20")["alerts"]
    gap = next(each for each in alerts if each["rule"] == "trust-fund-gap")
    assert "USD 18 million" in gap["summary"]
    assert gap["now"].startswith("USD 21 million, below USD 150 million")


def test_a_dispute_is_told_in_figures_that_people_read(demo: Home) -> None:
    """Both sides of the yearly cost carry currency and scale."""
    found = status(demo, "2024-04-28")["disputes"]
    assert any("USD 240 million" in each["why"] and "USD 500 million" in each["why"] for each in found)


def test_on_10_july_one_source_says_400(demo: Home) -> None:
    """The tile shows 400 police, from one admitted source, undisputed."""
    tile = arrivals(status(demo, "2024-07-10"))
    assert (tile["value"], tile["low"], tile["high"], tile["disputed"]) == (400, 400, 400, False)
    assert len([claim for claim in tile["claims"] if claim["admitted"] and claim["value"]]) == 1


def test_on_17_july_200_and_400_stand_side_by_side(demo: Home) -> None:
    """Two sources disagree about the first contingent: a range, each with its source and quote."""
    state = status(demo, "2024-07-17")
    tile = arrivals(state)
    assert (tile["low"], tile["high"], tile["disputed"]) == (200, 400, True)
    dispute = next(each for each in state["disputes"] if each["indicator"] == "kenyan_arrivals")
    assert (dispute["low"], dispute["high"], dispute["open"]) == (200, 400, True)
    figures = {(claim["value"], claim["source"]) for claim in dispute["claims"]}
    assert figures == {(400, "Nairobi Courier"), (200, "Meridian Wire")}
    assert all(claim["quote"] for claim in dispute["claims"])


def test_there_are_never_600_arrivals(demo: Home) -> None:
    """The second contingent of 16 July stands beside the first and is not added to it."""
    tile = arrivals(status(demo, "2024-07-31"))
    assert tile["high"] == 400
    assert any(flow["occurred"] == "2024-07-16" for flow in tile["flows"])


@pytest.mark.parametrize(
    ("as_of", "received"),
    [("2024-02-29", "10800000"), ("2024-04-27", "18000000"), ("2024-07-04", "21000000")],
)
def test_the_trust_fund_is_known_as_of_each_day(demo: Home, as_of: str, received: str) -> None:
    """10.8, then 18, then 21 million dollars; the national appeal's 21.6 million is never the fund's."""
    tile = next(each for each in status(demo, as_of)["indicators"] if each["id"] == "fund_received")
    assert tile["value"] == received
    assert not tile["disputed"]


def test_what_was_recorded_never_changes(demo: Home) -> None:
    """The state of a past day is the same whether asked by instant or by its position."""
    by_day = status(demo, "2024-05-20")
    by_position = status(demo, str(by_day["position"]))
    for part in ("position", "root", "indicators", "disputes"):
        assert by_day[part] == by_position[part]


@pytest.mark.parametrize("number", ["MSS-W-2023-40", "MSS-W-2024-26", "MSS-W-2024-30"])
def test_an_old_report_rebuilds_byte_for_byte_from_a_copy(demo: Home, tmp_path: Path, number: str) -> None:
    """From a copied ledger, the same hash; the published copy on disk is those very bytes."""
    copy = tmp_path / "copy"
    shutil.copytree(demo.folder, copy)
    rebuilt = answer(copy, "report", "rebuild", number)
    assert rebuilt["ok"] is True
    assert (copy / "data" / "reports" / f"{number}.html").exists()


def test_replay_tells_what_each_day_changed(demo: Home) -> None:
    """Stepping from the filing of 16 May to the landing of 25 June shows both."""
    steps = answer(demo, "replay", "--from", "2024-05-15", "--to", "2024-06-27")["steps"]
    told = [line for step in steps for line in step["changed"]]
    assert any("contempt application" in line for line in told)
    assert any("400 police from Kenya arrived" in line for line in told)


def test_a_second_demo_in_the_same_place_is_refused(demo: Home) -> None:
    """A demo never overwrites a ledger; the message says what to do."""
    done = run(demo, "demo")
    assert done.returncode == 2
    assert "name another --home" in done.stderr


@pytest.mark.parametrize("command", [("run",), ("poll",), ("feeds", "add", "x", "https://example.org/feed")])
def test_the_live_web_is_kept_out_of_a_demo_ledger(demo: Home, command: tuple[str, ...]) -> None:
    """`run`, `poll` and `feeds add` refuse a ledger on a virtual clock and name `init`."""
    done = run(demo, *command)
    assert done.returncode == 2
    assert "sitledger init" in done.stderr
    assert "Traceback" not in done.stderr
