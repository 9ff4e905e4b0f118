"""Tiles, disputes, dates, contributors, cases, coverage, series and lines of a small desk."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.developments import Approx, Count, Development, Money, Status, When
from ledger.errors import NotFound
from ledger.events import CoverageGapFound, FeedAdded, FeedFailing, FeedGone, FeedRecovered, PollsSummarised
from reports.cases import cases
from reports.claims import Figure
from reports.contributors import contributors
from reports.coverage import coverage
from reports.deadlines import Due, deadlines
from reports.disputes import disputes
from reports.indicators import Tile, tiles
from reports.names import names_for
from reports.sentences import sentence
from reports.series import indicator_series, weeks_by_track
from reports.status import status
from reports.timeline import Filter, timeline

NOW = datetime(2024, 7, 20, tzinfo=UTC)


def tile(told: Any, indicator: str, now: datetime = NOW) -> Tile:
    return next(each for each in tiles(told.desk, now=now) if each.indicator.id == indicator)


def due(told: Any, kind: str, now: datetime = NOW) -> Due:
    return next(each for each in deadlines(told.desk, now=now) if each.kind == kind)


# --- tiles and disputes ---------------------------------------------------------------------------------------


def test_the_latest_snapshot_by_valid_time_leads(told: Any, received: Any):
    """A figure told later about an earlier day does not replace a newer one."""
    told.reported("new", received(21, "2024-07-03"))
    told.reported("old", received(18, "2024-04-26"), published="2024-07-10")
    assert tile(told, "received").value == Decimal(21_000_000)


def test_an_old_figure_is_stale_and_says_since_when(told: Any, received: Any):
    """Nothing is shown as current after its time: the tile says since when there is no reliable figure."""
    told.reported("one", received(21, "2024-07-03"))
    assert not tile(told, "received", datetime(2024, 10, 1, tzinfo=UTC)).stale
    late = tile(told, "received", datetime(2024, 10, 2, tzinfo=UTC))
    assert late.stale
    assert late.note == "no reliable figure since 2024-07-03"


def test_flows_stand_beside_a_snapshot_and_are_never_added(told: Any, arrival: Any):
    """200 who arrive after a count of 400 are told beside it."""
    counted = Development(
        kind="strength", count=Count(n=400, unit="police"), occurred=When(text="2024-07-01")
    )
    told.reported("count", counted)
    told.reported("before", arrival(400, "2024-06-25"))
    told.reported("after", arrival(200, "2024-07-16"))
    shown = tile(told, "strength")
    assert (shown.value, shown.high) == (400, 400)
    assert [fact.lead.id for fact in shown.flows if fact.lead] == ["after"]


def test_a_valid_day_hides_what_happened_later(told: Any, received: Any):
    """On an earlier valid day the earlier figure stands, though the later one is known."""
    told.reported("old", received(18, "2024-04-26"))
    told.reported("new", received(21, "2024-07-03"))
    shown = next(
        each for each in tiles(told.desk, now=NOW, on=date(2024, 5, 1)) if each.indicator.id == "received"
    )
    assert shown.value == Decimal(18_000_000)


def test_units_that_an_indicator_lists_are_one(told: Any, arrival: Any):
    """400 officers against 200 police is a dispute where the configuration takes both for the same."""
    told.reported("one", arrival(200, "2024-06-25"))
    told.reported("two", arrival(400, "2024-06-25", unit="officers"), source="Paper")
    shown = tile(told, "arrived")
    assert (shown.low, shown.high, shown.disputed) == (200, 400, True)


def test_an_open_dispute_stays_in_front_of_newer_flows(told: Any, arrival: Any):
    """A disputed arrival keeps the tile until it is resolved or stale; the next arrival stands beside it."""
    told.reported("one", arrival(200, "2024-06-25"))
    told.reported("two", arrival(400, "2024-06-25"), source="Paper")
    told.reported("three", arrival(50, "2024-07-16"))
    shown = tile(told, "arrived")
    assert (shown.low, shown.high) == (200, 400)
    assert [fact.lead.id for fact in shown.flows if fact.lead] == ["three"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"n": 400}, {"n": 410, "approx": Approx.ABOUT}),
        ({"n": 400, "approx": Approx.AT_LEAST}, {"n": 426}),
        ({"n": 400, "approx": Approx.AT_MOST}, {"n": 390}),
        ({"n": 400, "max": 500}, {"n": 450}),
    ],
)
def test_figures_that_can_both_be_true_are_no_dispute(told: Any, one: dict[str, Any], other: dict[str, Any]):
    """About, at least, up to and ranges are taken as they were said."""
    for name, said in (("one", one), ("other", other)):
        count = Count(unit="police", **said)
        told.reported(
            name,
            Development(kind="strength", count=count, occurred=When(text="2024-07-01")),
            source=name,
        )
    assert disputes(told.desk, now=NOW) == ()


def test_two_figures_of_one_speaker_in_one_text_are_a_range(told: Any, received: Any):
    """A range coded as two figures is one voice; a second speaker in the same text is another."""
    for name, millions in (("low", 500), ("high", 600)):
        told.reported(name, received(millions, "2024-07-03"), item_id="i", item_version=1)
    shown = tile(told, "received")
    assert not shown.disputed
    assert (shown.low, shown.high) == (Decimal(500_000_000), Decimal(600_000_000))
    told.reported("other", received(240, "2024-07-03"), item_id="i", item_version=1, origin="a speaker")
    assert tile(told, "received").disputed


SPAN = st.builds(
    Figure,
    low=st.integers(1, 50),
    high=st.integers(50, 99),
    unit=st.just("police"),
    approx=st.sampled_from(Approx),
)


@given(SPAN, SPAN)
def test_agreement_has_no_direction(one: Figure, other: Figure):
    """Whether two figures can both be true does not depend on which was heard first; each agrees with itself."""
    assert one.agrees(other) == other.agrees(one)
    assert one.agrees(one)


# --- dates ----------------------------------------------------------------------------------------------------


def test_a_declared_date_counts_down_and_becomes_overdue(told: Any):
    """The review of 2 July is due before and overdue after that day."""
    before, after = (due(told, "declared", datetime(2024, 7, day, tzinfo=UTC)) for day in (1, 5))
    assert (before.state, before.days_left) == ("due", 1)
    assert (after.state, after.days_left) == ("overdue", -3)


def test_a_promise_with_a_date_is_kept_in_part_or_whole(told: Any, arrival: Any):
    """200 of 600 promised leave it open and are told; 600 keep it."""
    promise = Development(
        kind="personnel_pledge",
        actor="NOR",
        count=Count(n=600, unit="police"),
        occurred=When(text="2024-06-10"),
        until=When(text="2024-07"),
    )
    told.reported("promise", promise)
    told.reported("some", arrival(200, "2024-06-25"))
    assert (due(told, "promise").state, due(told, "promise").note) == ("due", "200 of 600 so far")
    told.reported("rest", arrival(400, "2024-07-16"))
    assert due(told, "promise").state == "met"


def test_a_plan_is_not_met_by_what_came_before_it_was_told(told: Any, arrival: Any):
    """A second contingent announced in July is not the one that came in June."""
    told.reported("june", arrival(200, "2024-06-25"))
    told.reported("plan", arrival(None, "2024-07-18", status=Status.PLANNED), published="2024-07-01")
    assert due(told, "movement").state == "overdue"
    told.reported("july", arrival(200, "2024-07-18"))
    assert due(told, "movement").state == "met"


PLANNED: dict[str, Any] = {"status": Status.PLANNED}


def test_an_advance_team_is_not_what_was_planned(told: Any, arrival: Any):
    """Another measure never meets a plan, nor does what comes days before the first day announced while it is ahead."""
    told.reported("plan", arrival(None, "2024-07-18", **PLANNED), published="2024-07-01")
    told.reported("team", arrival(6, "2024-07-18", measure="advance_team", unit="officials"))
    told.reported("early", arrival(None, "2024-07-10"))
    assert due(told, "movement", datetime(2024, 7, 18, tzinfo=UTC)).state == "due"


def test_what_came_early_and_was_all_meets_the_plan(told: Any, arrival: Any):
    """The number that was planned meets it at once; anything else when the days are over and nothing put it off."""
    told.reported("plan", arrival(200, "2024-07-18", **PLANNED), published="2024-07-01")
    told.reported("early", arrival(150, "2024-07-10"))
    assert due(told, "movement", datetime(2024, 7, 17, tzinfo=UTC)).state == "due"
    assert due(told, "movement", NOW).state == "met"
    told.reported("rest", arrival(200, "2024-07-11"))
    assert due(told, "movement", datetime(2024, 7, 17, tzinfo=UTC)).state == "met"


def test_what_came_before_the_plan_was_put_off_was_not_it(told: Any, arrival: Any):
    """After a delay the early arrival is no fulfilment: the plan is open until the later one, and was missed."""
    told.reported("plan", arrival(None, "2024-07-10", **PLANNED), published="2024-07-01")
    told.reported("early", arrival(6, "2024-07-05"))
    delay = Development(kind="delay", actor="NOR", occurred=When(text="2024-07-09"))
    told.reported("delay", delay)
    assert due(told, "movement").state == "overdue"
    assert due(told, "movement").note == "put off on 9 July 2024"
    told.reported("late", arrival(200, "2024-07-19"))
    missed = due(told, "movement")
    assert missed.done is not None
    assert (missed.state, missed.done.id) == ("missed", "late")


def test_a_delay_to_a_named_day_moves_the_plan_there(told: Any, arrival: Any):
    """The new day counts from then on, and the line says when and to when it was put off."""
    told.reported("plan", arrival(None, "2024-07-10", **PLANNED), published="2024-07-01")
    slots = {"occurred": When(text="2024-07-09"), "until": When(text="2024-07-30")}
    told.reported("delay", Development(kind="delay", actor="NOR", **slots))
    moved = due(told, "movement")
    assert (moved.state, moved.until) == ("due", date(2024, 7, 30))
    assert moved.note == "put off on 9 July 2024 to 30 July 2024"


def test_a_weak_claim_keeps_neither_plan_nor_promise(told: Any, arrival: Any):
    """An admitted claim held with low confidence leaves both open; a firm one of the same day closes them."""
    told.reported("plan", arrival(None, "2024-07-18", **PLANNED), published="2024-07-01")
    promise = Development(
        kind="personnel_pledge", actor="NOR", occurred=When(text="2024-07-01"), until=When(text="2024-07")
    )
    told.reported("promise", promise)
    told.reported("weak", arrival(200, "2024-07-18"), via="record", confidence=Decimal("0.3"))
    assert tile(told, "arrived").value == 200
    assert (due(told, "movement").state, due(told, "promise").state) == ("overdue", "due")
    told.reported("firm", arrival(200, "2024-07-18"))
    assert (due(told, "movement").state, due(told, "promise").state) == ("met", "met")


@pytest.mark.parametrize("count", [Count(n=10**15, unit="months"), None])
def test_a_delay_without_end_still_has_a_date(told: Any, arrival: Any, count: Count | None):
    """A slip of a text ("put off by a million billion months") ends where the calendar ends."""
    told.reported("plan", arrival(None, "2024-07-18", **PLANNED), published="2024-07-01")
    told.reported(
        "delay", Development(kind="delay", actor="NOR", count=count, occurred=When(text="2024-07-09"))
    )
    assert due(told, "movement").until == (date.max if count else date(2024, 7, 18))


@pytest.mark.parametrize("day", [date.min, date(2024, 6, 25), date.max])
def test_every_valid_day_can_be_asked_for(told: Any, arrival: Any, received: Any, day: date):
    """The first and the last day of the calendar are days like any other."""
    told.reported("one", arrival(200, "2024-06-25"))
    told.reported("two", arrival(400, "2024-06-25"), source="Paper")
    told.reported("first", received(18, "0001-01-01"), published="0001-01-01")
    told.reported("last", received(21, "9999-12-31"), published="9999-12-31")
    told.reported("plan", arrival(None, "9999-12-31", **PLANNED), published="2024-07-01")
    shown = status(told.desk, now=NOW, on=day)
    assert shown.on == day


def test_a_dispute_is_told_in_figures(told: Any, arrival: Any, received: Any):
    """Each side's figure carries its unit or currency, its scale and how exact it is."""
    told.reported("one", arrival(200, "2024-06-25"))
    told.reported("two", arrival(400, "2024-06-25", of={"approx": Approx.AT_LEAST}), source="Paper")
    told.reported("sum", received(240, "2024-06-20"))
    told.reported("other", received("500.5", "2024-06-20"), source="Paper")
    assert {dispute.why for dispute in disputes(told.desk, now=NOW)} == {
        "Wire: 200 police; Paper: at least 400 police",
        "Wire: USD 240 million; Paper: USD 500.5 million",
    }


