"""A small desk of its own: one mission, a handful of articles and records in June 2024, on a virtual clock."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.codebook import shipped_codebook
from ledger.configuration import (
    Case,
    Configuration,
    Deadline,
    Feed,
    Fetching,
    Indicator,
    Mission,
    Name,
    Question,
)
from ledger.developments import Approx, Count, Development, Money, Status, When
from ledger.envelope import NewEvent
from ledger.events import (
    CoverageGapFound,
    DevelopmentReported,
    FeedAdded,
    ItemObserved,
    ItemRevised,
    WatchStopped,
)
from ledger.sources import Attested, Quoted, Source

ARTICLES = {
    "first": (
        "Wire",
        (
            "Patrol ships reach Port Anna\nOn 4 June 2024 some 120 police of Norland arrived in Port Anna. The fund "
            "has received 12 million dollars, 30 million are needed a year."
        ),
    ),
    "second": ("Gazette", "Norland lands\nA contingent of 180 police from Norland arrived on 4 June 2024."),
    "blog": ("Corner Blog", "Rumour\nOn 6 June 2024 Westmark gave 9 million dollars, says a friend."),
    "third": ("Wire", "Money moves\nOn 12 June 2024 the fund had received 15 million dollars."),
    "court": ("Gazette", "Court\nThe High Court heard the deployment case on 13 June 2024."),
}


def configuration() -> Configuration:
    """Return the desk's configuration: three graded sources, four key figures."""
    return Configuration(
        mission=Mission(id="TST", name="Test mission in Port Anna", zone="America/Port-au-Prince"),
        fetching=Fetching(contact="desk@example.org"),
        codebook=shipped_codebook(),
        sources=(
            Source(name="Wire", grade="A", publisher="The Wire"),
            Source(name="Gazette", grade="B"),
            Source(name="Corner Blog", grade="E"),
        ),
        feeds=(Feed(name="wire", source="Wire", url="https://wire.example/feed"),),
        names=(Name(canonical="Test mission", kind="mission"),),
        indicators=(
            Indicator(
                id="received",
                label="Fund, received",
                kinds=("fund_total",),
                measure="received",
                unit="USD",
                goal_indicator="required",
            ),
            Indicator(id="required", label="Required a year", kinds=("funding_required",), unit="USD"),
            Indicator(
                id="arrived", label="Police arrived", kinds=("movement",), outcome="arrived", unit="police"
            ),
            Indicator(id="displaced", label="Displaced", kinds=("indicator",), unit="people", better="down"),
        ),
        deadlines=(
            Deadline(id="vote", label="Council votes", until="2024-06-28", source="Council calendar"),
        ),
        cases=(Case(id="C1", label="Deployment case", court="High Court", aliases=("deployment case",)),),
        questions=(Question(id="q", text="Is the money coming in?", bears=("received", "funding")),),
    )


class Newsroom:
    """Writes a ledger as watchers would, one article or record at a time."""

    def __init__(self, folder: Path, start: datetime) -> None:
        self.folder = folder
        self.clock = VirtualClock(start)
        self.ledger = Ledger.create(folder, clock=self.clock, program="test", virtual=True)
        self.ledger.configure(configuration(), actor="test")
        self.record(FeedAdded(feed="wire", source="Wire", url="https://wire.example/feed"))

    def record(self, event: Any, *, observed: bool = False) -> None:
        """Record one event now."""
        self.ledger.record(
            [NewEvent(event=event, actor="test", observed_at=self.clock() if observed else None)]
        )

    def at(self, text: str) -> None:
        """Move the clock to an instant of UTC."""
        self.clock.advance_to(datetime.fromisoformat(text).replace(tzinfo=UTC))

    def article(self, name: str, *, language: str = "en") -> str:
        """Observe one of the articles and return its id."""
        source, text = ARTICLES[name]
        self.observe(name, text, source=source, language=language)
        return name

    def observe(self, name: str, text: str, *, source: str, **more: Any) -> None:
        """Observe an item with a given text."""
        blob = self.ledger.blobs.put(text.encode())
        title, _, body = text.partition("\n")
        event = ItemObserved(
            item_id=name,
            feed="wire",
            key=name,
            text=blob,
            title_sha256=sha256(title.encode()).hexdigest(),
            body_sha256=sha256(body.encode()).hexdigest(),
            raw=self.ledger.blobs.put(f"<item>{text}</item>".encode()),
            parser="test/1",
            link=more.get("link", f"https://wire.example/{name}"),
            published=self.clock().isoformat(),
            language=more.get("language", "en"),
            publisher=source,
            in_scope=True,
        )
        self.record(event, observed=True)

    def says(
        self, item: str, quote: str, kind: str, *, source: str, text: str | None = None, **slots: Any
    ) -> str:
        """Propose a development from an item, with the quote as evidence, and return its id."""
        words = text if text is not None else ARTICLES[item][1]
        start = words.index(quote)
        evidence = Quoted(blob=sha256(words.encode()).hexdigest(), start=start, end=start + len(quote))
        return self.reported(
            f"{item}-{kind}-{start}", kind, source=source, evidence=(evidence,), item_id=item, **slots
        )

    def vouches(self, name: str, summary: str, kind: str, *, source: str, **slots: Any) -> str:
        """Import one record, attested by its summary."""
        line = json.dumps({"id": name, "summary": summary})
        start = line.index(summary)
        evidence = Attested(
            by="import",
            blob=self.ledger.blobs.put(line.encode()),
            start=start,
            end=start + len(summary),
            address=f"https://records.example/{name}",
        )
        return self.reported(
            name, kind, source=source, evidence=(evidence,), via="record", record=name, **slots
        )

    def reported(self, name: str, kind: str, *, source: str, evidence: tuple[Any, ...], **slots: Any) -> str:
        """Record a development as given."""
        meta = {key: slots.pop(key) for key in ("via", "record", "item_id", "grade", "flags") if key in slots}
        if "via" not in meta:
            meta |= {"via": "extractor", "item_version": 1}
        grades = {each.name: each.grade for each in configuration().sources}
        event = DevelopmentReported(
            development_id=name,
            development=development(kind, **slots),
            evidence=evidence,
            source=source,
            origin=slots.get("speaker", source),
            published=self.clock().date().isoformat(),
            **({"grade": grades.get(source, "F")} | meta),
        )
        self.record(event, observed=True)
        return name

    def edits(self, item: str, text: str) -> None:
        """Let the publisher change an item's text silently."""
        blob = self.ledger.blobs.put(text.encode())
        digest = sha256(text.encode()).hexdigest()
        self.record(
            ItemRevised(
                item_id=item,
                feed="wire",
                version=2,
                changes=(),
                text=blob,
                title_sha256=digest,
                body_sha256=digest,
                raw=blob,
                parser="test/1",
            ),
            observed=True,
        )


