"""Stepping through the past: what each day, or each event, changed on the desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from ledger.describe import describe
from ledger.envelope import Recorded
from ledger.moments import Moment
from ledger.replay import Log, fold
from reports.changes import Changes, changes
from reports.desk import Desk
from reports.timeline import lines

By = Literal["day", "event"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: the position and instant it ends at, how many events it took, and what they changed, in words."""

    position: int
    at: datetime
    events: int
    changed: tuple[str, ...]


def steps(log: Log, *, after: int, until: int, by: By) -> Iterator[Step]:
    """Yield every step with after < position <= until; by day only those that changed something are of length > 0."""
    desk = fold(Desk(), log, Moment(position=after))
    recorded_after = log.events(after=after, until=until)
    if by == "event":
        yield from (_event(desk, recorded) for recorded in recorded_after)
        return
    for _, group in groupby(recorded_after, key=lambda recorded: recorded.recorded_at.date()):
        yield _day(desk, list(group))


def _event(desk: Desk, recorded: Recorded) -> Step:
    before = desk.copy()
    desk.apply(recorded)
    told = (f"{recorded.event.TOPIC}: {describe(recorded.event)}", *_told(before, desk, [recorded]))
    return Step(position=recorded.position, at=recorded.recorded_at, events=1, changed=told)


def _day(desk: Desk, group: list[Recorded]) -> Step:
    before = desk.copy()
    for recorded in group:
        desk.apply(recorded)
    last = group[-1]
    return Step(
        position=last.position,
        at=last.recorded_at,
        events=len(group),
        changed=tuple(_told(before, desk, group)),
    )


def _told(before: Desk, after: Desk, group: list[Recorded]) -> Iterator[str]:
    difference = changes(before, after, then=group[0].recorded_at, now=group[-1].recorded_at)
    said = lines(after)
    for change in difference.facts:
        yield f"{change.kind}: {said.said(change.claim)}" + _from_to(change.old, change.new)
    known = {change.claim.id for change in difference.facts}
    for claim_id in difference.claims:
        if claim_id not in known:
            yield f"reported: {said.said(after.claims[claim_id])}"
    yield from _tiles(difference)


def _tiles(difference: Changes) -> Iterator[str]:
    for tile in difference.tiles:
        yield f"tile: {tile.label}{_from_to(tile.old, tile.new)}"


def _from_to(old: str | None, new: str | None) -> str:
    return f" [{old} → {new}]" if old and new and old != new else ""
