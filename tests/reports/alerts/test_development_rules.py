"""Rules on kinds of development: each piece of news rings once, and only what is new and reliable is pushed."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.configuration import AlertRule, Severity

COURTS = AlertRule(name="courts", kind="development", on=("legal_ruling",), notify=("hook",))
ALARM = AlertRule(
    name="alarm", kind="development", on=("legal_ruling",), severity=Severity.CRITICAL, notify=("hook",)
)
RULING = {"actor": "KEN", "outcome": "barred", "occurred": "2024-06-01"}


def test_a_reliable_source_is_pushed_at_once(desk: Any) -> None:
    """A ruling from a source graded B raises an alert, and its notification is requested with the reason."""
    desk.configure(COURTS)
    development = desk.report("legal_ruling", grade="B", **RULING)
    run = desk.run()
    (alert,) = run.raised
    assert (alert.rule, alert.kind, alert.n, alert.developments) == (
        "courts",
        "development",
        1,
        (development,),
    )
    assert alert.labels == {
        "kind": "legal_ruling",
        "actor": "KEN",
        "outcome": "barred",
        "date": "2024-06-01",
    }
    assert alert.unsent is None
    assert "1 June 2024" in alert.summary
    assert "Source B" in alert.summary
    (request,) = run.requested
    assert (request.alert_id, request.destination) == (alert.alert_id, "hook")
    assert request.reason == "admitted: a source graded B says it"


def test_the_report_is_named_as_the_cause(desk: Any) -> None:
    """Alert and notification stand in the log as caused by the report that they follow from."""
    desk.configure(COURTS)
    desk.report("legal_ruling", **RULING)
    desk.run()
    log = list(desk.ledger.events())
    report = next(each for each in log if each.event.TOPIC == "development.reported/1")
    assert [each.causation_id for each in log if each.actor == "alerts"] == [report.event_id] * 2


def test_one_weak_source_waits_for_the_digest(desk: Any) -> None:
    """A single report graded D raises an alert, but nobody is called; the alert says why."""
    desk.configure(COURTS)
    desk.report("legal_ruling", grade="D", **RULING)
    run = desk.run()
    assert [alert.unsent for alert in run.raised] == ["digest"]
    assert run.requested == ()


def test_corroboration_does_not_ring_again(desk: Any) -> None:
    """The same ruling from a second and third source raises nothing more."""
    desk.configure(COURTS)
    desk.report("legal_ruling", **RULING)
    desk.run()
    desk.report("legal_ruling", origin="AFP", **RULING)
    desk.report("legal_ruling", origin="Reuters", **{**RULING, "occurred": "2024-W22"})
    run = desk.run()
    assert (run.raised, run.requested) == ((), ())


def test_two_weak_origins_make_it_worth_a_call(desk: Any) -> None:
    """When a second independent origin says what one weak source said, the alert is pushed then, once."""
    desk.configure(COURTS)
    desk.report("legal_ruling", grade="D", origin="Blog", **RULING)
    (alert,) = desk.run().raised
    desk.report("legal_ruling", grade="D", origin="Radio", **RULING)
    run = desk.run()
    assert run.raised == ()
    assert [(each.alert_id, each.reason) for each in run.requested] == [
        (alert.alert_id, "admitted since: 2 independent origins say it")
    ]
    desk.report("legal_ruling", grade="D", origin="Paper", **RULING)
    assert desk.run().requested == ()


def test_two_reports_in_one_batch_ring_once(desk: Any) -> None:
    """Two reports of one ruling that come in one poll raise one alert."""
    desk.configure(COURTS)
    desk.report("legal_ruling", **RULING)
    desk.report("legal_ruling", origin="AFP", **RULING)
    assert len(desk.run().raised) == 1


def test_a_critical_rule_does_not_wait_for_reliability(desk: Any) -> None:
    """A critical rule pushes even what one weak source says."""
    desk.configure(ALARM)
    desk.report("legal_ruling", grade="E", **RULING)
    assert [each.reason for each in desk.run().requested] == ["the rule is critical"]


@pytest.mark.parametrize("rule", [COURTS, ALARM], ids=["ordinary", "critical"])
def test_what_was_shown_long_ago_calls_nobody(desk: Any, rule: AlertRule) -> None:
    """A report observed more than 48 hours before it was recorded is raised as back-filled, critical or not."""
    desk.configure(rule)
    desk.report("legal_ruling", shown=desk.clock() - timedelta(hours=49), **RULING)
    run = desk.run()
    assert [alert.unsent for alert in run.raised] == ["back-filled"]
    assert run.requested == ()


def test_what_was_shown_weeks_ago_is_closed_at_once(desk: Any) -> None:
    """News older than the time that news stays open is raised and closed in the same breath."""
    desk.configure(COURTS)
    desk.report("legal_ruling", shown=desk.clock() - timedelta(days=60), **RULING)
    run = desk.run()
    assert [each.alert_id for each in run.resolved] == [alert.alert_id for alert in run.raised]


def test_an_imported_record_without_a_date_of_publication_calls_nobody(desk: Any) -> None:
    """A record that nobody is known to have shown counts as read in from the past."""
    desk.configure(ALARM)
    desk.report("legal_ruling", via="record", **RULING)
    assert [alert.unsent for alert in desk.run().raised] == ["back-filled"]


def test_the_first_poll_of_a_feed_calls_nobody(desk: Any) -> None:
    """What a feed already showed when it was first polled is raised as baseline."""
    desk.configure(ALARM)
    item = desk.item("old-news", baseline=True)
    desk.report("legal_ruling", item=item, **RULING)
    run = desk.run()
    assert [alert.unsent for alert in run.raised] == ["baseline"]
    assert run.requested == ()


def test_back_filled_news_stays_old_news(desk: Any) -> None:
    """A live report of what is known from the archive does not ring."""
    desk.configure(COURTS)
    desk.report("legal_ruling", shown=desk.clock() - timedelta(days=3), **RULING)
    desk.run()
    desk.report("legal_ruling", origin="AFP", **RULING)
    run = desk.run()
    assert (run.raised, run.requested) == ((), ())


def test_a_rule_without_destination_only_records(desk: Any) -> None:
    """A rule that names nobody to tell raises alerts and says why nobody was told."""
    desk.configure(AlertRule(name="quiet", kind="development", on=("legal_ruling",)))
    desk.report("legal_ruling", **RULING)
    run = desk.run()
    assert [alert.unsent for alert in run.raised] == ["no destination"]


@pytest.mark.parametrize(
    "slots",
    [
        {**RULING, "status": "planned"},
        {**RULING, "outcome": "allowed"},
        {**RULING, "retold": True},
    ],
    ids=["planned", "another outcome", "retold"],
)
def test_a_rule_passes_over_what_it_does_not_watch(desk: Any, slots: dict[str, Any]) -> None:
    """Another status, another outcome, or what is merely retold raises nothing."""
    desk.configure(
        AlertRule(
            name="bars", kind="development", on=("legal_ruling",), outcomes=("barred",), notify=("hook",)
        )
    )
    desk.report("legal_ruling", **slots)
    assert desk.run().raised == ()


def test_a_plan_and_its_fulfilment_are_two_pieces_of_news(desk: Any) -> None:
    """A rule that watches plans too rings for the announced arrival and again for the arrival."""
    rule = AlertRule(name="arrivals", kind="development", on=("movement",), statuses=("planned", "occurred"))
    slots = {"actor": "KEN", "outcome": "arrived", "occurred": "2024-06-25"}
    desk.configure(rule)
    desk.report("movement", status="planned", **slots)
    desk.report("movement", **slots)
    assert [alert.labels.get("status") for alert in desk.run().raised] == ["planned", None]


def test_other_days_are_other_news(desk: Any) -> None:
    """The same act on another day rings again."""
    desk.configure(COURTS)
    desk.report("legal_ruling", **RULING)
    desk.report("legal_ruling", **{**RULING, "occurred": "2024-06-03"})
    assert len(desk.run().raised) == 2


def test_a_less_exact_name_makes_it_no_other_news(desk: Any) -> None:
    """A report of "court" on the day joins the alert on the "High Court of Kenya"; the Supreme Court does not."""
    desk.configure(COURTS)
    desk.report("legal_ruling", **{**RULING, "actor": "High Court of Kenya"})
    desk.report("legal_ruling", origin="AFP", **{**RULING, "actor": "court"})
    desk.report("legal_ruling", origin="AP", **{**RULING, "actor": "Supreme Court"})
    assert [alert.labels["actor"] for alert in desk.run().raised] == ["High Court of Kenya", "Supreme Court"]


def test_headline_and_body_of_one_item_ring_once(desk: Any) -> None:
    """The undated headline of an item and its dated first sentence are one piece of news."""
    desk.configure(COURTS)
    item = desk.item("ruling", baseline=False)
    desk.report("legal_ruling", item=item, **{**RULING, "actor": "Kenyan court", "occurred": None})
    desk.report("legal_ruling", item=item, **{**RULING, "actor": "High Court of Kenya"})
    assert len(desk.run().raised) == 1


@pytest.mark.parametrize("unsaid", ["actor", "target"])
def test_what_a_report_leaves_unsaid_makes_it_no_other_news(desk: Any, unsaid: str) -> None:
    """The words "a court barred it on 1 June" join the alert on that court's ruling of 1 June, and the other way round."""
    desk.configure(COURTS)
    whole = {**RULING, "target": "police"}
    desk.report("legal_ruling", **whole)
    desk.report("legal_ruling", origin="AFP", **{**whole, unsaid: None})
    assert len(desk.run().raised) == 1
    desk.report("legal_ruling", origin="AP", **{**whole, unsaid: "another"})
    assert len(desk.run().raised) == 1


