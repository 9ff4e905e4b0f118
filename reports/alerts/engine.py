"""The alert engine: reads what is new in the log, records what follows. Woken by position or by the clock.

What follows from an event is recorded in one transaction and names the event as its cause, so the log itself says how
far the engine came: everything up to the cause of its last event is done. A process that is killed in between begins
again there; nothing is lost, and nothing doubles, because every alert's id follows from its rule and labels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.application import Ledger
from ledger.envelope import NewEvent, Recorded
from ledger.errors import LedgerDamaged
from ledger.events import AlertRaised, AlertResolved, ClockRead, NotificationRequested
from reports.alerts.state import OWN, AlertState

PAGE = 1_000
"""Events read at a time; the log is not held open while something is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRun:
    """What one run recorded, and the position it has taken in."""

    raised: tuple[AlertRaised, ...]
    resolved: tuple[AlertResolved, ...]
    requested: tuple[NotificationRequested, ...]
    position: int


class AlertEngine:
    """Keeps the alerts of one ledger up to date. One engine, one ledger, one thread at a time."""

    def __init__(self) -> None:
        self._state: AlertState | None = None
        self._due: datetime | None = None
        self._looked = False

    def run(self, ledger: Ledger, now: datetime) -> AlertRun:
        """Take in what is new, look at the clock if something is due or may have moved, and record what follows.

        The first run reads the whole log. With nothing new and nothing due nothing is recorded. If recording fails
        (LedgerError), nothing of that step was recorded, and the next run begins again from the log.
        """
        # Taken off while at work: a state that is ahead of what could be recorded must not be used again.
        state, self._state = self._state, None
        done: list[NewEvent] = []
        if state is None:
            state, self._looked = AlertState(), False
            done += _caught_up(state, ledger)
        fresh = self._drain(state, ledger, done)
        if not self._looked or state.restless or (self._due is not None and now >= self._due):
            looked = state.look(now)
            if looked:
                ledger.record(looked)
                done += looked
                self._drain(state, ledger, done)
            self._looked, fresh = True, True
        if fresh:
            self._due = state.next_due(now)
        self._state = state
        return _told(done, state.position)

    def next_due(self, now: datetime) -> datetime | None:
        """Return when to run again although nothing new was recorded (`now` before the first run), None for never."""
        return self._due if self._looked else now

    def _drain(self, state: AlertState, ledger: Ledger, done: list[NewEvent]) -> bool:
        """Follow the log to its end, which moves as consequences are recorded; return whether it had moved."""
        fresh = False
        while page := _page(ledger, state.position):
            fresh = True
            for recorded in page:
                if events := state.follow(recorded):
                    ledger.record(events)
                    done += events
        return fresh


def _caught_up(state: AlertState, ledger: Ledger) -> Iterator[NewEvent]:
    """Bring a new state to where the engine's last event left it, then follow on; yields what is recorded.

    The engine's own events come first: all of them were made before the rest of the log was looked at.
    """
    cause, evaluated = None, 0
    for recorded in ledger.of_type(*OWN):
        state.history.apply(recorded.event, recorded.recorded_at)
        cause = recorded.causation_id or cause
        if isinstance(recorded.event, ClockRead):
            evaluated = max(evaluated, recorded.event.evaluated)
    while page := _page(ledger, state.position):
        for recorded in page:
            if cause is None and recorded.position > evaluated:
                events = state.follow(recorded)
                if events:
                    ledger.record(events)
                    yield from events
            else:
                state.learn(recorded)
                cause = None if recorded.event_id == cause else cause
    if cause is not None:
        raise LedgerDamaged(f"an alert names the event {cause} as its cause, and the ledger does not hold it")


def _page(ledger: Ledger, after: int) -> Sequence[Recorded]:
    return list(ledger.events(after=after, until=after + PAGE))


def _told(done: Sequence[NewEvent], position: int) -> AlertRun:
    events = [new.event for new in done]
    return AlertRun(
        raised=tuple(event for event in events if isinstance(event, AlertRaised)),
        resolved=tuple(event for event in events if isinstance(event, AlertResolved)),
        requested=tuple(event for event in events if isinstance(event, NotificationRequested)),
        position=position,
    )
