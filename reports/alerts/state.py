"""The state of the alerts: a fold of the log, and what follows from one more event or one look at the clock.

Pure: nothing but events and instants goes in, nothing but events comes out. What follows is taken into the state at
once; when it is then read back from the log, it changes nothing more. So a second report inside one batch sees the
alert that the first one raised, and folding from zero gives the same state as following along.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from ledger.configuration import AlertRule, Configuration
from ledger.envelope import NewEvent, Recorded
from ledger.events import (
    AlertRaised,
    AlertResolved,
    ClockRead,
    ConfigurationChanged,
    DevelopmentReported,
    Event,
    NotificationRequested,
)
from reports.alerts.dates import on_dates
from reports.alerts.evaluate import OPEN_FOR, Admit, Clear, Finding, Raise, expired, on_report, orphaned
from reports.alerts.history import History
from reports.alerts.routing import LIVE, Occasion, occasion_of, route
from reports.alerts.rules import alert_id, plain_name
from reports.alerts.sight import DeskSight
from reports.alerts.thresholds import indicators_of, on_figures
from reports.desk import Desk

OWN = (AlertRaised, AlertResolved, NotificationRequested, ClockRead)
"""The events that only the engine records."""

MOVE_DATES = (DevelopmentReported, ConfigurationChanged)
"""The events that can set, move or meet a date ahead."""

ACTOR = "alerts"
_NO_RULES: tuple[AlertRule, ...] = ()


class AlertState:
    """Everything the rules look at, and the alerts themselves.

    `position` is the last one taken in; `restless` says that something came since the last look at the clock that
    may have moved a date ahead. Dates are weighed against today, so looking at the clock is where they are judged,
    once for however many reports came: judging them anew for each took 27 ms at 3,000 reports.
    """

    def __init__(self) -> None:
        self.position = 0
        self.restless = False
        self.history = History()
        self._desk = Desk()
        self._configuration: Configuration | None = None
        self._sight: DeskSight | None = None
        self._moved_by: dict[str, tuple[AlertRule, ...]] = {}

    @property
    def rules(self) -> tuple[AlertRule, ...]:
        """The rules in force."""
        return self._configuration.alerts if self._configuration else _NO_RULES

    def learn(self, recorded: Recorded) -> None:
        """Take an event in whose consequences are already recorded."""
        self._desk.apply(recorded)
        self.position = recorded.position
        if isinstance(recorded.event, OWN):
            self.history.apply(recorded.event, recorded.recorded_at)
        elif isinstance(recorded.event, ConfigurationChanged):
            self._configure(recorded.event.configuration)
        self.restless = self.restless or isinstance(recorded.event, MOVE_DATES)

    def follow(self, recorded: Recorded) -> tuple[NewEvent, ...]:
        """Take an event in and return what follows from it, caused by it."""
        self.learn(recorded)
        found = tuple(self._findings(recorded))
        if not found:
            return ()
        item = getattr(recorded.event, "item_id", None)
        baseline = item is not None and (known := self._desk.items.get(item)) is not None and known.baseline
        occasion = occasion_of(recorded, baseline=baseline)
        events = tuple(self._consequences(found, occasion, recorded.recorded_at, recorded.observed_at))
        return tuple(
            NewEvent(
                event=event,
                actor=ACTOR,
                causation_id=recorded.event_id,
                correlation_id=recorded.correlation_id,
            )
            for event in events
        )

    def look(self, at: datetime) -> tuple[NewEvent, ...]:
        """Look at the clock and return the reading with what follows from it; nothing if nothing does."""
        self.restless = False
        if self._sight is None:
            return ()
        found = (
            *expired(self.history, at),
            *on_figures(self.rules, self.history, self._sight, at),
            *on_dates(self.rules, self.history, self._sight, at),
        )
        events = tuple(self._consequences(found, LIVE, at, None))
        if not events:
            return ()
        read = ClockRead(at=at, evaluated=self.position)
        name = f"clock:{at.isoformat()}"
        return tuple(NewEvent(event=event, actor=ACTOR, correlation_id=name) for event in (read, *events))

    def next_due(self, now: datetime) -> datetime | None:
        """Return when time alone can next change something: midnight (UTC, and the mission's), or news that closes.

        None if no rule and no open alert depends on time.
        """
        news = [alert.since + OPEN_FOR for alert in self.history.open_of("development")]
        by_day = self.history.open_of("threshold") or any(rule.kind == "deadline" for rule in self.rules)
        zones = (UTC, ZoneInfo(self._configuration.mission.zone)) if by_day and self._configuration else ()
        return min([*news, *(_midnight_after(now, zone) for zone in zones)], default=None)

    def _configure(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._sight = DeskSight(self._desk, configuration)
        kinds = {indicator.id: indicator.kinds for indicator in configuration.indicators}
        moved: dict[str, list[AlertRule]] = {}
        for rule in configuration.alerts:
            if rule.kind == "threshold":
                for kind in dict.fromkeys(k for name in indicators_of(rule) for k in kinds.get(name, ())):
                    moved.setdefault(kind, []).append(rule)
        self._moved_by = {kind: tuple(rules) for kind, rules in moved.items()}

    def _findings(self, recorded: Recorded) -> Iterator[Finding]:
        """Say what is found when an event is looked at. This is where a kind of rule is hung on its events."""
        if self._sight is None:
            return
        now, event = recorded.recorded_at, recorded.event
        match event:
            case ConfigurationChanged():
                yield from orphaned(self.history, self.rules)
                yield from on_figures(self.rules, self.history, self._sight, now)
            case DevelopmentReported():
                yield from on_report(event, self.rules, self.history, self._sight)
                # A figure can only move with a report of a kind that one of its indicators counts.
                moved = self._moved_by.get(event.development.kind, _NO_RULES)
                yield from on_figures(moved, self.history, self._sight, now)
            case _:
                pass

    def _consequences(
        self, found: Iterable[Finding], occasion: Occasion, at: datetime, observed_at: datetime | None
    ) -> Iterator[Event]:
        for finding in found:
            for event in self._events(finding, occasion, closed=_is_old(finding, at, observed_at)):
                self.history.apply(event, at)
                yield event

    def _events(self, finding: Finding, occasion: Occasion, *, closed: bool) -> Iterator[Event]:
        """Return what a finding records: the alert, and a request for each destination that is to be told."""
        decided = route(finding, occasion)
        match finding:
            case Raise():
                raised = self._raised(finding, unsent=None if decided.send else decided.reason)
                yield raised
                if decided.send:
                    yield from _requests(raised.alert_id, finding.rule.notify, decided.reason)
                if closed:
                    yield AlertResolved(alert_id=raised.alert_id, reason="closed by time: old when recorded")
            case Admit():
                if decided.send:
                    yield from _requests(finding.alert.id, finding.rule.notify, decided.reason)
            case Clear():
                yield AlertResolved(alert_id=finding.alert.id, reason=finding.reason)
                if decided.send:
                    for destination in finding.alert.told:
                        yield NotificationRequested(
                            notification_id=f"{finding.alert.id}@{plain_name(destination)}/resolved",
                            alert_id=finding.alert.id,
                            destination=destination,
                            reason=decided.reason,
                            phase="resolved",
                        )

    def _raised(self, finding: Raise, *, unsent: str | None) -> AlertRaised:
        n = self.history.firings(finding.rule.name, finding.labels) + 1
        return AlertRaised(
            alert_id=alert_id(finding.rule.name, finding.labels, n),
            rule=finding.rule.name,
            kind=finding.rule.kind,
            severity=finding.rule.severity,
            labels=finding.labels,
            n=n,
            summary=finding.summary,
            value=finding.value,
            threshold=finding.threshold,
            developments=finding.developments,
            unsent=unsent,
        )


def _requests(alert: str, destinations: Iterable[str], reason: str) -> Iterator[NotificationRequested]:
    for destination in dict.fromkeys(destinations):
        yield NotificationRequested(
            notification_id=f"{alert}@{plain_name(destination)}",
            alert_id=alert,
            destination=destination,
            reason=reason,
        )


def _is_old(finding: Finding, at: datetime, observed_at: datetime | None) -> bool:
    """Whether the news was shown so long ago that it would be closed by now."""
    if not isinstance(finding, Raise) or finding.rule.kind != "development" or observed_at is None:
        return False
    return observed_at + OPEN_FOR <= at


def _midnight_after(now: datetime, zone: tzinfo) -> datetime:
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, datetime.min.time(), zone).astimezone(UTC)
