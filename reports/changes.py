"""Changes: what differs between two states of the record, so that a report can say what is new, revised, disputed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports.claims import Claim
from reports.desk import Desk

ChangeKind = Literal["new", "revised", "edited", "disputed", "settled", "confirmed", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change of a fact. `old` and `new` are its leading claims' figures as printed, `why` the reason."""

    kind: ChangeKind
    fact: str
    claim: Claim
    old: str | None
    new: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TileChange:
    """An indicator whose figure, range or state differs. `direction` is up, down, same or None (no basis)."""

    indicator: str
    label: str
    old: str | None
    new: str | None
    direction: Literal["up", "down", "same"] | None
    better: bool | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The difference of two states; `claims` are the ids recorded since, in order."""

    after: int
    until: int
    claims: tuple[str, ...]
    facts: tuple[Changed, ...]
    tiles: tuple[TileChange, ...]


def changes(before: Desk, after: Desk, *, then: datetime, now: datetime, on: date | None = None) -> Changes:
    """Return what changed from one state to a later one. `then` and `now` are the two instants."""
    raise NotImplementedError
