"""Cases: each legal case as a thread; where it stands, its last step, the next date, its effect."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from ledger.configuration import Case
from ledger.developments import Development
from reports.claims import Claim
from reports.desk import Desk
from reports.disputes import counts_on
from reports.facts import Fact
from reports.plans import announced, plans

TRACK = "legal"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """Where a case stands.

    `state` is the outcome in force (barred, allowed …; None before any ruling; an extension keeps it), `until` when
    it runs out. `steps` are the admitted steps in order of valid time, `last` the latest of them; `ahead` are planned
    steps that did not come yet, `next_date` the nearest date among them and the ends of what is in force.
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
    day = on or now.date()
    configured = desk.configuration.cases
    if not configured:
        return ()
    kinds = tuple(kind.name for kind in desk.codebook.kinds if kind.track == TRACK)
    facts = [fact for fact in desk.all_facts(*kinds) if fact.lead and fact.day and counts_on(fact, day)]
    ahead = [plan.lead for plan in announced(plans(desk, on=day)) if plan.key.kind in kinds]
    return tuple(_state(case, facts, ahead, day) for case in configured)


def _state(case: Case, facts: list[Fact], ahead: list[Claim], day: date) -> CaseState:
    thread = sorted(_steps(case, facts), key=lambda claim: (claim.valid_day or date.min, claim.position))
    planned = tuple(claim for claim in ahead if belongs(claim.development, case))
    state, until = None, None
    for claim in thread:
        development = claim.development
        if development.kind == "legal_ruling":
            state = state if development.outcome == "extended" else development.outcome
            until = development.until.last if development.until else None
    return CaseState(
        case=case,
        state=state,
        until=until,
        last=thread[-1] if thread else None,
        next_date=min(_dates(planned, thread, day), default=None),
        steps=tuple(thread),
        ahead=planned,
        effect=case.effect,
    )


def _steps(case: Case, facts: list[Fact]) -> Iterator[Claim]:
    for fact in facts:
        lead = fact.lead
        if lead is not None and belongs(lead.development, case):
            yield lead


def _dates(planned: tuple[Claim, ...], thread: list[Claim], day: date) -> Iterator[date]:
    for claim in planned:
        if claim.valid_day and claim.valid_day >= day:
            yield claim.valid_day
    until = thread[-1].development.until if thread else None
    if until is not None and until.last >= day:
        yield until.last


def belongs(development: Development, case: Case) -> bool:
    """Whether a step is part of a case: by its `case` slot, else by its instrument, court or parties."""
    if development.case is not None:
        return development.case.casefold() in {
            name.casefold() for name in (case.id, case.label, *case.aliases)
        }
    papers = {alias.casefold() for alias in case.aliases}
    if development.instrument and development.instrument.casefold() in papers:
        return True
    named = {name.casefold() for name in (development.actor, development.target) if name}
    return bool(named & {name.casefold() for name in (case.court, *case.parties)})
