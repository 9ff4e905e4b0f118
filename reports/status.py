"""Status: the whole state of the desk at a moment, as `sitledger status --json` prints it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.claims import Number
from reports.coverage import Coverage
from reports.desk import Desk
from reports.itemtexts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """One claim as printed. Money is a decimal (a string in JSON), a count an integer."""

    value: Number | None
    low: Number | None
    high: Number | None
    unit: str | None
    approx: str | None
    source: str
    speaker: str | None
    origin: str
    said_at: str | None
    occurred: str | None
    status: str
    measure: str | None
    target: str | None
    actor: str | None
    tier: str
    admitted: bool
    why: str
    grade: str
    confidence: Decimal | None
    development: str
    sentence: str
    attested: bool
    edited: bool
    quote: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorView:
    """One tile as printed. `target` is what the figure is about; `goal` the level it is measured against."""

    id: str
    label: str
    unit: str
    value: Number | None
    low: Number | None
    high: Number | None
    disputed: bool
    stale: bool
    since: date | None
    note: str
    target: str | None
    goal: Number | None
    better: str
    claims: tuple[ClaimView, ...]
    flows: tuple[ClaimView, ...]
    expected: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineView:
    """One date ahead as printed; `until` is ISO 8601 cut to its precision."""

    id: str
    kind: str
    label: str
    until: str | None
    days_left: int | None
    state: str
    overdue: bool
    source: str
    note: str
    development: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeView:
    """One disputed fact as printed."""

    id: str
    fact: str
    kind: str
    indicator: str | None
    low: Number | None
    high: Number | None
    unit: str | None
    open: bool
    why: str
    claims: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """One open alert as printed."""

    id: str
    rule: str
    kind: str
    severity: str
    summary: str
    raised_at: datetime
    labels: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """Everything that the desk knows at a moment. `root` is the Merkle root (hex) over `position` events."""

    position: int
    as_of: datetime
    on: date
    root: str
    virtual: bool
    indicators: tuple[IndicatorView, ...]
    deadlines: tuple[DeadlineView, ...]
    disputes: tuple[DisputeView, ...]
    alerts: tuple[AlertView, ...]
    expected: tuple[ClaimView, ...]
    coverage: Coverage


def status(
    desk: Desk, *, now: datetime, on: date | None = None, root: str = "", text: Texts | None = None
) -> StatusView:
    """Return the state of the desk; `text` fetches stored texts for the quotes (none without it)."""
    raise NotImplementedError
