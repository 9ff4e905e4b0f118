"""The outbox: hands requested notifications to their destinations, at least once, and records how it went.

A request and its outcome are events, so what is pending follows from the log: after a crash it is sent again under
the same key. When to try next is kept in memory only; losing it means an earlier try, never a lost one. A replay
sends nothing: it pumps nothing, and an outbox looks only at requests after its live watermark.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from ledger.application import Ledger
from ledger.configuration import Configuration, Destination
from ledger.envelope import NewEvent, Recorded
from ledger.errors import DestinationError
from ledger.events import (
    AlertRaised,
    AlertResolved,
    ConfigurationChanged,
    LedgerOpened,
    NotificationDelivered,
    NotificationFailed,
    NotificationRequested,
)
from reports.notifiers.console import ConsoleNotifier
from reports.notifiers.file import FileNotifier
from reports.notifiers.notice import Notice, Notifier
from reports.notifiers.webhook import Transport, WebhookNotifier

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(hours=72)
BATCH_MAX = 50
"""Notices for one destination in one pump, so that a slow one does not starve the others."""

ACTOR = "alerts"
FILE_DEFAULT = "data/alerts.jsonl"
_READ = (
    LedgerOpened,
    ConfigurationChanged,
    AlertRaised,
    AlertResolved,
    NotificationRequested,
    NotificationDelivered,
    NotificationFailed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What destinations need of the world outside. `environ` holds addresses and secrets and is never printed."""

    home: Path
    environ: Mapping[str, str] = field(repr=False)
    console: Console
    transport: Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpRun:
    """What one pump did. `next_at` is when to pump again though nothing new was requested; `problems` what to log."""

    delivered: int
    failed: int
    waiting: int
    next_at: datetime | None
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Line:
    """A destination's queue: how often it failed in a row, and when it may be tried again."""

    failures: int = 0
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    request: NotificationRequested
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Again:
    """It was not handed over this time and stays pending."""

    notification_id: str
    reason: str


Outcome = NotificationDelivered | NotificationFailed | _Again


@dataclass(frozen=True, slots=True)
class _Nowhere:
    """Stands for a destination that the configuration does not hold any more."""

    async def deliver(self, notice: Notice, now: datetime) -> None:  # noqa: ARG002 - it refuses everything
        raise DestinationError("this destination is not configured any more", retryable=False)


NOWHERE = _Nowhere()


