"""Rebuilding: the same bytes, or a plain word on why not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.errors import NotFound
from reports import rebuild as rebuilding
from reports.publish import publish_due
from reports.rebuild import kept, rebuild

NOW = datetime(2024, 6, 18, 12, tzinfo=UTC)


def test_a_published_report_rebuilds(story: Any):
    """A rebuild has the published position, root and bytes."""
    event, _ = publish_due(story.ledger, NOW)
    result = rebuild(story.ledger, event.report_id)
    assert result.ok
    assert (result.position, result.root) == (event.position, event.root)
    assert {file.format: file.rebuilt for file in result.files} == event.files


def test_what_is_recorded_later_changes_no_old_report(story: Any):
    """A correction by the source next week leaves last week's report as it was."""
    event, _ = publish_due(story.ledger, NOW)
    story.edits("first", "Patrol ships reach Port Anna\nNobody arrived.")
    assert rebuild(story.ledger, event.report_id).ok


def test_another_renderer_is_named_and_points_to_the_kept_bytes(story: Any, monkeypatch: pytest.MonkeyPatch):
    """When the page's layout changed since, the rebuild says so, and the published bytes are still there."""
    event, _ = publish_due(story.ledger, NOW)
    before = kept(story.ledger, event.report_id, "html")
    real = rebuilding.render
    monkeypatch.setattr(rebuilding, "render", lambda report: real(report) | {"html": b"<p>new layout"})
    monkeypatch.setattr(rebuilding, "renderer", lambda: "weekly/2+abc")
    result = rebuild(story.ledger, event.report_id)
    assert not result.ok
    assert "weekly/2+abc" in result.note
    assert f"sitledger report show {event.report_id} --format html" in result.note
    assert "figures and sentences (json) are the same" in result.note
    assert kept(story.ledger, event.report_id, "html") == before


def test_a_text_dropped_since_is_told(story: Any):
    """When a cited article was taken down, the rebuild differs and says what may be the reason."""
    event, _ = publish_due(story.ledger, NOW)
    item = next(each.event for each in story.ledger.tagged("item:first"))
    story.ledger.blobs.drop(item.text)
    result = rebuild(story.ledger, event.report_id)
    assert not result.ok
    assert "dropped" in result.note


def test_an_unknown_number_is_refused(story: Any):
    """A number that was never published is told, with the way to list them."""
    with pytest.raises(NotFound, match="report list"):
        rebuild(story.ledger, "TST-W-1999-01")
