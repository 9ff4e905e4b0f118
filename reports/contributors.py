"""Promises against delivery: who offered, approved and sent whom; who promised and paid what."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.claims import Claim, Number
from reports.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A figure with its range and the claims behind it. `unit` is a count's unit or a currency."""

    low: Number
    high: Number
    unit: str | None
    disputed: bool
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor:
    """One contributor's personnel (pledged, approved, arrived, withdrawn) and money (pledged, paid).

    A contributor may have several amounts of a step, one per unit and target; they are never added across these.
    """

    actor: str
    pledged: tuple[Amount, ...]
    approved: tuple[Amount, ...]
    arrived: tuple[Amount, ...]
    withdrawn: tuple[Amount, ...]
    money_pledged: tuple[Amount, ...]
    money_paid: tuple[Amount, ...]
    oldest_promise: date | None


def contributors(desk: Desk, *, now: datetime, on: date | None = None) -> tuple[Contributor, ...]:
    """Return every contributor with an admitted claim, by name."""
    raise NotImplementedError
