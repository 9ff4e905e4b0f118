"""The alerts that the log holds: which were raised, which are open, who was told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.configuration import AlertRule, Severity
from ledger.developments import Development
from ledger.events import AlertRaised, AlertResolved, Event, NotificationRequested
from reports.alerts.rules import Labels, Topic, identity_of, labels_of, same_fact, topic_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One firing. `since` is when it was recorded, `told` the destinations a notification was requested for."""

    id: str
    rule: str
    kind: str
    severity: Severity
    labels: Labels
    n: int
    developments: tuple[str, ...]
    unsent: str | None
    since: datetime
    told: tuple[str, ...] = ()
    resolved: str | None = None

    @property
    def still_open(self) -> bool:
        """Whether it was not resolved yet."""
        return self.resolved is None


class History:
    """Follows the alert events. Taking one in twice changes nothing but the time it was recorded at."""

    def __init__(self) -> None:
        self._alerts: dict[str, Alert] = {}
        self._firings: dict[bytes, int] = {}
        self._topics: dict[Topic, list[str]] = {}
        self._open: dict[str, None] = {}

    def apply(self, event: Event, at: datetime) -> None:
        """Take one event in, recorded `at` that instant; events of other kinds are passed over."""
        match event:
            case AlertRaised():
                self._raised(event, at)
            case AlertResolved():
                self._alerts[event.alert_id] = replace(self._alerts[event.alert_id], resolved=event.reason)
                self._open.pop(event.alert_id, None)
            case NotificationRequested(phase="raised"):
                alert = self._alerts[event.alert_id]
                if event.destination not in alert.told:
                    self._alerts[alert.id] = replace(alert, told=(*alert.told, event.destination))
            case _:
                pass

    def _raised(self, event: AlertRaised, at: datetime) -> None:
        if known := self._alerts.get(event.alert_id):
            self._alerts[known.id] = replace(known, since=at)
            return
        self._alerts[event.alert_id] = Alert(
            id=event.alert_id,
            rule=event.rule,
            kind=event.kind,
            severity=event.severity,
            labels=event.labels,
            n=event.n,
            developments=event.developments,
            unsent=event.unsent,
            since=at,
        )
        self._open[event.alert_id] = None
        self._firings[identity_of(event.rule, event.labels)] = event.n
        if event.kind == "development":
            self._topics.setdefault(topic_of(event.rule, event.labels), []).append(event.alert_id)

    def __getitem__(self, alert_id: str) -> Alert:
        """Return an alert by its id."""
        return self._alerts[alert_id]

    def __iter__(self) -> Iterator[Alert]:
        """Every alert, in the order in which they were raised."""
        return iter(self._alerts.values())

    def open_of(self, kind: str | None = None) -> tuple[Alert, ...]:
        """Return the open alerts, of one kind of rule or of all, in the order in which they were raised."""
        found = (self._alerts[each] for each in self._open)
        return tuple(alert for alert in found if kind is None or alert.kind == kind)

    def firings(self, rule: str, labels: Labels) -> int:
        """Return how often a rule fired with exactly these labels."""
        return self._firings.get(identity_of(rule, labels), 0)

    def rung(
        self, rule: AlertRule, development: Development, one_item: Callable[[Alert], bool]
    ) -> Alert | None:
        """Return the alert that a rule already raised about the same fact, the latest first; None if it is news.

        `one_item` tells whether an alert rests on the item that reports the development.
        """
        labels = labels_of(development)
        for alert_id in reversed(self._topics.get(topic_of(rule.name, labels), ())):
            alert = self._alerts[alert_id]
            if same_fact(alert.labels, labels, still_open=alert.still_open, one_item=one_item(alert)):
                return alert
        return None