def development(kind: str, **slots: Any) -> Development:
    """Return a development; `usd` and `police` are short for money and count."""
    if (usd := slots.pop("usd", None)) is not None:
        slots["money"] = Money(amount=Decimal(usd), currency="USD", approx=slots.pop("approx", Approx.EXACT))
    if (police := slots.pop("police", None)) is not None:
        slots["count"] = Count(n=police, unit="police")
    for name in ("occurred", "until"):
        if isinstance(slots.get(name), str):
            slots[name] = When(text=slots[name])
    return Development(kind=kind, status=slots.pop("status", Status.OCCURRED), **slots)


def tell(room: Newsroom) -> None:
    """Tell the desk's story: two weeks of June 2024, with a dispute, a blog's claim, a record and a gap."""
    room.at("2024-06-05T09:00")
    first = room.article("first")
    room.says(
        first,
        "120 police of Norland arrived in Port Anna",
        "movement",
        source="Wire",
        outcome="arrived",
        actor="Norland",
        place="Port Anna",
        police=120,
        occurred="2024-06-04",
    )
    room.says(
        first,
        "The fund has received 12 million dollars",
        "fund_total",
        source="Wire",
        measure="received",
        usd="12000000",
        occurred="2024-06-04",
    )
    room.says(
        first,
        "30 million are needed a year",
        "funding_required",
        source="Wire",
        measure="required_annual",
        usd="30000000",
        occurred="2024-06-04",
    )
    room.at("2024-06-05T15:00")
    second = room.article("second")
    room.says(
        second,
        "A contingent of 180 police from Norland arrived",
        "movement",
        source="Gazette",
        outcome="arrived",
        actor="Norland",
        police=180,
        occurred="2024-06-04",
    )
    room.at("2024-06-07T10:00")
    blog = room.article("blog", language="fr")
    room.says(
        blog,
        "Westmark gave 9 million dollars",
        "contribution",
        source="Corner Blog",
        actor="Westmark",
        usd="9000000",
        occurred="2024-06-06",
    )
    room.at("2024-06-12T18:00")
    third = room.article("third")
    room.says(
        third,
        "the fund had received 15 million dollars",
        "fund_total",
        source="Wire",
        measure="received",
        usd="15000000",
        occurred="2024-06-12",
    )
    room.vouches(
        "mandate",
        "On 1 June 2024 the council authorised the mission for a year.",
        "mandate",
        source="Council",
        actor="Council",
        outcome="authorised",
        occurred="2024-06-01",
        until="2025-06-01",
    )
    room.at("2024-06-13T18:00")
    court = room.article("court")
    room.says(
        court,
        "heard the deployment case on 13 June 2024",
        "legal_hearing",
        source="Gazette",
        actor="High Court",
        case="C1",
        occurred="2024-06-13",
    )
    room.record(
        CoverageGapFound(
            feed="wire",
            reason="no_overlap",
            since=datetime(2024, 6, 13, 2, tzinfo=UTC),
            until=datetime(2024, 6, 13, 14, tzinfo=UTC),
        ),
        observed=True,
    )
    room.at("2024-06-18T12:00")
    room.record(WatchStopped(reason="end of the story"))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """An empty desk, opened on Tuesday 4 June 2024."""
    made = Newsroom(tmp_path / "data", datetime(2024, 6, 4, 8, tzinfo=UTC))
    yield made
    made.ledger.close()


@pytest.fixture
def story(room: Newsroom) -> Newsroom:
    """The desk after its two weeks, on 18 June 2024; weeks 23 and 24 are closed."""
    tell(room)
    return room
