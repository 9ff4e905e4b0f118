"""How open alerts stand at present, for whoever shows them.

An alert is recorded once, and its words stay. A month later its figure or its "in 90 days" is history: whoever reads
it beside a tile must see what is meant now.
"""

from collections.abc import Callable
from datetime import datetime

from reports.alerts.dates import left_text
from reports.alerts.sight import DeskSight
from reports.alerts.thresholds import present_text
from reports.desk import Desk
from reports.kept import Alert


def at_present(desk: Desk, now: datetime) -> dict[str, str]:
    """Return how each open alert stands at an instant, by its id: the figure with its level, or the days left.

    News has no condition that could move, so it is left out, and so is an alert whose rule or date is gone.
    """
    configuration = desk.known_configuration
    if configuration is None:
        return {}
    sight = DeskSight(desk, configuration)
    rules = {rule.name: rule for rule in configuration.alerts if rule.kind == "threshold"}
    dates = {due.id: due for due in sight.ahead(now) if due.open and due.until}

    def figure(alert: Alert) -> str | None:
        rule = rules.get(alert.raised.rule)
        same = rule is not None and rule.indicator == alert.raised.labels.get("indicator")
        return present_text(rule, sight, now) if rule and same else None

    def date_ahead(alert: Alert) -> str | None:
        due = dates.get(alert.raised.labels.get("deadline", ""))
        return left_text(due) if due else None

    tellers: dict[str, Callable[[Alert], str | None]] = {"threshold": figure, "deadline": date_ahead}
    told = {
        alert_id: tellers[alert.raised.kind](alert)
        for alert_id, alert in desk.alerts.items()
        if alert.open and alert.raised.kind in tellers
    }
    return {alert_id: words for alert_id, words in told.items() if words}
