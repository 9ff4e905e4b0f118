"""Evidence: no figure is printed that cannot be traced to words."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from ledger.errors import EvidenceMissing
from ledger.events import ReportPublished
from ledger.sources import Quoted
from reports.publish import Series, draft_of, publish_due
from reports.rebuild import kept
from reports.weekly_model import WeeklyReport

NOW = datetime(2024, 6, 18, 12, tzinfo=UTC)
TEXT = "Money\nThe fund has received 40 million dollars."
SLOTS = {"measure": "received", "usd": "40000000", "occurred": "2024-06-05"}


def test_a_figure_without_evidence_stops_the_build_and_is_named(room: Any):
    """A figure with neither quote nor attestation: no report, and the message names the development."""
    room.at("2024-06-06T09:00")
    room.observe("bare", TEXT, source="Wire")
    room.reported("bare-1", "fund_total", source="Wire", evidence=(), **SLOTS)
    with pytest.raises(EvidenceMissing, match="bare-1"):
        publish_due(room.ledger, datetime(2024, 6, 10, 12, tzinfo=UTC))
    assert list(room.ledger.of_type(ReportPublished)) == []


@pytest.mark.parametrize("span", [(0, 4000), (30, 30), (31, 30), (-3, 4), (5, 6)])
def test_a_span_that_leads_nowhere_stops_the_build(room: Any, span: tuple[int, int]):
    """A citation of characters that are not there, or are only a line break, is no evidence."""
    room.at("2024-06-06T09:00")
    room.observe("off", TEXT, source="Wire")
    blob = room.ledger.blobs.put(TEXT.encode())
    room.reported(
        "off-1",
        "fund_total",
        source="Wire",
        item_id="off",
        evidence=(Quoted(blob=blob, start=span[0], end=span[1]),),
        **SLOTS,
    )
    with pytest.raises(EvidenceMissing, match=f"off-1.*{span[0]} to {span[1]}"):
        _draft(room)


def test_a_quote_of_a_text_that_was_never_stored_stops_the_build(room: Any):
    """Evidence that names an unknown text is broken, which is not the same as withdrawn."""
    room.at("2024-06-06T09:00")
    room.reported(
        "lost-1", "fund_total", source="Wire", evidence=(Quoted(blob="ab" * 32, start=0, end=3),), **SLOTS
    )
    with pytest.raises(EvidenceMissing, match="no such text is stored"):
        _draft(room)


def test_a_broken_week_does_not_hold_up_the_others(story: Any):
    """When one week cannot be built the other closed weeks are published before the error is raised."""
    story.reported("bare-2", "fund_total", source="Wire", evidence=(), **SLOTS | {"occurred": "2024-06-17"})
    with pytest.raises(EvidenceMissing, match="bare-2"):
        publish_due(story.ledger, datetime(2024, 6, 25, tzinfo=UTC))
    done = [each.event.report_id for each in story.ledger.of_type(ReportPublished)]
    assert done == ["TST-W-2024-23", "TST-W-2024-24"]


def test_withdrawn_words_are_said_to_be_withdrawn(story: Any):
    """After a takedown the report still builds: figure, hash and offsets stay, the words do not."""
    item = next(each.event for each in story.ledger.tagged("item:first"))
    story.ledger.blobs.drop(item.text)
    event, _ = publish_due(story.ledger, NOW)
    report = msgspec.json.decode(kept(story.ledger, event.report_id, "json"), type=WeeklyReport)
    (cited,) = [each for each in report.references if each.address == "https://wire.example/first"]
    assert {quote.text for quote in cited.quotes} == {None}
    assert cited.title is None
    for form in ("html", "md"):
        page = kept(story.ledger, event.report_id, form).decode()
        assert "quote withdrawn" in page
        assert "some 120 police" not in page


def _draft(room: Any) -> WeeklyReport:
    return Series(room.ledger).report(draft_of(room.ledger, room.ledger.head, room.clock()))
