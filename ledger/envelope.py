"""What surrounds an event: who, when (three times), why, and the tags it can be found by."""

from datetime import datetime

from ledger.developments import When
from ledger.events import (
    AlertRaised,
    AlertResolved,
    BlobDropped,
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
    NotificationDelivered,
    NotificationFailed,
    NotificationRequested,
    PollsSummarised,
    ReportPublished,
)
from ledger.events_audit import CheckpointSigned
from ledger.values import Value


class NewEvent(Value, frozen=True, kw_only=True):
    """An event about to be recorded.

    `observed_at` is when a source showed it to us (aware UTC), `actor` who recorded it: `watcher`, `extractor`,
    `alerts`, `reports`, `import`, or an analyst's name. The recorder adds position and `recorded_at`.
    """

    event: Event
    actor: str
    observed_at: datetime | None = None
    causation_id: str | None = None
    correlation_id: str | None = None


class Recorded(Value, frozen=True, kw_only=True):
    """An event as the ledger holds it, decoded. `position` counts from 1 without gaps."""

    position: int
    event_id: str
    recorded_at: datetime
    event: Event
    actor: str
    observed_at: datetime | None = None
    causation_id: str | None = None
    correlation_id: str | None = None


def occurred_of(event: Event) -> When | None:
    """Return the valid time that goes into the envelope."""
    return event.development.occurred if isinstance(event, DevelopmentReported) else None


def tags_of(event: Event) -> tuple[str, ...]:  # noqa: C901 - one case for each word of the vocabulary
    """Return the tags an event is found by: `noun:id`, sorted."""
    match event:
        case ItemObserved() | ItemRevised():
            tags = [f"item:{event.item_id}", f"feed:{event.feed}"]
        case DevelopmentReported():
            tags = [f"development:{event.development_id}", f"kind:{event.development.kind}"]
            tags += [f"item:{event.item_id}"] if event.item_id else []
        case FeedAdded() | FeedRemoved() | FeedGone() | FeedFailing() | FeedRecovered() | PollsSummarised():
            tags = [f"feed:{event.feed}"]
        case CoverageGapFound():
            tags = [f"feed:{event.feed}"] if event.feed else []
        case AlertRaised():
            tags = [f"alert:{event.alert_id}", f"rule:{event.rule}"]
        case AlertResolved():
            tags = [f"alert:{event.alert_id}"]
        case NotificationRequested():
            tags = [f"alert:{event.alert_id}", f"notification:{event.notification_id}"]
        case NotificationDelivered() | NotificationFailed():
            tags = [f"notification:{event.notification_id}"]
        case ReportPublished():
            tags = [f"report:{event.report_id}"]
        case CheckpointSigned():
            tags = ["checkpoint:signed"]
        case BlobDropped():
            tags = [f"blob:{event.sha256}"]
        case _:
            tags = []
    return tuple(sorted(tags))


def dedup_key_of(event: Event) -> str | None:  # noqa: C901 - likewise
    """Return the key under which an event is recorded once; None where repeating it means something."""
    match event:
        case ItemObserved():
            return f"item:{event.feed}:{event.item_id}:1"
        case ItemRevised():
            return f"item:{event.feed}:{event.item_id}:{event.version}"
        case DevelopmentReported():
            return f"dev:{event.development_id}"
        case AlertRaised():
            return f"alert:{event.alert_id}"
        case AlertResolved():
            return f"alert-resolved:{event.alert_id}"
        case NotificationRequested():
            return f"notification:{event.notification_id}"
        case NotificationDelivered() | NotificationFailed():
            return f"notification-done:{event.notification_id}"
        case ReportPublished():
            return f"report:{event.report_id}:{event.version}"
        case CheckpointSigned():
            return f"checkpoint:{event.size}:{event.key}"
        case PollsSummarised():
            return f"polls:{event.feed}:{event.day.isoformat()}"
        case _:
            return None
