"""What a chart shows, as values of the report's model."""

from datetime import date
from decimal import Decimal

from ledger.values import Value


class Point(Value, frozen=True, kw_only=True):
    """A figure on a day: a single value (low = high) or a range."""

    day: date
    low: Decimal
    high: Decimal


class Series(Value, frozen=True, kw_only=True):
    """One stepped line of a chart: a figure stands until the next one."""

    label: str
    points: tuple[Point, ...]


class StepChart(Value, frozen=True, kw_only=True, tag="steps"):
    """Figures over time as steps; `ceiling` is drawn as a level or, where it is a range, as a band."""

    id: str
    title: str
    description: str
    unit: str
    first: date
    last: date
    series: tuple[Series, ...]
    ceiling: Series | None = None
    refs: tuple[int, ...] = ()


class Row(Value, frozen=True, kw_only=True):
    """One row of a bar chart: a count for every week."""

    label: str
    counts: tuple[int, ...]


class WeekChart(Value, frozen=True, kw_only=True, tag="weeks"):
    """Counts by week in rows, one row a track."""

    id: str
    title: str
    description: str
    weeks: tuple[str, ...]
    rows: tuple[Row, ...]


Chart = StepChart | WeekChart
