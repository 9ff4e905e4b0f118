"""What an open alert means today, beside what it said when it was raised."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ledger.configuration import Against, AlertRule, Deadline
from ledger.moments import Moment
from ledger.replay import fold
from reports.alerts.standing import at_present
from reports.desk import Desk

LOW = AlertRule(name="low", kind="threshold", indicator="received", below=Against(value=Decimal(60_000_000)))
GAP = AlertRule(
    name="gap",
    kind="threshold",
    indicator="received",
    below=Against(indicator="required", ratio=Decimal("0.25")),
)


def received(desk: Any, amount: int, day: str) -> None:
    desk.report("fund_total", measure="received", money=amount, occurred=day)


def present(desk: Any) -> dict[str, str]:
    """How the open alerts stand, by rule."""
    seen = fold(Desk(), desk.ledger, Moment(position=desk.ledger.head))
    words = at_present(seen, desk.clock())
    return {alert.raised.rule: words[name] for name, alert in seen.alerts.items() if name in words}


def test_a_figure_alert_tells_the_figure_of_today(desk: Any) -> None:
    """Raised at 18 million, it reads 21 million against the level of today; what it said stays recorded."""
    desk.configure(GAP)
    desk.report("funding_required", money=500_000_000, occurred="2024-05-01")
    received(desk, 18_000_000, "2024-06-01")
    desk.run()
    desk.report("funding_required", money=600_000_000, occurred="2024-06-02")
    received(desk, 21_000_000, "2024-06-02")
    desk.run()
    assert present(desk) == {
        "gap": "USD 21 million, below USD 150 million (25 % of Required a year USD 600 million)"
    }
    assert [alert.value for alert in desk.raised()] == ["USD 18 million"]


@pytest.mark.parametrize(
    ("later", "words"),
    [(80_000_000, "USD 80 million, not below USD 60 million"), (None, "no reliable figure")],
)
def test_a_figure_that_moved_or_went_is_told_before_the_alert_is_closed(
    desk: Any, later: int | None, words: str
) -> None:
    """Between a new figure, or the ageing of the old one, and the next run of the rules the view is already right."""
    desk.configure(LOW)
    received(desk, 21_000_000, "2024-06-01")
    desk.run()
    if later is None:
        desk.wait(days=90)
    else:
        received(desk, later, "2024-06-02")
    assert present(desk) == {"low": words}


def test_a_date_ahead_counts_on_and_news_has_nothing_to_tell(desk: Any) -> None:
    """The alert said 30 days; five days later it is 25, and a court's order needs no such line."""
    dates = AlertRule(name="dates", kind="deadline", days=(30,))
    courts = AlertRule(name="courts", kind="development", on=("legal_ruling",))
    review = Deadline(id="review", label="Review", until="2024-07-03", source="S/RES/1")
    desk.configure(dates, courts, deadlines=(review,))
    desk.report("legal_ruling", outcome="barred", occurred="2024-06-03")
    desk.run()
    assert present(desk) == {"dates": "in 30 days"}
    desk.wait(days=5)
    assert present(desk) == {"dates": "in 25 days"}


def test_without_a_configuration_there_is_nothing_to_tell() -> None:
    """An empty ledger has no rules and no alerts."""
    assert at_present(Desk(), datetime(2024, 6, 3, tzinfo=UTC)) == {}
