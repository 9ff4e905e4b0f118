"""The sections after page one: disputes, the legal and mandate tracker, alerts, the chronology."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from reports.cases import CaseState, cases
from reports.claims import Claim
from reports.deadlines import deadlines
from reports.disputes import Dispute, disputes
from reports.facts import Fact
from reports.indicators import Tile as State
from reports.kept import Alert
from reports.weekly_issue import Issue, figure_words, range_figure
from reports.weekly_model import (
    AlertLine,
    CaseStep,
    ChronologyLine,
    DisputedClaim,
    DisputeEntry,
    Figure,
)
from reports.weekly_words import day_text, plain, when_text

DISPUTES_MAX = 5
CLAIMS_MAX = 8
CHRONOLOGY = timedelta(days=27)


def disputed(
    issue: Issue, states: Sequence[State]
) -> tuple[tuple[DisputeEntry, ...], tuple[DisputeEntry, ...]]:
    """Return the disputes that are new or about a key figure, and the older ones for the annex."""
    key_facts = {state.dispute.id for state in states if state.dispute}
    found = disputes(issue.after, on=issue.last_day)
    now = [each for each in found if each.since >= issue.edition.period.start or each.id in key_facts]
    kept = now[:DISPUTES_MAX]
    rest = [each for each in found if each not in kept]
    return tuple(_dispute(issue, each) for each in kept), tuple(_dispute(issue, each) for each in rest)


def _dispute(issue: Issue, dispute: Dispute) -> DisputeEntry:
    figures = dict.fromkeys(figure_words(claim) for claim in dispute.claims)
    span = _range(dispute) if dispute.kind == "figure" else None
    headline = span.text if span else "denied" if dispute.kind == "denial" else " or ".join(figures)
    return DisputeEntry(
        id=plain(dispute.id, 120),
        fact=_subject(issue, dispute.claims[0]),
        headline=headline,
        range=span,
        open=dispute.open,
        why=plain(dispute.why, 240),
        claims=tuple(_side(issue, claim) for claim in dispute.claims[:CLAIMS_MAX]),
    )


def _subject(issue: Issue, claim: Claim) -> str:
    """Say what a fact is about without taking a side."""
    development = claim.development
    kind = issue.after.codebook.kind(development.kind).label
    people = [issue.names.say(development.actor), issue.names.say(development.target)]
    parts = [kind, *people, (development.measure or "").replace("_", " "), when_text(development.occurred)]
    return plain(", ".join(part for part in parts if part), 200)


def _range(dispute: Dispute) -> Figure | None:
    if dispute.low is None or dispute.high is None:
        return None
    return range_figure(dispute.low, dispute.high, dispute.unit or "currency unknown")


def _side(issue: Issue, claim: Claim) -> DisputedClaim:
    refs = issue.register.cite(claim)
    told = issue.number_of(claim)
    said = claim.said_at
    return DisputedClaim(
        figure=figure_words(claim) if claim.occurred else claim.development.status,
        source=plain(claim.source, 80),
        said=day_text(said) if said else "undated",
        grade=claim.grade,
        quote=issue.register.words(claim),
        number=told[0] if told else None,
        refs=refs,
    )


def tracker(issue: Issue) -> tuple[CaseStep, ...]:
    """Return the last act on the mission's own mandate, and every case of which a step is known."""
    acts = [
        fact
        for fact in issue.after.all_facts("mandate")
        if fact.lead and fact.key.target is None and _by(fact.first, issue.last_day)
    ]
    last = max(acts, key=lambda fact: fact.last or date.min).lead if acts else None
    steps = [_mandate(issue, last)] if last else []
    known = cases(issue.after, now=issue.now, on=issue.last_day)
    return (*steps, *(_case(issue, each, each.last) for each in known if each.last))


def _mandate(issue: Issue, last: Claim) -> CaseStep:
    until = last.development.until
    ends = (
        due.until
        for due in deadlines(issue.after, now=issue.now, on=issue.last_day)
        if due.kind == "mandate" and due.by and due.until and issue.after.key(due.by.id).target is None
    )
    end = next(ends, None)
    expires = when_text(until) if until else day_text(end) if end else None
    return _step(
        issue,
        last,
        label="Mandate",
        court=plain(issue.names.say(last.development.actor), 80) or "–",
        ahead=f"{expires}: expires" if expires else None,
        effect=None,
    )


def _by(day: date | None, last: date) -> bool:
    return day is None or day <= last


def _case(issue: Issue, case: CaseState, last: Claim) -> CaseStep:
    ahead = day_text(case.next_date) if case.next_date else None
    effect = plain(case.effect, 160) if case.effect else None
    if effect and case.state:
        effect = f"{plain(case.state, 40)}: {effect}"
    return _step(
        issue,
        last,
        label=plain(case.case.label, 120),
        court=plain(case.case.court, 80),
        ahead=ahead,
        effect=effect,
    )


def _step(
    issue: Issue, last: Claim, *, label: str, court: str, ahead: str | None, effect: str | None
) -> CaseStep:
    told = issue.number_of(last)
    return CaseStep(
        label=label,
        court=court,
        day=when_text(last.development.occurred),
        last=issue.told(last) if not told else issue.after.codebook.kind(last.development.kind).label,
        next=ahead,
        effect=effect,
        number=told[0] if told else None,
        refs=issue.register.cite(last),
    )


def alert_lines(issue: Issue) -> tuple[AlertLine, ...]:
    """Return the alerts raised or resolved in the period, and those still open, the newest first."""
    start = issue.edition.period.start
    mine = [
        alert
        for alert in issue.after.alerts.values()
        if alert.open or alert.raised_at >= start or (alert.resolved_at and alert.resolved_at >= start)
    ]
    mine.sort(key=lambda alert: alert.position, reverse=True)
    return tuple(_alert(issue, alert) for alert in mine)


def _alert(issue: Issue, alert: Alert) -> AlertLine:
    told = [issue.after.claims[name] for name in alert.raised.developments if name in issue.after.claims]
    return AlertLine(
        summary=plain(alert.raised.summary, 240),
        severity=alert.raised.severity,
        raised=alert.raised_at,
        resolved=alert.resolved_at,
        numbers=issue.number_of(*told),
    )


def chronology(issue: Issue) -> tuple[ChronologyLine, ...]:
    """Return the admitted facts of the last four weeks by valid day; what is told elsewhere is cited by number."""
    first = issue.last_day - CHRONOLOGY
    facts = sorted(_happened(issue, first), key=lambda fact: (fact.first or first, fact.claims[0].position))
    return tuple(_chronology_line(issue, fact) for fact in facts)


def _happened(issue: Issue, first: date) -> Iterator[Fact]:
    for fact in issue.after.all_facts():
        if fact.lead is None or fact.first is None or fact.last is None:
            continue
        if fact.last - fact.first <= CHRONOLOGY and first <= fact.last and fact.first <= issue.last_day:
            yield fact


def _chronology_line(issue: Issue, fact: Fact) -> ChronologyLine:
    lead = fact.lead
    assert lead is not None
    day = when_text(lead.development.occurred)
    told = issue.number_of(lead)
    if told:
        kind = issue.after.codebook.kind(lead.development.kind).label
        actor = issue.names.say(lead.development.actor)
        return ChronologyLine(day=day, text=plain(f"{kind}, {actor}" if actor else kind, 120), number=told[0])
    words = issue.told(lead).removesuffix(f", {day}")
    return ChronologyLine(day=day, text=words, refs=issue.register.cite(lead))