def test_undated_news_is_the_same_while_its_alert_is_open(desk: Any) -> None:
    """An undated report joins the open alert; after that was closed by time, it is news again, firing two."""
    desk.configure(COURTS)
    undated = {**RULING, "occurred": None}
    desk.report("legal_ruling", **undated)
    desk.run()
    desk.report("legal_ruling", origin="AFP", **undated)
    assert desk.run().raised == ()
    desk.wait(days=8)
    desk.run()
    desk.report("legal_ruling", origin="AFP", **undated)
    (again,) = desk.run().raised
    assert again.n == 2
    assert again.alert_id.endswith("-2")


def test_news_is_closed_by_time_and_nobody_is_told(desk: Any) -> None:
    """After seven days news is closed, in one transaction with the reading of the clock, without a notification."""
    desk.configure(COURTS)
    desk.report("legal_ruling", **RULING)
    (alert,) = desk.run().raised
    desk.wait(days=6, hours=23)
    assert desk.run().resolved == ()
    desk.wait(hours=1)
    run = desk.run()
    assert [(each.alert_id, each.reason) for each in run.resolved] == [
        (alert.alert_id, "closed by time, after 7 days")
    ]
    assert run.requested == ()
    *_, read, resolved = desk.ledger.events()
    assert read.event.TOPIC == "clock.read/1"
    assert read.event.at == desk.clock()
    assert read.recorded_at == resolved.recorded_at


