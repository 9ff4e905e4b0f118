"""Indicators: the tiles of page one. The latest admitted snapshot leads; flows since stand beside it, never added."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.configuration import Indicator
from reports.claims import Claim, Number
from reports.desk import Desk
from reports.disputes import Dispute
from reports.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One indicator at a moment.

    `value` is the leading claim's figure (None: nothing admitted), `low` to `high` the range over the lead fact's
    admitted claims (equal when one figure). `stale`: the figure is older than `max_age_days`; then `since` is the
    day it held. `goal` is the configured one or the goal indicator's value. `pending` holds claims that do not count:
    planned, denied, unreviewed.
    """

    indicator: Indicator
    fact: Fact | None
    lead: Claim | None
    value: Number | None
    low: Number | None
    high: Number | None
    disputed: bool
    dispute: Dispute | None
    stale: bool
    since: date | None
    age_days: int | None
    goal: Decimal | None
    flows: tuple[Fact, ...]
    pending: tuple[Claim, ...]

    @property
    def note(self) -> str:
        """What to print in place of, or beside, the figure."""
        if self.lead is None:
            return "no reliable figure yet"
        return f"no reliable figure since {self.since}" if self.stale and self.since else ""


def tiles(desk: Desk, *, now: datetime, on: date | None = None) -> tuple[Tile, ...]:
    """Return one tile per configured indicator, in the order of the configuration."""
    raise NotImplementedError


def tile(desk: Desk, indicator: Indicator, *, now: datetime, on: date | None = None) -> Tile:
    """Return the tile of one indicator."""
    raise NotImplementedError
