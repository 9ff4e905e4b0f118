from datetime import UTC, date, datetime

import pytest

from ledger.codec import CODEC
from ledger.developments import Development, When
from ledger.envelope import dedup_key_of, occurred_of, tags_of
from ledger.events import (
    AlertRaised,
    AlertResolved,
    ClockRead,
    CoverageGapFound,
    DevelopmentReported,
    Event,
    FeedFailing,
    ItemObserved,
    ItemRevised,
    NotificationDelivered,
    NotificationFailed,
    NotificationRequested,
    PollsSummarised,
    ReportPublished,
    Severity,
)

AT = datetime(2024, 6, 25, tzinfo=UTC)
TEXT = {"text": "t", "title_sha256": "t", "body_sha256": "b", "raw": "r", "parser": "p"}
REPORTED = {"evidence": (), "source": "s", "grade": "B", "origin": "o", "via": "extractor"}
CASES: list[tuple[Event, tuple[str, ...], str | None]] = [
    (ItemObserved(item_id="i", feed="f", key="k", **TEXT), ("feed:f", "item:i"), "item:f:i:1"),
    (ItemRevised(item_id="i", feed="f", version=2, changes=(), **TEXT), ("feed:f", "item:i"), "item:f:i:2"),
    (
        DevelopmentReported(
            development_id="d", development=Development(kind="vote"), item_id="i", **REPORTED
        ),
        ("development:d", "item:i", "kind:vote"),
        "dev:d",
    ),
    (
        DevelopmentReported(development_id="d", development=Development(kind="vote"), **REPORTED),
        ("development:d", "kind:vote"),
        "dev:d",
    ),
    (FeedFailing(feed="f", failure="http", detail="500"), ("feed:f",), None),
    (CoverageGapFound(feed="f", reason="empty", since=AT, until=AT), ("feed:f",), None),
    (CoverageGapFound(reason="asleep", since=AT, until=AT), (), None),
    (PollsSummarised(feed="f", day=date(2024, 6, 25), polls=1), ("feed:f",), "polls:f:2024-06-25"),
    (
        AlertRaised(
            alert_id="a", rule="r", kind="threshold", severity=Severity.INFO, labels={}, n=1, summary="s"
        ),
        ("alert:a", "rule:r"),
        "alert:a",
    ),
    (AlertResolved(alert_id="a", reason="cleared"), ("alert:a",), "alert-resolved:a"),
    (
        NotificationRequested(notification_id="n", alert_id="a", destination="d", reason="new"),
        ("alert:a", "notification:n"),
        "notification:n",
    ),
    (
        NotificationDelivered(notification_id="n", destination="d", attempt=1),
        ("notification:n",),
        "notification-done:n",
    ),
    (
        NotificationFailed(notification_id="n", destination="d", attempt=9, reason="410"),
        ("notification:n",),
        "notification-done:n",
    ),
    (
        ReportPublished(
            report_id="M-1", version=2, start=AT, end=AT, position=1, root="r", renderer="1", files={}
        ),
        ("report:M-1",),
        "report:M-1:2",
    ),
    (ClockRead(at=AT), (), None),
]


@pytest.mark.parametrize(("event", "tags", "key"), CASES, ids=lambda value: getattr(value, "TOPIC", None))
def test_an_event_is_found_and_recorded_once_by_its_ids(
    event: Event, tags: tuple[str, ...], key: str | None
) -> None:
    """Tags name what an event is about, and the key what may be recorded only once."""
    assert tags_of(event) == tags
    assert dedup_key_of(event) == key
    assert CODEC.decode(*CODEC.encode(event)) == event


def test_a_delivered_notification_cannot_also_fail() -> None:
    """Both ends of a notification share one key, so only one of them is ever recorded."""
    delivered = NotificationDelivered(notification_id="n", destination="d", attempt=1)
    failed = NotificationFailed(notification_id="n", destination="d", attempt=1, reason="late")
    assert dedup_key_of(delivered) == dedup_key_of(failed)


def test_only_a_development_has_a_valid_time() -> None:
    """The envelope carries the date of what happened, where a development says one."""
    when = When(text="2024-W26")
    dated = DevelopmentReported(
        development_id="d", development=Development(kind="vote", occurred=when), **REPORTED
    )
    assert occurred_of(dated) == when
    assert occurred_of(ClockRead(at=AT)) is None
