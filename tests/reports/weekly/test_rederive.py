"""Deriving everything anew: what comes out differently is named, and nothing else is."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from ledger.application import Ledger
from ledger.dropping import blobs_named, drop
from ledger.envelope import NewEvent
from ledger.events import AlertRaised, ItemObserved
from reports import rederive as deriving
from reports.alerts.state import ACTOR
from reports.publish import publish_due
from reports.rederive import rederive, work

NOW = datetime(2024, 6, 18, 12, tzinfo=UTC)


def test_a_sound_record_comes_out_as_it_was(story: Any):
    """Every projection, alert and published report is the same when it is made again."""
    publish_due(story.ledger, NOW)
    read: list[int] = []
    found = rederive(story.ledger, read.append)
    assert found.ok
    assert (found.events, found.reports.checked) == (story.ledger.head, 2)
    assert found.projections.checked == 8
    assert sum(read) == work(story.ledger.head)


def test_a_report_that_says_something_else_is_named(story: Any):
    """A report whose recorded hash is not that of what the ledger gives is a difference."""
    event, _ = publish_due(story.ledger, NOW)
    false = msgspec.structs.replace(event, version=2, files=event.files | {"json": "0" * 64})
    story.record(false)
    found = rederive(story.ledger)
    assert (found.ok, found.reports.differ) == (False, (event.report_id,))


def test_an_alert_that_nothing_in_the_record_raises_is_named(story: Any):
    """Somebody slipped an alert in: no rule gives it."""
    alert = AlertRaised(
        alert_id="made-up", rule="none", kind="development", severity="info", labels={}, n=1, summary="!"
    )
    story.ledger.record([NewEvent(event=alert, actor=ACTOR)])
    found = rederive(story.ledger)
    assert (found.ok, found.alerts.differ) == (False, ("raised made-up",))


def test_a_projection_that_forgets_is_named(story: Any, monkeypatch: pytest.MonkeyPatch):
    """If a kept state lost something, the positions from there on are told."""
    real = deriving.restored

    def forgetful(content: bytes, past: Any) -> Any:
        desk = real(content, past)
        desk.watch.gaps = []
        return desk

    monkeypatch.setattr(deriving, "restored", forgetful)
    found = rederive(story.ledger)
    assert not found.ok
    assert f"position {story.ledger.head}" in found.projections.differ


def test_a_quote_that_was_withdrawn_is_no_false_alarm(story: Any):
    """After a takedown the report reads "quote withdrawn", the audit says so, and the published bytes are kept."""
    event, _ = publish_due(story.ledger, NOW)
    drop(story.ledger, blobs_named(story.ledger, "first"), why="the publisher asks", by="ana")
    found = rederive(story.ledger)
    assert found.ok
    assert event.report_id in found.reports.withdrawn
    assert found.reports.differ == ()
    assert all(story.ledger.blobs.has(sha256) for sha256 in event.files.values())


def test_a_takedown_excuses_no_other_difference(story: Any):
    """A figure that differs is told although a quote of the same report was withdrawn."""
    event, _ = publish_due(story.ledger, NOW)
    report = msgspec.json.decode(story.ledger.blobs.get(event.files["json"]))
    report["masthead"]["reported"] += 1
    false = story.ledger.blobs.put(msgspec.json.encode(report))
    story.record(msgspec.structs.replace(event, version=2, files=event.files | {"json": false}))
    drop(story.ledger, blobs_named(story.ledger, "first"), why="the publisher asks", by="ana")
    assert rederive(story.ledger).reports.differ == (event.report_id,)


def test_words_missing_without_a_takedown_are_a_difference(story: Any):
    """If words are gone and nobody recorded why, the audit does not pass over it."""
    event, _ = publish_due(story.ledger, NOW)
    shown = next(each.event for each in story.ledger.tagged("item:first"))
    assert isinstance(shown, ItemObserved)
    story.ledger.blobs.drop(shown.text)
    assert event.report_id in rederive(story.ledger).reports.differ


def test_an_empty_ledger_has_nothing_to_derive(story: Any, tmp_path: Any):
    """A ledger that was only opened passes."""
    with Ledger.create(tmp_path / "new", clock=story.clock, program="test") as ledger:
        assert rederive(ledger).ok
