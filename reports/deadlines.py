"""Dates ahead: declared ones, mandates' ends, hearings, promised arrivals and payments; due, overdue, met, missed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from ledger.developments import When
from reports.claims import Claim, Figure, Number, figure_of
from reports.desk import Desk
from reports.disputes import counts_on
from reports.facts import Fact
from reports.names import Names, names_for
from reports.plans import Plan, plans
from reports.sentences import sentence
from reports.weekly_words import figure_text, number_text

State = Literal["due", "overdue", "met", "missed", "replaced", "passed"]
"""`passed`: a term that ran out, with nothing said since. `replaced`: a later act set another date."""

TERMS: Mapping[str, str] = {
    "mandate": "mandate",
    "legal_ruling": "court",
    "legal_hearing": "court",
    "agreement": "agreement",
    "emergency": "emergency",
    "sanction": "sanction",
}
"""Kinds whose `until` is the end of a term, and which kinds replace one another's."""

DELIVERY: Mapping[str, tuple[str, str | None]] = {
    "personnel_pledge": ("movement", "arrived"),
    "pledge": ("contribution", None),
}
"""What fulfils a promise that names a date: kind and outcome."""

ENOUGH = Decimal("0.9")
"""The share of a promise whose delivery counts as keeping it; figures of both sides are round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One date ahead.

    `until` is the last day it can mean, `text` the date cut to its precision (None, None: no date given); `first` the
    earliest day announced. `days_left` is negative once past. `by` is the claim that states it (None for a declared
    one), `claims` all that do, `done` what fulfilled or replaced it; `met`: it came by then, `missed`: it came later.
    `note` says what moved it or how much was delivered; `planned` marks what was announced as a plan.
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
    address: str | None = None
    by: Claim | None = None
    claims: tuple[Claim, ...] = ()
    done: Claim | None = None
    note: str = ""
    planned: bool = False

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something, or to wait for it."""
        return self.state in ("due", "overdue")


def deadlines(desk: Desk, *, now: datetime, on: date | None = None) -> tuple[Due, ...]:
    """Return all dates, open ones first by date, then those that were met, missed or replaced, the latest first."""
    day = on or now.date()
    names = names_for(desk.known_configuration)
    found = [*_declared(desk, day), *_terms(desk, day, names), *_promises(desk, day, names)]
    found += [_of_plan(plan, day, names) for plan in plans(desk, on=day)]
    standing = sorted((due for due in found if due.open), key=lambda due: (due.until or date.max, due.id))
    closed = sorted((due for due in found if not due.open), key=lambda due: (due.until or date.min, due.id))
    return (*standing, *reversed(closed))


def _declared(desk: Desk, day: date) -> Iterator[Due]:
    for deadline in desk.configuration.deadlines if desk.known_configuration else ():
        when = When(text=deadline.until)
        yield Due(
            id=deadline.id,
            kind="declared",
            label=deadline.label,
            first=when.first,
            until=when.last,
            text=when.text,
            days_left=(when.last - day).days,
            state="due" if day <= when.last else "overdue",
            source=deadline.source,
            address=deadline.address,
        )


# --- ends of terms --------------------------------------------------------------------------------------------


def _terms(desk: Desk, day: date, names: Names) -> Iterator[Due]:
    """One line per act with an end; the latest act about the same thing replaces the earlier ones."""
    threads: defaultdict[tuple[str, str | None], list[Fact]] = defaultdict(list)
    for fact in desk.all_facts(*TERMS):
        if fact.lead and fact.day and counts_on(fact, day):
            threads[TERMS[fact.key.kind], _thing(fact)].append(fact)
    for thread in threads.values():
        thread.sort(key=lambda fact: fact.day or date.min)
        for index, fact in enumerate(thread):
            later = next((each for each in thread[index + 1 :] if _replaces(each, fact)), None)
            if any(claim.development.until for claim in fact.admitted):
                yield _term(fact, later, day, names)


def _thing(fact: Fact) -> str | None:
    """What a term is about: the mission under a mandate, the court of a case, the paper of an agreement."""
    match fact.key.kind:
        case "legal_ruling" | "legal_hearing":
            return fact.key.actor
        case "agreement":
            lead = fact.lead
            return (lead.development.instrument if lead else None) or fact.key.target
        case _:
            return fact.key.target or fact.key.actor


def _replaces(later: Fact, earlier: Fact) -> bool:
    """A later act with an end of its own, or one that ends the thing, or any later ruling."""
    lead = later.lead
    assert lead is not None
    if later.day == earlier.day:
        return False
    ends = later.key.outcome in ("ended", "lifted") or later.key.kind == "legal_ruling"
    return ends or lead.development.until is not None