class Outbox:
    """What is still to be handed over, folded from the log bit by bit.

    Requests at or before `live_after` are never sent: a daemon on its own ledger passes 0, so that what a crash left
    pending is sent; whoever opens a copy or a replayed ledger passes its head. `jitter` returns a number in [0, 1).
    """

    def __init__(self, *, live_after: int, jitter: Callable[[], float]) -> None:
        self._live_after = live_after
        self._jitter = jitter
        self._position = 0
        self._mission = ""
        self._virtual = False
        self._raised: dict[str, tuple[AlertRaised, datetime]] = {}
        self._resolved: dict[str, tuple[str, datetime]] = {}
        self._pending: dict[str, _Pending] = {}
        self._attempts: dict[str, int] = {}
        self._lines: dict[str, _Line] = {}

    @property
    def pending(self) -> tuple[NotificationRequested, ...]:
        """What is to be sent, in the order in which it was requested."""
        return tuple(each.request for each in self._pending.values())

    def follow(self, ledger: Ledger) -> None:
        """Take in what the log holds since the last time."""
        head = ledger.head
        if head > self._position:
            for recorded in ledger.of_type(*_READ, after=self._position, until=head):
                self._apply(recorded)
            self._position = head

    async def pump(self, ledger: Ledger, destinations: Mapping[str, Notifier], now: datetime) -> PumpRun:
        """Send what is due, and record each outcome right after it."""
        self.follow(ledger)
        waiting = {each.request.destination for each in self._pending.values()}
        outcomes: list[Outcome] = []
        # Those that answer go first: a destination that hangs holds up nobody but itself.
        for name in sorted(waiting, key=lambda name: (self._line(name).failures, name)):
            for pending in self._due(name, now):
                outcomes.append(await self._attempt(ledger, destinations.get(name, NOWHERE), pending, now))
                if isinstance(outcomes[-1], _Again):
                    break
        return PumpRun(
            delivered=sum(isinstance(each, NotificationDelivered) for each in outcomes),
            failed=sum(isinstance(each, NotificationFailed) for each in outcomes),
            waiting=len(self._pending),
            next_at=self.next_at(now),
            problems=tuple(
                f"{each.notification_id}: {each.reason}"
                for each in outcomes
                if not isinstance(each, NotificationDelivered)
            ),
        )

    def next_at(self, now: datetime) -> datetime | None:
        """Return when something pending may be tried next, None if nothing is pending."""
        lines = (self._line(each.request.destination) for each in self._pending.values())
        return min((line.next_at or now for line in lines), default=None)

    def _due(self, destination: str, now: datetime) -> Sequence[_Pending]:
        line = self._line(destination)
        if line.next_at is not None and now < line.next_at:
            return ()
        mine = [each for each in self._pending.values() if each.request.destination == destination]
        # The least tried first: one notice that a destination chokes on does not block those behind it.
        mine.sort(key=lambda each: self._attempts.get(each.request.notification_id, 0))
        return mine[:BATCH_MAX]

    async def _attempt(self, ledger: Ledger, notifier: Notifier, pending: _Pending, now: datetime) -> Outcome:
        request = pending.request
        attempt = self._attempts[request.notification_id] = self._attempts.get(request.notification_id, 0) + 1
        line = self._line(request.destination)
        try:
            await notifier.deliver(self._notice(request), now)
        except DestinationError as error:
            reason = str(error)
            if error.retryable:
                self._wait(line, error.retry_after_s, now)
                if now - pending.requested_at < GIVEN_UP_AFTER:
                    return _Again(notification_id=request.notification_id, reason=reason)
                reason = f"given up after {GIVEN_UP_AFTER // timedelta(hours=1)} h: {reason}"
            failed = _failed(request, attempt, reason)
            self._record(ledger, failed)
            return failed
        line.failures, line.next_at = 0, None
        delivered = _delivered(request, attempt)
        self._record(ledger, delivered)
        return delivered

    def _wait(self, line: _Line, retry_after_s: float | None, now: datetime) -> None:
        """Back off: 5 s doubling to 15 min, any part of it (full jitter), but never less than the server asks for."""
        line.failures += 1
        longest = min(FIRST_WAIT * 2 ** min(line.failures - 1, 16), LONGEST_WAIT)
        wait = longest * self._jitter()
        line.next_at = now + max(wait, timedelta(seconds=retry_after_s or 0))

    def _record(self, ledger: Ledger, done: NotificationDelivered | NotificationFailed) -> None:
        ledger.record([NewEvent(event=done, actor=ACTOR)])
        self._pending.pop(done.notification_id, None)
        self._attempts.pop(done.notification_id, None)

    def _line(self, destination: str) -> _Line:
        return self._lines.setdefault(destination, _Line())

    def _apply(self, recorded: Recorded) -> None:
        event = recorded.event
        match event:
            case LedgerOpened():
                self._virtual = event.clock == "virtual"
            case ConfigurationChanged():
                self._mission = event.configuration.mission.id
            case AlertRaised():
                self._raised[event.alert_id] = (event, recorded.recorded_at)
            case AlertResolved():
                self._resolved[event.alert_id] = (event.reason, recorded.recorded_at)
            case NotificationRequested() if recorded.position > self._live_after:
                self._pending[event.notification_id] = _Pending(
                    request=event, requested_at=recorded.recorded_at
                )
            case NotificationDelivered() | NotificationFailed():
                self._pending.pop(event.notification_id, None)
            case _:
                pass

    def _notice(self, request: NotificationRequested) -> Notice:
        alert, raised_at = self._raised[request.alert_id]
        over = self._resolved.get(alert.alert_id) if request.phase == "resolved" else None
        resolution, resolved_at = over or (None, None)
        return Notice(
            notification=request.notification_id,
            phase=request.phase,
            mission=self._mission,
            alert=alert.alert_id,
            rule=alert.rule,
            kind=alert.kind,
            severity=alert.severity,
            labels=alert.labels,
            n=alert.n,
            summary=alert.summary,
            value=alert.value,
            threshold=alert.threshold,
            developments=alert.developments,
            reason=request.reason,
            raised_at=raised_at,
            resolved_at=resolved_at,
            resolution=resolution,
            virtual=self._virtual,
        )


async def pump(
    outbox: Outbox, ledger: Ledger, destinations: Mapping[str, Notifier], now: datetime
) -> PumpRun:
    """Send what is due; the same as `outbox.pump`."""
    return await outbox.pump(ledger, destinations, now)


def notifiers_for(configuration: Configuration, outside: Surroundings) -> dict[str, Notifier]:
    """Return a notifier for each configured destination, by name."""
    return {each.name: _notifier(each, outside) for each in configuration.destinations}


def _notifier(destination: Destination, outside: Surroundings) -> Notifier:
    match destination.kind:
        case "console":
            return ConsoleNotifier(outside.console)
        case "file":
            return FileNotifier(outside.home, destination.path or FILE_DEFAULT)
        case "webhook":
            return WebhookNotifier(destination.env or "", outside.environ, outside.transport)


def _delivered(request: NotificationRequested, attempt: int) -> NotificationDelivered:
    return NotificationDelivered(
        notification_id=request.notification_id, destination=request.destination, attempt=attempt
    )


def _failed(request: NotificationRequested, attempt: int, reason: str) -> NotificationFailed:
    return NotificationFailed(
        notification_id=request.notification_id,
        destination=request.destination,
        attempt=attempt,
        reason=reason,
    )
