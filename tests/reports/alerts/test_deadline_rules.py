"""Rules on dates ahead: so many days before, each once; resolved when the date is met, moved or past."""

from typing import Any

from ledger.configuration import AlertRule, Deadline

AHEAD = AlertRule(name="ahead", kind="deadline", days=(90, 30, 7, 0), notify=("hook",))
REVIEW = Deadline(
    id="review", label="The council reviews the mission", until="2024-07-01", source="resolution"
)


def steps(alerts: Any) -> list[str]:
    return [alert.labels["days"] for alert in alerts]


def days_run(desk: Any, days: int) -> list[Any]:
    """Let days pass one by one, and return every alert raised meanwhile."""
    found: list[Any] = []
    for _ in range(days):
        desk.wait(days=1)
        found += desk.run().raised
    return found


def test_each_step_warns_once_and_closes_the_one_before(desk: Any) -> None:
    """Heard of 28 days ahead, a date warns at once for the 30-day step, then at 7 days, then on the day."""
    desk.configure(AHEAD, deadlines=(REVIEW,))
    first = desk.run()
    assert steps(first.raised) == ["30"]
    assert first.raised[0].summary == "The council reviews the mission: 2024-07-01, in 28 days"
    assert (first.raised[0].value, first.raised[0].threshold) == ("in 28 days", "30 days before")
    assert [each.reason for each in first.requested] == [
        "admitted: the date is declared in the configuration"
    ]
    assert steps(days_run(desk, 28)) == ["7", "0"]
    assert [each.reason for each in desk.resolved()] == [
        "the next step was reached: in 7 days",
        "the next step was reached: today",
    ]
    assert {each.phase for each in desk.requested()} == {"raised"}


def test_a_date_that_passes_unmet_is_overdue(desk: Any) -> None:
    """The day after, the date is overdue; the alert is closed by time a month later."""
    desk.configure(AHEAD, deadlines=(REVIEW,))
    desk.run()
    assert steps(days_run(desk, 29)) == ["7", "0", "overdue"]
    assert days_run(desk, 29) == []
    assert len(desk.resolved()) == 3
    days_run(desk, 3)
    assert desk.resolved()[-1].reason == "closed by time: overdue by 31 days"
    assert days_run(desk, 3) == []


def test_a_machine_that_slept_through_warns_of_the_nearest_step_only(desk: Any) -> None:
    """After a sleep from 28 days before to 3 days before, only the 7-day step is raised."""
    desk.configure(AHEAD, deadlines=(REVIEW,))
    desk.run()
    desk.wait(days=25)
    assert steps(desk.run().raised) == ["7"]


def test_a_date_that_was_past_when_first_heard_of_is_not_overdue(desk: Any) -> None:
    """Nobody was warned of it, so nobody is told that it passed."""
    desk.configure(AHEAD, deadlines=(Deadline(id="old", label="Old", until="2024-05-01", source="paper"),))
    assert desk.run().raised == ()


def test_a_sleep_far_over_the_date_closes_its_alert_quietly(desk: Any) -> None:
    """Months after the date, its open alert is closed by time, and nothing is raised."""
    desk.configure(AHEAD, deadlines=(REVIEW,))
    desk.run()
    desk.wait(days=120)
    run = desk.run()
    assert run.raised == ()
    assert [each.reason for each in run.resolved] == ["closed by time: overdue by 92 days"]
    assert run.requested == ()


def test_a_moved_date_resolves_and_warns_anew(desk: Any) -> None:
    """A date that is put off says so to those who were told, and the new date is warned of in its time."""
    desk.configure(AHEAD, deadlines=(REVIEW,))
    (alert,) = desk.run().raised
    moved = Deadline(id="review", label=REVIEW.label, until="2024-08-15", source="resolution")
    desk.configure(AHEAD, deadlines=(moved,))
    run = desk.run()
    assert [(each.alert_id, each.reason) for each in run.resolved] == [
        (alert.alert_id, "moved from 2024-07-01 to 2024-08-15")
    ]
    assert [each.phase for each in run.requested] == ["resolved", "raised"]
    assert [(each.labels["until"], each.labels["days"]) for each in run.raised] == [("2024-08-15", "90")]


def test_a_withdrawn_date_is_resolved(desk: Any) -> None:
    """A date that nobody states any more closes its alert."""
    desk.configure(AHEAD, deadlines=(REVIEW,))
    desk.run()
    desk.configure(AHEAD)
    assert [each.reason for each in desk.run().resolved] == ["nobody states this date any more"]


def test_a_renewed_mandate_resolves_its_expiry(desk: Any) -> None:
    """The end of a mandate is a date by itself; the renewal closes its alert and is told."""
    desk.configure(AHEAD)
    act = {"actor": "UNSC", "target": "M"}
    desk.report("mandate", outcome="authorised", occurred="2023-07-02", until="2024-07-02", **act)
    (alert,) = desk.run().raised
    assert alert.labels["days"] == "30"
    assert alert.labels["until"] == "2024-07-02"
    desk.wait(days=10)
    desk.report("mandate", outcome="renewed", occurred="2024-06-12", until="2025-07-02", **act)
    run = desk.run()
    assert [each.reason for each in run.resolved] == ["replaced by a later date or act"]
    assert [each.phase for each in run.requested] == ["resolved"]


def test_a_rule_may_watch_some_dates_only(desk: Any) -> None:
    """`on` names kinds of dates, or single ones."""
    desk.configure(
        AlertRule(name="mandates", kind="deadline", on=("mandate",), notify=("hook",)), deadlines=(REVIEW,)
    )
    desk.report("mandate", outcome="authorised", occurred="2023-07-02", until="2024-07-02", actor="UNSC")
    assert [alert.labels["until"] for alert in desk.run().raised] == ["2024-07-02"]


def test_what_follows_from_the_clock_stands_with_its_reading(desk: Any) -> None:
    """The reading of the clock, the alert and its request are recorded together, under one correlation."""
    desk.configure(AHEAD, deadlines=(REVIEW,))
    desk.run()
    read, *rest = list(desk.ledger.events())[-3:]
    assert (read.event.TOPIC, read.event.at) == ("clock.read/1", desk.clock())
    assert read.event.evaluated == read.position - 1
    assert {each.correlation_id for each in rest} == {read.correlation_id}
    assert {each.recorded_at for each in rest} == {read.recorded_at}


def test_the_engine_is_due_at_midnight(desk: Any) -> None:
    """With dates to watch, the engine wants to look again when the day changes, UTC or the mission's."""
    desk.configure(AHEAD, deadlines=(REVIEW,))
    desk.run()
    due = desk.engine.next_due(desk.clock())
    assert due is not None
    assert due.isoformat() == "2024-06-04T00:00:00+00:00"