def test_an_untrusted_plan_is_no_deadline(told: Any, arrival: Any):
    """A lone weak source sets no date; the timeline still has its line."""
    told.reported("plan", arrival(None, "2024-07-18", status=Status.PLANNED), grade="E")
    assert all(each.kind != "movement" for each in deadlines(told.desk, now=NOW))
    assert [row.status for row in timeline(told.desk, now=NOW)] == ["planned"]


# --- people, courts, ears -------------------------------------------------------------------------------------


def test_a_restated_pledge_replaces_and_an_additional_one_adds(told: Any):
    """100 promised, 200 in all promised later, then 50 more: 250, not 350."""
    for name, day, amount, measure in (
        ("first", "2024-05-01", 100, "pledged"),
        ("again", "2024-06-01", 200, "pledged_cumulative"),
        ("more", "2024-06-20", 50, "pledged_additional"),
    ):
        money = Money(amount=Decimal(amount), currency="EUR")
        pledge = Development(
            kind="pledge", actor="NOR", money=money, measure=measure, occurred=When(text=day)
        )
        told.reported(name, pledge)
    (norway,) = contributors(told.desk, now=NOW)
    assert [(amount.low, amount.unit) for amount in norway.money_pledged] == [(Decimal(250), "EUR")]
    assert norway.oldest_promise == date(2024, 5, 1)


