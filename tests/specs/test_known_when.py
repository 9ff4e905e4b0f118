"""What was known on a past day, from the imported chronology: the answers an analyst must get."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from reports.appointments import Tenure, tenures
from reports.cases import CaseState, cases
from reports.claims import Number
from reports.contributors import Contributor, contributors
from reports.deadlines import Due, deadlines
from reports.desk import Desk
from reports.look import Look, look
from reports.status import ClaimView, DisputeView, IndicatorView, StatusView, status
from watchers.config import load
from watchers.homes import take_over
from watchers.records import import_records

ROOT = Path(__file__).parents[2]
IMPORTED_AT = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def ledger(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger that took in the whole chronology on one day of 2025."""
    folder = tmp_path_factory.mktemp("chronology")
    with Ledger.create(folder, clock=VirtualClock(IMPORTED_AT), program="test", virtual=True) as made:
        take_over(made, load(ROOT / "config.toml"))
        done = import_records(made, shared_data / "chronology" / "example.jsonl")
        assert done.refused == ()
        yield made


Known = Callable[[str], "Day"]


class Day:
    """What sources had shown by the end of a day."""

    def __init__(self, seen: Look) -> None:
        self.desk: Desk = seen.desk
        self.now = seen.now
        self.status: StatusView = status(seen.desk, now=seen.now, on=seen.on, root=seen.root)

    def tile(self, indicator: str) -> IndicatorView:
        return next(each for each in self.status.indicators if each.id == indicator)

    def dispute(self, development: str) -> DisputeView | None:
        return next(
            (each for each in self.status.disputes if development in ids(each.claims)),
            None,
        )

    def case(self, case_id: str) -> CaseState:
        return next(each for each in cases(self.desk, now=self.now) if each.case.id == case_id)

    def tenure(self, person: str) -> Tenure | None:
        return next((each for each in tenures(self.desk, now=self.now) if each.person == person), None)

    def contributor(self, actor: str) -> Contributor | None:
        return next((each for each in contributors(self.desk, now=self.now) if each.actor == actor), None)

    def due(self, development: str) -> Due | None:
        found = deadlines(self.desk, now=self.now)
        return next((due for due in found if development in {claim.id for claim in due.claims}), None)

    def latest(self, target: str, kind: str, measure: str) -> list[tuple[Number, str]]:
        """The admitted figures of the latest fact about a target, leading one first."""
        facts = [
            fact
            for fact in self.desk.all_facts(kind)
            if fact.lead and fact.key.target == target.casefold() and fact.key.measure == measure
        ]
        newest = max(facts, key=lambda fact: fact.day or date.min)
        return [(figure.low, claim.id) for figure, claim in zip(newest.figures, newest.admitted, strict=True)]


@pytest.fixture(scope="module")
def known(ledger: Ledger) -> Known:
    """Look at the ledger as seen by the end of a day."""
    return lambda day: Day(look(ledger, seen_by=day))


def ids(claims: tuple[ClaimView, ...]) -> set[str]:
    return {claim.development for claim in claims}


# --- the five conflicts ---------------------------------------------------------------------------------------


def test_the_arrival_is_only_planned_before_it_happened(known: Known) -> None:
    """On 20 May 2024 the desk knows of a planned arrival and of no figure."""
    tile = known("2024-05-20").tile("kenyan_arrivals")
    assert tile.value is None
    assert tile.note == "no reliable figure yet"
    assert {claim.status for claim in tile.claims} == {"planned"}
    assert ids(tile.expected) == {"target-2024-05-23", "target-2024-05-26"}


def test_the_first_contingent_is_400_until_another_source_says_200(known: Known) -> None:
    """One source's 400 stands undisputed on 10 July; with the second source it is 200 to 400, each kept."""
    for day in ("2024-06-26", "2024-07-10"):
        tile = known(day).tile("kenyan_arrivals")
        assert (tile.value, tile.low, tile.high, tile.disputed) == (400, 400, 400, False)
    for day in ("2024-07-16", "2024-07-17", "2024-07-18"):
        tile = known(day).tile("kenyan_arrivals")
        assert (tile.low, tile.high, tile.disputed) == (200, 400, True)
        assert ids(tile.claims) == {"arrive-ke1-200", "arrive-ke1-400"}
        dispute = known(day).dispute("arrive-ke1-200")
        assert dispute is not None
        assert (dispute.indicator, dispute.low, dispute.high, dispute.open) == (
            "kenyan_arrivals",
            200,
            400,
            True,
        )


