"""The codec: every event ever written stays readable, and is written the same way."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from ledger.codec import CODEC, Codec, canonical
from ledger.developments import Approx, Count, Development, Money, Status, When
from ledger.errors import UnknownEventType
from ledger.events import (
    AlertRaised,
    AlertResolved,
    BlobDropped,
    Change,
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
    Severity,
    WatchStarted,
    WatchStopped,
)
from ledger.events_audit import CheckpointSigned
from ledger.sources import Attested, Quoted
from ledger.values import Value

GOLDEN = Path(__file__).parent / "golden"
ID = "01904cb1-3400-7000-8000-00000000000"
A, B = "a" * 64, "b" * 64
AT = datetime(2024, 6, 25, 14, 30, 0, 250_000, tzinfo=UTC)


def golden(topic: str) -> bytes:
    return (GOLDEN / "events" / f"{topic.replace('/', '_')}.json").read_bytes()


SAMPLES: list[Event] = [
    LedgerOpened(clock="virtual", program="sitledger 0.1.0"),
    ClockRead(at=AT, evaluated=41),
    FeedAdded(feed="wire", source="Wire", url="https://example.org/rss", kind="archive"),
    FeedRemoved(feed="wire"),
    FeedGone(feed="wire", url="https://example.org/rss"),
    FeedFailing(feed="wire", failure="http", detail="503 « indisponible »"),
    FeedRecovered(feed="wire", failures=3),
    CoverageGapFound(feed="wire", reason="no_overlap", since=AT, until=AT.replace(hour=20, microsecond=0)),
    WatchStarted(program="sitledger 0.1.0", feeds=30),
    WatchStopped(reason="signal"),
    PollsSummarised(
        feed="wire", day=date(2024, 6, 25), polls=48, not_modified=40, failures=2, items=9, revisions=1
    ),
    ItemObserved(
        item_id=ID + "1",
        feed="wire",
        key="guid:1",
        text=A,
        title_sha256=B,
        body_sha256=A,
        raw=B,
        parser="feedparser/6",
        guid="1",
        link="https://example.org/1",
        published="2024-06-25T10:00:00Z",
        author="A. Writer",
        language="ht",
        publisher="Wire",
        in_scope=True,
        baseline=True,
    ),
    ItemRevised(
        item_id=ID + "1",
        feed="wire",
        version=2,
        changes=(
            Change(field="title", old=A, new=B),
            Change(field="link", old=None, new="https://example.org/1b"),
        ),
        text=B,
        title_sha256=A,
        body_sha256=A,
        raw=A,
        parser="feedparser/6",
        link="https://example.org/1b",
        published="2024-06-25T11:00:00Z",
        in_scope=True,
        reverted=True,
    ),
    DevelopmentReported(
        development_id=ID + "2",
        development=Development(
            kind="deployment",
            status=Status.UNCONFIRMED,
            occurred=When(text="2024-06-25"),
            actor="Police",
            target="Mission",
            money=Money(
                amount=Decimal("15.50"),
                currency="USD",
                approx=Approx.ABOUT,
                max=Decimal(20),
                words="quelque 15",
            ),
            count=Count(n=400, unit="police", approx=Approx.AT_LEAST, max=500, words="at least 400"),
            measure="arrived",
            place="Capital",
            instrument="Resolution 1",
            until=When(text="2025-Q3"),
            outcome="authorised",
            post="commander",
            speaker="Minister",
            origin="Agency",
            reason="security",
            about="mission",
            case="case-1",
            retold=True,
        ),
        evidence=(
            Quoted(blob=A, start=10, end=42),
            Attested(
                by="analyst",
                blob=B,
                start=0,
                end=7,
                address="https://example.org",
                title="Headline",
                published="2024-06",
            ),
        ),
        source="Wire",
        grade="B",
        origin="Agency",
        via="record",
        item_id=ID + "1",
        item_version=2,
        published="2024-06-25",
        record="r1",
        conflicts_with=(ID + "0",),
        rule_set="rules/1",
        rule="deploy-1",
        confidence=Decimal("0.85"),
        flags=("fell",),
    ),
    AlertRaised(
        alert_id=ID + "3",
        rule="short",
        kind="threshold",
        severity=Severity.CRITICAL,
        labels={"place": "Capital", "indicator": "police"},
        n=2,
        summary="Fewer than asked",
        value="400",
        threshold="2500",
        developments=(ID + "2",),
        unsent="silenced",
    ),
    AlertResolved(alert_id=ID + "3", reason="cleared"),
    NotificationRequested(
        notification_id=ID + "4", alert_id=ID + "3", destination="desk", reason="new", phase="resolved"
    ),
    NotificationDelivered(notification_id=ID + "4", destination="desk", attempt=1),
    NotificationFailed(notification_id=ID + "4", destination="desk", attempt=5, reason="410"),
    ReportPublished(
        report_id="M-2024-W26",
        version=1,
        start=AT.replace(hour=0, minute=0, microsecond=0),
        end=AT,
        position=40,
        root=A,
        renderer="1",
        files={"md": A, "html": B, "json": A},
    ),
    CheckpointSigned(
        size=40,
        root=A,
        note=f"sitledger/x\n40\n{A[:43]}=\n\n— sitledger/x {B[:80]}\n",
        key=f"sitledger/x+01234567+{A[:44]}",
    ),
    BlobDropped(sha256=A, reason="takedown « à la demande de l'éditeur »"),
]


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).TOPIC)
def test_an_event_keeps_its_bytes(event: Event) -> None:
    """Written today, an event has the bytes it had in the first release; read today, these bytes mean the same."""
    body = golden(type(event).TOPIC)
    assert CODEC.encode(event) == (type(event).TOPIC, body)
    assert CODEC.decode(type(event).TOPIC, body) == event


def test_a_recorded_configuration_keeps_its_bytes() -> None:
    """The largest event, the whole configuration, is read and written back unchanged."""
    body = golden(ConfigurationChanged.TOPIC)
    event = CODEC.decode(ConfigurationChanged.TOPIC, body)
    assert isinstance(event, ConfigurationChanged)
    assert CODEC.encode(event) == (ConfigurationChanged.TOPIC, body)


def test_every_event_has_golden_bytes() -> None:
    """No event enters the vocabulary, and none leaves it, without its bytes being kept here."""
    kept = {path.stem for path in (GOLDEN / "events").glob("*.json")}
    assert kept >= {kind.TOPIC.replace("/", "_") for kind in CODEC.vocabulary}
    for path in (GOLDEN / "events").glob("*.json"):
        noun, _, version = path.stem.rpartition("_")
        CODEC.decode(f"{noun}/{version}", path.read_bytes())


def defaults() -> dict[str, dict[str, Any]]:
    """Every default of every value that an event can hold, by class and field."""
    found: dict[str, dict[str, Any]] = {}
    waiting = list(Value.__subclasses__())
    while waiting:
        kind = waiting.pop()
        if kind.__module__.startswith("ledger.") and kind.__struct_defaults__:
            names = kind.__struct_fields__[-len(kind.__struct_defaults__) :]
            given = zip(names, kind.__struct_defaults__, strict=True)
            found[kind.__name__] = {
                name: msgspec.json.decode(canonical(value))
                for name, value in given
                if value is not msgspec.NODEFAULT
            }
    return found


def test_a_default_once_written_never_changes() -> None:
    """What was left out of old bytes because it was the default must still be the default when they are read."""
    kept = msgspec.json.decode((GOLDEN / "defaults.json").read_bytes())
    now = defaults()
    for kind, fields in kept.items():
        assert {**now[kind], **fields} == now[kind], kind


class Seen(Value, frozen=True, kw_only=True):
    """Today's version of an event whose shape changed twice."""

    TOPIC: ClassVar[str] = "thing.seen/3"
    name: str
    places: tuple[str, ...] = ()


