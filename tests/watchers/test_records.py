"""Imported chronologies and flat lines."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.developments import Approx, Status
from ledger.errors import SourceError
from ledger.events import DevelopmentReported
from ledger.sources import Attested
from watchers.decide_document import Desk
from watchers.records import import_records
from watchers.records_extract import extract_lines

LINE = {
    "id": "arrival-1",
    "kind": "movement",
    "status": "occurred",
    "occurred": "2024-06-25",
    "precision": "day",
    "published": "2024-07",
    "actor": "KEN",
    "count": {"n": 200, "unit": "police", "approx": "about"},
    "outcome": "arrived",
    "retold": True,
    "summary": 'About 200 landed, "as planned", in Pont-Sondé.',
    "sources": [
        {"url": "http://a.invalid/1", "title": "Alpha", "published": "2024-07-02"},
        {"url": "http://b.invalid/1", "title": "Beta"},
    ],
    "confidence": "low",
    "conflicts_with": ["arrival-2"],
}


def written(path: Path, *lines: object) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


def reported(desk: Desk) -> list[tuple[DevelopmentReported, datetime | None]]:
    return [
        (each.event, each.observed_at)
        for each in desk.ledger.of_type(DevelopmentReported)
        if isinstance(each.event, DevelopmentReported)
    ]


def test_a_record_is_attested_by_every_source_it_names(desk: Desk, tmp_path: Path) -> None:
    """The line is the stored text, its summary the quote, and the month's end the moment it was known."""
    done = import_records(desk.ledger, written(tmp_path / "c.jsonl", LINE))
    assert (done.lines, done.new, done.known, done.refused) == (1, 1, 0, ())
    ((event, observed_at),) = reported(desk)
    assert observed_at == datetime(2024, 7, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert (event.via, event.record, event.source, event.origin) == ("record", "arrival-1", "Alpha", "Alpha")
    assert event.conflicts_with == ("arrival-2",)
    assert event.development.count is not None
    assert event.development.count.approx is Approx.ABOUT
    assert (event.confidence, event.grade) == (Decimal("0.3"), "F5")
    assert [evidence.address for evidence in event.evidence if isinstance(evidence, Attested)] == [
        "http://a.invalid/1",
        "http://b.invalid/1",
    ]
    first = event.evidence[0]
    quote = desk.ledger.text(first.blob)[first.start : first.end]
    assert json.loads(f'"{quote}"') == LINE["summary"]


def test_without_a_publication_nobody_is_said_to_have_known(desk: Desk, tmp_path: Path) -> None:
    """A recalled fact has no moment at which a source showed it, and no source either."""
    bare = {name: LINE[name] for name in ("id", "kind", "summary")} | {"confidence": "recalled"}
    import_records(desk.ledger, written(tmp_path / "c.jsonl", bare))
    ((event, observed_at),) = reported(desk)
    assert observed_at is None
    assert event.published is None
    assert len(event.evidence) == 1
    assert event.development.status is Status.OCCURRED


def test_bad_lines_are_named_and_the_rest_goes_on(desk: Desk, tmp_path: Path) -> None:
    """Broken JSON, a misspelt slot, an impossible date, an unknown kind: each with its number and reason."""
    lines = [
        LINE,
        "{broken",
        "",
        LINE | {"id": "x", "actr": "KEN"},
        LINE | {"id": "y", "occurred": "2024-13-01"},
        LINE | {"id": "z", "kind": "parade"},
        LINE | {"id": "w", "published": "last week"},
        LINE | {"id": "good"},
    ]
    done = import_records(desk.ledger, written(tmp_path / "c.jsonl", *lines))
    assert (done.lines, done.new) == (7, 2)
    assert [each.line for each in done.refused] == [2, 4, 5, 6, 7]
    assert "actr" in done.refused[1].reason
    assert "parade" in done.refused[3].reason


FUTURE = ["2026-01-01", "2026", "9999-12", "9999-W52"]


@pytest.mark.parametrize("day", FUTURE)
@pytest.mark.parametrize("where", ["record", "source"])
def test_what_was_published_in_the_future_is_refused_with_its_line(
    where: str, day: str, tmp_path: Path, configured: Any
) -> None:
    """Neither a record nor one of its sources can have been published after the day of the import."""
    bad = (
        LINE
        | {"id": "bad"}
        | ({"published": day} if where == "record" else {"sources": [{"published": day}]})
    )
    good = LINE | {"id": "tomorrow", "published": "2024-12-31"}
    clock = VirtualClock(datetime(2024, 12, 30, 20, tzinfo=UTC))
    with Ledger.create(tmp_path / "own", clock=clock, program="test") as ledger:
        ledger.configure(configured(), actor="test")
        done = import_records(ledger, written(tmp_path / "c.jsonl", LINE, bad, good))
    assert done.new == 2
    (refused,) = done.refused
    assert refused.line == 2
    assert day in refused.reason


def test_on_a_virtual_clock_records_may_be_later_than_the_story(desk: Desk, tmp_path: Path) -> None:
    """A demo of 2024 takes a record of 2026 in, but none of another century."""
    lines = [LINE | {"published": "2026-02-03"}, LINE | {"id": "far", "published": "2199-01"}]
    done = import_records(desk.ledger, written(tmp_path / "c.jsonl", *lines))
    assert (done.new, [each.line for each in done.refused]) == (1, [2])


def test_a_date_beyond_the_calendar_is_the_lines_own_failure(desk: Desk, tmp_path: Path) -> None:
    """The last week of 9999 ends in no year, and costs only its line."""
    done = import_records(desk.ledger, written(tmp_path / "c.jsonl", LINE | {"occurred": "9999-W52"}, LINE))
    assert (done.new, [each.line for each in done.refused]) == (1, [1])


def test_running_it_twice_adds_nothing_and_a_changed_line_is_refused(desk: Desk, tmp_path: Path) -> None:
    """What is recorded is not silently changed by importing a file again."""
    path = written(tmp_path / "c.jsonl", LINE, LINE | {"id": "two"})
    import_records(desk.ledger, path)
    head = desk.ledger.head
    again = import_records(desk.ledger, path)
    assert (again.new, again.known, desk.ledger.head) == (0, 2, head)
    changed = import_records(desk.ledger, written(path, LINE | {"actor": "UGA"}, LINE | {"id": "three"}))
    assert (changed.new, [each.line for each in changed.refused]) == (1, [1])
    assert "other content" in changed.refused[0].reason


def test_a_file_that_is_not_there_is_said(desk: Desk, tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(SourceError, match="nowhere"):
        import_records(desk.ledger, tmp_path / "nowhere.jsonl")


def test_the_chronology_at_hand_is_taken_in_whole(desk: Desk, shared_data: Path) -> None:
    """All 165 lines of the sourced chronology, none refused."""
    done = import_records(desk.ledger, shared_data / "chronology" / "example.jsonl")
    assert (done.new, done.refused) == (165, ())


def test_extracted_lines_are_flat_and_one_for_one(numbers: Any) -> None:
    """Every line of the input has its line in the output, an unreadable one too."""
    lines = [
        '{"id":"a","lang":"en","published":"2024-06-25","text":"Now 400 there"}',
        "{",
        '{"id":2,"text":"-"}',
    ]
    first, broken, empty = (json.loads(line) for line in extract_lines(numbers, lines))
    (found,) = first["found"]
    assert (found["kind"], found["count"], found["unit"], found["evidence"]) == (
        "strength",
        400,
        "police",
        [4, 7],
    )
    assert (found["precision"], found["confidence"]) == ("unknown", 0.5)
    assert first["candidates"] == ["strength", "figure"]
    assert broken["id"] is None
    assert (empty["id"], empty["in_scope"], empty["found"]) == (2, False, [])


def test_every_line_has_its_answer_and_keeps_its_id(numbers: Any) -> None:
    """Empty lines are answered too, and a line that is wrong elsewhere is still known by its id."""
    lines = [
        b'{"id":"a","text":null}\n',
        b"\n",
        b'{"id":7,"text":"x","published":"soon"}\n',
        b'{"id":[1],"text":"x"}\n',
        b"\xff\n",
        '{"id":"deep","x":' + "[" * 100_000,
        b'{"id":"z","text":"Now 3"}',
    ]
    answers = [json.loads(line) for line in extract_lines(numbers, lines)]
    assert [each["id"] for each in answers] == ["a", None, 7, None, None, None, "z"]
    assert ["error" in each for each in answers] == [True] * 6 + [False]
    assert answers[1]["error"] == "the line is empty"
