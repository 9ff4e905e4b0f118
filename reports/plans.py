"""Plans: what was announced for a day ahead, what moved it, and whether it came.

Dates for the same thing within a fortnight are one plan. It is met by a fact that an admitted and not weakly held
claim states, that agrees in kind, actor, target, outcome and measure, and that happened after the plan was told; a
plan that names no actor, target or place takes any. What comes well before the first day announced is rather an
advance party than the thing itself: it waits until the days announced are over.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.developments import Status
from reports.admission import trust
from reports.claims import Claim, figure_of, shifted
from reports.desk import Desk
from reports.disputes import counts_on
from reports.facts import Fact, FactKey
from reports.sentences import figure_said
from reports.weekly_words import day_text, when_text

APART_DAYS = 14
"""Dates further apart than this are two plans: a hearing in November, the next one in June."""

DELAY_REACH_DAYS = 30
"""How long after a planned day a delay can still be about it."""

EARLY_DAYS = 1
"""How long before the first day announced a thing may come and still be it: time zones, and "around" a day."""

_DAYS_OF = {"days": 1, "weeks": 7, "months": 30}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One announced thing. `claims` name its day, best first; `done` is the fact that fulfilled it.

    `first` to `until` are the days announced, `moved` the day it was put off to, if one follows from the delay.
    """

    key: FactKey
    claims: tuple[Claim, ...]
    first: date | None
    until: date | None
    moved: date | None
    delay: Claim | None
    done: Fact | None

    @property
    def lead(self) -> Claim:
        """The best claim that announces it."""
        return self.claims[0]

    @property
    def met(self) -> bool:
        """Whether it came, by the last day announced at first."""
        return self.done is not None and (
            self.until is None or (self.done.first or self.done.day or date.max) <= self.until
        )

    @property
    def note(self) -> str:
        """What moved it, in words; empty if nothing did."""
        if self.delay is None:
            return ""
        by = figure_said(self.delay.development)
        when = self.delay.valid_day or self.delay.said_at
        on = f" on {day_text(when)}" if when else ""
        reason = self.delay.development.reason
        end = self.delay.development.until
        so_far = f" by {by}" if by else f" to {when_text(end)}" if end else ""
        return f"put off{on}{so_far}" + (f": {reason}" if reason else "")


class _Happened:
    """Admitted facts by kind in order of valid day, looked up once for all plans."""

    def __init__(self, desk: Desk, on: date) -> None:
        self._desk = desk
        self._on = on
        self._by_kind: dict[str, list[tuple[date, Fact]]] = {}

    def since(self, kind: str, day: date) -> Iterator[Fact]:
        """Return the facts of a kind that held on a day or later, the earliest first."""
        facts = self._by_kind.get(kind)
        if facts is None:
            found = self._desk.all_facts(kind)
            dated = [
                (fact.day, fact) for fact in found if fact.lead and fact.day and counts_on(fact, self._on)
            ]
            facts = self._by_kind[kind] = sorted(dated, key=_day)
        return (fact for _, fact in facts[bisect_left(facts, day, key=_day) :])


def _day(dated: tuple[date, Fact]) -> date:
    return dated[0]


def plans(desk: Desk, *, on: date) -> tuple[Plan, ...]:
    """Return every plan that a trusted claim announces, in order of recording."""
    found: defaultdict[FactKey, list[Claim]] = defaultdict(list)
    for claim in desk.claims.values():
        if claim.development.status is Status.PLANNED and claim.live:
            found[replace(desk.key(claim.id), unit=None)].append(claim)
    happened = _Happened(desk, on)
    return tuple(
        _plan(happened, key, cluster, on)
        for key, claims in found.items()
        for cluster in _clusters(claims)
        if any(trust(claim, claims).admitted for claim in cluster)
    )


