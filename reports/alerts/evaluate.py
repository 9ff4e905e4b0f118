"""What follows for the alerts from what is seen: findings, each with its reason. One pure function a kind of rule.

A new kind of rule is a new function here and a line in `engine`; nothing else needs to know it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.configuration import AlertRule
from ledger.events import DevelopmentReported
from reports.admission import Admission
from reports.alerts.history import Alert, History
from reports.alerts.rules import concerns, labels_of
from reports.alerts.sight import Sight
from reports.alerts.words import figure_words, headed

OPEN_FOR = timedelta(days=7)
"""How long news stays open. A `development` alert has no condition that could clear, so time closes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """A rule fired. `admission` says whether what it rests on is believed."""

    rule: AlertRule
    labels: dict[str, str]
    summary: str
    admission: Admission
    value: str | None = None
    threshold: str | None = None
    developments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Admit:
    """What an open alert rests on is believed since now."""

    alert: Alert
    rule: AlertRule
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clear:
    """An alert is over. `news` if its condition cleared, False if only its time was up or its rule went."""

    alert: Alert
    reason: str
    news: bool


Finding = Raise | Admit | Clear


def on_report(
    report: DevelopmentReported, rules: Iterable[AlertRule], history: History, sight: Sight
) -> Iterator[Finding]:
    """Say which `development` rules fire on a report, and which alert it makes believed.

    A rule fires once for a fact, so a second report of it does not ring; but if nobody was told because nobody
    reliable had said it, the report that makes it believed is told then.
    """

    def one_item(alert: Alert) -> bool:
        return report.item_id is not None and report.item_id in map(sight.item, alert.developments)

    for rule in rules:
        if not concerns(rule, report.development):
            continue
        admission = sight.admission(report.development_id)
        known = history.rung(rule, report.development, one_item)
        if known is None:
            yield Raise(
                rule=rule,
                labels=labels_of(report.development),
                summary=headed(rule, sight.sentence(report.development_id)),
                admission=admission,
                value=figure_words(report.development),
                developments=(report.development_id,),
            )
        elif admission.admitted:
            yield Admit(alert=known, rule=rule, why=admission.why)


def expired(history: History, at: datetime) -> Iterator[Clear]:
    """Say which news is closed by time."""
    for alert in history.open_of("development"):
        if alert.since + OPEN_FOR <= at:
            yield Clear(alert=alert, reason=f"closed by time, after {OPEN_FOR.days} days", news=False)


def orphaned(history: History, rules: Iterable[AlertRule]) -> Iterator[Clear]:
    """Say which open alerts belong to a rule that the configuration no longer holds."""
    kinds = {rule.name: rule.kind for rule in rules}
    for alert in history.open_of():
        if kinds.get(alert.rule) != alert.kind:
            yield Clear(alert=alert, reason="the rule was removed from the configuration", news=False)
