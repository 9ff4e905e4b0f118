"""Changes: what differs between two states of the record, so that a report can say what is new, revised, disputed.

A state is also a `Board`: every tile and every admitted fact as printed. Differences of boards add up: applied one
after the other to the first board they give the last one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from reports.claims import Claim, Number
from reports.desk import Desk
from reports.disputes import counts_on, dispute_of
from reports.facts import Fact
from reports.indicators import Tile, tiles
from reports.sentences import figure_said
from reports.weekly_words import figure_text

ChangeKind = Literal["new", "revised", "edited", "disputed", "settled", "gone"]

Board = Mapping[str, str]
"""What is printed: `tile:ID` or `fact:ID` -> text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change of a fact. `old` and `new` are its figures as printed (None: none), `why` the reason.

    `edited`: the publisher changed the item that `claim` came from; `gone`: no claim of it counts any more.
    """

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
    old: str
    new: str
    direction: Literal["up", "down", "same"] | None
    better: bool | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The difference of two states; `claims` are the ids recorded since, in order of recording.

    `board` lists (name, old, new) of everything printed that differs; None stands for "not there".
    """

    after: int
    until: int
    claims: tuple[str, ...]
    facts: tuple[Changed, ...]
    tiles: tuple[TileChange, ...]
    board: tuple[tuple[str, str | None, str | None], ...]


def changes(before: Desk, after: Desk, *, then: datetime, now: datetime, on: date | None = None) -> Changes:
    """Return what changed from one state to a later one of the same ledger. `then` and `now` are the two instants."""
    old, new = board(before, now=then, on=on), board(after, now=now, on=on)
    return Changes(
        after=before.position,
        until=after.position,
        claims=tuple(claim_id for claim_id in after.claims if claim_id not in before.claims),
        facts=tuple(_facts(before, after, on or now.date())),
        tiles=tuple(_tiles(before, after, (then, now), on)),
        board=tuple(
            (name, old.get(name), new.get(name))
            for name in dict.fromkeys([*old, *new])
            if old.get(name) != new.get(name)
        ),
    )


def board(desk: Desk, *, now: datetime, on: date | None = None) -> dict[str, str]:
    """Return everything that a state prints."""
    day = on or now.date()
    shown = tiles(desk, now=now, on=day) if desk.known_configuration else ()
    printed = {f"tile:{tile.indicator.id}": tile_text(tile) for tile in shown}
    printed |= {
        f"fact:{fact.id}": fact_text(fact) for fact in desk.all_facts() if fact.lead and counts_on(fact, day)
    }
    return printed


def applied(start: Board, difference: Changes) -> dict[str, str]:
    """Return a board with a difference applied to it."""
    changed = dict(start)
    for name, _, new in difference.board:
        if new is None:
            changed.pop(name, None)
        else:
            changed[name] = new
    return changed


# --- words ----------------------------------------------------------------------------------------------------


def fact_text(fact: Fact) -> str:
    """Return a fact's figure or range as printed, "yes" for one without a figure."""
    dispute = dispute_of(fact)
    lead = fact.lead
    if lead is None:
        return ""
    if dispute is None or dispute.low is None or dispute.high is None:
        return figure_said(lead.development) or "yes"
    return f"{_range(dispute.low, dispute.high, dispute.unit)} (disputed)"


def tile_text(tile: Tile) -> str:
    """Return a tile's figure as printed: "200–400 police", "USD 21 million" or "no reliable figure since …"."""
    if tile.lead is None or tile.stale:
        return tile.note
    if tile.low is None or tile.high is None or not tile.disputed:
        return figure_said(tile.lead.development)
    return f"{_range(tile.low, tile.high, tile.indicator.unit)} (disputed)"


def _range(low: Number, high: Number, unit: str | None) -> str:
    return figure_text(Decimal(low), Decimal(high), unit or "")


# --- differences ----------------------------------------------------------------------------------------------


def _facts(before: Desk, after: Desk, day: date) -> Iterator[Changed]:
    """Compare the facts that a claim recorded, superseded or edited since is part of."""
    touched = [claim for claim in after.claims.values() if before.claims.get(claim.id) != claim]
    yield from (change for claim in touched if (change := _edit(before, after, claim)) is not None)
    for key in dict.fromkeys(after.key(claim.id) for claim in touched):
        earlier = {claim.id: fact for fact in before.facts(key) for claim in fact.claims}
        for fact in after.facts(key):
            if counts_on(fact, day):
                old = next((earlier[claim.id] for claim in fact.claims if claim.id in earlier), None)
                change = _change(old, fact)
                if change is not None:
                    yield change


def _edit(before: Desk, after: Desk, claim: Claim) -> Changed | None:
    known = before.claims.get(claim.id)
    if known is None or not claim.edited or (known.edited and known.superseded_by == claim.superseded_by):
        return None
    successor = after.claims[claim.superseded_by] if claim.superseded_by else None
    old = figure_said(claim.development) or None
    new = (figure_said(successor.development) or None) if successor else None
    if successor is not None and old == new:
        return None
    why = f"{claim.source} edited its text" + (
        "" if successor else " and it is not known to say this any more"
    )
    return Changed(kind="edited", fact=claim.id, claim=successor or claim, old=old, new=new, why=why)


def _change(old: Fact | None, new: Fact) -> Changed | None:
    lead, known = new.lead, old.lead if old else None
    if lead is None:
        if old is None or known is None:
            return None
        return Changed(
            kind="gone", fact=new.id, claim=known, old=fact_text(old), new=None, why="no claim counts"
        )
    now = fact_text(new)
    if old is None or known is None:
        return Changed(kind="new", fact=new.id, claim=lead, old=None, new=now, why=_why(new))
    then = fact_text(old)
    dispute, disputed = dispute_of(new), dispute_of(old) is not None
    kind: ChangeKind = "revised"
    if (dispute is not None) != disputed:
        kind = "disputed" if dispute else "settled"
    if then == now and kind == "revised":
        return None
    return Changed(
        kind=kind, fact=new.id, claim=lead, old=then, new=now, why=dispute.why if dispute else _why(new)
    )


def _why(fact: Fact) -> str:
    return next(admission.why for admission in fact.admissions if admission.admitted)


def _tiles(
    before: Desk, after: Desk, instants: tuple[datetime, datetime], on: date | None
) -> Iterator[TileChange]:
    if after.known_configuration is None:
        return
    then, now = instants
    shown = tiles(before, now=then, on=on) if before.known_configuration else ()
    earlier = {tile.indicator.id: tile for tile in shown}
    for tile in tiles(after, now=now, on=on):
        old = earlier.get(tile.indicator.id)
        was = tile_text(old) if old else "not watched"
        if was == tile_text(tile):
            continue
        direction = _direction(old, tile)
        moved = direction in ("up", "down")
        yield TileChange(
            indicator=tile.indicator.id,
            label=tile.indicator.label,
            old=was,
            new=tile_text(tile),
            direction=direction,
            better=direction == tile.indicator.better if moved else None,
            why=tile.note or (tile.dispute.why if tile.dispute else _why(tile.fact) if tile.fact else ""),
        )


def _direction(old: Tile | None, new: Tile) -> Literal["up", "down", "same"] | None:
    """Whether the figure certainly moved: ranges that overlap, gaps and stale figures are no basis."""
    if old is None or old.stale or new.stale:
        return None
    if old.low is None or old.high is None or new.low is None or new.high is None:
        return None
    if new.low > old.high:
        return "up"
    if new.high < old.low:
        return "down"
    return "same" if (new.low, new.high) == (old.low, old.high) and not new.disputed else None
