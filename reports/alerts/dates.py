"""`deadline` rules: so many days before a date, each once, and once more when it passes unmet.

Whoever learns late of a date is warned of the nearest step only. A date that nobody was warned of is not called
overdue: it was in the past when it was first heard of.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from ledger.configuration import AlertRule
from reports.admission import Admission
from reports.alerts.evaluate import Admit, Clear, Finding, Raise
from reports.alerts.history import Alert, History
from reports.alerts.rules import OVERDUE, days_of
from reports.alerts.sight import Sight
from reports.alerts.words import headed
from reports.deadlines import Due
from reports.weekly_words import counted

DECLARED = Admission(admitted=True, why="the date is declared in the configuration")
OVERDUE_DAYS_MAX = 30
"""How long the alert on an overdue date stays open if nothing more is heard."""


def on_dates(rules: Iterable[AlertRule], history: History, sight: Sight, now: datetime) -> Iterator[Finding]:
    """Say which `deadline` rules fire, and which of their alerts are over, on the day of an instant."""
    watching = [rule for rule in rules if rule.kind == "deadline"]
    if not watching:
        return
    ahead = {due.id: due for due in sight.ahead(now)}
    standing = history.open_of("deadline")
    for rule in watching:
        mine = [alert for alert in standing if alert.rule == rule.name]
        for alert in mine:
            yield from _kept(rule, alert, ahead.get(alert.labels["deadline"]), sight)
        for due in ahead.values():
            if _watches(rule, due):
                yield from _stepped(rule, due, history, mine, sight)


def _kept(rule: AlertRule, alert: Alert, due: Due | None, sight: Sight) -> Iterator[Finding]:
    """Close an alert whose date was met, moved or is long past; tell of one that is believed since now."""
    if due is None:
        yield Clear(alert=alert, reason="nobody states this date any more", news=True)
    elif reason := _why_over(alert, due):
        yield Clear(alert=alert, reason=reason, news=due.state != "passed")
    elif _is_long_past(due):
        yield Clear(alert=alert, reason=f"closed by time: {left_text(due)}", news=False)
    elif not alert.told and (admission := _believed(due, sight)).admitted:
        yield Admit(alert=alert, rule=rule, why=admission.why)


def _stepped(
    rule: AlertRule, due: Due, history: History, mine: Iterable[Alert], sight: Sight
) -> Iterator[Finding]:
    """Raise the step that a date has reached, unless it was raised before, and close the steps before it."""
    step = _step(rule, due)
    if step is None:
        return
    labels = _labels(due, step)
    same_date = {**labels, "days": ""}
    earlier = [alert for alert in mine if {**alert.labels, "days": ""} == same_date]
    if history.firings(rule.name, labels) or (step == OVERDUE and not earlier):
        return
    for alert in earlier:
        yield Clear(alert=alert, reason=f"the next step was reached: {left_text(due)}", news=False)
    yield Raise(
        rule=rule,
        labels=labels,
        summary=headed(rule, f"{due.label}: {due.text}, {left_text(due)}"),
        admission=_believed(due, sight),
        value=left_text(due),
        threshold="on the day" if step == "0" else OVERDUE if step == OVERDUE else f"{step} days before",
        developments=tuple(claim.id for claim in due.claims),
    )


def _watches(rule: AlertRule, due: Due) -> bool:
    return not rule.on or due.kind in rule.on or due.id in rule.on


def _is_long_past(due: Due) -> bool:
    return due.state == "overdue" and (due.days_left or 0) < -OVERDUE_DAYS_MAX


def _step(rule: AlertRule, due: Due) -> str | None:
    """Return the nearest step that the date has reached, None before the first or when it no longer comes."""
    if due.state == "overdue":
        return None if _is_long_past(due) else OVERDUE
    if due.state != "due" or due.days_left is None or due.days_left < 0:
        return None
    return next((str(days) for days in reversed(days_of(rule)) if due.days_left <= days), None)


def _labels(due: Due, step: str) -> dict[str, str]:
    # The last day, not the text: a month and its last day are one date, told more or less exactly.
    return {"deadline": due.id, "until": _last(due), "days": step}


def _last(due: Due) -> str:
    return due.until.isoformat() if due.until else ""


def left_text(due: Due) -> str:
    """Return how long it is until a date, or how long it is overdue: today, in 7 days, overdue by 1 day."""
    days = due.days_left or 0
    if days == 0:
        return "today"
    words = counted(abs(days), "day")
    return f"in {words}" if days > 0 else f"overdue by {words}"


def _believed(due: Due, sight: Sight) -> Admission:
    return DECLARED if due.by is None else sight.admission(due.by.id)


def _why_over(alert: Alert, due: Due) -> str | None:
    """Return why an alert on a date is over, None while it stands."""
    note = f": {due.note}" if due.note else ""
    match due.state:
        case "met":
            return f"met{note}"
        case "missed":
            return f"it came, but late{note}"
        case "replaced":
            return f"replaced by a later date or act{note}"
        case "passed":
            return "the date passed, and nothing was said since"
        case "due" | "overdue":
            moved = _last(due) != alert.labels["until"]
            return f"moved from {alert.labels['until']} to {_last(due) or 'no date'}{note}" if moved else None
