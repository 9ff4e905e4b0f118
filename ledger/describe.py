"""One line for each event, for `log` and `replay`: what was recorded, in plain words."""

from ledger.developments import Count, Development, Money
from ledger.events import (
    AlertRaised,
    AlertResolved,
    BlobDropped,
    ClockRead,
    ConfigurationChanged,
    CoverageGapFound,
    DevelopmentReported,
    Event,
    FeedAdded,
    FeedFailing,
    FeedGone,
    FeedRecovered,
    FeedRemoved,
    ItemObserved,
    ItemRevised,
    LedgerOpened,
    NotificationDelivered,
    NotificationFailed,
    NotificationRequested,
    PollsSummarised,
    ReportPublished,
    WatchStarted,
    WatchStopped,
)
from ledger.events_audit import CheckpointSigned


def describe(event: Event) -> str:  # noqa: C901, PLR0912 - one line for each word of the vocabulary
    """Return one line that says what an event recorded."""
    match event:
        case LedgerOpened():
            return f"opened on the {event.clock} clock by {event.program}"
        case ConfigurationChanged():
            return f"{event.sha256[:12]} for {event.configuration.mission.name}"
        case ClockRead():
            return event.at.isoformat()
        case FeedAdded():
            return f"{event.feed}: {event.url or 'back-filled only'} (source {event.source})"
        case FeedRemoved() | FeedGone():
            return event.feed
        case FeedFailing():
            return f"{event.feed}: {event.failure}: {event.detail}"
        case FeedRecovered():
            return f"{event.feed} after {event.failures} failures"
        case CoverageGapFound():
            return f"{event.feed or 'all feeds'}: {event.reason} from {event.since:%Y-%m-%d %H:%M} to {event.until:%Y-%m-%d %H:%M}"
        case WatchStarted():
            return f"{event.feeds} feeds, {event.program}"
        case WatchStopped():
            return event.reason
        case PollsSummarised():
            return f"{event.feed} {event.day}: {event.polls} polls, {event.items} items, {event.revisions} revisions, {event.failures} failures"
        case ItemObserved():
            return f"{event.item_id} on {event.feed}: {event.link or event.guid or ''}"
        case ItemRevised():
            fields = ", ".join(change.field for change in event.changes)
            return f"{event.item_id} on {event.feed}: version {event.version} changed {fields}"
        case DevelopmentReported():
            return f"{event.development_id} {brief(event.development)} ({event.source}, {event.grade})"
        case AlertRaised():
            return f"{event.alert_id} {event.severity}: {event.summary}"
        case AlertResolved():
            return f"{event.alert_id}: {event.reason}"
        case NotificationRequested():
            return f"{event.notification_id} to {event.destination}: {event.reason}"
        case NotificationDelivered():
            return f"{event.notification_id} to {event.destination} at attempt {event.attempt}"
        case NotificationFailed():
            return f"{event.notification_id} to {event.destination}: {event.reason}"
        case ReportPublished():
            return f"{event.report_id} version {event.version} as of position {event.position}"
        case CheckpointSigned():
            return f"{event.size} events, root {event.root[:12]}, by {event.key.partition('+')[0]}"
        case BlobDropped():
            return f"{event.sha256[:12]}: {event.reason}"


def brief(development: Development) -> str:
    """Return a development in a few words: kind, status, who, how much, when."""
    parts = [
        development.kind,
        development.status.value,
        development.outcome,
        development.measure,
        development.actor,
        f"→ {development.target}" if development.target else None,
        money_text(development.money) if development.money else None,
        count_text(development.count) if development.count else None,
        development.occurred.text if development.occurred else "date unknown",
        f"says {development.speaker}" if development.speaker else None,
    ]
    return " ".join(part for part in parts if part)


def money_text(money: Money) -> str:
    """Return an amount with thousands marked, its currency and its bounds: `USD 21,000,000`."""
    amount = f"{money.amount:,}" + (f"–{money.max:,}" if money.max is not None else "")
    return f"{money.currency or '(currency?)'} {amount}"


def count_text(count: Count) -> str:
    """Return a count with thousands marked, its bounds and unit: `200–400 police`."""
    return f"{count.n:,}" + (f"–{count.max:,}" if count.max is not None else "") + f" {count.unit}"