def test_two_contingents_are_never_added_to_six_hundred_arrivals(known: Known) -> None:
    """The second contingent stands beside the disputed first one and changes nothing in it."""
    tile = known("2024-07-18").tile("kenyan_arrivals")
    assert ids(tile.flows) == {"arrive-ke2-2024-07-16"}
    assert 600 not in (tile.value, tile.low, tile.high)
    assert known("2024-07-18").latest("KEN", "strength", "deployed") == [
        (400, "count-ke-400-2024-07"),
        (600, "count-ke-600-2024-07"),
    ]


def test_the_yearly_cost_is_disputed_and_totals_for_other_periods_stay_apart(known: Known) -> None:
    """240 against 500 to 600 million a year said on one day; a later figure leads with no dispute of its own."""
    assert known("2024-04-26").tile("funding_required").value is None
    tile = known("2024-04-27").tile("funding_required")
    assert (tile.low, tile.high, tile.disputed) == (Decimal(240_000_000), Decimal(600_000_000), True)
    assert ids(tile.claims) == {"cost-240m-year", "cost-500-600m-year-2024-04-26"}
    later = known("2024-07-17").tile("funding_required")
    assert (later.value, later.disputed, later.since) == (Decimal(600_000_000), False, date(2024, 7, 16))


def test_a_pledge_printed_in_the_wrong_currency_is_a_currency_dispute(known: Known) -> None:
    """Canada's sum is Canadian; the same sum in US dollars is flagged, counted nowhere, and the fund's part is apart."""
    assert known("2024-02-22").dispute("pledge-canada-cad80-2024-02-22-a") is None
    dispute = known("2024-02-23").dispute("pledge-canada-cad80-2024-02-22-a")
    assert dispute is not None
    assert (dispute.kind, dispute.unit) == ("currency", "CAD")
    assert ids(dispute.claims) == {"pledge-canada-cad80-2024-02-22-a", "pledge-canada-usd80-error"}
    canada = known("2024-06-27").contributor("CAN")
    assert canada is not None
    pledged = {(amount.target, amount.unit, amount.low) for amount in canada.money_pledged}
    assert ("MSS", "CAD", Decimal(80_500_000)) in pledged
    assert ("MSS trust fund", "CAD", Decimal(5_700_000)) in pledged
    assert {unit for _, unit, _ in pledged} == {"CAD"}


def test_a_tenfold_slip_is_shown_as_one(known: Known) -> None:
    """Parliament approved 1,000; a paper that prints 10,000 opens a dispute that says what it looks like."""
    assert known("2023-11-17").dispute("parliament-2023-11-16") is None
    dispute = known("2024-05-18").dispute("parliament-2023-11-16")
    assert dispute is not None
    assert (dispute.low, dispute.high, dispute.claims[0].development) == (
        1000,
        10_000,
        "parliament-2023-11-16",
    )
    assert "10 times" in dispute.why


def test_one_countrys_offer_told_twice_is_not_two_offers(known: Known) -> None:
    """Benin offered 1,500 or 2,000, never 3,500."""
    assert known("2024-02-28").contributor("BEN") is None
    benin = known("2024-02-29").contributor("BEN")
    assert benin is not None
    assert [(amount.low, amount.high, amount.disputed) for amount in benin.pledged] == [(1500, 2000, True)]


# --- what was known when --------------------------------------------------------------------------------------


def test_what_the_fund_had_received(known: Known) -> None:
    """Received, pledged and "raised" are three series: 85.3 million raised does not move the 21 received."""
    assert known("2024-07-03").tile("fund_received").value == Decimal(21_000_000)
    october = known("2024-10-01")
    assert (october.tile("fund_received").value, october.tile("fund_received").stale) == (
        Decimal(21_000_000),
        False,
    )
    assert october.tile("fund_raised").value == Decimal(85_300_000)
    later = known("2024-10-12")
    assert later.tile("fund_received").value == Decimal(68_000_000)
    assert later.tile("fund_pledged").value == Decimal(85_000_000)


