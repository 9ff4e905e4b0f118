"""Rules on figures: an admitted figure against a level or another figure, raised once, resolved with its reason."""

from decimal import Decimal
from typing import Any

import pytest

from ledger.configuration import Against, AlertRule

QUARTER = Against(indicator="required", ratio=Decimal("0.25"))
GAP = AlertRule(
    name="gap",
    kind="threshold",
    indicator="received",
    below=QUARTER,
    notify=("hook",),
    summary="Too little money",
)
LOW = AlertRule(
    name="low",
    kind="threshold",
    indicator="received",
    below=Against(value=Decimal(60_000_000)),
    notify=("hook",),
)


def required(desk: Any, amount: int, **more: Any) -> str:
    return desk.report("funding_required", money=amount, occurred="2024-05-01", **more)


def received(desk: Any, amount: int, day: str = "2024-06-01", **more: Any) -> str:
    return desk.report("fund_total", measure="received", money=amount, occurred=day, **more)


def test_a_figure_below_a_share_of_another_raises(desk: Any) -> None:
    """21 million received against a quarter of 600 million required raises, and the alert explains itself."""
    desk.configure(GAP)
    first = required(desk, 600_000_000)
    second = received(desk, 21_000_000)
    run = desk.run()
    (alert,) = run.raised
    assert alert.labels == {"indicator": "received"}
    assert alert.value == "USD 21 million"
    assert alert.threshold == "below USD 150 million (25 % of Required a year USD 600 million)"
    assert alert.summary == f"Too little money: Fund, received USD 21 million is {alert.threshold}"
    assert alert.developments == (second, first)
    assert [each.reason for each in run.requested] == ["admitted: the figure is admitted"]


def test_it_fires_once_while_the_condition_holds(desk: Any) -> None:
    """A later figure that is still too low raises nothing more."""
    desk.configure(LOW)
    received(desk, 18_000_000)
    desk.run()
    received(desk, 21_000_000, "2024-06-02")
    assert desk.run().raised == ()


def test_it_is_resolved_when_the_condition_clears_and_counts_its_firings(desk: Any) -> None:
    """A figure above the level resolves the alert and tells those who were told; the next fall is firing two."""
    desk.configure(LOW)
    received(desk, 18_000_000)
    (alert,) = desk.run().raised
    received(desk, 68_000_000, "2024-06-02")
    run = desk.run()
    assert [each.reason for each in run.resolved] == [
        "cleared: USD 68 million is no longer below USD 60 million"
    ]
    assert [(each.phase, each.alert_id) for each in run.requested] == [("resolved", alert.alert_id)]
    received(desk, 30_000_000, "2024-06-03")
    (again,) = desk.run().raised
    assert (again.n, again.labels) == (2, alert.labels)


def test_nobody_hears_of_the_end_who_did_not_hear_of_the_beginning(desk: Any) -> None:
    """An alert that notified nobody is resolved without a word."""
    desk.configure(LOW)
    item = desk.item("seen-at-first", baseline=True)
    received(desk, 18_000_000, item=item)
    assert [alert.unsent for alert in desk.run().raised] == ["baseline"]
    received(desk, 68_000_000, "2024-06-02")
    run = desk.run()
    assert len(run.resolved) == 1
    assert run.requested == ()


def test_an_unreviewed_claim_moves_nothing(desk: Any) -> None:
    """One weak source's figure is no tile, so it raises no alert; a second origin makes it one."""
    desk.configure(LOW)
    received(desk, 18_000_000, grade="D", origin="Blog")
    assert desk.run().raised == ()
    received(desk, 18_000_000, grade="D", origin="Radio")
    assert len(desk.run().raised) == 1


def test_a_disputed_figure_fires_only_when_the_whole_range_is_beyond(desk: Any) -> None:
    """18 or 90 million is no alert against 60; 18 or 21 million is, and says that it is disputed."""
    desk.configure(LOW)
    received(desk, 18_000_000, origin="AP")
    received(desk, 90_000_000, origin="AFP")
    raised = desk.run()
    # The first report alone was beyond; the second made it a dispute that reaches over the level.
    assert [each.reason for each in raised.resolved] == [
        "in dispute: USD 18–90 million is no longer wholly below USD 60 million"
    ]
    received(desk, 18_000_000, "2024-06-02", origin="AP")
    received(desk, 21_000_000, "2024-06-02", origin="AFP")
    (again,) = desk.run().raised
    assert again.n == 2


def test_a_figure_that_has_grown_stale_is_gone(desk: Any) -> None:
    """When time alone makes a figure too old to rely on, the alert is resolved by the clock and says so."""
    desk.configure(LOW)
    received(desk, 18_000_000)
    desk.run()
    desk.wait(days=30)
    assert desk.run().resolved == ()
    desk.wait(days=32)
    run = desk.run()
    assert [each.reason for each in run.resolved] == [
        "the figure has gone: no reliable value of Fund, received"
    ]
    assert [each.phase for each in run.requested] == ["resolved"]


def test_a_level_that_nobody_states_compares_with_nothing(desk: Any) -> None:
    """Without an admitted requirement the gap cannot be judged, so nothing is raised."""
    desk.configure(GAP)
    received(desk, 21_000_000)
    assert desk.run().raised == ()


def test_a_new_rule_judges_what_is_already_known(desk: Any) -> None:
    """A rule that is added to a running desk fires at once if its condition holds."""
    desk.configure()
    received(desk, 18_000_000)
    desk.run()
    desk.configure(LOW)
    assert [alert.rule for alert in desk.run().raised] == ["low"]


@pytest.mark.parametrize(("amount", "fires"), [(60_000_000, False), (59_999_999, True)])
def test_the_level_itself_is_not_beyond(desk: Any, amount: int, fires: bool) -> None:  # noqa: FBT001 - a parameter
    """Exactly the level is neither below nor above it."""
    desk.configure(LOW)
    received(desk, amount)
    assert bool(desk.run().raised) is fires


def test_above_a_level(desk: Any) -> None:
    """A rule may watch for too much as well."""
    desk.configure(
        AlertRule(
            name="slip",
            kind="threshold",
            indicator="received",
            above=Against(indicator="required"),
            notify=(),
        )
    )
    required(desk, 100)
    received(desk, 101)
    (alert,) = desk.run().raised
    assert alert.threshold == "above USD 100 (Required a year USD 100)"


def test_another_figure_under_the_same_rule_is_another_alert(desk: Any) -> None:
    """Pointing a rule at another indicator closes its alert; the new figure is judged for itself."""
    desk.configure(LOW)
    received(desk, 18_000_000)
    desk.run()
    required(desk, 1_000_000)
    desk.configure(
        AlertRule(
            name="low",
            kind="threshold",
            indicator="required",
            below=Against(value=Decimal(2_000_000)),
            notify=(),
        )
    )
    run = desk.run()
    assert [each.reason for each in run.resolved] == ["the rule now watches another figure"]
    assert [alert.labels for alert in run.raised] == [{"indicator": "required"}]
