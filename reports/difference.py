"""The difference of two moments of one record: facts, key figures, disputes, dates ahead and alerts, old and new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from ledger.errors import UsageError
from reports.changes import Changed, TileChange, changes
from reports.deadlines import Due, deadlines
from reports.desk import Desk
from reports.disputes import Dispute, disputes
from reports.indicators import tiles
from reports.look import Look
from reports.status import fact_label
from reports.timeline import Lines, lines
from reports.weekly_words import figure_text


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One of the two moments as it was understood. `root` is the Merkle root (hex) over `position` events."""

    position: int
    as_of: datetime
    seen_by: datetime | None
    on: date
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """A fact that differs. `development` is the claim that stands for it now, `old` and `new` its figures as printed."""

    change: str
    fact: str
    development: str
    sentence: str
    source: str
    old: str | None
    new: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A dispute, a date ahead or an alert that differs: what became of it, and its state before and after in words."""

    id: str
    label: str
    change: Literal["new", "changed", "gone"]
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs between two moments. `developments` were recorded in between, in that order."""

    before: End
    after: End
    developments: tuple[str, ...]
    facts: tuple[FactChange, ...]
    indicators: tuple[TileChange, ...]
    disputes: tuple[Turn, ...]
    deadlines: tuple[Turn, ...]
    alerts: tuple[Turn, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing that is shown differs."""
        parts = (self.developments, self.facts, self.indicators, self.disputes, self.deadlines, self.alerts)
        return not any(parts)


def difference(before: Look, after: Look) -> Difference:
    """Return what differs from one look to a later one of the same ledger (UsageError if it is not later)."""
    _in_order(before, after)
    made = lines(after.desk)
    # Each state on its own valid day, unless one day was asked for: that a date passed is a difference too.
    found = changes(before.desk, after.desk, then=before.now, now=after.now, on=after.moment.on)
    return Difference(
        before=_end(before),
        after=_end(after),
        developments=found.claims,
        facts=tuple(_fact(made, change) for change in found.facts),
        indicators=found.tiles,
        disputes=tuple(_turns(_disputes(before), _disputes(after))),
        deadlines=tuple(_turns(_deadlines(before), _deadlines(after))),
        alerts=tuple(_turns(_alerts(before.desk), _alerts(after.desk))),
    )


def _in_order(before: Look, after: Look) -> None:
    one, other = before.moment, after.moment
    seen = one.seen_by is None or other.seen_by is None or one.seen_by <= other.seen_by
    if one.position > other.position or not seen:
        raise UsageError(
            f"position {one.position} comes after position {other.position}; name the earlier moment first"
            if one.position > other.position
            else "what had been seen by the first moment comes after the second; name the earlier one first"
        )


def _end(seen: Look) -> End:
    moment = seen.moment
    return End(position=moment.position, as_of=seen.now, seen_by=moment.seen_by, on=seen.on, root=seen.root)


def _fact(made: Lines, change: Changed) -> FactChange:
    return FactChange(
        change=change.kind,
        fact=change.fact,
        development=change.claim.id,
        sentence=made.said(change.claim),
        source=change.claim.source,
        old=change.old,
        new=change.new,
        why=change.why,
    )


State = tuple[str, str]
"""What a dispute, date or alert is about, and how it stands, in words."""


def _turns(before: Mapping[str, State], after: Mapping[str, State]) -> Iterator[Turn]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        label = (new or old or ("", ""))[0]
        turned: Literal["new", "changed", "gone"] = "changed" if old and new else "new" if new else "gone"
        yield Turn(id=name, label=label, change=turned, old=old and old[1], new=new and new[1])


def _disputes(seen: Look) -> dict[str, State]:
    found = {dispute.id: dispute for dispute in disputes(seen.desk, now=seen.now, on=seen.on)}
    if seen.desk.known_configuration:
        shown = tiles(seen.desk, now=seen.now, on=seen.on)
        found |= {tile.dispute.id: tile.dispute for tile in shown if tile.dispute}
    made = lines(seen.desk)
    return {name: (fact_label(made, dispute.fact), _sides(dispute)) for name, dispute in found.items()}


def _sides(dispute: Dispute) -> str:
    if dispute.low is None or dispute.high is None:
        return dispute.why
    return f"{figure_text(Decimal(dispute.low), Decimal(dispute.high), dispute.unit or '')}: {dispute.why}"


def _deadlines(seen: Look) -> dict[str, State]:
    return {due.id: (due.label, _stands(due)) for due in deadlines(seen.desk, now=seen.now, on=seen.on)}


def _stands(due: Due) -> str:
    words = f"{due.state}, {due.text or 'no date'}"
    return f"{words} ({due.note})" if due.note else words


def _alerts(desk: Desk) -> dict[str, State]:
    return {
        name: (alert.raised.summary, "open" if alert.open else f"resolved: {alert.reason}")
        for name, alert in desk.alerts.items()
    }
