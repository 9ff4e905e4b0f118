"""Indicators: the tiles of page one. The latest admitted snapshot leads; flows since stand beside it, never added."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from ledger.configuration import Indicator
from ledger.developments import Development
from reports.claims import Claim, Number, figure_of, shifted
from reports.desk import Desk
from reports.disputes import Dispute, bounds, counts_on, dispute_of
from reports.facts import Fact, FactKey, key_of, voice_of
from reports.grouping import group

PENDING_MAX = 20
"""How many claims that do not count a tile carries, the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One indicator at a moment.

    `value` is the leading claim's figure (None: nothing admitted), `low` to `high` the range over the lead fact's
    admitted claims if disputed, else what the leading claim's own voice gives. `stale`: the figure held on `since`, more than
    `max_age_days` ago. `goal` is the configured one or the goal indicator's value. `flows` are admitted flows after
    the lead fact, `pending` claims that do not count: planned, denied, unreviewed.
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
    return tuple(tile(desk, indicator, now=now, on=on) for indicator in desk.configuration.indicators)


def tile(desk: Desk, indicator: Indicator, *, now: datetime, on: date | None = None) -> Tile:
    """Return the tile of one indicator."""
    day = on or now.date()
    bare = _tile(desk, indicator, day)
    return replace(bare, goal=_goal(desk, indicator, day))


def history(desk: Desk, indicator: Indicator, *, on: date | None = None) -> tuple[Fact, ...]:
    """Return the admitted facts that may lead an indicator's tile, in order of valid day, dated ones only."""
    leading, _ = _split(desk, indicator)
    admitted = [fact for fact in leading if fact.lead and fact.day and counts_on(fact, on)]
    return tuple(sorted(admitted, key=lambda fact: fact.day or date.min))


def _tile(desk: Desk, indicator: Indicator, day: date) -> Tile:
    leading, beside = _split(desk, indicator)
    fact = _latest(leading, day, indicator.max_age_days)
    if not _has_snapshots(desk, indicator):
        fact = _unsettled(leading, day, indicator.max_age_days) or fact
        beside = [*leading, *beside]
    lead = fact.lead if fact else None
    figure = figure_of(lead.development) if lead else None
    dispute = dispute_of(fact) if fact else None
    low, high = (dispute.low, dispute.high) if dispute else _said_by(fact, lead)
    since = fact.day if fact else None
    age_days = max((day - since).days, 0) if since else None
    return Tile(
        indicator=indicator,
        fact=fact,
        lead=lead,
        value=figure.low if figure else None,
        low=low,
        high=high,
        disputed=dispute is not None,
        dispute=dispute,
        stale=age_days is not None and age_days > indicator.max_age_days,
        since=since,
        age_days=age_days,
        goal=None,
        flows=_flows_since(beside, fact, day),
        pending=_pending(desk, indicator, fact, day),
    )


def _said_by(fact: Fact | None, lead: Claim | None) -> tuple[Number | None, Number | None]:
    """Return the range that the leading claim's own voice gives, in one figure or two."""
    if fact is None or lead is None:
        return None, None
    return bounds(claim for claim in fact.admitted if voice_of(claim) == voice_of(lead))


def _goal(desk: Desk, indicator: Indicator, day: date) -> Decimal | None:
    if indicator.goal is not None or indicator.goal_indicator is None:
        return indicator.goal
    other = next(
        (each for each in desk.configuration.indicators if each.id == indicator.goal_indicator), None
    )
    value = _tile(desk, other, day).value if other else None
    return None if value is None else Decimal(value)


# --- which facts an indicator is about ------------------------------------------------------------------------


def keys_for(desk: Desk, indicator: Indicator, *, unsaid: bool = False) -> tuple[FactKey, ...]:
    """Return the keys of the facts that an indicator shows: kind, unit and every slot given agree.

    With `unsaid` also those without a figure: a plan often names none.
    """
    wanted = key_of(
        Development(
            kind=indicator.kinds[0],
            actor=indicator.actor,
            target=indicator.target,
            outcome=indicator.outcome,
            measure=indicator.measure,
        ),
        desk.missions,
    )
    keys = desk.keys(*indicator.kinds, *indicator.flows)
    units: set[str | None] = {unit.casefold() for unit in (indicator.unit, *indicator.units)}
    if unsaid:
        units.add(None)
    return tuple(
        key
        for key in keys
        if (key.unit.casefold() if key.unit else None) in units and _matches(key, indicator, wanted)
    )


