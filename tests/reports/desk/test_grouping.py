"""Which claims are about one fact."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.developments import Count, Development, Money, When
from reports.claims import figure_of


def groups(told: Any) -> list[set[str]]:
    return [{claim.id for claim in fact.claims} for fact in told.desk.all_facts()]


def test_claims_of_one_day_are_one_fact_and_of_two_days_two(told: Any, arrival: Any):
    """Arrivals of different days add up; those of one day are one arrival told twice."""
    told.reported("a", arrival(400, "2024-06-25"))
    told.reported("b", arrival(200, "2024-06-25"))
    told.reported("c", arrival(200, "2024-07-16"))
    assert groups(told) == [{"a", "b"}, {"c"}]


def test_a_month_joins_the_one_day_inside_it(told: Any, arrival: Any):
    """A month means the arrival of 25 June, whichever was heard first."""
    told.reported("month", arrival(400, "2024-06"))
    told.reported("day", arrival(400, "2024-06-25"))
    assert groups(told) == [{"month", "day"}]


def test_a_month_with_two_days_inside_joins_the_one_that_agrees(told: Any, arrival: Any):
    """A coarse date is no reason to guess between two arrivals; its figure may be."""
    told.reported("first", arrival(400, "2024-06-04"))
    told.reported("second", arrival(150, "2024-06-25"))
    told.reported("agreeing", arrival(150, "2024-06"))
    told.reported("neither", arrival(90, "2024-06"))
    assert {"second", "agreeing"} in groups(told)
    assert {"neither"} in groups(told)


@pytest.mark.parametrize(
    "slots",
    [
        {"actor": "SWE"},
        {"target": "another body"},
        {"measure": "advance_team"},
        {"unit": "vehicles"},
    ],
)
def test_different_actor_target_measure_or_unit_is_another_fact(
    told: Any, arrival: Any, slots: dict[str, Any]
):
    """What differs in more than its date is never merged."""
    told.reported("a", arrival(400, "2024-06-25"))
    told.reported("b", arrival(400, "2024-06-25", **slots))
    assert groups(told) == [{"a"}, {"b"}]


@pytest.mark.parametrize("target", ["TST", "tst", "The Test Force", "Test mission", None])
def test_the_mission_has_many_names_and_may_go_unsaid(told: Any, arrival: Any, target: str | None):
    """An arrival without a target arrived for the mission; measure "arrived" repeats the outcome."""
    told.reported("a", arrival(400, "2024-06-25", target="TST"))
    told.reported("b", arrival(400, "2024-06-25", target=target, measure="arrived"))
    assert groups(told) == [{"a", "b"}]


def test_another_mission_is_another_target(told: Any, arrival: Any):
    """A name of kind mission that is not the desk's own stays apart."""
    told.reported("a", arrival(400, "2024-06-25", target="TST"))
    told.reported("b", arrival(400, "2024-06-25", target="Other office"))
    assert len(groups(told)) == 2


def test_an_undated_arrival_repeats_one_of_the_week_before_it_was_told(told: Any, arrival: Any):
    """A headline without a date joins the arrival just reported, not one a month ago, and dates nothing."""
    told.reported("dated", arrival(400, "2024-06-25"))
    told.reported("soon", arrival(200, None), published="2024-06-27")
    told.reported("late", arrival(200, None), published="2024-07-27")
    assert groups(told) == [{"late"}, {"dated", "soon"}]
    assert told.desk.fact_of("late").day is None


def test_an_undated_total_joins_only_what_it_agrees_with(told: Any, received: Any):
    """A fund grows: an undated total that differs from last week's is another total, held when it was told."""
    told.reported("dated", received(18, "2024-06-20"))
    told.reported("same", received(18, None), published="2024-06-22")
    told.reported("more", received(21, None), published="2024-06-24")
    assert groups(told) == [{"more"}, {"dated", "same"}]
    assert str(told.desk.fact_of("more").day) == "2024-06-24"


def test_a_total_for_a_year_holds_no_later_than_it_was_told(told: Any, received: Any):
    """A figure for 2024 that was said in May is a figure of May."""
    told.reported("year", received(18, "2024"), published="2024-05-20")
    assert str(told.desk.fact_of("year").day) == "2024-05-20"


DAYS = st.sampled_from(
    [None, "2024-06-04", "2024-06-25", "2024-06", "2024-W26", "2024-Q2", "2024", "2024-07-16"]
)


@given(st.lists(st.tuples(DAYS, st.integers(1, 5)), max_size=12), st.randoms(use_true_random=False))
def test_every_claim_is_in_exactly_one_fact_however_it_came(told_of: Any, found: list[Any], chance: Any):
    """Nothing is lost or told twice, and the order of arrival changes no grouping of dated claims by day."""
    from_first, shuffled = told_of(), told_of()
    claims = [
        (
            f"c{index}",
            Development(
                kind="movement",
                outcome="arrived",
                count=Count(n=n * 100, unit="police"),
                occurred=When(text=day) if day else None,
            ),
        )
        for index, (day, n) in enumerate(found)
    ]
    for name, development in claims:
        from_first.reported(name, development)
    chance.shuffle(claims)
    for name, development in claims:
        shuffled.reported(name, development)
    for told in (from_first, shuffled):
        names = [claim.id for fact in told.desk.all_facts() for claim in fact.claims]
        assert sorted(names) == sorted(name for name, _ in claims)
    dated = {name for name, development in claims if development.occurred}

    def days(told: Any) -> set[frozenset[str]]:
        return {frozenset(group & dated) for group in groups(told)} - {frozenset()}

    assert days(from_first) == days(shuffled)


@given(st.decimals(min_value=0, max_value=10**15, allow_nan=False, places=2))
def test_money_keeps_its_value_to_the_cent(amount: Any):
    """A figure is the amount as it was said, never rounded and never a power of ten."""
    figure = figure_of(Development(kind="pledge", money=Money(amount=amount, currency="EUR")))
    assert figure is not None
    assert figure.low == amount
    assert "E" not in str(figure.low)
