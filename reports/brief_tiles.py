"""Key figures: one tile an indicator, its value or range, what it is measured against, and how it moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.charts_model import Point
from reports.claims import Tier, figure_of
from reports.disputes import dispute_of
from reports.facts import Fact
from reports.indicators import Tile as State
from reports.indicators import history, tiles
from reports.weekly_issue import Issue, figure_words, range_figure, said_figure
from reports.weekly_model import Direction, Figure, Move, Tile
from reports.weekly_words import counted, day_text, plain, when_text

SPARK_MAX = 26
FLOWS_MAX = 2
TENTHS_BELOW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One indicator in the last report's state (None: it was not declared then) and in this one's."""

    before: State | None
    after: State


def pairs(issue: Issue) -> tuple[Pair, ...]:
    """Return every indicator in both states."""
    then = tiles(issue.before, now=issue.then, on=issue.eve) if issue.has_before else ()
    old = {each.indicator.id: each for each in then}
    now = tiles(issue.after, now=issue.now, on=issue.last_day)
    return tuple(Pair(before=old.get(each.indicator.id), after=each) for each in now)


def figure(state: State | None) -> Figure | None:
    """Return a tile's figure or range as printed; None where nothing is admitted."""
    if state is None or state.lead is None or state.low is None or state.high is None:
        return None
    said = figure_of(state.lead.development)
    assert said is not None
    if state.disputed:
        return range_figure(state.low, state.high, said.unit or state.indicator.unit)
    return said_figure(said)


def moves(issue: Issue, both: Sequence[Pair]) -> tuple[Move, ...]:
    """Return the indicators whose admitted figure differs from the last report's, in their order."""
    return tuple(move for pair in both if (move := _move(issue, pair)) is not None)


def _move(issue: Issue, pair: Pair) -> Move | None:
    old, new = figure(pair.before), figure(pair.after)
    if new is None or (old is not None and old.text == new.text):
        return None
    lead = pair.after.lead
    assert lead is not None
    assert pair.after.fact is not None
    direction = direction_of(old, new)
    return Move(
        indicator=pair.after.indicator.id,
        label=plain(pair.after.indicator.label, 80),
        direction=direction,
        good=_good(pair.after, direction),
        confirmed=lead.tier is Tier.CONFIRMED,
        text=_moved(old, new, direction) + (" (disputed)" if pair.after.disputed else ""),
        refs=issue.register.cite(*pair.after.fact.admitted),
    )


def direction_of(old: Figure | None, new: Figure) -> Direction:
    """Return where a figure moved; ranges that overlap, other units and first figures are level."""
    if old is None or old.unit != new.unit:
        return "level"
    if new.low > old.high:
        return "up"
    return "down" if new.high < old.low else "level"


def _moved(old: Figure | None, new: Figure, direction: Direction) -> str:
    if old is None:
        return f"first reliable figure, {new.text}"
    if direction == "level":
        return f"now put at {new.text}, before at {old.text}"
    return f"{'rose' if direction == 'up' else 'fell'} from {old.text} to {new.text}"


def _good(state: State, direction: Direction) -> bool | None:
    return None if direction == "level" else direction == state.indicator.better


def printed(issue: Issue, both: Sequence[Pair]) -> tuple[Tile, ...]:
    """Return the tiles as they are printed."""
    states = [pair.after for pair in both]
    return tuple(_tile(issue, pair, goal_of(pair.after, states)) for pair in both)


def _tile(issue: Issue, pair: Pair, goal: tuple[Figure, str] | None) -> Tile:
    state = pair.after
    value = figure(state)
    name, label = state.indicator.id, plain(state.indicator.label, 80)
    if value is None:
        return Tile(id=name, label=label, empty=state.note)
    fact, lead = state.fact, state.lead
    assert fact is not None
    assert lead is not None
    old = figure(pair.before)
    moved = old is None or old.text != value.text
    direction = direction_of(old, value) if moved else None
    when = lead.development.occurred
    flows = state.flows[-FLOWS_MAX:]
    return Tile(
        id=name,
        label=label,
        value=value,
        goal=f"of {goal[0].text} {goal[1]}" if goal else None,
        share=_share(value, goal[0]) if goal else None,
        source=_sources(fact),
        day=when_text(when) if when else f"undated, said {_said(fact)}",
        grade=lead.grade,
        basis=dict(zip(fact.claims, fact.admissions, strict=True))[lead].why,
        delta=("first reliable figure" if old is None else f"was {old.text}") if moved else None,
        direction=direction,
        good=_good(state, direction) if direction else None,
        disputed=state.disputed,
        stale=state.stale,
        age_days=state.age_days,
        flows=tuple(_flow(flow) for flow in flows),
        spark=points(history(issue.after, state.indicator, on=issue.last_day))[-SPARK_MAX:],
        refs=issue.register.cite(*fact.admitted, *(flow.lead for flow in flows if flow.lead)),
    )


def points(facts: Sequence[Fact]) -> tuple[Point, ...]:
    """Return the figures of admitted facts over time, a range where they are disputed."""
    found = []
    for fact in facts:
        said = figure_of(fact.lead.development) if fact.lead else None
        if said is not None and fact.day is not None:
            dispute = dispute_of(fact)
            low = dispute.low if dispute and dispute.low is not None else said.low
            high = dispute.high if dispute and dispute.high is not None else said.high
            found.append(Point(day=fact.day, low=Decimal(low), high=Decimal(high)))
    return tuple(found)


def goal_of(state: State, states: Sequence[State]) -> tuple[Figure, str] | None:
    """Return the level that an indicator is measured against, and what it is called inside a sentence."""
    indicator = state.indicator
    if indicator.goal is not None:
        return range_figure(indicator.goal, indicator.goal, indicator.unit), "planned"
    other = next((each for each in states if each.indicator.id == indicator.goal_indicator), None)
    level = figure(other)
    if other is None or level is None:
        return None
    label = plain(other.indicator.label, 60)
    return level, label[:1].lower() + label[1:]


def _share(value: Figure, goal: Figure) -> Decimal | None:
    """Return a single figure as percent of a single level; a share of a range would be a figure nobody gave."""
    if value.low != value.high or goal.low != goal.high or not goal.low or value.unit != goal.unit:
        return None
    share = value.low * 100 / goal.low
    return share.quantize(Decimal(1) if share >= TENTHS_BELOW else Decimal("0.1"))


def _sources(fact: Fact) -> str:
    names = list(dict.fromkeys(plain(claim.source, 60) for claim in fact.admitted))
    return names[0] if len(names) == 1 else f"{names[0]} and {counted(len(names) - 1, 'other')}"


def _said(fact: Fact) -> str:
    day = fact.lead.said_at if fact.lead else None
    return when_text(None) if day is None else day_text(day)


def _flow(flow: Fact) -> str:
    assert flow.lead is not None
    development = flow.lead.development
    words = f"{figure_words(flow.lead)} {development.outcome or ''}".strip()
    return f"{words}, {when_text(development.occurred)}"
