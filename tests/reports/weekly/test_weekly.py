"""The assembled report: what it tells, once, and what it lets onto page one."""

import re
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from ledger.codec import canonical
from ledger.developments import Status
from reports.charts_model import StepChart
from reports.publish import Series, draft_of, publish_due
from reports.rebuild import kept
from reports.weekly_model import WeeklyReport

NOW = datetime(2024, 6, 18, 12, tzinfo=UTC)


@pytest.fixture
def reports(story: Any) -> tuple[WeeklyReport, WeeklyReport]:
    """Both published reports of the story."""
    return tuple(
        msgspec.json.decode(kept(story.ledger, event.report_id, "json"), type=WeeklyReport)
        for event in publish_due(story.ledger, NOW)
    )


def test_the_model_survives_its_json(reports: tuple[WeeklyReport, ...]):
    """The JSON of a report is the whole report: read and written again it is the same bytes."""
    for report in reports:
        assert canonical(msgspec.json.decode(canonical(report), type=WeeklyReport)) == canonical(report)


def test_the_masthead_says_what_it_covers_and_that_the_clock_is_virtual(reports: tuple[WeeklyReport, ...]):
    """Number, period, position, root, the report before, and the notice of a demonstration stand on top."""
    first, second = (report.masthead for report in reports)
    assert (first.id, first.week, first.first_day, first.last_day) == (
        "TST-W-2024-23",
        "2024-W23",
        date(2024, 6, 3),
        date(2024, 6, 9),
    )
    assert first.virtual
    assert (first.previous, second.previous) == (None, first.id)
    assert (first.reported, first.reviewed) == (4, 0)
    assert second.position > first.position


def test_a_disputed_figure_is_a_range_with_both_sources(reports: tuple[WeeklyReport, ...]):
    """Two graded sources that differ give a range on the tile and both quotes among the disputes."""
    first, _ = reports
    tile = next(tile for tile in first.tiles if tile.id == "arrived")
    assert tile.value is not None
    assert (tile.value.text, tile.disputed) == ("120–180 police", True)
    (dispute,) = first.disputes
    assert dispute.headline == "120–180 police"
    assert {claim.quote for claim in dispute.claims} == {
        "120 police of Norland arrived in Port Anna",
        "A contingent of 180 police from Norland arrived",
    }


def test_an_unreviewed_claim_stays_off_page_one(reports: tuple[WeeklyReport, ...]):
    """A blog's lone figure is told, marked as unreviewed, and moves nothing on page one."""
    first, _ = reports
    (blog,) = [told for track in first.tracks for told in track.told if told.kind == "contribution"]
    assert not blog.admitted
    page_one = canonical(
        (first.bottom_line, first.questions, first.dates, first.tiles, first.changes)
    ).decode()
    assert "Westmark" not in page_one
    assert "9 million" not in page_one
    assert str(blog.number) not in {str(n) for line in first.changes for n in line.numbers}


def test_what_moved_leads_the_bottom_line(reports: tuple[WeeklyReport, ...]):
    """The second week's line says from what to what the fund rose, and cites where that stands."""
    _, second = reports
    line = second.bottom_line
    assert line.sentence.startswith("Fund, received: rose from USD 12 million to USD 15 million.")
    assert (line.arrow, "No basis" in line.basis) == ("none", True)
    assert line.refs
    tile = next(tile for tile in second.tiles if tile.id == "received")
    assert (tile.delta, tile.direction, tile.good) == ("was USD 12 million", "up", True)
    assert tile.share is not None
    assert int(tile.share) == 50


def test_a_development_is_told_once_and_cited_by_number(reports: tuple[WeeklyReport, ...]):
    """No sentence of a development appears twice; other sections name its number."""
    for report in reports:
        told = [told for section in (*report.tracks, *report.annex) for told in section.told]
        assert [each.number for each in told] == list(range(1, len(told) + 1))
        assert len({each.id for each in told}) == len(told)
        for line in report.chronology:
            assert line.number is None or line.text not in {each.sentence for each in told}


def test_two_sources_of_one_fact_are_one_development(reports: tuple[WeeklyReport, ...]):
    """The arrival that two papers report is one entry with two origins."""
    first, _ = reports
    arrivals = [told for track in first.tracks for told in track.told if told.kind == "movement"]
    assert [(told.origins, len(told.refs)) for told in arrivals] == [(2, 2)]


def test_every_citation_leads_to_a_reference(reports: tuple[WeeklyReport, ...]):
    """References are numbered from one without gaps, in the order of citing, and each citation is among them."""
    for report in reports:
        numbers = [reference.number for reference in report.references]
        assert numbers == list(range(1, len(numbers) + 1))
        cited = {
            int(n)
            for refs in re.findall(r'"refs":\[([\d,]*)\]', canonical(report).decode())
            for n in refs.split(",")
            if n
        }
        assert cited == set(numbers)
        for reference in report.references:
            assert reference.quotes
            assert re.fullmatch("[0-9a-f]{64}", reference.sha256)


