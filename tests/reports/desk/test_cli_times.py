"""diff, history, find and show --raw as commands, on a ledger of their own."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from ledger import cli
from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.developments import Count, Development, When
from ledger.dropping import blobs_named, drop
from ledger.envelope import NewEvent
from ledger.errors import NotFound, UsageError
from ledger.events import Change, ItemObserved, ItemRevised
from ledger.sources import Quoted
from reports import cli_times

Run = Callable[..., str]
FIRST = "Première délégation\nOn Tuesday 400 police landed at the quay."
SECOND = "Première délégation\nOn Tuesday 200 police landed at the quay."


@pytest.fixture
def home(told: Any, tmp_path: Path) -> Path:
    """A feed that showed 400 and later said 200, in the same item."""
    texts = (FIRST, SECOND, "<rss>1</rss>", "<rss>2</rss>")
    first, second, raw1, raw2 = (sha256(text.encode()).hexdigest() for text in texts)

    def says(name: str, n: int, version: int, blob: str) -> None:
        said = Development(
            kind="movement",
            outcome="arrived",
            actor="NOR",
            count=Count(n=n, unit="police"),
            occurred=When(text="2024-06-01"),
        )
        told.reported(name, said, item_id="item-1", item_version=version)
        start = FIRST.index("On Tuesday")
        quote = Quoted(blob=blob, start=start, end=start + 22)
        told.log[-1] = _with(told.log[-1], evidence=(quote,))

    hashes = {"title_sha256": "0" * 64, "body_sha256": "0" * 64, "parser": "p"}
    told.tell(
        ItemObserved(item_id="item-1", feed="wire", key="1", text=first, raw=raw1, in_scope=True, **hashes)
    )
    says("d1", 400, 1, first)
    change = Change(field="body", old=first, new=second)
    told.tell(
        ItemRevised(
            item_id="item-1", feed="wire", version=2, changes=(change,), text=second, raw=raw2, **hashes
        )
    )
    says("d2", 200, 2, second)
    folder = tmp_path / "home"
    clock = VirtualClock(told.log[0].recorded_at)
    with Ledger.create(folder / "data", clock=clock, program="test", virtual=True) as ledger:
        ledger.blobs.put_many(text.encode() for text in texts)
        for recorded in told.log[1:]:
            clock.advance_to(recorded.recorded_at)
            ledger.record([NewEvent(event=recorded.event, actor="test", observed_at=recorded.observed_at)])
    return folder


def _with(recorded: Any, **changes: Any) -> Any:
    event = type(recorded.event)(**{**_slots(recorded.event), **changes})
    return type(recorded)(**{**_slots(recorded), "event": event})


def _slots(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__struct_fields__}


@pytest.fixture
def run(home: Path) -> Run:
    app = typer.Typer()
    cli_times.register(app)
    cli.register(app)

    def command(*arguments: str) -> str:
        done = CliRunner().invoke(app, [*arguments, "--home", str(home)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    return command


def test_the_difference_of_two_moments_names_old_and_new(run: Run):
    """Before the edit 400 had arrived, after it 200: figure, fact and development are told."""
    found = json.loads(run("diff", "4", "6", "--json"))
    tile = next(each for each in found["indicators"] if each["indicator"] == "arrived")
    assert (tile["old"], tile["new"]) == ("400 police", "200 police")
    assert found["developments"] == ["d2"]
    assert {each["change"] for each in found["facts"]} == {"edited", "revised"}
    assert (found["before"]["position"], found["after"]["position"]) == (4, 6)
    assert found["before"]["root"] != found["after"]["root"]
    printed = run("diff", "4", "6")
    assert "400 police → 200 police" in printed
    assert "1 developments recorded in between" in printed


def test_a_moment_does_not_differ_from_itself(run: Run):
    """The same moment twice gives nothing."""
    found = json.loads(run("diff", "6", "6", "--json"))
    parts = ("developments", "facts", "indicators", "disputes", "deadlines", "alerts")
    assert not any(found[part] for part in parts)


def test_what_had_been_seen_may_differ_too(run: Run):
    """For back-filled history the record stands still, and what sources had shown is compared."""
    found = json.loads(
        run("diff", "6", "6", "--seen-by", "2024-06-01T04:30:00Z", "--seen-by", "2024-06-02", "--json")
    )
    assert found["developments"] == ["d2"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("6", "4"),
        ("6", "6", "--seen-by", "2024-06-02", "--seen-by", "2024-06-01"),
        ("1", "2", *("--seen-by", "2024-06-02") * 3),
    ],
)
def test_moments_the_wrong_way_round_are_refused(run: Run, arguments: tuple[str, ...]):
    """The message says how to ask."""
    with pytest.raises(UsageError, match=r"earlier|twice"):
        run("diff", *arguments)


def test_a_development_s_history_tells_every_version_with_who_when_and_why(run: Run):
    """From either version the whole chain is told, with the words that went and those that came."""
    for name in ("d1", "d2"):
        found = json.loads(run("history", name, "--json"))
        assert [(each["development"], each["item_version"]) for each in found["versions"]] == [
            ("d1", 1),
            ("d2", 2),
        ]
        assert found["versions"][0]["standing"] == "said anew by d2"
        assert found["versions"][1]["standing"] == "stands"
    assert all(each["who"] == "test" and each["recorded_at"] and each["why"] for each in found["versions"])
    assert found["versions"][0]["quote"] == "On Tuesday 400 police "
    assert [each["version"] for each in found["revisions"]] == [1, 2]
    assert found["revisions"][1]["changes"] == [
        {"field": "body", "words": [["On Tuesday 400 police landed at", "On Tuesday 200 police landed at"]]}
    ]
    printed = run("history", "d1")
    assert "- On Tuesday 400 police" in printed
    assert "said anew by d2" in printed


def test_history_knows_only_what_the_moment_held(run: Run):
    """As of the first report nothing had been revised."""
    found = json.loads(run("history", "d1", "--as-of", "4", "--json"))
    assert len(found["versions"]) == len(found["revisions"]) == 1


def test_an_item_s_history_holds_all_that_it_said(run: Run):
    """An item's id gives every development of any of its versions."""
    found = json.loads(run("history", "item-1", "--json"))
    assert [each["development"] for each in found["versions"]] == ["d1", "d2"]
    with pytest.raises(NotFound, match="timeline"):
        run("history", "nobody")