def test_arrivals_of_different_days_add_with_their_ranges(told: Any, arrival: Any):
    """200 or 400, then 100: between 300 and 500 came, and the sum is marked as disputed."""
    told.reported("one", arrival(200, "2024-06-25"))
    told.reported("two", arrival(400, "2024-06-25"), source="Paper")
    told.reported("three", arrival(100, "2024-07-16"))
    (norway,) = contributors(told.desk, now=NOW)
    assert [(each.low, each.high, each.disputed) for each in norway.arrived] == [(300, 500, True)]


def test_an_extended_order_keeps_its_effect(told: Any):
    """What was barred stays barred when the order is extended; the end moves."""
    for name, outcome, day, until in (
        ("order", "barred", "2024-06-01", "2024-06-20"),
        ("longer", "extended", "2024-06-20", "2024-07-31"),
    ):
        ruling = Development(
            kind="legal_ruling",
            actor="High Court",
            outcome=outcome,
            occurred=When(text=day),
            until=When(text=until),
        )
        told.reported(name, ruling)
    (case,) = cases(told.desk, now=NOW)
    assert (case.state, case.until, case.next_date) == ("barred", date(2024, 7, 31), date(2024, 7, 31))
    assert case.effect == "stops the departure"


def test_coverage_tells_what_was_not_heard(told: Any, arrival: Any):
    """Failing, gone and silent feeds, gaps, and items that gave nothing are counted."""
    for feed in ("wire", "dead", "quiet"):
        told.tell(FeedAdded(feed=feed, source=feed.title()))
    told.tell(FeedFailing(feed="wire", failure="timeout", detail="30 s"))
    told.tell(FeedGone(feed="dead", url="https://dead.example"))
    told.tell(CoverageGapFound(feed="wire", reason="failing", since=told.now, until=told.now))
    told.tell(PollsSummarised(feed="wire", day=date(2024, 6, 1), polls=48, failures=3))
    told.observed("a", language="en")
    told.observed("b")
    told.reported("one", arrival(1, "2024-06-25"), item_id="a", item_version=1)
    heard = coverage(told.desk, now=NOW)
    assert (heard.items, heard.in_scope, heard.coded, heard.nothing) == (2, 2, 1, 1)
    assert (heard.failing, heard.silent, len(heard.gaps)) == (("wire", "dead"), ("quiet",), 1)
    assert heard.languages == {"en": 1, "unknown": 1}
    assert [(each.source, each.items, each.coded) for each in heard.sources] == [("Wire", 2, 1)]
    told.tell(FeedRecovered(feed="wire", failures=3))
    assert coverage(told.desk, now=NOW).failing == ("dead",)


