"""Disputes: admitted claims about one fact that cannot all be true. They stand side by side until resolved."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from ledger.developments import Status
from reports.admission import trust
from reports.claims import Claim, Figure, Number, figure_of
from reports.desk import Desk
from reports.facts import Fact, FactKey, can_all_be_true
from reports.weekly_words import figure_text

SLIPS = (10, 100, 1000)
"""Ratios that look like a lost or added nought, or like thousands read as units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One disputed fact: the range its admitted figures span and what the disagreement is about.

    `kind` is `figure`, `currency` (the same amount in different currencies: `fact` and `unit` are the best supported
    one, `others` those in the other currencies) or `denial` (`denials` holds the trusted claims that deny it).
    `claims` are all sides, best first; `since` is when the last side that made it a dispute was recorded.
    """

    id: str
    kind: Literal["figure", "currency", "denial"]
    fact: Fact
    claims: tuple[Claim, ...]
    low: Number | None
    high: Number | None
    unit: str | None
    why: str
    since: datetime
    others: tuple[Fact, ...] = ()
    denials: tuple[Claim, ...] = ()
    open: bool = True


def disputes(desk: Desk, *, now: datetime | None = None, on: date | None = None) -> tuple[Dispute, ...]:
    """Return every open dispute, the latest fact first.

    Facts after the valid day (by default the day of `now`; without either there is no limit) are left out.
    """
    day = on or (now.date() if now else None)
    facts = [fact for fact in desk.all_facts() if counts_on(fact, day)]
    found = [dispute for fact in facts if (dispute := dispute_of(fact)) is not None]
    found += _currencies(facts)
    return tuple(sorted(found, key=lambda each: (each.fact.day or date.min, each.since), reverse=True))


def counts_on(fact: Fact, on: date | None) -> bool:
    """Whether a fact had happened by a valid day; None sets no limit."""
    day = fact.first or fact.day
    return on is None or day is None or day <= on


def dispute_of(fact: Fact) -> Dispute | None:
    """Return the dispute about one fact, or None if its admitted claims can all be true and nobody denies it."""
    if len(fact.claims) > 1 and not fact.agreed:
        return _about_figures(fact)
    denials = tuple(
        claim
        for claim in fact.denials
        if claim.live and claim.development.status is Status.DENIED and trust(claim, fact.denials).admitted
    )
    return _denial(fact, denials) if denials and fact.lead else None


def bounds(claims: Iterable[Claim]) -> tuple[Number | None, Number | None]:
    """Return the lowest and the highest figure that the claims give, approximations taken as said."""
    figures = [figure for claim in claims if (figure := figure_of(claim.development)) is not None]
    if not figures:
        return None, None
    return min(figure.low for figure in figures), max(figure.high for figure in figures)


def _about_figures(fact: Fact) -> Dispute:
    claims = tuple(claim for claim in fact.admitted if figure_of(claim.development) is not None)
    low, high = bounds(claims)
    return Dispute(
        id=f"figure:{fact.id}",
        kind="figure",
        fact=fact,
        claims=claims,
        low=low,
        high=high,
        unit=fact.key.unit,
        why=_voices(claims) + _slip(low, high),
        since=_since(claims),
    )


def _denial(fact: Fact, denials: tuple[Claim, ...]) -> Dispute:
    low, high = bounds(fact.admitted)
    return Dispute(
        id=f"denial:{fact.id}",
        kind="denial",
        fact=fact,
        claims=(*fact.admitted, *denials),
        low=low,
        high=high,
        unit=fact.key.unit,
        why=f"{_who(fact.admitted[0])} says so, {_who(denials[0])} denies it",
        since=max(fact.admitted[0].recorded_at, denials[0].recorded_at),
        denials=denials,
    )


def _currencies(facts: Iterable[Fact]) -> Iterator[Dispute]:
    """Find the same amount, otherwise the same fact, in different currencies: one of them is a slip."""
    alike: defaultdict[FactKey, list[Fact]] = defaultdict(list)
    for fact in facts:
        lead = fact.lead
        if lead is not None and lead.development.money is not None and fact.key.unit is not None:
            alike[replace(fact.key, unit=None)].append(fact)
    for group in alike.values():
        if len({fact.key.unit for fact in group}) == 1:
            continue
        group.sort(key=lambda fact: _lead(fact).rank)
        while group:
            best = group.pop()
            others = [fact for fact in group if _same_sum(best, fact)]
            if others:
                group[:] = [fact for fact in group if fact not in others]
                yield _currency(best, others)


def _currency(best: Fact, others: Sequence[Fact]) -> Dispute:
    claims = tuple(claim for fact in (best, *others) for claim in fact.admitted)
    low, high = bounds(best.admitted)
    other = ", ".join(f"{_who(_lead(fact))} prints {fact.key.unit}" for fact in others)
    return Dispute(
        id=f"currency:{best.id}",
        kind="currency",
        fact=best,
        claims=claims,
        low=low,
        high=high,
        unit=best.key.unit,
        why=f"currency: {_who(_lead(best))} prints {best.key.unit}, {other}",
        since=max(_lead(fact).recorded_at for fact in (best, *others)),
        others=tuple(others),
    )


def _same_sum(one: Fact, other: Fact) -> bool:
    if one.key.unit == other.key.unit or not one.figures or not other.figures:
        return False
    if one.first and one.last and other.first and other.last:
        meets = one.first <= other.last and other.first <= one.last
    else:
        meets = True
    return meets and one.figures[0].agrees(other.figures[0])


def _lead(fact: Fact) -> Claim:
    assert fact.lead is not None, "only admitted facts are compared"
    return fact.lead


def _since(claims: Sequence[Claim]) -> datetime:
    """Return when the claims first could not all be true."""
    told: list[Claim] = []
    for claim in sorted(claims, key=lambda each: each.position):
        told.append(claim)
        if not can_all_be_true(told):
            return claim.recorded_at
    return claims[-1].recorded_at


def _voices(claims: Sequence[Claim]) -> str:
    said: dict[str, list[str]] = {}
    for claim in claims:
        figure = figure_of(claim.development)
        assert figure is not None, "only claims with figures are compared"
        said.setdefault(_plain(figure), []).append(_who(claim))
    return "; ".join(f"{', '.join(dict.fromkeys(who))}: {value}" for value, who in said.items())


def _plain(figure: Figure) -> str:
    return figure_text(Decimal(figure.low), Decimal(figure.high), figure.unit or "", figure.approx)


def _slip(low: Number | None, high: Number | None) -> str:
    if low and high:
        for ratio in SLIPS:
            if low * ratio == high:
                return f"; one is {ratio} times the other, perhaps a slip"
    return ""


def _who(claim: Claim) -> str:
    return claim.source if claim.origin == claim.source else f"{claim.source} ({claim.origin})"
