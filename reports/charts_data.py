"""What the charts show: each indicator that is measured against something, and developments by week and track.

Indicators of the same kinds and unit share a chart as separate lines: what a fund received, was promised and
"raised" are three measures and never one series.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from ledger.configuration import Indicator
from reports.brief_tiles import goal_of, points
from reports.charts_model import Chart, Point, Row, Series, StepChart, WeekChart
from reports.claims import Claim
from reports.indicators import Tile as State
from reports.indicators import history
from reports.weekly_issue import Issue
from reports.weekly_words import day_text, figure_text, plain

STEPS_MAX = 3
LINES_MAX = 3
POINTS_MIN = 2
SPAN = timedelta(days=546)
"""Eighteen months: the longest mandate plus half a year before it."""
WEEK = timedelta(weeks=1)
WEEKS = 12


def charts_of(issue: Issue, states: Sequence[State]) -> tuple[Chart, ...]:
    """Return the charts that have something to show."""
    steps = tuple(_step_charts(issue, states))[:STEPS_MAX]
    weeks = _weeks(issue)
    return (*steps, weeks) if weeks.rows else steps


def _step_charts(issue: Issue, states: Sequence[State]) -> Iterator[StepChart]:
    # Only running totals are steps: an arrival does not stand until the next one.
    done: set[str] = set()
    for state in states:
        measured = state.indicator.goal is not None or state.indicator.goal_indicator is not None
        totals = all(issue.after.is_snapshot(kind) for kind in state.indicator.kinds)
        if state.indicator.id in done or not measured or not totals:
            continue
        family = [each for each in states if _alike(each.indicator, state.indicator)][:LINES_MAX]
        done |= {each.indicator.id for each in family}
        chart = _step_chart(issue, state, family, states)
        if chart is not None:
            yield chart


def _alike(one: Indicator, other: Indicator) -> bool:
    return one.kinds == other.kinds and one.unit == other.unit


def _step_chart(
    issue: Issue, state: State, family: Sequence[State], states: Sequence[State]
) -> StepChart | None:
    lines, cited = [], []
    for each in family:
        facts = history(issue.after, each.indicator, on=issue.last_day)
        facts = tuple(fact for fact in facts if fact.day and fact.day > issue.last_day - SPAN)
        found = points(facts)
        if found:
            lines.append(Series(label=_short(each.indicator.label), points=found))
            cited += [claim for fact in facts for claim in fact.admitted[:2]]
    if not lines or max(len(line.points) for line in lines) < POINTS_MIN:
        return None
    first = min(point.day for line in lines for point in line.points) - timedelta(days=7)
    ceiling, goal_claims = _ceiling(issue, state, states, first)
    shown = [*lines, *([ceiling] if ceiling else [])]
    return StepChart(
        id=f"chart-{state.indicator.id}",
        title=_title(lines, ceiling),
        description=" ".join(_described(line, state.indicator.unit) for line in shown),
        unit=state.indicator.unit,
        first=first,
        last=issue.last_day,
        series=tuple(lines),
        ceiling=ceiling,
        refs=tuple(sorted({ref for claim in (*cited, *goal_claims) for ref in issue.register.cite(claim)})),
    )


def _ceiling(
    issue: Issue, state: State, states: Sequence[State], first: date
) -> tuple[Series | None, tuple[Claim, ...]]:
    """Return the level as it stood from time to time, or the configured one all along."""
    level = goal_of(state, states)
    if level is None:
        return None, ()
    figure, label = level
    name = _short(label[:1].upper() + label[1:])
    other = next((each for each in states if each.indicator.id == state.indicator.goal_indicator), None)
    if other is None:
        return Series(label=name, points=(Point(day=first, low=figure.low, high=figure.high),)), ()
    facts = history(issue.after, other.indicator, on=issue.last_day)
    found = points(facts)
    begun = [at for at, point in enumerate(found) if point.day <= first]
    kept = slice(begun[-1] if begun else 0, None)
    claims = tuple(claim for fact in facts[kept] for claim in fact.admitted[:2])
    return Series(label=name, points=found[kept]), claims


def _short(label: str) -> str:
    return plain(label.partition(" (")[0], 60)


def _title(lines: Sequence[Series], ceiling: Series | None) -> str:
    name = lines[0].label
    return f"{name}, against {ceiling.label[:1].lower()}{ceiling.label[1:]}" if ceiling else name


def _described(line: Series, unit: str) -> str:
    first, last = line.points[0], line.points[-1]
    start = f"{line.label}: {figure_text(first.low, first.high, unit)} on {day_text(first.day)}"
    if first is last:
        return f"{start}."
    return f"{start}, {figure_text(last.low, last.high, unit)} on {day_text(last.day)}."


def _weeks(issue: Issue) -> WeekChart:
    monday = issue.first_day
    weeks = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    counts: Counter[tuple[str, date]] = Counter()
    for fact in issue.after.all_facts():
        if fact.first is None or fact.last is None or not fact.claims[0].live:
            continue
        if fact.last - fact.first < WEEK and fact.first <= issue.last_day:
            start = fact.first - timedelta(days=fact.first.weekday())
            counts[issue.after.codebook.kind(fact.key.kind).track, start] += 1
    rows = [
        Row(label=plain(track.label, 40), counts=tuple(counts[track.name, week] for week in weeks))
        for track in issue.after.codebook.tracks
    ]
    names = [f"{week.isocalendar().year}-W{week.isocalendar().week:02}" for week in weeks]
    return WeekChart(
        id="chart-weeks",
        title="Developments by week and track",
        description=(
            f"Facts dated to a day or week that are said to have happened in the {WEEKS} weeks to "
            f"{day_text(issue.last_day)}, unreviewed ones included; a fact that several sources report counts once."
        ),
        weeks=tuple(names),
        rows=tuple(row for row in rows if any(row.counts)),
    )
