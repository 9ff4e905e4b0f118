"""Promises against delivery: who offered, approved and sent whom; who promised and paid what."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from reports.claims import Claim, Number, figure_of
from reports.desk import Desk
from reports.disputes import bounds, counts_on, dispute_of, disputes
from reports.facts import Fact, FactKey

_MORE = "pledged_additional"
_PROMISED = ("pledged", "pledged_cumulative", _MORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A figure with its range and the claims behind it. `unit` is a count's unit or a currency, `target` for whom.

    `since` is the valid day of its latest part, `disputed` whether any part of it is.
    """

    low: Number
    high: Number
    unit: str | None
    target: str | None
    disputed: bool
    since: date | None
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
    """Return every contributor with an admitted figure, by name.

    A restated pledge replaces, an additional one adds; arrivals and payments of different days add; a sum in a
    currency that is taken for a slip is left out, and the one that stands is marked as disputed.
    """
    day = on or now.date()
    found = disputes(desk, now=now, on=on)
    slips = {fact.id for dispute in found if dispute.kind == "currency" for fact in dispute.others}
    contested = {dispute.fact.id for dispute in found}
    by_actor: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in desk.all_facts("pledge", "contribution", "fund_total", "personnel_pledge", "movement"):
        if fact.lead and fact.key.actor and counts_on(fact, day) and fact.id not in slips:
            by_actor[fact.key.actor].append(fact)
    rows = [_contributor(facts, contested) for facts in by_actor.values()]
    return tuple(sorted((row for row in rows if row is not None), key=lambda row: row.actor.casefold()))


def _contributor(facts: Sequence[Fact], contested: set[str]) -> Contributor | None:
    def amounts(wanted: Callable[[FactKey], bool], sum_up: "Sum") -> tuple[Amount, ...]:
        return _amounts([fact for fact in facts if wanted(fact.key)], sum_up, contested)

    def moved(outcome: str) -> tuple[Amount, ...]:
        return amounts(
            lambda key: key.kind == "movement" and key.outcome == outcome and key.measure is None, _added
        )

    offers, money = (
        amounts(lambda key, kind=kind: key.kind == kind and key.measure in _PROMISED, _restated)  # type: ignore[misc]  # mypy cannot type a lambda's default
        for kind in ("personnel_pledge", "pledge")
    )
    row = Contributor(
        actor=_actor(facts[0]),
        pledged=offers,
        approved=amounts(lambda key: key.kind == "personnel_pledge" and key.measure == "approved", _latest),
        arrived=moved("arrived"),
        withdrawn=moved("withdrawn"),
        money_pledged=money,
        money_paid=amounts(lambda key: key.kind == "contribution", _added)
        + amounts(lambda key: key.kind == "fund_total" and key.measure == "received", _latest),
        oldest_promise=min((fact.first for fact in facts if _is_promise(fact) and fact.first), default=None),
    )
    steps = (row.pledged, row.approved, row.arrived, row.withdrawn, row.money_pledged, row.money_paid)
    return row if any(steps) else None


def _is_promise(fact: Fact) -> bool:
    return fact.key.kind in ("pledge", "personnel_pledge") and fact.key.measure in _PROMISED


def _actor(fact: Fact) -> str:
    lead = fact.lead
    return (lead.development.actor if lead else None) or ""


# --- adding up ------------------------------------------------------------------------------------------------

Sum = Callable[[Sequence[Fact]], Sequence[Fact]]
"""Chooses, from facts in order of valid time, those that make up the amount."""


def _amounts(facts: Iterable[Fact], sum_up: Sum, contested: set[str]) -> tuple[Amount, ...]:
    alike: defaultdict[FactKey, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.last is not None and fact.figures:
            alike[replace(fact.key, measure=None)].append(fact)
    return tuple(
        _amount(sum_up(sorted(group, key=lambda fact: fact.last or date.min)), contested)
        for group in alike.values()
    )


def _amount(parts: Sequence[Fact], contested: set[str]) -> Amount:
    low: Number = 0
    high: Number = 0
    for fact in parts:
        lead = fact.lead
        assert lead is not None, "only admitted facts are added"
        sides = fact.admitted if dispute_of(fact) else (lead,)
        least, most = bounds(sides)
        low, high = _plus(low, least), _plus(high, most)
    target = parts[-1].lead
    return Amount(
        low=low,
        high=high,
        unit=parts[-1].key.unit,
        target=target.development.target if target else None,
        disputed=any(fact.id in contested for fact in parts),
        since=parts[-1].last,
        claims=tuple(claim for fact in parts for claim in fact.admitted if figure_of(claim.development)),
    )


def _plus(total: Number, more: Number | None) -> Number:
    return total if more is None else Decimal(total) + more if isinstance(more, Decimal) else total + more


def _added(facts: Sequence[Fact]) -> Sequence[Fact]:
    """All of them; one whose date is coarse and holds a finer one tells the same again and is left out."""
    return [fact for fact in facts if not any(other is not fact and _holds(fact, other) for other in facts)]


def _holds(coarse: Fact, fine: Fact) -> bool:
    if not (coarse.first and coarse.last and fine.first and fine.last) or coarse.first == coarse.last:
        return False
    wider = (coarse.last - coarse.first) > (fine.last - fine.first)
    return wider and coarse.first <= fine.first and fine.last <= coarse.last


def _latest(facts: Sequence[Fact]) -> Sequence[Fact]:
    return facts[-1:]


def _restated(facts: Sequence[Fact]) -> Sequence[Fact]:
    """The latest whole promise, and what was added to it since."""
    whole = [fact for fact in facts if fact.key.measure != _MORE]
    if not whole:
        return facts
    since = whole[-1].last or date.min
    return [
        whole[-1],
        *(fact for fact in facts if fact.key.measure == _MORE and (fact.last or since) > since),
    ]
