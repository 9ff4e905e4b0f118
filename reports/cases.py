"""Cases: each legal case as a thread; where it stands, its last step, the next date, its effect."""

from dataclasses import dataclass
from datetime import date, datetime

from ledger.configuration import Case
from reports.claims import Claim
from reports.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """`state` is the outcome in force (barred, allowed …; None before any ruling), `until` when it runs out.

    `steps` are the admitted steps in order of valid time, `last` the latest of them; `ahead` are planned steps,
    `next_date` the nearest dated one of them or the `until` of the last step.
    """

    case: Case
    state: str | None
    until: date | None
    last: Claim | None
    next_date: date | None
    steps: tuple[Claim, ...]
    ahead: tuple[Claim, ...]
    effect: str | None


def cases(desk: Desk, *, now: datetime, on: date | None = None) -> tuple[CaseState, ...]:
    """Return every configured case, in the order of the configuration."""
    raise NotImplementedError
