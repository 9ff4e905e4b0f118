"""Disputes: admitted claims about one fact that cannot all be true. They stand side by side until resolved."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.claims import Number
from reports.desk import Desk
from reports.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One disputed fact: the range its admitted figures span and what the disagreement is about.

    `kind` is `figure`, `currency` (the same amount in different currencies; then `unit` is the leading one and
    `others` the facts in the other currencies) or `denial` (an admitted claim denies it).
    """

    id: str
    kind: str
    fact: Fact
    others: tuple[Fact, ...]
    indicator: str | None
    low: Number | None
    high: Number | None
    unit: str | None
    open: bool
    why: str
    since: datetime


def disputes(desk: Desk, *, now: datetime, on: date | None = None) -> tuple[Dispute, ...]:
    """Return every open dispute, the latest fact first. `on` leaves out facts after that valid day."""
    raise NotImplementedError


def dispute_of(fact: Fact, *, indicator: str | None = None) -> Dispute | None:
    """Return the dispute about the figures of one fact, or None if its admitted claims can all be true."""
    raise NotImplementedError