def test_series_and_weeks_for_charts(told: Any, arrival: Any, received: Any):
    """A step a figure with its range, and one count a fact and week, empty weeks too."""
    told.reported("old", received(18, "2024-06-10"))
    told.reported("new", received(21, "2024-07-03"))
    told.reported("again", received(24, "2024-07-03"), source="Paper")
    told.reported("one", arrival(400, "2024-06-25"))
    steps = indicator_series(told.desk, "received", now=NOW).steps
    assert [(step.day.isoformat(), step.low, step.high) for step in steps] == [
        ("2024-06-10", 18_000_000, 18_000_000),
        ("2024-07-03", 21_000_000, 24_000_000),
    ]
    weeks = weeks_by_track(told.desk, now=NOW, weeks=5)
    assert [sum(week.tracks.values()) for week in weeks] == [0, 1, 1, 0, 0]
    with pytest.raises(NotFound, match="configured are: received"):
        indicator_series(told.desk, "nothing", now=NOW)


# --- lines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("development", "line"),
    [
        (
            Development(
                kind="movement",
                outcome="arrived",
                actor="KEN",
                count=Count(n=400, unit="police", approx=Approx.ABOUT),
                place="Port Anna",
                occurred=When(text="2024-06-25"),
            ),
            "About 400 police from Kenya arrived in Port Anna, 25 June 2024",
        ),
        (
            Development(
                kind="movement", outcome="arrived", status=Status.PLANNED, occurred=When(text="2024-06")
            ),
            "Planned: personnel to arrive, June 2024",
        ),
        (
            Development(
                kind="fund_total",
                target="the fund",
                measure="received",
                money=Money(amount=Decimal("10800000.00"), currency="USD"),
                speaker="A spokesman",
            ),
            "The fund had received USD 10.8 million, according to A spokesman",
        ),
        (
            Development(
                kind="pledge",
                actor="CAN",
                target="the fund",
                money=Money(amount=Decimal(500_000_000), max=Decimal(600_000_000), currency=None),
            ),
            "Canada promised the fund 500,000,000–600,000,000 (currency not said)",
        ),
        (
            Development(
                kind="mandate",
                outcome="renewed",
                actor="UN Security Council",
                target="the mission",
                until=When(text="2025-10-02"),
            ),
            "UN Security Council renewed the mandate of the mission, until 2 October 2025",
        ),
        (
            Development(kind="strange_kind", status=Status.DENIED, actor="USA"),
            "Denied: strange kind: the United States",
        ),
    ],
)
def test_a_development_is_one_line_that_states_its_slots(development: Development, line: str):
    """Figure, doer, place, date and whose word it is; nothing that no slot says."""
    assert sentence(development, names_for()) == line