def test_search_finds_words_without_regard_to_case_and_accents(run: Run):
    """In capitals and without accents "Première" is found; both versions of the item are found, the old words too."""
    found = json.loads(run("find", "PREMIERE delegation", "--json"))
    assert [(each["kind"], each["id"], each["version"]) for each in found["list"]] == [
        ("item", "item-1", 1),
        ("item", "item-1", 2),
    ]
    assert json.loads(run("find", "400 qua*", "--json"))["matches"] == 1
    assert json.loads(run("find", '"police landed"', "--json"))["matches"] == 2
    assert json.loads(run("find", '"landed police"', "--json"))["matches"] == 0
    assert json.loads(run("find", "norway arrived", "--json"))["list"][0]["kind"] == "development"
    assert "Première" in run("find", "delegation")


def test_search_looks_no_further_than_its_moment(run: Run):
    """As of the first version only that one is found."""
    assert json.loads(run("find", "delegation", "--as-of", "3", "--json"))["matches"] == 1


@pytest.mark.parametrize("text", ["NEAR(", "a AND", "x:y", "a -b", "^z", '"a', "a*b", "OR", "title:police"])
def test_search_takes_any_text(run: Run, text: str):
    """What means something to the index means nothing special to whoever searches."""
    assert json.loads(run("find", text, "--json"))["query"] == text


@pytest.mark.parametrize("text", [" ", "*", '"', "-", "{"])
def test_a_search_for_no_word_is_refused(run: Run, text: str):
    """Without a letter or digit there is nothing to look for."""
    with pytest.raises(UsageError, match="no word"):
        run("find", text)


@pytest.mark.parametrize("harm", ["lost", "damaged", "of another ledger"])
def test_the_index_may_be_lost(run: Run, home: Path, harm: str):
    """Without its file, or with a wrong one, search finds the same."""
    before = json.loads(run("find", "police", "--json"))
    index = home / "data" / "search.sqlite3"
    match harm:
        case "lost":
            index.unlink()
        case "damaged":
            index.write_bytes(b"rubbish" * 1000)
        case _:
            cli_times.SearchIndex(index)._note(root="0" * 64)
    assert json.loads(run("find", "police", "--json")) == before


def test_dropped_words_are_no_longer_found(run: Run, home: Path):
    """After a takedown neither search, nor history, nor the index's file holds the words."""
    assert json.loads(run("find", "quay", "--json"))["matches"] == 2
    with Ledger.open(home / "data", clock=VirtualClock(datetime(2024, 7, 1, tzinfo=UTC))) as ledger:
        drop(ledger, blobs_named(ledger, "item-1"), why="asked", by="ana")
    assert json.loads(run("find", "quay", "--json"))["matches"] == 0
    found = json.loads(run("history", "d2", "--json"))
    assert found["versions"][0]["quote"] == "quote withdrawn"
    assert found["revisions"][1]["changes"][0]["words"] == [["quote withdrawn", "quote withdrawn"]]
    assert b"quay" not in (home / "data" / "search.sqlite3").read_bytes()


def test_the_raw_document_comes_byte_for_byte(run: Run, tmp_path: Path):
    """A development gives the document of the version that said it, an item its latest."""
    to = tmp_path / "document.xml"
    told = json.loads(run("show", "d1", "--raw", "--to", str(to), "--json"))
    assert to.read_bytes() == b"<rss>1</rss>"
    assert told["sha256"] == sha256(b"<rss>1</rss>").hexdigest()
    assert run("show", "item-1", "--raw") == "<rss>2</rss>"
    assert run("show", told["sha256"], "--raw") == "<rss>1</rss>"


@pytest.mark.parametrize(
    "arguments", [("--to", "x"), ("--raw", "--json"), ("--raw", "--to", "/nowhere/at/all")]
)
def test_raw_bytes_are_not_mixed_with_json(run: Run, arguments: tuple[str, ...]):
    """What cannot be meant is told."""
    with pytest.raises(UsageError):
        run("show", "d1", *arguments)
