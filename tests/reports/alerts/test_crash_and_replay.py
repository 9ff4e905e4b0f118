"""Whatever kills the process, and however often the log is read again: the same alerts, each once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.configuration import Against, AlertRule, Deadline
from ledger.envelope import NewEvent
from reports.alerts.audit import audit
from reports.alerts.engine import AlertEngine

RULES = (
    AlertRule(name="courts", kind="development", on=("legal_ruling",), notify=("hook",)),
    AlertRule(
        name="low",
        kind="threshold",
        indicator="received",
        below=Against(value=Decimal(60_000_000)),
        notify=("hook",),
    ),
    AlertRule(name="ahead", kind="deadline", notify=("hook",)),
)
DATES = (Deadline(id="review", label="Review", until="2024-07-01", source="resolution"),)


class Killed(Exception):
    """The process dies here."""


def eventful(desk: Any) -> None:
    """Let things happen that raise, admit, resolve and close; the alerts do not run meanwhile."""
    desk.configure(*RULES, deadlines=DATES)
    desk.report(
        "legal_ruling", grade="D", origin="Blog", actor="KEN", outcome="barred", occurred="2024-06-01"
    )
    desk.report("fund_total", measure="received", money=18_000_000, occurred="2024-06-01")
    desk.report(
        "legal_ruling", grade="D", origin="Radio", actor="KEN", outcome="barred", occurred="2024-06-01"
    )
    desk.report("fund_total", measure="received", money=68_000_000, occurred="2024-06-02")
    desk.report("legal_ruling", actor="KEN", outcome="allowed")


def finish(desk: Any) -> None:
    desk.run()
    desk.wait(days=8)
    desk.report("legal_ruling", origin="AFP", actor="KEN", outcome="allowed")
    desk.run()


def undisturbed(make: Callable[[], Any]) -> list[Any]:
    desk = make()
    eventful(desk)
    finish(desk)
    found: list[Any] = desk.own()
    desk.ledger.close()
    return found


@pytest.mark.parametrize("dies_at", range(8))
@pytest.mark.parametrize("dies", ["before the write", "after the write"])
def test_a_kill_loses_nothing_and_doubles_nothing(
    make_desk: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, dies_at: int, dies: str
) -> None:
    """Killed before or after any one write of the engine, a new process ends with the same alert history."""
    expected = undisturbed(make_desk)
    desk = make_desk()
    eventful(desk)
    writes = 0
    record = desk.ledger.record

    def dying(events: Any) -> int:
        nonlocal writes
        writes += 1
        if writes - 1 == dies_at:
            if dies == "after the write":
                record(events)
            raise Killed
        return int(record(events))

    with monkeypatch.context() as patch:
        patch.setattr(desk.ledger, "record", dying)
        for _ in range(2):
            try:
                desk.run()
            except Killed:
                desk.restart()
    finish(desk)
    assert desk.own() == expected
    desk.ledger.close()


def test_a_failed_write_does_not_confuse_a_process_that_lives_on(
    desk: Any, make_desk: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an error while recording, the same engine takes up again from the log."""
    expected = undisturbed(make_desk)
    eventful(desk)

    def refuse(_events: Any) -> int:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(desk.ledger, "record", refuse)
        with pytest.raises(Killed):
            desk.run()
    finish(desk)
    assert desk.own() == expected


def test_a_restart_after_months_of_silence_raises_nothing_old(desk: Any) -> None:
    """A new process over a long history records only what follows from what it had not seen."""
    eventful(desk)
    finish(desk)
    head = desk.ledger.head
    desk.restart()
    run = desk.run()
    assert (run.raised, run.resolved, run.requested) == ((), (), ())
    assert desk.ledger.head == head


def test_two_engines_on_one_ledger_do_no_harm(desk: Any, make_desk: Callable[[], Any]) -> None:
    """If two leaders run for a moment, the second records nothing that the first recorded already."""
    expected = undisturbed(make_desk)
    eventful(desk)
    other = AlertEngine()
    desk.run()
    other.run(desk.ledger, desk.clock())
    finish(desk)
    other.run(desk.ledger, desk.clock())
    assert desk.own() == expected


