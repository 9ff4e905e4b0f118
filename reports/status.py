"""Status: the whole state of the desk at a moment, as `sitledger status --json` prints it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.developments import Status
from reports.claims import Claim, Number, figure_of
from reports.coverage import Coverage, coverage
from reports.deadlines import Due, deadlines
from reports.desk import Desk
from reports.disputes import Dispute, disputes
from reports.facts import Fact
from reports.indicators import Tile, tiles
from reports.itemtexts import Texts, quote_of
from reports.timeline import Lines, admission_of, lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """One claim as printed. Money is a decimal (a string in JSON), a count an integer.

    `low` and `high` differ where the source itself gives a range; `approx` is exact, about, at_least or at_most.
    """

    value: Number | None
    low: Number | None
    high: Number | None
    unit: str | None
    approx: str | None
    source: str
    speaker: str | None
    origin: str
    said_at: str | None
    occurred: str | None
    status: str
    measure: str | None
    target: str | None
    actor: str | None
    tier: str
    admitted: bool
    why: str
    grade: str
    confidence: float | None
    development: str
    sentence: str
    attested: bool
    edited: bool
    quote: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorView:
    """One tile as printed: `claims` are those of the leading fact, then those that do not count and why.

    `flows` are admitted ones since the leading fact, `expected` what is announced. `since` is the day it held.
    """

    id: str
    label: str
    unit: str
    value: Number | None
    low: Number | None
    high: Number | None
    disputed: bool
    stale: bool
    since: date | None
    note: str
    target: str | None
    goal: Number | None
    better: str
    claims: tuple[ClaimView, ...]
    flows: tuple[ClaimView, ...]
    expected: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineView:
    """One date ahead as printed; `until` is ISO 8601 cut to its precision, `first` the earliest day announced."""

    id: str
    kind: str
    label: str
    until: str | None
    first: date | None
    days_left: int | None
    state: str
    overdue: bool
    source: str
    note: str
    development: str | None
    done: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeView:
    """One disputed fact as printed; `kind` is figure, currency or denial."""

    id: str
    fact: str
    kind: str
    indicator: str | None
    low: Number | None
    high: Number | None
    unit: str | None
    open: bool
    why: str
    claims: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """One open alert as printed: `summary` as it was raised, `now` how its condition stands, None if not looked up."""

    id: str
    rule: str
    kind: str
    severity: str
    summary: str
    raised_at: datetime
    labels: dict[str, str]
    now: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """Everything that the desk knows at a moment. `root` is the Merkle root (hex) over `position` events."""

    position: int
    as_of: datetime
    on: date
    root: str
    virtual: bool
    indicators: tuple[IndicatorView, ...]
    deadlines: tuple[DeadlineView, ...]
    disputes: tuple[DisputeView, ...]
    alerts: tuple[AlertView, ...]
    expected: tuple[ClaimView, ...]
    coverage: Coverage


def status(
    desk: Desk, *, now: datetime, on: date | None = None, root: str = "", text: Texts | None = None
) -> StatusView:
    """Return the state of the desk; `text` fetches stored texts for the quotes (none without it)."""
    day = on or now.date()
    made = lines(desk, text)
    shown = tiles(desk, now=now, on=day) if desk.known_configuration else ()
    dates = deadlines(desk, now=now, on=day)
    return StatusView(
        position=desk.position,
        as_of=now,
        on=day,
        root=root,
        virtual=desk.virtual,
        indicators=tuple(_indicator(made, tile) for tile in shown),
        deadlines=tuple(_deadline(due) for due in dates),
        disputes=_disputes(made, shown, now, day),
        alerts=tuple(
            AlertView(
                id=alert.raised.alert_id,
                rule=alert.raised.rule,
                kind=alert.raised.kind,
                severity=alert.raised.severity.value,
                summary=alert.raised.summary,
                raised_at=alert.raised_at,
                labels=alert.raised.labels,
            )
            for alert in desk.alerts.values()
            if alert.open
        ),
        expected=tuple(claim_view(made, due.by) for due in dates if due.planned and due.open and due.by),
        coverage=coverage(desk, now=now),
    )


def claim_view(made: Lines, claim: Claim, fact: Fact | None = None) -> ClaimView:
    """Return one claim as printed; `fact` is the one that it is part of, if known."""
    development = claim.development
    figure = figure_of(development)
    admission = admission_of(claim, fact or made.desk.fact_of(claim.id))
    return ClaimView(
        value=figure.low if figure else None,
        low=figure.low if figure else None,
        high=figure.high if figure else None,
        unit=figure.unit if figure else None,
        approx=figure.approx.value if figure else None,
        source=claim.source,
        speaker=development.speaker,
        origin=claim.origin,
        said_at=claim.published,
        occurred=development.occurred.text if development.occurred else None,
        status=development.status.value,
        measure=development.measure,
        target=development.target,
        actor=development.actor,
        tier=claim.tier.value,
        admitted=admission.admitted,
        why=admission.why,
        grade=claim.grade,
        confidence=None if claim.confidence is None else float(claim.confidence),
        development=claim.id,
        sentence=made.said(claim),
        attested=claim.attested,
        edited=claim.edited,
        quote=quote_of(claim, made.text) if made.text else None,
    )


def _indicator(made: Lines, tile: Tile) -> IndicatorView:
    indicator, fact = tile.indicator, tile.fact
    expected = [claim for claim in tile.pending if claim.development.status is Status.PLANNED]
    others = [claim for claim in tile.pending if claim not in expected]
    return IndicatorView(
        id=indicator.id,
        label=indicator.label,
        unit=indicator.unit,
        value=tile.value,
        low=tile.low,
        high=tile.high,
        disputed=tile.disputed,
        stale=tile.stale,
        since=tile.since,
        note=tile.note,
        target=indicator.target,
        goal=_whole(tile.goal, money=isinstance(tile.value, Decimal)),
        better=indicator.better,
        claims=(
            *(claim_view(made, claim, fact) for claim in (fact.admitted if fact else ())),
            *(claim_view(made, claim, fact) for claim in others),
            *(claim_view(made, claim) for claim in expected),
        ),
        flows=tuple(claim_view(made, flow.admitted[0], flow) for flow in tile.flows),
        expected=tuple(claim_view(made, claim) for claim in expected),
    )


def _whole(value: Decimal | None, *, money: bool) -> Number | None:
    """A goal is a count where the figures are: an integer in JSON, not a string."""
    if value is None or money or value != value.to_integral_value():
        return value
    return int(value)


def _deadline(due: Due) -> DeadlineView:
    return DeadlineView(
        id=due.id,
        kind=due.kind,
        label=due.label,
        until=due.text,
        first=due.first,
        days_left=due.days_left,
        state=due.state,
        overdue=due.state == "overdue",
        source=due.source,
        note=due.note,
        development=due.by.id if due.by else None,
        done=due.done.id if due.done else None,
    )


def _disputes(made: Lines, shown: tuple[Tile, ...], now: datetime, day: date) -> tuple[DisputeView, ...]:
    """Every dispute once; one that a tile shows names the indicator."""
    of_tile = {tile.dispute.id: tile for tile in shown if tile.dispute}
    found = {dispute.id: dispute for dispute in disputes(made.desk, now=now, on=day)}
    found |= {tile.dispute.id: tile.dispute for tile in shown if tile.dispute}
    return tuple(
        _dispute(made, dispute, of_tile[dispute.id].indicator.id if dispute.id in of_tile else None)
        for dispute in found.values()
    )


def _dispute(made: Lines, dispute: Dispute, indicator: str | None) -> DisputeView:
    facts = {claim.id: fact for fact in (dispute.fact, *dispute.others) for claim in fact.claims}
    return DisputeView(
        id=dispute.id,
        fact=fact_label(made, dispute.fact),
        kind=dispute.kind,
        indicator=indicator,
        low=dispute.low,
        high=dispute.high,
        unit=dispute.unit,
        open=dispute.open,
        why=dispute.why,
        claims=tuple(claim_view(made, claim, facts.get(claim.id)) for claim in dispute.claims),
    )


def fact_label(made: Lines, fact: Fact) -> str:
    """Return what a fact is about, without its figure, e.g. "Movement (arrived): Norway, 2024-06-25"."""
    development = fact.claims[0].development
    label = made.labels.get(development.kind, development.kind)
    step = f" ({development.outcome})" if development.outcome else ""
    who = " → ".join(made.names.say(name) for name in (development.actor, development.target) if name)
    parts = [who, (fact.key.measure or "").replace("_", " "), fact.key.unit or ""]
    parts.append(development.occurred.text if development.occurred else "undated")
    return f"{label}{step}: " + ", ".join(part for part in parts if part)