def _matches(key: FactKey, indicator: Indicator, wanted: FactKey) -> bool:
    agree = (indicator.actor is None or key.actor == wanted.actor) and (
        indicator.target is None or key.target == wanted.target
    )
    if key.kind not in indicator.kinds:
        return agree
    return (
        agree
        and (indicator.outcome is None or key.outcome == indicator.outcome)
        and (indicator.measure is None or key.measure == wanted.measure)
    )


def _split(desk: Desk, indicator: Indicator) -> tuple[list[Fact], list[Fact]]:
    """Return the facts that may lead and those beside them; units that the indicator lists are taken as one.

    Snapshots lead where there is a kind of that mode, else the kinds listed do.
    """
    alike: defaultdict[FactKey, list[FactKey]] = defaultdict(list)
    for key in keys_for(desk, indicator):
        alike[replace(key, unit=indicator.unit)].append(key)
    leading: list[Fact] = []
    beside: list[Fact] = []
    snapshots_lead = _has_snapshots(desk, indicator)
    for shared, keys in alike.items():
        snapshot = desk.is_snapshot(shared.kind)
        leads = shared.kind in indicator.kinds and (snapshot or not snapshots_lead)
        into = leading if leads else beside
        if len(keys) == 1:
            into += desk.facts(keys[0])
        else:
            claims = [claim for key in keys for claim in desk.claims_of(key)]
            into += group(shared, claims, snapshot=snapshot)
    return leading, beside


def _has_snapshots(desk: Desk, indicator: Indicator) -> bool:
    return any(desk.is_snapshot(kind) for kind in indicator.kinds)


# --- which of them leads --------------------------------------------------------------------------------------


def _latest(facts: Sequence[Fact], day: date, max_age_days: int) -> Fact | None:
    """The latest by valid time.

    One that is dated only by its publication, or held weakly, leads when nothing better is fresh.
    """
    fresh = shifted(day, -max_age_days)
    candidates = [fact for fact in facts if fact.lead and fact.day and counts_on(fact, day)]

    def order(fact: Fact) -> tuple[bool, bool, date]:
        assert fact.day is not None
        assert fact.lead is not None
        dated = fact.last is not None and fact.day >= fresh
        return (dated and not fact.lead.weak, dated, fact.day)

    return max(candidates, key=order, default=None)


def _unsettled(flows: Sequence[Fact], day: date, max_age_days: int) -> Fact | None:
    """The latest disputed flow that is not stale: it stays on page one until somebody resolves it."""
    fresh = shifted(day, -max_age_days)
    open_ones = [
        fact
        for fact in flows
        if fact.day and fact.day >= fresh and counts_on(fact, day) and dispute_of(fact) is not None
    ]
    return max(open_ones, key=lambda fact: fact.day or date.min, default=None)


def _flows_since(flows: Sequence[Fact], lead: Fact | None, day: date) -> tuple[Fact, ...]:
    after = lead.day if lead and lead.day else date.min
    found = [
        fact
        for fact in flows
        if fact is not lead and fact.lead and fact.first and fact.first > after and counts_on(fact, day)
    ]
    return tuple(sorted(found, key=lambda fact: fact.first or date.min))


def _pending(desk: Desk, indicator: Indicator, lead: Fact | None, day: date) -> tuple[Claim, ...]:
    """Claims that say something newer than the tile, or otherwise about its fact, and do not count."""
    after = lead.day if lead and lead.day else date.min
    inside = {claim.id for claim in (*lead.claims, *lead.denials)} if lead else set()
    counted = {claim.id for fact in (lead,) if fact for claim in fact.admitted}
    found: list[Claim] = []
    for key in keys_for(desk, indicator, unsaid=True):
        admitted = {claim.id for fact in desk.facts(key) for claim in fact.admitted}
        for claim in desk.claims_of(key):
            if not claim.live or claim.id in admitted or claim.id in counted:
                continue
            occurred = claim.development.occurred
            if claim.occurred and (key.unit is None or (occurred and occurred.first > day)):
                continue
            if claim.id in inside or (claim.valid_day or claim.said_at or date.min) > after:
                found.append(claim)
    found.sort(key=lambda claim: (claim.valid_day or claim.said_at or date.min, claim.position))
    return tuple(found[-PENDING_MAX:])