def test_an_imported_record_is_marked_as_attested(reports: tuple[WeeklyReport, ...]):
    """The record's reference is attested, names who vouches, and was not seen at a source."""
    _, second = reports
    (record,) = [reference for reference in second.references if reference.attested]
    assert (record.by, record.first_seen) == ("import", None)
    assert record.address == "https://records.example/mandate"


def test_dates_cases_coverage_and_gaps_are_told(reports: tuple[WeeklyReport, ...]):
    """The end of the mandate, the declared vote, the case's last step and the gap of the feed all appear."""
    _, second = reports
    assert {"Council votes"} <= {line.label for line in second.dates}
    assert any(line.day == date(2025, 6, 1) for line in second.dates)
    assert {"Mandate", "Deployment case"} <= {step.label for step in second.cases}
    assert [gap.feed for gap in second.coverage.gaps] == ["wire"]
    assert (second.coverage.items, second.coverage.in_scope) == (2, 2)


def test_charts_carry_their_evidence(reports: tuple[WeeklyReport, ...]):
    """A chart of figures cites the claims behind them and states the level it is held against."""
    _, second = reports
    (chart,) = [chart for chart in second.charts if isinstance(chart, StepChart)]
    assert [str(point.high) for point in chart.series[0].points] == ["12000000", "15000000"]
    assert chart.refs
    assert chart.ceiling is not None


def test_more_than_the_limit_goes_to_the_annex(room: Any):
    """A track's sixth development is told in the annex, and the track says that there is more."""
    text = "Busy\n" + " ".join(f"On 5 June 2024 donor {n} gave {n} dollars." for n in range(1, 9))
    room.at("2024-06-06T09:00")
    room.observe("busy", text, source="Wire")
    for n in range(1, 9):
        room.says(
            "busy",
            f"donor {n} gave {n} dollars",
            "contribution",
            source="Wire",
            text=text,
            actor=f"Donor {n}",
            usd=str(n),
            occurred="2024-06-05",
        )
    report = _draft(room)
    (track,) = report.tracks
    assert (len(track.told), track.more) == (5, 3)
    assert [told.number for told in report.annex[0].told] == [6, 7, 8]


def test_a_source_that_edits_silently_is_named(story: Any):
    """When a publisher changes an article that we cited, the next report says so."""
    publish_due(story.ledger, NOW)
    story.edits("first", "Patrol ships reach Port Anna\nSomething else now.")
    report = _draft(story)
    assert any(line.what == "source edited" for line in report.changes)


def test_plans_are_told_as_plans_and_never_move_a_tile(room: Any):
    """A planned arrival from the best source is a development with its status, and the tile stays empty."""
    text = "Plans\nNorland will land 500 police on 20 June 2024."
    room.at("2024-06-06T09:00")
    room.observe("plan", text, source="Wire")
    room.says(
        "plan",
        "Norland will land 500 police",
        "movement",
        source="Wire",
        text=text,
        status=Status.PLANNED,
        outcome="arrived",
        actor="Norland",
        police=500,
        occurred="2024-06-20",
    )
    report = _draft(room)
    assert [told.status for track in report.tracks for told in track.told] == ["planned"]
    assert all(tile.value is None for tile in report.tiles)
    assert [line.day for line in report.dates] == [date(2024, 6, 20), date(2024, 6, 28)]


def test_a_quiet_week_says_so(room: Any):
    """Without any news the report still appears, says that nothing changed, and claims no "same"."""
    room.at("2024-06-18T12:00")
    event, quiet = publish_due(room.ledger, NOW)
    report = msgspec.json.decode(kept(room.ledger, quiet.report_id, "json"), type=WeeklyReport)
    assert report.bottom_line.sentence.startswith(
        "No key figure changed and no new development was reported."
    )
    assert "No news does not mean no change" in report.bottom_line.basis
    assert "disputed figures" in report.empty
    assert event.report_id == "TST-W-2024-23"


def test_a_draft_is_marked_and_records_nothing(story: Any):
    """A draft of the running week says that it is one and leaves the ledger as it was."""
    head = story.ledger.head
    report = _draft(story)
    assert report.masthead.state == "draft"
    assert report.masthead.last_day == date(2024, 6, 18)
    assert story.ledger.head == head


def _draft(room: Any) -> WeeklyReport:
    return Series(room.ledger).report(draft_of(room.ledger, room.ledger.head, room.clock()))
