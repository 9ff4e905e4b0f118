"""A desk made by hand: one invented mission, events one after the other, no store."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ledger.codebook import shipped_codebook
from ledger.configuration import (
    Case,
    Configuration,
    Deadline,
    Fetching,
    Indicator,
    Mission,
    Name,
    fingerprint,
)
from ledger.developments import Count, Development, Money, Status, When
from ledger.envelope import Recorded
from ledger.events import (
    Change,
    ConfigurationChanged,
    DevelopmentReported,
    Event,
    ItemObserved,
    ItemRevised,
    LedgerOpened,
)
from ledger.sources import Attested, Quoted
from reports.desk import Desk

OPENED = datetime(2024, 6, 1, tzinfo=UTC)
TEXT = b"four"
BLOB = hashlib.sha256(TEXT).hexdigest()


def configuration() -> Configuration:
    """Return a desk with four indicators, a case and a declared date."""
    return Configuration(
        mission=Mission(id="TST", name="Test mission"),
        fetching=Fetching(contact="desk@example.org"),
        codebook=shipped_codebook(),
        names=(
            Name(canonical="TST", aliases=("the test force",), kind="mission"),
            Name(canonical="Other office", kind="mission"),
        ),
        indicators=(
            Indicator(
                id="received",
                label="Received",
                kinds=("fund_total",),
                measure="received",
                unit="USD",
                goal_indicator="required",
            ),
            Indicator(id="required", label="Required", kinds=("funding_required",), unit="USD"),
            Indicator(
                id="arrived",
                label="Arrived",
                kinds=("movement",),
                outcome="arrived",
                unit="police",
                units=("police", "officers"),
            ),
            Indicator(
                id="strength", label="Strength", kinds=("strength",), flows=("movement",), unit="police"
            ),
        ),
        deadlines=(Deadline(id="review", label="The review is due", until="2024-07-02", source="S/RES/1"),),
        cases=(
            Case(
                id="C1",
                label="The case",
                court="High Court",
                parties=("A Party",),
                effect="stops the departure",
            ),
        ),
    )


class Told:
    """Tells a desk what happened, an hour apart, and keeps the events for other desks."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.log: list[Recorded] = []
        self.now = OPENED

    def tell(self, event: Event) -> None:
        self.now += timedelta(hours=1)
        recorded = Recorded(
            position=len(self.log) + 1,
            event_id=str(len(self.log) + 1),
            recorded_at=self.now,
            event=event,
            actor="test",
            observed_at=self.now,
        )
        self.log.append(recorded)
        self.desk.apply(recorded)

    def reported(self, name: str, development: Development, **slots: Any) -> None:
        """Tell of a development; by default one that a source graded A quotes, told on its own day."""
        when = development.occurred
        defaults: dict[str, Any] = {
            "source": "Wire",
            "grade": "A",
            "via": "extractor",
            "published": when.text if when else "2024-06-25",
        }
        slots = defaults | slots
        slots.setdefault("origin", slots["source"])
        quote = Attested if slots["via"] == "record" else Quoted
        extra = {"by": f"record {name}"} if slots["via"] == "record" else {}
        evidence = (quote(blob=BLOB, start=0, end=4, **extra),)
        self.tell(
            DevelopmentReported(development_id=name, development=development, evidence=evidence, **slots)
        )

    def observed(self, item: str, **slots: Any) -> None:
        self.tell(
            ItemObserved(
                item_id=item,
                feed="wire",
                key=item,
                text=BLOB,
                title_sha256=BLOB,
                body_sha256=BLOB,
                raw=BLOB,
                parser="p",
                in_scope=True,
                **slots,
            )
        )

    def revised(self, item: str, version: int) -> None:
        change = Change(field="body", old=BLOB, new="1" * 64)
        self.tell(
            ItemRevised(
                item_id=item,
                feed="wire",
                version=version,
                changes=(change,),
                text="1" * 64,
                title_sha256=BLOB,
                body_sha256=BLOB,
                raw=BLOB,
                parser="p",
                in_scope=True,
            )
        )


def opened() -> Told:
    """Open a desk and configure it."""
    made = Told()
    made.tell(LedgerOpened(clock="virtual", program="test"))
    config = configuration()
    made.tell(ConfigurationChanged(sha256=fingerprint(config), configuration=config))
    return made


@pytest.fixture
def told() -> Told:
    """A desk that was opened and configured."""
    return opened()


@pytest.fixture(scope="session")
def told_of() -> Callable[[], Told]:
    """Make any number of such desks."""
    return opened


Make = Callable[..., Development]


@pytest.fixture
def text() -> bytes:
    """The text that every claim quotes."""
    return TEXT


@pytest.fixture
def arrival() -> Make:
    """Make an arrival: `arrival(400, "2024-06-25")`."""

    def make(n: int | None, day: str | None, **slots: Any) -> Development:
        defaults: dict[str, Any] = {"actor": "NOR", "unit": "police", "status": Status.OCCURRED}
        slots = defaults | slots
        unit = slots.pop("unit")
        return Development(
            kind="movement",
            outcome="arrived",
            count=None if n is None else Count(n=n, unit=unit, **slots.pop("of", {})),
            occurred=When(text=day) if day else None,
            **slots,
        )

    return make


@pytest.fixture
def received() -> Make:
    """Make a fund total: `received(21, "2024-07-03")`, in millions."""

    def make(millions: str | int, day: str | None, currency: str | None = "USD", **slots: Any) -> Development:
        defaults: dict[str, Any] = {"measure": "received", "target": "the fund"}
        return Development(
            kind="fund_total",
            money=Money(amount=Decimal(millions) * 1_000_000, currency=currency),
            occurred=When(text=day) if day else None,
            **(defaults | slots),
        )

    return make