def _term(fact: Fact, later: Fact | None, day: date, names: Names) -> Due:
    claims = tuple(claim for claim in fact.admitted if claim.development.until)
    until = claims[0].development.until
    assert until is not None, "only acts with an end come here"
    state: State = "due" if day <= until.last else "overdue" if fact.key.kind == "mandate" else "passed"
    if later is not None:
        state = "replaced"
    return Due(
        id=f"{fact.key.kind}:{fact.id}",
        kind=fact.key.kind,
        label=_ending(claims[0], names),
        first=min(claim.development.until.first for claim in claims if claim.development.until),
        until=until.last,
        text=until.text,
        days_left=(until.last - day).days,
        state=state,
        source=claims[0].source,
        by=claims[0],
        claims=claims,
        done=later.lead if later else None,
    )


def _ending(claim: Claim, names: Names) -> str:
    target = names.say(claim.development.target)
    match claim.development.kind:
        case "mandate":
            return f"Mandate of {target or 'the mission'} ends"
        case "sanction":
            return "Sanctions" + (f" on {target}" if target else "") + " end"
        case _:
            return _said(claim, names)


# --- promises with a date, and plans --------------------------------------------------------------------------


def _promises(desk: Desk, day: date, names: Names) -> Iterator[Due]:
    for fact in desk.all_facts(*DELIVERY):
        claims = tuple(claim for claim in fact.admitted if claim.development.until)
        if not claims or not counts_on(fact, day):
            continue
        until = claims[0].development.until
        assert until is not None, "only promises with a date are kept"
        came, note = _delivered(desk, fact, claims[0], day)
        late = came is not None and (came.valid_day or date.min) > until.last
        state: State = "due" if day <= until.last else "overdue"
        if came is not None:
            state = "missed" if late else "met"
        yield Due(
            id=f"promise:{fact.id}",
            kind="promise",
            label=_said(claims[0], names),
            first=until.first,
            until=until.last,
            text=until.text,
            days_left=(until.last - day).days,
            state=state,
            source=claims[0].source,
            by=claims[0],
            claims=claims,
            done=came,
            note=note,
        )


def _delivered(desk: Desk, promise: Fact, claim: Claim, day: date) -> tuple[Claim | None, str]:
    """Return the delivery that completed a promise, or None with how much came so far."""
    kind, outcome = DELIVERY[promise.key.kind]
    promised = figure_of(claim.development)
    total = Decimal(0)
    deliveries = [
        fact
        for fact in desk.all_facts(kind)
        if fact.firm
        and fact.key.actor == promise.key.actor
        and outcome in (None, fact.key.outcome)
        and fact.first
        and fact.first >= (promise.first or date.max)
        and counts_on(fact, day)
    ]
    for fact in sorted(deliveries, key=lambda each: each.first or date.min):
        assert fact.lead is not None
        came = figure_of(fact.lead.development)
        if came is None or promised is None:
            return fact.lead, ""
        total += Decimal(came.low)
        if total >= Decimal(promised.low) * ENOUGH:
            return fact.lead, ""
    return (
        None,
        f"{_amount(total, promised)} of {_amount(promised.low, promised)} so far"
        if promised and total
        else "",
    )


def _amount(value: Number, promised: Figure) -> str:
    number = Decimal(value)
    return figure_text(number, number, promised.unit or "") if promised.money else number_text(number)


def _of_plan(plan: Plan, day: date, names: Names) -> Due:
    until = plan.moved or plan.until
    if plan.done is not None:
        state: State = "met" if plan.met else "missed"
    else:
        state = "due" if until is None or day <= until else "overdue"
    when = plan.lead.development.occurred
    return Due(
        id=f"plan:{min(plan.claims, key=lambda claim: claim.position).id}",
        kind=plan.key.kind,
        label=_said(plan.lead, names),
        first=plan.first,
        until=until,
        text=plan.moved.isoformat()
        if plan.moved
        else when.text
        if when and len(plan.claims) == 1
        else _iso(until),
        days_left=(until - day).days if until else None,
        state=state,
        source=plan.lead.source,
        by=plan.lead,
        claims=plan.claims,
        done=plan.done.lead if plan.done else None,
        note=plan.note,
        planned=True,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _said(claim: Claim, names: Names) -> str:
    """The sentence without its dates, which stand beside it."""
    return sentence(msgspec.structs.replace(claim.development, occurred=None, until=None), names)