def test_every_alert_is_derived_again_from_the_log(desk: Any) -> None:
    """An audit folds the whole log and finds each recorded alert, resolution and request exactly."""
    eventful(desk)
    finish(desk)
    found = audit(desk.ledger.events())
    assert found.ok, found.differ
    assert found.checked == len(desk.own()) > 5


def test_an_audit_does_not_ask_for_what_was_not_due_yet(desk: Any) -> None:
    """Reports that the engine had not come to when the log ends are no difference."""
    eventful(desk)
    assert audit(desk.ledger.events()).ok


def test_an_audit_names_an_alert_that_does_not_follow(desk: Any) -> None:
    """An alert that somebody wrote into the log by another hand under the engine's name is named."""
    eventful(desk)
    finish(desk)
    (first, *_) = desk.raised()
    forged = type(first)(
        alert_id="courts-forged-1", rule="courts", kind="development", severity=first.severity,
        labels={"kind": "legal_ruling"}, n=1, summary="never happened",
    )  # fmt: skip
    desk.ledger.record([NewEvent(event=forged, actor="alerts")])
    assert audit(desk.ledger.events()).differ == ("raised courts-forged-1",)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("ruling"),
            st.sampled_from(["barred", "allowed"]),
            st.sampled_from(["B", "D"]),
            st.sampled_from([None, "2024-06-01", "2024-06", "2024-06-04"]),
        ),
        st.tuples(st.just("money"), st.integers(1, 120), st.sampled_from(["B", "D"]), st.integers(1, 9)),
        st.tuples(st.just("wait"), st.sampled_from([1, 30, 24 * 8, 24 * 70])),
        st.tuples(st.just("mandate"), st.sampled_from(["2024-06-20", "2024-07-10", "2024-09"])),
        st.just(("run",)),
        st.just(("restart",)),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_following_along_equals_reading_from_zero(make_desk: Callable[[], Any], steps: list[Any]) -> None:
    """However runs, restarts and reports interleave, an audit from position 1 finds the same alerts."""
    desk = make_desk()
    desk.configure(*RULES, deadlines=DATES)
    for number, step in enumerate(steps):
        match step:
            case ("ruling", outcome, grade, day):
                desk.report(
                    "legal_ruling",
                    actor="KEN",
                    outcome=outcome,
                    grade=grade,
                    occurred=day,
                    origin=f"O{number % 3}",
                )
            case ("money", millions, grade, day):
                desk.report(
                    "fund_total", measure="received", money=millions * 1_000_000, grade=grade,
                    occurred=f"2024-06-0{day}", origin=f"O{number % 3}",
                )  # fmt: skip
            case ("mandate", until):
                desk.report(
                    "mandate", outcome="renewed", until=until, occurred=desk.clock().date().isoformat()
                )
            case ("wait", hours):
                desk.wait(hours=hours)
            case ("run",):
                desk.run()
            case _:
                desk.restart()
    desk.run()
    found = audit(desk.ledger.events())
    assert found.ok, found.differ
    restarted = AlertEngine()
    head = desk.ledger.head
    restarted.run(desk.ledger, desk.clock())
    assert desk.ledger.head == head
    desk.ledger.close()


def test_a_late_look_at_the_clock_finds_everything_that_fell_due(desk: Any) -> None:
    """A machine that slept over the end of several alerts closes them all when it wakes."""
    desk.configure(RULES[0])
    for day in ("2024-06-01", "2024-06-02"):
        desk.report("legal_ruling", actor="KEN", outcome="barred", occurred=day)
        desk.run()
        desk.wait(hours=1)
    desk.wait(days=40)
    assert len(desk.run().resolved) == 2
    assert desk.engine.next_due(desk.clock()) is None
