"""A desk on a virtual clock: say what sources report, let the alerts run, look at what was recorded."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.codebook import shipped_codebook
from ledger.configuration import (
    AlertRule,
    Configuration,
    Destination,
    Fetching,
    Indicator,
    Mission,
)
from ledger.developments import Development, Money, When
from ledger.envelope import NewEvent
from ledger.events import (
    AlertRaised,
    AlertResolved,
    DevelopmentReported,
    Event,
    ItemObserved,
    NotificationRequested,
)
from ledger.sources import Attested, Quoted
from reports.alerts.engine import AlertEngine, AlertRun

START = datetime(2024, 6, 3, 8, 0, tzinfo=UTC)
OWN = (AlertRaised, AlertResolved, NotificationRequested)
INDICATORS = (
    Indicator(
        id="received",
        label="Fund, received",
        kinds=("fund_total",),
        measure="received",
        unit="USD",
        max_age_days=60,
    ),
    Indicator(
        id="required", label="Required a year", kinds=("funding_required",), unit="USD", max_age_days=365
    ),
)
HOOK = Destination(name="hook", kind="webhook", env="DESK_HOOK")


def configuration(*rules: AlertRule, **changes: Any) -> Configuration:
    return Configuration(
        **{
            "mission": Mission(id="M", name="Mission"),
            "fetching": Fetching(contact="desk@example.org"),
            "codebook": shipped_codebook(),
            "indicators": INDICATORS,
            "alerts": rules,
            "destinations": (HOOK,),
            **changes,
        }
    )


class DeskOnPaper:
    """One ledger, its alert engine and its clock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = VirtualClock(START)
        self.ledger = Ledger.create(folder, clock=self.clock, program="test", virtual=True)
        self.engine = AlertEngine()
        self._reports = 0

    def configure(self, *rules: AlertRule, **changes: Any) -> "DeskOnPaper":
        self.ledger.configure(configuration(*rules, **changes), actor="analyst")
        return self

    def report(
        self,
        kind: str,
        *,
        grade: str = "B",
        origin: str | None = None,
        shown: datetime | None = None,
        item: str | None = None,
        via: str = "extractor",
        **slots: Any,
    ) -> str:
        """Record that a source, graded B unless said otherwise, reports a development just now."""
        self._reports += 1
        development_id = f"d{self._reports}"
        for slot in ("occurred", "until"):
            if isinstance(slots.get(slot), str):
                slots[slot] = When(text=slots[slot])
        if isinstance(slots.get("money"), int):
            slots["money"] = Money(amount=Decimal(slots["money"]), currency="USD")
        blob = hashlib.sha256(development_id.encode()).hexdigest()
        evidence = (
            Quoted(blob=blob, start=0, end=1)
            if via == "extractor"
            else Attested(by="records", blob=blob, start=0, end=1)
        )
        event = DevelopmentReported(
            development_id=development_id,
            development=Development(kind=kind, **slots),
            evidence=(evidence,),
            source=origin or f"Source {grade}",
            grade=grade,
            origin=origin or f"Source {grade}",
            via=via,  # type: ignore[arg-type] # the tests name it as text
            item_id=item,
            item_version=1 if item else None,
        )
        seen = None if via == "record" and shown is None else shown or self.clock()
        self.record(event, observed_at=seen)
        return development_id

    def item(self, item_id: str, *, baseline: bool) -> str:
        """Record that a feed shows an item."""
        sha = hashlib.sha256(item_id.encode()).hexdigest()
        self.record(
            ItemObserved(
                item_id=item_id,
                feed="wire",
                key=item_id,
                text=sha,
                title_sha256=sha,
                body_sha256=sha,
                raw=sha,
                parser="test",
                in_scope=True,
                baseline=baseline,
            ),
            observed_at=self.clock(),
        )
        return item_id

    def record(self, event: Event, **envelope: Any) -> None:
        self.ledger.record([NewEvent(event=event, actor="extractor", **envelope)])

    def wait(self, **step: float) -> None:
        self.clock.advance(timedelta(**step))

    def run(self) -> AlertRun:
        return self.engine.run(self.ledger, self.clock())

    def restart(self) -> None:
        """Forget everything that is not in the ledger."""
        self.engine = AlertEngine()

    def own(self) -> list[Event]:
        """Every alert event that is recorded, in order."""
        return [recorded.event for recorded in self.ledger.of_type(*OWN)]

    def raised(self) -> list[AlertRaised]:
        return [event for event in self.own() if isinstance(event, AlertRaised)]

    def resolved(self) -> list[AlertResolved]:
        return [event for event in self.own() if isinstance(event, AlertResolved)]

    def requested(self) -> list[NotificationRequested]:
        return [event for event in self.own() if isinstance(event, NotificationRequested)]


@pytest.fixture
def make_desk(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], DeskOnPaper]:
    """Makes further desks, each with a ledger of its own, which the test closes."""
    return lambda: DeskOnPaper(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskOnPaper]:
    """An empty ledger on 3 June 2024, 08:00 UTC."""
    paper = DeskOnPaper(tmp_path / "data")
    yield paper
    paper.ledger.close()
