"""Derive every alert anew from the log, and compare with what was recorded. Nothing is sent, nothing recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.envelope import Recorded
from ledger.events import AlertRaised, AlertResolved, ClockRead, Event, NotificationRequested
from reports.alerts.state import ACTOR, AlertState


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAudit:
    """How many alert events were compared, and the keys of those that differ, sorted.

    A key is `raised ALERT`, `resolved ALERT` or `requested NOTIFICATION`. What the engine had not come to yet when
    the log ends, and what people did to alerts, is not compared.
    """

    checked: int
    differ: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every alert came out the same."""
        return not self.differ


def audit(log: Iterable[Recorded]) -> AlertAudit:
    """Fold a whole log from position 1 and compare what follows with the alert events it holds."""
    state = AlertState()
    derived: dict[str, tuple[int, Event]] = {}
    held: dict[str, Event] = {}
    positions: dict[str, int] = {}
    done = 0
    for recorded in log:
        positions[recorded.event_id] = recorded.position
        if recorded.actor == ACTOR and (key := _key(recorded.event)):
            held[key] = recorded.event
            done = max(done, positions.get(recorded.causation_id or "", 0))
        follows = state.follow(recorded)
        if isinstance(recorded.event, ClockRead):
            done = max(done, recorded.event.evaluated, recorded.position)
            follows = state.look(recorded.event.at)
        for new in follows:
            if key := _key(new.event):
                derived[key] = (recorded.position, new.event)
    due = {key: event for key, (position, event) in derived.items() if position <= done}
    return AlertAudit(checked=len(held), differ=tuple(_differing(due, held)))


def _differing(derived: Mapping[str, Event], held: Mapping[str, Event]) -> list[str]:
    return sorted(key for key in derived.keys() | held.keys() if derived.get(key) != held.get(key))


def _key(event: Event) -> str | None:
    match event:
        case AlertRaised():
            return f"raised {event.alert_id}"
        case AlertResolved():
            return f"resolved {event.alert_id}"
        case NotificationRequested():
            return f"requested {event.notification_id}"
        case _:
            return None