OLD = {
    "thing.seen/1": ("thing.seen/2", lambda body: {"name": body["title"], "place": body.get("place")}),
    "thing.seen/2": (
        "thing.seen/3",
        lambda body: {"name": body["name"], "places": [body["place"]] if body["place"] else []},
    ),
}


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("thing.seen/1", b'{"place":"harbour","title":"ship"}'),
        ("thing.seen/2", b'{"name":"ship","place":"harbour"}'),
        ("thing.seen/3", b'{"name":"ship","places":["harbour"]}'),
    ],
)
def test_old_versions_are_read_as_todays(topic: str, body: bytes) -> None:
    """A body of any older version is turned, step by step, into today's event; its bytes stay as they are."""
    codec = Codec([Seen], OLD)
    event: Any = codec.decode(topic, body)
    assert event == Seen(name="ship", places=("harbour",))
    assert codec.encode(event) == ("thing.seen/3", b'{"name":"ship","places":["harbour"]}')


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("thing.seen/9", b"{}"),
        ("thing.seen/3", b'{"name":1}'),
        ("thing.seen/3", b'{"name":"ship","colour":"red"}'),
        ("thing.seen/3", b"\xff"),
        ("thing.seen/1", b'{"place":"harbour"}'),
    ],
)
def test_what_cannot_be_read_is_named_by_position(topic: str, body: bytes) -> None:
    """An event this version cannot read is never skipped: the message says which, where, and what to do."""
    with pytest.raises(UnknownEventType, match=r"thing\.seen/\d' at position 7 .*upgrade"):
        Codec([Seen], OLD).decode(topic, body, position=7)