def test_where_the_court_case_stood(known: Known) -> None:
    """Orders run, are extended and end in a judgment; an appeal is first planned, then filed."""

    def state(day: str) -> tuple[str | None, date | None]:
        case = known(day).case("KE-E389-2023")
        return case.state, case.until

    assert state("2023-10-10") == ("barred", date(2023, 10, 24))
    assert state("2023-10-24") == ("barred", date(2023, 11, 9))
    assert state("2024-01-27") == ("barred", None)
    january = known("2024-01-27").case("KE-E389-2023")
    assert {claim.id for claim in january.ahead} == {"legal-appeal-announced-2024-01-26"}
    assert january.next_date is None
    march = known("2024-03-12")
    assert march.case("KE-E389-2023").state == "barred"
    filed = march.due("legal-appeal-announced-2024-01-26")
    assert filed is not None
    assert filed.done is not None
    assert (filed.state, filed.done.id) == ("met", "legal-ag-appeal-2024-03-04")


def test_when_the_prime_minister_left(known: Known) -> None:
    """A weak report that he is gone does not outweigh his own announcement that he will go."""
    assert known("2024-03-11").tenure("Ariel Henry") is None
    march = known("2024-03-12").tenure("Ariel Henry")
    assert march is not None
    assert march.state == "leaving"
    assert [claim.id for claim in march.contested] == ["henry-resign-2024-03-12-claim"]
    planned = known("2024-03-12").due("henry-announce-2024-03-11-b")
    assert planned is not None
    assert (planned.state, planned.done) == ("due", None)
    left = known("2024-04-25").due("henry-announce-2024-03-11-b")
    assert left is not None
    assert left.done is not None
    assert (left.state, left.done.id) == ("met", "henry-resign-2024-04-24")
    april = known("2024-04-25").tenure("Ariel Henry")
    assert april is not None
    assert (april.state, april.since) == ("out", date(2024, 4, 24))


def test_denied_resignations_are_disputed(known: Known) -> None:
    """About 20 resignations were reported, then denied: both sides stand, and nothing is added up."""
    assert known("2024-12-05").dispute("dispute-resign-2024-12-06") is None
    assert known("2024-12-06").latest("KEN", "figure", "resignations") == [(20, "dispute-resign-2024-12-06")]
    assert known("2024-12-06").dispute("dispute-resign-2024-12-06") is None
    dispute = known("2024-12-07").dispute("dispute-resign-2024-12-06")
    assert dispute is not None
    assert dispute.kind == "denial"
    assert ids(dispute.claims) == {"dispute-resign-2024-12-06", "dispute-resign-denial"}


def test_six_hundred_more_were_due_and_did_not_come(known: Known) -> None:
    """A promise for November is due in October and overdue in December, while the strength stands at 400."""
    october = known("2024-10-12").due("offer-ke600-2024-10-11")
    assert october is not None
    assert (october.state, october.text) == ("due", "2024-11")
    december = known("2024-12-01").due("offer-ke600-2024-10-11")
    assert december is not None
    assert (december.state, december.days_left) == ("overdue", -1)
    assert known("2024-12-01").latest("KEN", "strength", "deployed")[0] == (400, "count-ke-400-2024-07")


def test_when_the_mandate_ends(known: Known) -> None:
    """The renewal replaces the old end; the slip that dates it to 2023 changes nothing, nor does another mission's."""

    def ends(day: str) -> list[str | None]:
        found = known(day).status.deadlines
        return [due.until for due in found if due.label == "Mandate of MSS ends" and due.state == "due"]

    assert ends("2024-09-29") == ["2024-10-02"]
    assert ends("2024-10-01") == ["2025-10-02"]


def test_the_first_arrival_slipped(known: Known) -> None:
    """Expected on 23 to 26 May, put off by about three weeks, arrived on 25 June: the targets were missed."""
    may = known("2024-05-02").due("target-2024-05-23")
    assert may is not None
    assert (may.state, may.first, may.until) == ("due", date(2024, 5, 23), date(2024, 5, 26))
    moved = known("2024-05-25").due("target-2024-05-23")
    assert moved is not None
    assert (moved.state, moved.until) == ("due", date(2024, 6, 15))
    assert moved.note == "put off on 25 May 2024 by about 3 weeks"
    june = known("2024-06-25").due("target-2024-05-26")
    assert june is not None
    assert june.done is not None
    assert (june.state, june.done.id) == ("missed", "arrive-ke1-400")
