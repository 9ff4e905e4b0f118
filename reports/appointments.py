"""Appointments: who is said to hold, to leave or to have left a post, when sources do not agree yet."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports.claims import Claim
from reports.desk import Desk
from reports.disputes import counts_on
from reports.facts import Fact
from reports.plans import Plan, plans

KIND = "appointment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """What is known of one person's office: `since` is the day of the step in force, None for one still planned.

    `contested` holds admitted claims that say otherwise and are weaker than the one that stands.
    """

    person: str
    state: Literal["in", "out", "entering", "leaving"]
    since: date | None
    by: Claim
    contested: tuple[Claim, ...]


def tenures(desk: Desk, *, now: datetime, on: date | None = None) -> tuple[Tenure, ...]:
    """Return everybody whose coming or going is known, in order of first mention."""
    day = on or now.date()
    facts: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in desk.all_facts(KIND):
        if fact.lead and fact.key.target and counts_on(fact, day):
            facts[fact.key.target].append(fact)
    ahead: defaultdict[str, list[Plan]] = defaultdict(list)
    for plan in plans(desk, on=day):
        if plan.key.kind == KIND and plan.key.target:
            ahead[plan.key.target].append(plan)
    return tuple(_tenure(facts[who], ahead[who]) for who in dict.fromkeys([*facts, *ahead]))


def _tenure(facts: list[Fact], ahead: list[Plan]) -> Tenure:
    """A plan that a better source still tells, on or after the day of a claimed step, outweighs that step."""
    standing = [fact for fact in facts if not any(_outweighs(plan, fact) for plan in ahead)]
    contested = [fact for fact in facts if fact not in standing]
    if standing:
        best = max(standing, key=lambda fact: (_lead(fact).rank[:4], fact.day or date.min))
        latest = max(
            (fact for fact in standing if _lead(fact).rank[:4] == _lead(best).rank[:4]),
            key=lambda fact: fact.day or date.min,
        )
        others = [fact for fact in standing if fact is not latest and fact.key.outcome == latest.key.outcome]
        lead = _lead(latest)
        return Tenure(
            person=lead.development.target or "",
            state="out" if latest.key.outcome == "out" else "in",
            since=latest.day,
            by=lead,
            contested=tuple(_lead(fact) for fact in (*contested, *others)),
        )
    plan = max(ahead, key=lambda each: each.lead.rank)
    return Tenure(
        person=plan.lead.development.target or "",
        state="leaving" if plan.key.outcome == "out" else "entering",
        since=None,
        by=plan.lead,
        contested=tuple(_lead(fact) for fact in contested),
    )


def _outweighs(plan: Plan, fact: Fact) -> bool:
    lead = _lead(fact)
    told = plan.lead.said_at or date.min
    same = plan.key.outcome == fact.key.outcome
    return same and told >= (fact.day or date.max) and plan.lead.rank[:4] > lead.rank[:4]


def _lead(fact: Fact) -> Claim:
    assert fact.lead is not None, "only admitted facts are compared"
    return fact.lead
