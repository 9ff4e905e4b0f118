"""Dates ahead: declared ones, mandates' ends, hearings, promised arrivals and payments; days left, overdue, met, missed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports.claims import Claim
from reports.desk import Desk

State = Literal["due", "overdue", "met", "missed", "replaced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One date ahead.

    `until` is the last day it can mean, `text` the date cut to its precision (None, None: no date given). `days_left`
    is negative once overdue. `by` is the claim that states it (None for a declared one), `done` the one that fulfilled
    it; `met`: it came by then, `missed`: it came later. `claims` are all that name a date for the same thing
    (`first` is the earliest of their dates), `note` what moved it, e.g. "put off on 2024-05-25 by about 3 weeks".
    """

    id: str
    kind: str
    label: str
    first: date | None
    until: date | None
    text: str | None
    days_left: int | None
    state: State
    source: str
    address: str | None
    by: Claim | None
    claims: tuple[Claim, ...]
    done: Claim | None
    note: str


def deadlines(desk: Desk, *, now: datetime, on: date | None = None) -> tuple[Due, ...]:
    """Return all dates, open ones first by date, then those that were met or missed, the latest first."""
    raise NotImplementedError