def test_the_timeline_is_filtered_by_doer_kind_track_source_and_day(told: Any, arrival: Any, received: Any):
    """A country is found by its code or its name; lines come in order of valid time with origins counted."""
    told.reported("late", arrival(200, "2024-07-16"), source="Paper")
    told.reported("early", arrival(400, "2024-06-25"))
    told.reported("same", arrival(400, "2024-06-25"), source="Radio", grade="D")
    told.reported("fund", received(18, "2024-06-20"))

    def found(**wanted: Any) -> list[str]:
        return [row.development for row in timeline(told.desk, Filter(**wanted), now=NOW)]

    assert found() == ["fund", "early", "same", "late"]
    assert found(actor="nor") == found(actor="Norway") == found(kind="movement") == ["early", "same", "late"]
    assert found(track="funding") == ["fund"]
    assert found(source="radio") == ["same"]
    assert found(since=date(2024, 7, 1)) == ["late"]
    assert {row.development: row.origins for row in timeline(told.desk, now=NOW)}["early"] == 2
    assert timeline(told.desk, now=NOW, on=date(2024, 6, 21))[-1].development == "fund"


def test_the_status_is_one_json_document_with_the_promised_fields(told: Any, arrival: Any, received: Any):
    """Scripts find every field that the command line promises; money is a string, a count an integer."""
    told.reported("one", arrival(200, "2024-06-25"))
    told.reported("two", arrival(400, "2024-06-25"), source="Paper")
    told.reported("fund", received(18, "2024-06-20"), confidence=Decimal("0.9"))
    document = msgspec.to_builtins(status(told.desk, now=NOW, root="ab", text=lambda _: "a text"))
    assert {"position", "as_of", "root", "indicators", "deadlines", "disputes", "alerts", "coverage"} <= set(
        document
    )
    by_id = {each["id"]: each for each in document["indicators"]}
    assert {"id", "label", "unit", "value", "low", "high", "disputed", "stale", "target", "claims"} <= set(
        by_id["arrived"]
    )
    fields = {
        "value", "source", "speaker", "origin", "said_at", "occurred", "status", "measure", "target", "tier",
        "admitted", "why", "grade", "confidence", "development", "quote",
    }  # fmt: skip
    assert fields <= set(by_id["arrived"]["claims"][0])
    assert (by_id["arrived"]["low"], by_id["received"]["value"]) == (200, "18000000")
    assert by_id["received"]["claims"][0]["confidence"] == 0.9
    (dispute,) = document["disputes"]
    assert {"id", "fact", "indicator", "low", "high", "unit", "open", "why", "claims"} <= set(dispute)
    assert dispute["indicator"] == "arrived"