def test_a_removed_rule_closes_its_alerts(desk: Any) -> None:
    """Taking a rule out of the configuration closes its open alerts and says so."""
    desk.configure(COURTS)
    desk.report("legal_ruling", **RULING)
    desk.run()
    desk.configure()
    assert [each.reason for each in desk.run().resolved] == ["the rule was removed from the configuration"]


def test_editing_a_rule_keeps_its_history(desk: Any) -> None:
    """A rule whose text was edited does not ring again for what it rang for before."""
    desk.configure(COURTS)
    desk.report("legal_ruling", **RULING)
    desk.run()
    desk.configure(
        AlertRule(
            name="courts", kind="development", on=("legal_ruling",), notify=("hook",), summary="A court ruled"
        )
    )
    desk.report("legal_ruling", origin="AFP", **RULING)
    run = desk.run()
    assert (run.raised, run.resolved) == ((), ())


def test_idle_runs_record_nothing(desk: Any) -> None:
    """Running again and again with nothing new and nothing due leaves the log as it is."""
    desk.configure(COURTS)
    desk.report("legal_ruling", **RULING)
    desk.run()
    head = desk.ledger.head
    for _ in range(5):
        desk.wait(hours=2)
        run = desk.run()
        assert (run.raised, run.resolved, run.requested, run.position) == ((), (), (), head)
    assert desk.ledger.head == head


def test_the_engine_says_when_it_is_next_due(desk: Any) -> None:
    """With one open piece of news the engine is due when that is closed, and at once before its first run."""
    assert desk.engine.next_due(desk.clock()) == desk.clock()
    desk.configure(COURTS)
    desk.report("legal_ruling", **RULING)
    desk.run()
    assert desk.engine.next_due(desk.clock()) == desk.clock() + timedelta(days=7)
    desk.wait(days=7)
    desk.run()
    assert desk.engine.next_due(desk.clock()) is None
