"""The charts of a report: static SVG without script or colour that matters, each with its data table."""

from collections.abc import Sequence
from datetime import date

from reports.charts_marks import Days, element, path, text
from reports.charts_model import Chart, Point, Series, StepChart, WeekChart
from reports.charts_steps import WIDTH, chart_text, steps_svg
from reports.weekly_words import day_text, figure_text

ROW, LABELS, RIGHT, GAP = 38, 168, 700, 7
SPARK_WIDTH, SPARK_HEIGHT = 120, 26

Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Column heads, and rows of as many cells; the first cell of a row names it."""


def svg(chart: Chart) -> str:
    """Return a chart as one `svg` element with title and description for those who cannot see it."""
    return steps_svg(chart) if isinstance(chart, StepChart) else _weeks_svg(chart)


def table(chart: Chart) -> Table:
    """Return the data of a chart as a table."""
    if isinstance(chart, WeekChart):
        rows = tuple((row.label, *(str(count) for count in row.counts)) for row in chart.rows)
        return (("Track", *(week.partition("-")[2] for week in chart.weeks)), rows)
    level = chart.ceiling
    # A level that never changed is no column of its own; the description states it.
    moving = level is not None and (len(level.points) > 1 or level.points[0].day > chart.first)
    columns = [*chart.series, *([level] if level and moving else [])]
    days = sorted({point.day for column in columns for point in column.points})
    rows = tuple((day_text(day), *(_cell(column, day, chart.unit) for column in columns)) for day in days)
    return (("Date", *(column.label for column in columns)), rows)


def _cell(series: Series, day: date, unit: str) -> str:
    said = [figure_text(point.low, point.high, unit) for point in series.points if point.day == day]
    return "; ".join(said) or "–"


def spark(points: Sequence[Point], first: date, last: date) -> str:
    """Return a tile's small step line; empty for fewer than two points. It repeats figures, so it is hidden from readers."""
    if len(points) < 2:  # noqa: PLR2004 - one point is no line
        return ""
    days = Days(first, last, 3, SPARK_WIDTH - 4)
    top = max(point.high for point in points) or 1
    edges: list[list[tuple[float, float]]] = []
    for bound in ("low", "high"):
        corners: list[tuple[float, float]] = []
        for point in points:
            y = SPARK_HEIGHT - 3 - float(getattr(point, bound) / top) * (SPARK_HEIGHT - 7)
            x = days.x(point.day)
            corners += [(x, corners[-1][1])] if corners else []
            corners.append((x, y))
        edges.append([*corners, (SPARK_WIDTH - 4, corners[-1][1])])
    low, high = edges
    parts = [element("path", d=path(high), fill="none", stroke="currentColor", stroke_width=1.6)]
    if low != high:
        area = path(high + low[::-1]) + " Z"
        parts.append(element("path", d=area, fill="currentColor", fill_opacity="0.18"))
    parts.append(element("circle", cx=high[-1][0], cy=high[-1][1], r=2.6, fill="currentColor"))
    return element(
        "svg",
        *parts,
        viewBox=f"0 0 {SPARK_WIDTH} {SPARK_HEIGHT}",
        aria_hidden="true",
        class_="spark",
    )


def _weeks_svg(chart: WeekChart) -> str:
    top = max((count for row in chart.rows for count in row.counts), default=0) or 1
    slot = (RIGHT - LABELS) / max(len(chart.weeks), 1)
    parts: list[str] = []
    for at, row in enumerate(chart.rows):
        base = (at + 1) * ROW
        parts.append(text(row.label, 0, base - 4, font_weight="400"))
        parts.append(
            element(
                "path",
                d=path([(LABELS, base), (RIGHT, base)]),
                stroke="currentColor",
                stroke_opacity="0.25",
            )
        )
        for week, count in enumerate(row.counts):
            if count:
                x, tall = LABELS + week * slot + 2, count / top * (ROW - 16)
                parts.append(
                    element("rect", x=x, y=base - tall, width=slot - 4, height=tall, fill_opacity="0.75")
                )
                parts.append(
                    text(str(count), x + slot / 2 - 2, base - tall - 3, text_anchor="middle", font_size=10)
                )
    foot = len(chart.rows) * ROW + 16
    for week, name in enumerate(chart.weeks):
        parts.append(
            text(
                name.partition("-")[2],
                LABELS + (week + 0.5) * slot,
                foot,
                text_anchor="middle",
                font_size=10.5,
                opacity=0.75,
            )
        )
    return element(
        "svg",
        element("title", chart_text(chart.title), id=f"{chart.id}-t"),
        element("desc", chart_text(chart.description), id=f"{chart.id}-d"),
        element("g", *parts, font_size=12.5, fill="currentColor"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {foot + GAP}",
        role="img",
        aria_labelledby=f"{chart.id}-t {chart.id}-d",
        class_="chart",
    )