def _clusters(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Split by date; undated plans with the same instrument stay together."""
    undated: defaultdict[str | None, list[Claim]] = defaultdict(list)
    dated: list[Claim] = []
    for claim in claims:
        if claim.valid_day is None:
            undated[claim.development.instrument].append(claim)
        else:
            dated.append(claim)
    yield from undated.values()
    cluster: list[Claim] = []
    last: date | None = None
    for claim in sorted(dated, key=lambda each: each.valid_day or date.max):
        when = claim.development.occurred
        assert when is not None, "only dated claims are sorted by date"
        if last is not None and (when.first - last).days > APART_DAYS:
            yield cluster
            cluster = []
        cluster.append(claim)
        last = when.last
    if cluster:
        yield cluster


def _plan(happened: _Happened, key: FactKey, claims: Sequence[Claim], on: date) -> Plan:
    best = sorted(claims, key=lambda claim: (claim.rank, -claim.position), reverse=True)
    dates = [claim.development.occurred for claim in claims if claim.development.occurred]
    first = min((when.first for when in dates), default=None)
    until = max((when.last for when in dates), default=None)
    told = min((claim.said_at for claim in claims if claim.said_at), default=first)
    over = shifted(until, DELAY_REACH_DAYS) if until else on
    done = _fulfilment(happened, key, best, (told, first, until), on)
    last = min(on, over, done.day if done and done.day else on)
    delay = _delay(happened, key, told, last)
    return Plan(
        key=key,
        claims=tuple(best),
        first=first,
        until=until,
        moved=_moved_to(delay),
        delay=delay,
        done=done,
    )


def _fulfilment(
    happened: _Happened,
    key: FactKey,
    claims: Sequence[Claim],
    span: tuple[date | None, date | None, date | None],
    on: date,
) -> Fact | None:
    """Return what fulfilled a plan that was told on, and announces the first and the last of, the days in `span`."""
    told, first, until = span
    if told is None:
        return None
    fitting = _fitting(happened, key, claims[0], told)
    if first is None or until is None:
        return next(iter(fitting), None)
    begins = shifted(first, -EARLY_DAYS)
    early = [fact for fact in fitting if fact.day and fact.day < begins]
    sure = next((fact for fact in early if _of_one_size(claims, fact)), None)
    in_time = next((fact for fact in fitting if fact.day and begins <= fact.day <= until), None)
    if sure or in_time:
        return sure or in_time
    if early and on > until:
        delay = _delay(happened, key, early[0].day, min(on, shifted(until, DELAY_REACH_DAYS)))
        if delay is None:
            return early[0]
    return next((fact for fact in fitting if fact not in early), None)


def _fitting(happened: _Happened, key: FactKey, plan: Claim, told: date) -> tuple[Fact, ...]:
    """Return the facts since the plan was told that can be what it announces.

    The earliest comes first, of one day that with a figure: it says most about what came.
    """
    instrument = plan.development.instrument

    def same_paper(fact: Fact) -> bool:
        named = fact.lead.development.instrument if fact.lead else None
        return instrument is not None and instrument == named and key.outcome == fact.key.outcome

    found = happened.since(key.kind, told)
    fitting = (fact for fact in found if fact.firm and (_fits(key, fact.key) or same_paper(fact)))
    return tuple(sorted(fitting, key=lambda fact: (fact.day or date.max, not fact.figures)))


def _of_one_size(claims: Iterable[Claim], fact: Fact) -> bool:
    """Whether a fact brings the number that the plan named."""
    named = [figure for claim in claims if (figure := figure_of(claim.development)) is not None]
    return any(one.unit == other.unit and one.agrees(other) for one in named for other in fact.figures)


def _fits(plan: FactKey, fact: FactKey) -> bool:
    return (
        plan.actor in (None, fact.actor)
        and plan.target in (None, fact.target)
        and plan.outcome == fact.outcome
        and plan.measure == fact.measure
        and plan.place in (None, fact.place)
    )


def _delay(happened: _Happened, key: FactKey, since: date | None, last: date) -> Claim | None:
    """Return the latest delay from one day to another that can be about the plan."""
    found = None
    for fact in happened.since("delay", since or date.min):
        if fact.day is None or fact.day > last:
            break
        if _is_about(fact, key):
            found = fact.lead
    return found


def _is_about(delay: Fact, plan: FactKey) -> bool:
    assert delay.lead is not None
    about = delay.lead.development.about
    if about is not None and about not in (plan.kind, plan.outcome):
        return False
    movable = about is not None or plan.kind in ("movement", "contribution", "logistics")
    return movable and delay.key.actor in (None, plan.actor) and delay.key.target in (None, plan.target)


def _moved_to(delay: Claim | None) -> date | None:
    if delay is None:
        return None
    development = delay.development
    if development.until is not None:
        return development.until.last
    count, day = development.count, delay.valid_day or delay.said_at
    if count is None or day is None or count.unit not in _DAYS_OF:
        return None
    return shifted(day, (count.max or count.n) * _DAYS_OF[count.unit])


def announced(found: Iterable[Plan]) -> tuple[Plan, ...]:
    """Return the plans that did not come yet."""
    return tuple(plan for plan in found if plan.done is None)
