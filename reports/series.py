"""Series for charts: steps of a figure over time with its range, and counts of developments a week."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ledger.errors import NotFound
from reports.claims import Number, figure_of
from reports.desk import Desk
from reports.disputes import dispute_of
from reports.indicators import history

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A figure from a valid day on; `low` to `high` is its range, `source` the leading claim's."""

    day: date
    value: Number
    low: Number
    high: Number
    disputed: bool
    source: str
    development: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """An indicator's admitted snapshots (or flows) in order of valid day."""

    indicator: str
    label: str
    unit: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """How many facts of each track are said to have occurred in the ISO week that starts on `monday`."""

    monday: date
    tracks: dict[str, int]


def indicator_series(desk: Desk, indicator_id: str, *, now: datetime, on: date | None = None) -> Series:
    """Return an indicator's history (NotFound if there is no such indicator)."""
    indicator = next((each for each in desk.configuration.indicators if each.id == indicator_id), None)
    if indicator is None:
        known = ", ".join(each.id for each in desk.configuration.indicators) or "none"
        raise NotFound(f"there is no indicator {indicator_id!r}; configured are: {known}")
    steps = []
    for fact in history(desk, indicator, on=on or now.date()):
        lead = fact.lead
        figure = figure_of(lead.development) if lead else None
        if lead is None or figure is None or fact.day is None:
            continue
        dispute = dispute_of(fact)
        low, high = (dispute.low, dispute.high) if dispute else (figure.low, figure.high)
        steps.append(
            Step(
                day=fact.day,
                value=figure.low,
                low=figure.low if low is None else low,
                high=figure.high if high is None else high,
                disputed=dispute is not None,
                source=lead.source,
                development=lead.id,
            )
        )
    return Series(indicator=indicator.id, label=indicator.label, unit=indicator.unit, steps=tuple(steps))


def weeks_by_track(desk: Desk, *, now: datetime, on: date | None = None, weeks: int = 26) -> tuple[Week, ...]:
    """Return the last so many weeks up to the valid day, empty ones too; one fact counts once.

    Facts dated more coarsely than to a week, and undated ones, are in no week.
    """
    day = on or now.date()
    last = day - timedelta(days=day.weekday())
    tracks = {kind.name: kind.track for kind in desk.codebook.kinds}
    counts: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for fact in desk.all_facts():
        if fact.origins and fact.first and fact.last and fact.last - fact.first < WEEK and fact.first <= day:
            monday = fact.first - timedelta(days=fact.first.weekday())
            counts[monday][tracks.get(fact.key.kind, "any")] += 1
    mondays = [last - WEEK * back for back in reversed(range(weeks))]
    return tuple(Week(monday=monday, tracks=dict(sorted(counts[monday].items()))) for monday in mondays)
